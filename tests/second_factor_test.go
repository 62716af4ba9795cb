package tests

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func signIn(c *testkit.Client, username, code string) testkit.Reply {
	body := testkit.Object{"username": username, "password": testkit.Password}
	if code != "" {
		body["code"] = code
	}
	return c.Post("/api/v1/login", body)
}

func TestSigningInAsksForTheSecondFactorAndTakesEachCodeOnce(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	ada.Post("/api/v1/me/second-factor", testkit.Object{"current_password": "wrong, wrong"}).WantProblem(t, 401, "invalid_credentials")
	ada.Post("/api/v1/me/second-factor", testkit.Object{"current_password": testkit.Password}).Want(t, 201)
	srv.Login("ada") // begun is not switched on
	app := ada.EnableSecondFactor()

	p := signIn(srv.Anonymous(), "ada", "").WantProblem(t, 401, "second_factor_required")
	if len(p.Errors) != 1 || p.Errors[0].Field != "code" {
		t.Errorf("the fields: %+v", p.Errors)
	}
	srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "ada", "password": "wrong, wrong", "code": app.Code(t, 1)}).
		WantProblem(t, 401, "invalid_credentials")
	signIn(srv.Anonymous(), "ada", app.Code(t, 0)).WantProblem(t, 401, "invalid_credentials") // it confirmed the factor
	for _, code := range []string{"000000", "12345", "abcdef", app.Code(t, 9), app.Code(t, -9)} {
		if code != app.Code(t, 1) {
			signIn(srv.Anonymous(), "ada", code).WantProblem(t, 401, "invalid_credentials")
		}
	}
	next := app.Code(t, 1)
	signIn(srv.Anonymous(), "ada", next[:3]+" "+next[3:]).Want(t, 200)
	signIn(srv.Anonymous(), "ada", next).WantProblem(t, 401, "invalid_credentials")
	srv.SignUp("bob")
	srv.Login("bob")
}

func TestOneCodeShownTenTimesAtOnceOpensOnce(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	app := srv.SignUp("ada").EnableSecondFactor()
	for name, code := range map[string]string{"a code of the app": app.Code(t, 1), "a recovery code": app.Recovery[0]} {
		t.Run(name, func(t *testing.T) {
			statuses := atOnce(10, func(int) int {
				r, err := srv.Anonymous().Try(context.Background(), http.MethodPost, "/api/v1/login",
					testkit.Object{"username": "ada", "password": testkit.Password, "code": code})
				if err != nil {
					t.Error(err)
				}
				return r.Status
			})
			if count(statuses, 200) != 1 || count(statuses, 401) != 9 {
				t.Errorf("answered %v, want one 200", statuses)
			}
		})
	}
}

func TestRecoveryCodesOpenOnceEachAndAreReplacedWhole(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	app := ada.EnableSecondFactor()
	if len(app.Recovery) != 10 || len(slices.Compact(slices.Sorted(slices.Values(app.Recovery)))) != 10 {
		t.Fatalf("the codes: %v", app.Recovery)
	}
	signIn(srv.Anonymous(), "ada", app.Recovery[3]).Want(t, 200)
	signIn(srv.Anonymous(), "ada", app.Recovery[3]).WantProblem(t, 401, "invalid_credentials")
	signIn(srv.Anonymous(), "ada", strings.ToUpper(strings.ReplaceAll(app.Recovery[4], "-", " "))).Want(t, 200)
	state := func() (s struct {
		Enabled bool
		Left    int `json:"recovery_codes_left"`
	},
	) {
		return testkit.Decode[struct {
			Enabled bool
			Left    int `json:"recovery_codes_left"`
		}](ada.Get("/api/v1/me/second-factor").Want(t, 200))
	}
	if s := state(); !s.Enabled || s.Left != 8 {
		t.Errorf("the state: %+v", s)
	}
	fresh := testkit.Decode[struct {
		Codes []string `json:"recovery_codes"`
	}](ada.Post("/api/v1/me/second-factor/recovery-codes", testkit.Object{"current_password": testkit.Password}).Want(t, 200)).Codes
	signIn(srv.Anonymous(), "ada", app.Recovery[5]).WantProblem(t, 401, "invalid_credentials")
	signIn(srv.Anonymous(), "ada", fresh[0]).Want(t, 200)
	logs := srv.Logs()
	for _, secret := range append([]string{app.Secret}, app.Recovery...) {
		if strings.Contains(logs, secret) {
			t.Error("a secret of the second factor stands in the log")
		}
	}
}

func TestTheSecondFactorIsSwitchedOffByThePasswordOrByAnAdmin(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, admin, ben := srv.SignUp("owner"), srv.SignUp("admin"), srv.SignUp("ben")
	owner.Govern(admin.User.ID, testkit.Object{"role": "admin"}).Want(t, 200)
	ben.EnableSecondFactor()
	ben.Post("/api/v1/me/second-factor", testkit.Object{"current_password": testkit.Password}).WantProblem(t, 409, "conflict")
	ben.Post("/api/v1/me/second-factor/disable", testkit.Object{"current_password": "wrong, wrong"}).WantProblem(t, 401, "invalid_credentials")
	signIn(srv.Anonymous(), "ben", "").WantProblem(t, 401, "second_factor_required")
	ben.Post("/api/v1/me/second-factor/disable", testkit.Object{"current_password": testkit.Password}).Want(t, 204)
	srv.Login("ben")

	ben.EnableSecondFactor()
	owner.EnableSecondFactor()
	srv.SignUp("cyd").Delete("/api/v1/users/"+ben.User.ID+"/second-factor").WantProblem(t, 403, "forbidden")
	admin.Delete("/api/v1/users/"+owner.User.ID+"/second-factor").WantProblem(t, 403, "forbidden")
	admin.Delete("/api/v1/users/"+ben.User.ID+"/second-factor").Want(t, 204)
	srv.Login("ben")
	signIn(srv.Anonymous(), "owner", "").WantProblem(t, 401, "second_factor_required")
}

// TestBetweenTheTwoStepsNobodyIsSignedIn goes through the forms, without scripts, and tries every transport on the way.
func TestBetweenTheTwoStepsNobodyIsSignedIn(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	app := srv.SignUp("ada").EnableSecondFactor()
	browser := srv.Anonymous().With("Origin", srv.URL).With("Sec-Fetch-Site", "same-origin")
	first := submit(browser, "/login", formWith(t, browser.Get("/login?next=/settings"), "password"),
		map[string]string{"username": "ada", "password": testkit.Password}).Want(t, http.StatusSeeOther)
	if to := first.Header.Get("Location"); to != "/login/code?next=%2Fsettings" {
		t.Fatalf("the first step leads to %q", to)
	}
	ticket := ""
	for _, k := range (&http.Response{Header: first.Header}).Cookies() {
		if k.Name == "parley_pending" && k.HttpOnly && k.SameSite == http.SameSiteLaxMode {
			ticket = k.Value
		}
		if k.Name == "parley" {
			t.Error("the first step gives a session")
		}
	}
	if ticket == "" {
		t.Fatalf("no ticket: %v", first.Header.Values("Set-Cookie"))
	}
	forger := srv.Anonymous()
	forger.SetCookie(ticket) // as if the ticket were a session
	for name, c := range map[string]*testkit.Client{"the browser": browser, "the ticket as a session": forger, "the ticket as a token": forger.Bearer(ticket)} {
		if r := c.Get("/api/v1/me"); r.Status != 401 {
			t.Errorf("%s: /me %d", name, r.Status)
		}
		if _, res, err := c.TryDial(testkit.Dialing{}); err == nil || res == nil || res.StatusCode != 401 {
			t.Errorf("%s: a socket: %v", name, err)
		}
		for _, accept := range []string{"text/event-stream", "application/json"} {
			if r := c.With("Accept", accept).Get("/api/v1/events"); r.Status != 401 {
				t.Errorf("%s: %s: %d", name, accept, r.Status)
			}
		}
		if r := c.Get("/"); r.Status == 200 {
			t.Errorf("%s: the rooms' page", name)
		}
	}
	page := formWith(t, browser.Get("/login/code?next=/settings"), "code")
	refused := submit(browser, "/login/code", page, map[string]string{"code": "000000"}).Want(t, 401)
	if !strings.Contains(string(refused.Body), `name="code"`) {
		t.Error("a wrong code does not ask again")
	}
	done := submit(browser, "/login/code", page, map[string]string{"code": app.Code(t, 1)}).Want(t, http.StatusSeeOther)
	if to := done.Header.Get("Location"); to != "/settings" || browser.Cookie() == "" {
		t.Errorf("the second step leads to %q, with the cookie %q", to, browser.Cookie())
	}
	browser.Get("/api/v1/me").Want(t, 200)
	again := srv.Anonymous().With("Cookie", "parley_pending="+ticket).Post("/login/code", testkit.Raw{Type: "application/x-www-form-urlencoded", Body: "code=" + app.Recovery[0]})
	if again.Status != http.StatusSeeOther || again.Header.Get("Location") != "/login" {
		t.Errorf("the ticket a second time: %d to %q", again.Status, again.Header.Get("Location"))
	}
}

// TestSwitchingItOnWorksWithoutScripts scans nothing: the secret stands beside the QR code.
func TestSwitchingItOnWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	const path = "/settings/second-factor"
	begun := submit(ada, path, formWith(t, ada.Get(path), "current_password"), map[string]string{"current_password": testkit.Password})
	confirm := formWith(t, begun, "code")
	if !strings.Contains(string(begun.Body), `<svg class="qr"`) {
		t.Error("no QR code")
	}
	app := testkit.Authenticator{Secret: confirm.values.Get("secret")}
	wrong := submit(ada, path, confirm, map[string]string{"code": "000000"}).Want(t, 401)
	if !strings.Contains(string(wrong.Body), app.Secret) {
		t.Error("beside a wrong code the secret is gone")
	}
	on := submit(ada, path, confirm, map[string]string{"code": app.Code(t, 0)}).Want(t, 200)
	if n := strings.Count(string(on.Body), "<li><code>"); n != 10 {
		t.Errorf("%d recovery codes are shown", n)
	}
	signIn(srv.Anonymous(), "ada", "").WantProblem(t, 401, "second_factor_required")
	off := formWith(t, ada.Get(path), "current_password")
	submit(ada, path, off, map[string]string{"current_password": testkit.Password}).Want(t, http.StatusSeeOther)
	srv.Login("ada")
}

// TestGuessingCodesIsSlowedForTheAccountAndForNobodyElse keeps the limits on. Who gets as far as guessing knows the
// password, so nobody can hold up an account whose password he does not have.
func TestGuessingCodesIsSlowedForTheAccountAndForNobodyElse(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits(), testkit.Args("--trusted-proxies", "127.0.0.1/32"))
	ada := srv.SignUp("ada")
	srv.SignUp("bob")
	app := ada.EnableSecondFactor()
	from := func(i int) *testkit.Client { return srv.Anonymous().With("X-Forwarded-For", ids("203.0.113."+ids(i))) }
	tries := 0
	for i := range 40 { // each from an address of its own
		r := signIn(from(i), "ada", "000000")
		if r.Status == http.StatusTooManyRequests {
			break
		}
		r.WantProblem(t, 401, "invalid_credentials")
		tries++
	}
	if tries > 12 {
		t.Errorf("%d codes were guessed before anybody had to wait", tries)
	}
	signIn(from(100), "ada", app.Code(t, 1)).WantProblem(t, 429, "rate_limited")
	from(101).Post("/api/v1/login", testkit.Object{"username": "bob", "password": testkit.Password}).Want(t, 200)
	ada.Get("/api/v1/me").Want(t, 200)
}
