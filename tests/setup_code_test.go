package tests

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"parley/tests/testkit"
)

var setupCode = regexp.MustCompile(`(?m)^ +([A-Z2-9]{4}-[A-Z2-9]{4})$`)

// everywhere starts a server that strangers could reach, and returns the setup code that it printed.
func everywhere(t *testing.T) (*testkit.Server, string) {
	t.Helper()
	port := testkit.FreePort(t)
	srv := testkit.Start(t, testkit.At(port), testkit.Args("--listen", fmt.Sprintf("0.0.0.0:%d", port), "--log-level", "debug"))
	code := ""
	testkit.Eventually(t, "the terminal shows the setup code", func() bool {
		if found := setupCode.FindStringSubmatch(srv.Logs()); found != nil {
			code = found[1]
		}
		return code != ""
	})
	return srv, code
}

// firstAccount makes the owner of a server that strangers can reach, by the code that it printed.
func firstAccount(t *testing.T, srv *testkit.Server, username string) *testkit.Client {
	t.Helper()
	code := setupCode.FindStringSubmatch(srv.Logs())
	if code == nil {
		t.Fatal("the terminal shows no setup code")
	}
	srv.Anonymous().Post("/api/v1/signup", testkit.Object{"username": username, "password": testkit.Password, "setup_code": code[1]}).Want(t, http.StatusCreated)
	return srv.Login(username)
}

func typed(values string) testkit.Raw {
	return testkit.Raw{Type: "application/x-www-form-urlencoded", Body: values}
}

func TestTheFirstAccountNeedsTheTerminalsCodeWhereStrangersReachTheServer(t *testing.T) {
	t.Parallel()
	srv, code := everywhere(t)
	visitor := srv.Anonymous()
	if page := visitor.Get("/setup").Want(t, http.StatusOK); !strings.Contains(string(page.Body), `name="setup_code"`) || strings.Contains(string(page.Body), code) {
		t.Errorf("the page must ask for the code and not tell it:\n%s", page.Body)
	}
	const account = "username=ada&password=correct+horse+battery&display_name=Ada"
	for _, wrong := range []string{"", "&setup_code=", "&setup_code=AAAA-AAAA", "&setup_code=" + code[:8]} {
		r := visitor.Post("/setup", typed(account+wrong))
		if r.Status != http.StatusForbidden || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("with %q: status %d and the cookie %q", wrong, r.Status, r.Header.Get("Set-Cookie"))
		}
	}
	if r := visitor.Post("/signup", typed(account)); r.Status != http.StatusSeeOther || r.Header.Get("Location") != "/setup" {
		t.Errorf("signing up goes around the code: %d to %q", r.Status, r.Header.Get("Location"))
	}
	// A proxy on this machine passes on what strangers ask.
	passed := visitor.With("X-Forwarded-For", "198.51.100.7")
	stranger := testkit.Object{"username": "eve", "password": testkit.Password}
	passed.Post("/api/v1/signup", stranger).WantProblem(t, http.StatusForbidden, "signup_closed")
	stranger["setup_code"] = "AAAA-AAAA"
	passed.Post("/api/v1/signup", stranger).WantProblem(t, http.StatusForbidden, "signup_closed")
	for name, value := range map[string]string{"Host": "team.example", "X-Real-Ip": "198.51.100.7", "Via": "1.1 proxy", "Forwarded": "for=198.51.100.7", "X-Forwarded-Host": "team.example"} {
		visitor.With(name, value).Post("/api/v1/signup", testkit.Object{"username": "eve", "password": testkit.Password}).WantProblem(t, http.StatusForbidden, "signup_closed")
	}
	visitor.Get("/login").Want(t, http.StatusSeeOther) // there is still nobody

	visitor.Post("/setup", typed(account+"&setup_code="+strings.ToLower(strings.ReplaceAll(code, "-", "+")))).Want(t, http.StatusSeeOther)
	if role := visitor.Get("/api/v1/me").Want(t, http.StatusOK); !strings.Contains(string(role.Body), `"role":"owner"`) {
		t.Errorf("who had the code is %s", role.Body)
	}
	printed := len(setupCode.FindAllString(srv.Logs(), -1))
	srv.Restart()
	if again := setupCode.FindAllString(srv.Logs(), -1); len(again) != printed {
		t.Error("a code is printed though there is an account")
	}
	if r := srv.Anonymous().Get("/setup"); r.Status != http.StatusSeeOther {
		t.Errorf("/setup with an owner: %d", r.Status)
	}
}

func TestTheFirstAccountOverRESTTakesTheCodeToo(t *testing.T) {
	t.Parallel()
	srv, code := everywhere(t)
	passed := srv.Anonymous().With("X-Forwarded-For", "198.51.100.7")
	passed.Post("/api/v1/signup", testkit.Object{"username": "ada", "password": testkit.Password, "setup_code": code}).Want(t, http.StatusCreated)
	passed.Post("/api/v1/signup", testkit.Object{"username": "eve", "password": testkit.Password, "setup_code": code}).
		WantProblem(t, http.StatusForbidden, "signup_closed")
}

// TestAPublicAddressInFrontOfALoopbackListenerAsksForTheCodeToo is about a proxy on the same machine: whom it passes on
// comes from loopback like its owner.
func TestAPublicAddressInFrontOfALoopbackListenerAsksForTheCodeToo(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Args("--url", "https://team.example", "--log-level", "debug"))
	stranger := srv.Anonymous().With("Host", "team.example").With("X-Forwarded-Proto", "https")
	stranger.Post("/api/v1/signup", testkit.Object{"username": "eve", "password": testkit.Password}).WantProblem(t, http.StatusForbidden, "signup_closed")
	stranger.Post("/setup", typed("username=eve&password=correct+horse+battery")).Want(t, http.StatusForbidden)
	code := setupCode.FindStringSubmatch(srv.Logs())
	if code == nil {
		t.Fatal("the terminal shows no code")
	}
	stranger.Post("/setup", typed("username=ada&password=correct+horse+battery&setup_code="+code[1])).Want(t, http.StatusSeeOther)
}

func TestALoopbackServerAsksForNoCode(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	if page := srv.Anonymous().Get("/setup").Want(t, http.StatusOK); strings.Contains(string(page.Body), "setup_code") {
		t.Error("the page asks for a code")
	}
	srv.Anonymous().Post("/setup", typed("username=ada&password=correct+horse+battery")).Want(t, http.StatusSeeOther)
	if setupCode.MatchString(srv.Logs()) {
		t.Error("a code was printed")
	}
}
