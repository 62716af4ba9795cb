package tests

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestTwoHundredSignInsAtOnceLeaveMemoryAndChatAlone lets 200 people sign in at one moment. Each password costs 19 MiB
// and some 25 ms of a core, so they have to queue, and some are told to come back; who chats must hardly notice.
func TestTwoHundredSignInsAtOnceLeaveMemoryAndChatAlone(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	general := ada.General().ID
	socket := ada.Connect()
	said := 0
	say := func() time.Duration {
		said++
		begin := time.Now()
		if f := socket.Say(general, ids("m", said), "x"); f.Type != "ack" {
			t.Fatalf("a message: %s", f.Raw)
		}
		return time.Since(begin)
	}
	var quiet, rushed []time.Duration
	for range 300 {
		quiet = append(quiet, say())
	}
	var rush sync.WaitGroup
	var in, later, other atomic.Int64
	for range 200 {
		client := srv.Anonymous()
		rush.Go(func() {
			r, err := client.Try(t.Context(), http.MethodPost, "/api/v1/login", testkit.Object{"username": "ada", "password": testkit.Password})
			switch {
			case err == nil && r.Status == http.StatusOK:
				in.Add(1)
			case err == nil && r.Status == http.StatusServiceUnavailable && r.Header.Get("Retry-After") != "":
				later.Add(1)
			default:
				other.Add(1)
			}
		})
	}
	over := make(chan struct{})
	go func() { rush.Wait(); close(over) }()
	most := int64(0)
	for rushing := true; rushing; {
		select {
		case <-over:
			rushing = false
		default:
			rushed = append(rushed, say())
			most = max(most, srv.RSS(t))
		}
	}
	p99 := func(d []time.Duration) time.Duration { slices.Sort(d); return d[len(d)*99/100] }
	t.Logf("200 sign-ins at once: %d in, %d told to come back; resident memory %.0f MiB at most; an ack takes %v at the 99th percentile in quiet and %v meanwhile (%d messages)",
		in.Load(), later.Load(), float64(most)/(1<<20), p99(quiet), p99(rushed), len(rushed))
	if other.Load() > 0 || in.Load() < 60 {
		t.Errorf("%d got in, %d were told to come back, %d got something else", in.Load(), later.Load(), other.Load())
	}
	if most > 200<<20 && !testkit.Race {
		t.Errorf("the server held %d MiB", most>>20)
	}
	if got := p99(rushed); got > 2*time.Second {
		t.Errorf("an ack took %v while people signed in", got)
	}
}

func TestAWrongPasswordIsRefusedOnEveryPathThatSignsIn(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	const wrong = "not this one at all"
	nobody := srv.Anonymous()
	nobody.Post("/api/v1/login", testkit.Object{"username": "ada", "password": wrong}).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	if r := nobody.Post("/login", typed("username=ada&password=not+this+one+at+all")); r.Status != http.StatusUnauthorized {
		t.Errorf("the page takes a wrong password: %d", r.Status)
	}
	ada.Post("/api/v1/me/password", testkit.Object{"current_password": wrong, "new_password": "quite long enough"}).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	if r := ada.Post("/settings/password", typed("current_password=not+this+one+at+all&new_password=quite+long+enough")); r.Status < 400 || r.Status >= 500 {
		t.Errorf("the settings take a wrong password: %d", r.Status)
	}
	nobody.With("Authorization", "Basic YWRhOmNvcnJlY3QgaG9yc2UgYmF0dGVyeSBzdGFwbGU=").Get("/api/v1/me").WantProblem(t, http.StatusUnauthorized, "")
	if nobody.Cookie() != "" {
		t.Error("a cookie was given for a wrong password")
	}
	srv.Login("ada")
}
