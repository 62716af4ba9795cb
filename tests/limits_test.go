package tests

import (
	"net/http"
	"testing"

	"parley/tests/testkit"
)

func TestSigningInIsLimitedForAnAddress(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits())
	srv.SignUp("ada")
	attempt := func(name string) testkit.Reply {
		return srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": name, "password": "wrong, all of it"})
	}
	for i := range 10 {
		attempt(ids("nobody", i)).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	}
	r := attempt("nobody-else")
	r.WantProblem(t, http.StatusTooManyRequests, "rate_limited")
	if r.Header.Get("Retry-After") == "" {
		t.Error("429 carries Retry-After")
	}
	srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "ada", "password": testkit.Password}).
		WantProblem(t, http.StatusTooManyRequests, "rate_limited")
}

func TestMessagesAndCallsAreLimitedForAnAccount(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits())
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	firstRefusal := func(most int, call func(i int) testkit.Reply) int {
		t.Helper()
		for i := range most {
			if r := call(i); r.Status == http.StatusTooManyRequests {
				if r.WantProblem(t, 429, "rate_limited"); r.Header.Get("Retry-After") == "" {
					t.Error("429 carries Retry-After")
				}
				return i
			}
		}
		t.Fatalf("%d calls in a row and no 429", most)
		return most
	}
	if n := firstRefusal(400, func(i int) testkit.Reply { return ada.PostMessage(general, ids("m", i), "x") }); n < 50 {
		t.Errorf("message %d was refused within the burst of 50", n)
	}
	if n := firstRefusal(3000, func(int) testkit.Reply { return bob.Get("/api/v1/me") }); n < 190 {
		t.Errorf("call %d was refused within the burst of 200", n)
	}
}
