package tests

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestAStrangerCannotLockAnybodyOut guesses at one account from 20 addresses until they have to wait. Its owner signs in
// from home, from a new place at the first try, and even from an address that he shares with a guesser, where he has been
// before: there only the limit of the address counts, 10 in 3 minutes for all who share it.
func TestAStrangerCannotLockAnybodyOut(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits(), testkit.Args("--trusted-proxies", "127.0.0.1/32"))
	from := func(address string) *testkit.Client { return srv.Anonymous().With("X-Forwarded-For", address) }
	const home, shared = "198.51.100.7", "192.0.2.1"
	from(home).Post("/api/v1/signup", testkit.Object{"username": "ada", "password": testkit.Password}).Want(t, http.StatusCreated)
	from(shared).Post("/api/v1/login", testkit.Object{"username": "ada", "password": testkit.Password}).Want(t, http.StatusOK)
	refused := 0
	for i := range 20 {
		address, tries := fmt.Sprintf("203.0.113.%d", i), 9 // below the limit of an address
		if i == 19 {
			address, tries = shared, 8
		}
		for try := range tries {
			r := from(address).Post("/api/v1/login", testkit.Object{"username": "ada", "password": ids("guess", try)})
			switch r.Status {
			case http.StatusTooManyRequests:
				refused++
			case http.StatusUnauthorized:
			default:
				t.Fatalf("a guess is answered %d", r.Status)
			}
		}
	}
	if refused == 0 {
		t.Error("179 guesses from 20 addresses, and nobody had to wait")
	}
	t.Logf("%d of 179 guesses had to wait", refused)
	for _, address := range []string{home, "2001:db8::1", "100.64.0.9", shared} {
		from(address).Post("/api/v1/login", testkit.Object{"username": "ada", "password": testkit.Password}).Want(t, http.StatusOK)
	}
}

// TestUnknownAndKnownNamesCannotBeToldApart asks for 200 of each, by turns, so that whatever else the machine does
// befalls both alike. Medians within 10 %; a machine that is busy gets four tries, and no other test beside this one: a
// real difference of more than that would show in each of them.
func TestUnknownAndKnownNamesCannotBeToldApart(t *testing.T) {
	t.Parallel() // both kinds are asked in turn, so what else runs slows both
	srv := testkit.Start(t)
	srv.SignUp("known")
	c := srv.Anonymous()
	ask := func(name string) (testkit.Reply, time.Duration) {
		began := time.Now()
		r := c.Post("/api/v1/login", testkit.Object{"username": name, "password": "wrong, all of it"})
		return r, time.Since(began)
	}
	known, _ := ask("known")
	unknown, _ := ask("nobody")
	if known.Status != 401 || unknown.Status != 401 || string(known.Body) != string(unknown.Body) {
		t.Fatalf("a known name: %d %s; an unknown one: %d %s", known.Status, known.Body, unknown.Status, unknown.Body)
	}
	for _, name := range []string{"Content-Type", "Cache-Control", "Set-Cookie", "Content-Length"} {
		if a, b := known.Header.Get(name), unknown.Header.Get(name); a != b {
			t.Errorf("%s: %q and %q", name, a, b)
		}
	}
	var ratio float64
	for range 4 {
		var times [2][]time.Duration
		for i := range 400 {
			which := (i + i/2) % 2 // known, unknown, unknown, known: neither is always second
			_, took := ask([]string{"known", "nobody"}[which])
			times[which] = append(times[which], took)
		}
		a, b := median(times[0]), median(times[1])
		ratio = float64(a) / float64(b)
		t.Logf("medians of 200: %v known, %v unknown: %.3f", a, b, ratio)
		if ratio > 1/1.1 && ratio < 1.1 {
			return
		}
	}
	t.Errorf("known names take %.2f times as long as unknown ones", ratio)
}
