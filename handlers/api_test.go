package handlers

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"parley/models"
	"parley/server/config"
)

var param = regexp.MustCompile(`:[a-z_]+`)

// One list of routes makes one table: what is for the signed in answers nobody else, whatever is asked of it.
func TestEveryRouteForTheSignedInRefusesEverybodyElse(t *testing.T) {
	s := serve(t)
	s.member("ada")
	var none *site
	for _, r := range none.routes() {
		t.Run(r.Method+" "+r.Path, func(t *testing.T) {
			path := param.ReplaceAllString(r.Path, "1")
			a := s.anonymous().call(r.Method, path, nil)
			switch r.access {
			case accessSignedIn:
				a.problem(401, models.CodeNotSignedIn)
				s.anonymous().with("Authorization", "Bearer x").call(r.Method, path, "{}").problem(401, models.CodeNotSignedIn)
			case accessSocket:
				a.problem(426, codeUpgradeRequired)
			case accessCarrier: // who asks is found out on the connection
				a.want(400)
			case accessAnyone, accessPublic: // a form without a password gets a 401 of its own
				if (a.status == http.StatusUnauthorized && r.Method == http.MethodGet) || a.status >= 500 {
					t.Fatalf("status %d: %.200s", a.status, a.body)
				}
			default:
				t.Fatalf("access %q is none", r.access)
			}
		})
	}
}

func TestNoRouteIsListedTwice(t *testing.T) {
	seen := map[Route]bool{}
	for _, r := range Routes() {
		if seen[r] {
			t.Errorf("%s %s is listed twice", r.Method, r.Path)
		}
		seen[r] = true
	}
	if len(seen) < 35 {
		t.Errorf("only %d routes", len(seen))
	}
}

func TestHEADIsAnsweredWhereGETIs(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	for _, path := range []string{"/livez", "/readyz", "/api/v1/me", "/api/v1/rooms", "/api/v1/me/sessions"} {
		get, head := ada.call("GET", path, nil).want(200), ada.call("HEAD", path, nil).want(200)
		if len(head.body) != 0 || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("HEAD %s: %d bytes of %q", path, len(head.body), head.header.Get("Content-Type"))
		}
	}
}

func TestListsAreThereWhenTheyAreEmpty(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	room := ada.room("Tea")
	for path, want := range map[string]string{
		"/api/v1/me/tokens":                           `{"tokens":[]}`,
		"/api/v1/users?q=zzz":                         `{"users":[]}`,
		"/api/v1/rooms/" + room + "/messages":         `{"messages":[],"has_before":false,"has_after":false}`,
		"/api/v1/rooms/" + room + "/changes":          `{"messages":[],"upto":1,"more":false}`,
		"/api/v1/rooms/" + room + "/changes?since=99": `{"reset":true}`,
	} {
		if a := ada.call("GET", path, nil).want(200); string(a.body) != want {
			t.Errorf("%s answers %s, want %s", path, a.body, want)
		} else if kind := a.header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("%s comes as %q", path, kind)
		}
	}
}

// room makes an open room and returns its id.
func (c *caller) room(name string) string {
	c.s.t.Helper()
	a := c.call("POST", "/api/v1/rooms", map[string]string{"name": name}).want(http.StatusCreated)
	return into[struct{ Room struct{ ID string } }](a).Room.ID
}

func TestAMessageGoesInOnceAndComesOutInEveryWay(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	room := "/api/v1/rooms/" + ada.room("Tea")
	type message struct {
		Message struct {
			ID, Text, HTML string
			Seq, Num       int64
			Deleted        bool
		}
	}
	draft := map[string]any{"text": "hello *there*", "client_id": "c-1"}
	sent := into[message](ada.call("POST", room+"/messages", draft).want(201)).Message
	again := into[message](ada.call("POST", room+"/messages", draft).want(200)).Message
	if again != sent || sent.Num != 1 || sent.HTML == "" {
		t.Fatalf("sent %+v, again %+v", sent, again)
	}
	draft["text"] = "something else"
	ada.call("POST", room+"/messages", draft).problem(409, models.CodeClientIDReused)
	ada.call("POST", room+"/messages", map[string]any{"text": "x", "client_id": "c-2", "thread_id": "nonsense"}).problem(404, models.CodeNotFound)

	if got := into[message](ada.call("PATCH", "/api/v1/messages/"+sent.ID, map[string]string{"text": "changed"}).want(200)).Message; got.Text != "changed" || got.Seq != sent.Seq {
		t.Fatalf("after the edit %+v", got)
	}
	revisions := into[struct{ Revisions []struct{ Text string } }](ada.call("GET", "/api/v1/messages/"+sent.ID+"/revisions", nil).want(200)).Revisions
	if len(revisions) != 1 || revisions[0].Text != "hello *there*" {
		t.Fatalf("revisions %+v", revisions)
	}
	if got := into[message](ada.call("DELETE", "/api/v1/messages/"+sent.ID, nil).want(200)).Message; !got.Deleted || got.Text != "" {
		t.Fatalf("after the deletion %+v", got)
	}
	page := into[struct{ Messages []struct{ ID string } }](ada.call("GET", room+"/messages?around=1&limit=3", nil).want(200))
	if len(page.Messages) != 1 || page.Messages[0].ID != sent.ID {
		t.Fatalf("history %+v", page)
	}
}

func TestARoomsMembersAndMarksGoThroughHTTP(t *testing.T) {
	s := serve(t)
	ada, ben := s.member("ada"), s.member("ben")
	room := "/api/v1/rooms/" + ada.room("Tea")
	id := into[struct{ User struct{ ID string } }](ben.call("GET", "/api/v1/me", nil).want(200)).User.ID
	ben.call("POST", room+"/messages", map[string]string{"text": "x", "client_id": "1"}).problem(403, models.CodeNotAMember)
	ada.call("PUT", room+"/members/"+id, nil).want(204)
	ada.call("POST", room+"/messages", map[string]string{"text": "x", "client_id": "1"}).want(201)
	type unread struct{ Unread, Mentions int64 }
	if got := into[unread](ben.call("POST", room+"/read", map[string]int{"num": 0}).want(200)); got.Unread != 1 {
		t.Errorf("marked unread: %+v", got)
	}
	if got := into[unread](ben.call("POST", room+"/read", map[string]int{"num": 1}).want(200)); got.Unread != 0 {
		t.Errorf("marked read: %+v", got)
	}
	ben.call("POST", room+"/read", "{}").problem(400, models.CodeValidation)
	ben.call("POST", room+"/read", `{"num":-1}`).problem(400, models.CodeValidation)
	ben.call("PATCH", room+"/me", map[string]any{"notify": "none", "muted": true}).want(200)
	ben.call("PATCH", room+"/me", map[string]any{"notify": "sometimes"}).problem(400, models.CodeValidation)
	if members := into[struct{ Members []struct{ Role string } }](ada.call("GET", room+"/members", nil).want(200)).Members; len(members) != 2 {
		t.Errorf("members %+v", members)
	}
	ben.call("POST", room+"/leave", nil).want(204)
	ben.call("POST", room+"/join", nil).want(200)
	ada.call("DELETE", room+"/members/"+id, nil).want(204)
	for i, want := range []int{201, 200} {
		if a := ada.call("POST", "/api/v1/rooms/direct", map[string][]string{"user_ids": {id}}); a.status != want {
			t.Errorf("direct room, time %d: %d %s", i, a.status, a.body)
		}
	}
	ada.call("POST", "/api/v1/rooms/direct", map[string][]string{"user_ids": {"ben"}}).problem(400, models.CodeValidation)
	ada.call("PATCH", room, map[string]string{"topic": "Leaves"}).want(200)
	ada.call("DELETE", room, nil).want(200)
	ada.call("POST", room+"/messages", map[string]string{"text": "x", "client_id": "2"}).problem(403, models.CodeArchived)
}

func TestAPrivateRoomAnswersLikeOneThatIsNotThere(t *testing.T) {
	s := serve(t)
	ada, ben := s.member("ada"), s.member("ben")
	private := into[struct{ Room struct{ ID string } }](ada.call("POST", "/api/v1/rooms", map[string]string{"name": "Secret", "kind": "private"}).want(201)).Room.ID
	var none *site
	for _, r := range none.routes() {
		if !strings.HasPrefix(r.Path, "/api/v1/rooms/:id") {
			continue
		}
		t.Run(r.Method+" "+r.Path, func(t *testing.T) {
			body := `{"num":1,"text":"x","client_id":"1","topic":"x","muted":true}`
			ask := func(id string) answer {
				path := strings.Replace(r.Path, ":id", id, 1)
				return ben.call(r.Method, strings.Replace(path, ":user_id", private, 1), body)
			}
			hidden, absent, impossible := ask(private), ask("4611686018427387904"), ask("nonsense")
			hidden.problem(404, models.CodeNotFound)
			if string(hidden.body) != string(absent.body) {
				t.Errorf("a private room answers %s, none %s", hidden.body, absent.body)
			}
			impossible.problem(404, models.CodeNotFound)
		})
	}
}

func TestAFormIsNotJSON(t *testing.T) {
	s := serve(t)
	s.anonymous().with("Content-Type", "application/x-www-form-urlencoded").call("POST", "/api/v1/login", "username=ada&password="+password).
		problem(415, codeMediaType)
}

func TestAPasswordOfAMegabyteIsTooLarge(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	for _, size := range []int{1_000_000, 1 << 20} {
		long := strings.Repeat("x", size)
		ada.call("POST", "/api/v1/login", map[string]string{"username": "ada", "password": long}).problem(413, models.CodeTooLarge)
		ada.call("POST", "/api/v1/signup", map[string]string{"username": "ben", "password": long}).problem(413, models.CodeTooLarge)
		ada.call("POST", "/api/v1/me/password", map[string]string{"current_password": password, "new_password": long}).problem(413, models.CodeTooLarge)
	}
}

func TestNULIsRefusedInANameAndTakenInAPassword(t *testing.T) {
	s := serve(t)
	c := s.anonymous()
	c.call("POST", "/api/v1/signup", map[string]string{"username": "ada", "password": "one\x00two\x00three"}).want(201)
	c.call("POST", "/api/v1/login", map[string]string{"username": "ada", "password": "one\x00two\x00three"}).want(200)
	c.call("POST", "/api/v1/login", map[string]string{"username": "ada\x00", "password": "one\x00two\x00three"}).problem(400, models.CodeBadRequest)
	c.call("POST", "/api/v1/signup", map[string]string{"username": "ben", "password": password, "invite": "x\x00"}).problem(400, models.CodeBadRequest)
}

func TestSignUpModesHoldOverHTTP(t *testing.T) {
	s := serve(t, func(c *config.Config) { c.Signup = config.SignupInvite })
	s.member("ada")
	p := s.anonymous().call("POST", "/api/v1/signup", map[string]string{"username": "ben", "password": password, "invite": "made up"}).
		problem(403, models.CodeSignupClosed)
	if len(p.Errors) != 1 || p.Errors[0].Field != "invite" {
		t.Errorf("errors %+v", p.Errors)
	}
}

func TestLongAnswersAreCompressedAndShortOnesAreNot(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	room := "/api/v1/rooms/" + ada.room("Tea")
	for i := range 10 {
		ada.call("POST", room+"/messages", map[string]string{"text": strings.Repeat("tea ", 50), "client_id": fmt.Sprint(i)}).want(201)
	}
	asking := ada.with("Accept-Encoding", "gzip") // asked for by hand, it is not undone by the client
	long := asking.call("GET", room+"/messages", nil).want(200)
	if long.header.Get("Content-Encoding") != "gzip" || !strings.Contains(long.header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("headers %v", long.header)
	}
	z, err := gzip.NewReader(strings.NewReader(string(long.body)))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || !strings.Contains(string(plain), "tea tea") {
		t.Fatalf("%.80s, %v", plain, err)
	}
	if short := asking.call("GET", "/api/v1/me", nil).want(200); short.header.Get("Content-Encoding") != "" {
		t.Error("a short answer was compressed")
	}
}

func TestHealthAndMetricsArePublic(t *testing.T) {
	s := serve(t)
	c := s.anonymous()
	c.call("GET", "/livez", nil).want(200)
	c.call("GET", "/readyz", nil).want(200)
	c.call("GET", "/api/v1/me", nil).want(401)
	if a := c.call("GET", "/metrics", nil).want(200); !strings.Contains(string(a.body), `parley_http_requests_total{method="GET",route="/api/v1/me",status="401"} 1`) {
		t.Errorf("the metrics do not count the request:\n%.2000s", a.body)
	}
	for _, err := range []error{models.Busy("The server is stopping.", nil), errors.New("the disk is full")} {
		s.ready.Store(&err)
		if a := c.call("GET", "/readyz", nil); a.problem(503, models.CodeBusy).Status != 503 || a.header.Get("Retry-After") == "" {
			t.Errorf("not ready: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
		}
		c.call("GET", "/livez", nil).want(200)
	}
}

func TestAKeyThatStandsTwiceIsReadOneWay(t *testing.T) {
	s := serve(t)
	a := s.member("ada").call("POST", "/api/v1/me/tokens", `{"name":"first","name":"second"}`).want(201)
	if name := into[struct{ Name string }](a).Name; name != "second" {
		t.Fatalf("it is %q; the last one counts everywhere", name)
	}
}
