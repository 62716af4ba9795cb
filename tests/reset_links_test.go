package tests

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestAResetLinkUsedFiftyTimesAtOnceSetsOnePassword(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	code := resetCode(ada.Post("/api/v1/users/"+bob.User.ID+"/reset-link", nil).Want(t, 201))
	password := func(i int) string { return ids("the new password number", i) }
	statuses := atOnce(50, func(i int) int {
		r, err := srv.Anonymous().Try(context.Background(), http.MethodPost, "/api/v1/reset", testkit.Object{"code": code, "new_password": password(i)})
		if err != nil {
			t.Error(err)
		}
		return r.Status
	})
	if count(statuses, 204) != 1 || count(statuses, 404) != 49 {
		t.Fatalf("answered %v, want one 204 and 404 else", statuses)
	}
	for i, status := range statuses {
		if status == 204 {
			srv.LoginWith("bob", password(i))
		}
	}
	bob.Get("/api/v1/me").WantProblem(t, 401, "")
	srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "bob", "password": testkit.Password}).WantProblem(t, 401, "invalid_credentials")
	if strings.Contains(srv.Logs(), code) {
		t.Error("the code stands in the log")
	}
}

func TestAResetLinkLeadsToTheConfiguredAddressWhateverHostWasAsked(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	link := func(c *testkit.Client) string {
		return testkit.Decode[struct{ URL string }](c.Post("/api/v1/users/"+bob.User.ID+"/reset-link", nil).Want(t, 201)).URL
	}
	forged := ada.Token("script").With("Host", "evil.example").With("X-Forwarded-Host", "evil.example").With("Forwarded", "host=evil.example")
	if got := link(forged); !strings.HasPrefix(got, srv.URL+"/reset/") {
		t.Errorf("the link is %q", got)
	}

	far := testkit.Start(t, testkit.Args("--url", "https://team.example"))
	owner := signUpAt(t, far, "owner")
	cyd := signUpAt(t, far, "cyd")
	for _, c := range []*testkit.Client{owner, owner.Token("script").With("Host", "evil.example")} {
		r := c.Post("/api/v1/users/"+cyd.User.ID+"/reset-link", nil).Want(t, 201)
		if got := testkit.Decode[struct{ URL string }](r).URL; !strings.HasPrefix(got, "https://team.example/reset/") {
			t.Errorf("the link is %q", got)
		}
		if got := c.Invite(testkit.Object{}).URL; !strings.HasPrefix(got, "https://team.example/invite/") {
			t.Errorf("the invitation is %q", got)
		}
	}
}

func TestAResetLinkIsForThoseWhoMayAndReplacesTheOneBefore(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, admin, ben := srv.SignUp("owner"), srv.SignUp("admin"), srv.SignUp("ben")
	owner.Govern(admin.User.ID, testkit.Object{"role": "admin"}).Want(t, 200)
	ask := func(by, whom *testkit.Client) testkit.Reply {
		return by.Post("/api/v1/users/"+whom.User.ID+"/reset-link", nil)
	}
	ask(ben, admin).WantProblem(t, 403, "forbidden")
	ask(ben, ben).WantProblem(t, 403, "forbidden")
	ask(admin, owner).WantProblem(t, 403, "forbidden")
	ask(owner, admin).Want(t, 201)
	first, second := resetCode(ask(admin, ben).Want(t, 201)), resetCode(ask(admin, ben).Want(t, 201))
	unknown := srv.Anonymous().Get("/reset/never-made").Want(t, 404)
	if got := srv.Anonymous().Get("/reset/"+first).Want(t, 404); string(got.Body) != string(unknown.Body) {
		t.Error("a link that was replaced is told apart from one that never was")
	}
	use := func(code, password string) testkit.Reply {
		return srv.Anonymous().Post("/api/v1/reset", testkit.Object{"code": code, "new_password": password})
	}
	a, b := use(first, "a brand new secret"), use("never-made", "a brand new secret")
	if a.Status != 404 || string(a.Body) != string(b.Body) {
		t.Errorf("a replaced code: %d %s; one that never was: %s", a.Status, a.Body, b.Body)
	}
	use(second, "short").WantProblem(t, 400, "validation_failed")
	use(second, "password123").WantProblem(t, 400, "validation_failed")
	owner.Govern(admin.User.ID, testkit.Object{"role": "member"}).Want(t, 200)
	use(second, "a brand new secret").WantProblem(t, 404, "not_found") // its maker may make none any more
}

// TestAResetLinkIsVoidOnceTheAccountIsAnotherThanItWasMadeFor is about an admin who keeps a link until its account is worth more.
func TestAResetLinkIsVoidOnceTheAccountIsAnotherThanItWasMadeFor(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, admin, ben, cyd := srv.SignUp("owner"), srv.SignUp("admin"), srv.SignUp("ben"), srv.SignUp("cyd")
	owner.Govern(admin.User.ID, testkit.Object{"role": "admin"}).Want(t, 200)
	link := func(whom *testkit.Client) string {
		return resetCode(admin.Post("/api/v1/users/"+whom.User.ID+"/reset-link", nil).Want(t, 201))
	}
	promoted, changed := link(ben), link(cyd)
	owner.Govern(ben.User.ID, testkit.Object{"role": "owner"}).Want(t, 200)
	cyd.Post("/api/v1/me/password", testkit.Object{"current_password": testkit.Password, "new_password": "chosen by herself"}).Want(t, 204)
	for what, code := range map[string]string{"became an owner": promoted, "chose a new password": changed} {
		srv.Anonymous().Post("/api/v1/reset", testkit.Object{"code": code, "new_password": "the admin's choice"}).Want(t, 404)
		if r := srv.Anonymous().Get("/reset/" + code); r.Status != 404 {
			t.Errorf("the page for somebody who %s: %d", what, r.Status)
		}
	}
	srv.LoginWith("cyd", "chosen by herself")
	srv.Login("ben")
}

func TestChoosingANewPasswordWorksWithoutScriptsAndKeepsTheSecondFactor(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	app := bob.EnableSecondFactor()
	path := "/reset/" + resetCode(ada.Post("/api/v1/users/"+bob.User.ID+"/reset-link", nil).Want(t, 201))
	browser := srv.Anonymous()
	f := formWith(t, browser.Get(path), "new_password")
	if r := submit(browser, path, f, map[string]string{"new_password": "short"}); r.Status != 400 || !strings.Contains(string(r.Body), `name="new_password"`) {
		t.Errorf("a short one: %d", r.Status)
	}
	done := submit(browser, path, f, map[string]string{"new_password": "a brand new secret"}).Want(t, http.StatusSeeOther)
	if to := done.Header.Get("Location"); to != "/login?reset=done" || browser.Cookie() != "" {
		t.Errorf("it leads to %q, with the cookie %q", to, browser.Cookie())
	}
	browser.Get(path).Want(t, 404)
	body := testkit.Object{"username": "bob", "password": "a brand new secret"}
	srv.Anonymous().Post("/api/v1/login", body).WantProblem(t, 401, "second_factor_required")
	body["code"] = app.Recovery[0]
	srv.Anonymous().Post("/api/v1/login", body).Want(t, 200)
}
