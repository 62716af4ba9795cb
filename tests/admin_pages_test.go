package tests

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// sendForm posts a form as a browser without scripts does.
func sendForm(c *testkit.Client, path string, pairs ...string) testkit.Reply {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return c.Post(path, testkit.Raw{Type: "application/x-www-form-urlencoded", Body: v.Encode()})
}

func TestAdministrationIsForAdministratorsAlone(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	for _, path := range []string{"/admin", "/admin/people", "/admin/people/" + owner.User.ID, "/admin/rooms", "/admin/audit", "/admin/audit.csv"} {
		owner.Get(path).Want(t, http.StatusOK)
		bob.Get(path).Want(t, http.StatusForbidden)
		if to := srv.Anonymous().Get(path).Want(t, http.StatusSeeOther).Header.Get("Location"); !strings.HasPrefix(to, "/login?next=") {
			t.Errorf("%s sends a stranger to %s", path, to)
		}
	}
	sendForm(owner, "/admin/people/"+bob.User.ID+"/role", "role", "admin").Want(t, http.StatusSeeOther)
	bob.Get("/admin/people").Want(t, http.StatusOK)
	// An admin does nothing to the owner.
	page := string(bob.Get("/admin/people/"+owner.User.ID).Want(t, http.StatusOK).Body)
	if strings.Contains(page, "/deactivate") || strings.Contains(page, "/role") {
		t.Error("an admin is offered power over the owner")
	}
	sendForm(bob, "/admin/people/"+owner.User.ID+"/deactivate").Want(t, http.StatusForbidden)
	sendForm(bob, "/admin/people/"+owner.User.ID+"/role", "role", "member").Want(t, http.StatusForbidden)
	sendForm(owner, "/admin/people/"+owner.User.ID+"/deactivate").Want(t, http.StatusForbidden)
	sendForm(owner, "/admin/people/"+bob.User.ID+"/role", "role", "member").Want(t, http.StatusSeeOther)
	bob.Get("/admin").Want(t, http.StatusForbidden)
}

func TestAccountsAreLookedAfterInTheBrowser(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	bob.Patch("/api/v1/me", testkit.Object{"display_name": "Robert <b>Tables</b>", "email": "bob@example.org"}).Want(t, http.StatusOK)
	for q, found := range map[string]bool{"bob": true, "tables": true, "BOB@EXAMPLE": true, "%": false, "zzz": false} {
		page := string(owner.Get("/admin/people?q="+url.QueryEscape(q)).Want(t, http.StatusOK).Body)
		if strings.Contains(page, "/admin/people/"+bob.User.ID) != found {
			t.Errorf("searching for %q: found is %t, want %t", q, !found, found)
		}
		if strings.Contains(page, "<b>Tables") {
			t.Error("a display name is markup on the page")
		}
	}
	at := "/admin/people/" + bob.User.ID
	socket := bob.Connect()
	sendForm(owner, at+"/sign-out").Want(t, http.StatusSeeOther)
	socket.ExpectClose(4401)
	bob.Get("/api/v1/me").Want(t, http.StatusUnauthorized)

	made := string(sendForm(owner, at+"/reset-link").Want(t, http.StatusCreated).Body)
	link := regexp.MustCompile(`/reset/[\w-]+`).FindString(made)
	if link == "" {
		t.Fatal("the page shows no link")
	}
	sendForm(srv.Anonymous(), link, "new_password", "another good password")
	bob = srv.LoginWith("bob", "another good password")

	sendForm(owner, at+"/deactivate").Want(t, http.StatusSeeOther)
	bob.Get("/api/v1/me").Want(t, http.StatusUnauthorized)
	if page := string(owner.Get("/admin/people?q=bob").Body); !strings.Contains(page, "switched off") {
		t.Error("the list does not say that the account is off")
	}
	sendForm(owner, at+"/reactivate").Want(t, http.StatusSeeOther)
	srv.LoginWith("bob", "another good password")
}

func TestEverybodyIsSignedOutButWhoAsked(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	other, script := srv.Login("owner"), bob.Token("script")
	socket := bob.Connect()
	sendForm(owner, "/admin/sign-out-everybody").Want(t, http.StatusBadRequest)
	bob.Get("/api/v1/me").Want(t, http.StatusOK)
	sendForm(owner, "/admin/sign-out-everybody", "sure", "yes").Want(t, http.StatusSeeOther)
	socket.ExpectClose(4401)
	bob.Get("/api/v1/me").Want(t, http.StatusUnauthorized)
	other.Get("/api/v1/me").Want(t, http.StatusUnauthorized)
	owner.Get("/api/v1/me").Want(t, http.StatusOK)
	script.Get("/api/v1/me").Want(t, http.StatusOK)
}

func TestRulesHoldFromTheMomentTheyAreSaved(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	signUp := func(name string) testkit.Reply {
		return srv.Anonymous().Post("/api/v1/signup", testkit.Object{"username": name, "password": testkit.Password})
	}
	sendForm(owner, "/admin/rules", "signup", "closed", "rooms", "admins").Want(t, http.StatusSeeOther)
	signUp("cyd").WantProblem(t, http.StatusForbidden, "signup_closed")
	bob.Post("/api/v1/rooms", testkit.Object{"name": "His"}).WantProblem(t, http.StatusForbidden, "forbidden")
	bob.Post("/api/v1/rooms/direct", testkit.Object{"user_ids": []string{owner.User.ID}}).Want(t, http.StatusCreated)
	owner.CreateRoom("Hers", "open")
	srv.Restart()
	signUp("cyd").WantProblem(t, http.StatusForbidden, "signup_closed")
	sendForm(owner, "/admin/rules", "signup", "open", "rooms", "everybody").Want(t, http.StatusSeeOther)
	signUp("cyd").Want(t, http.StatusCreated)
	bob.CreateRoom("His", "open")
	sendForm(owner, "/admin/rules", "signup", "everybody").Want(t, http.StatusBadRequest)
	sendForm(owner, "/admin/rules", "rooms", "nobody").Want(t, http.StatusBadRequest)
}

func TestASignUpModeSaidAtTheStartCounts(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Args("--signup", "open"))
	owner := srv.SignUp("owner")
	if page := string(owner.Get("/admin").Want(t, http.StatusOK).Body); !strings.Contains(page, "--signup") {
		t.Error("the page does not say why there is nothing to choose")
	}
	sendForm(owner, "/admin/rules", "signup", "closed").Want(t, http.StatusConflict)
	srv.SignUp("bob")
}

func TestRoomsAreArchivedWithoutTellingOfPrivateOnes(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	open := bob.CreateRoom("Kitchen", "open").ID
	bob.CreateRoom("xqsecret", "private")
	for _, path := range []string{"/admin", "/admin/rooms", "/admin/audit", "/admin/audit.csv"} {
		if page := string(owner.Get(path).Want(t, http.StatusOK).Body); strings.Contains(page, "xqsecret") {
			t.Errorf("%s tells the name of a private room", path)
		}
	}
	if page := string(owner.Get("/admin/rooms").Body); !strings.Contains(page, "1 private room") || !strings.Contains(page, "Kitchen") {
		t.Errorf("the page of rooms says neither how many are private nor which are open: %s", page)
	}
	sendForm(owner, "/admin/rooms/"+open+"/archive").Want(t, http.StatusSeeOther)
	bob.PostMessage(open, "x", "x").WantProblem(t, http.StatusForbidden, "archived")
}

// TestEveryActLeavesALineInTheAuditLog does things and reads the lines from the download.
func TestEveryActLeavesALineInTheAuditLog(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	room := owner.CreateRoom("Kitchen", "open").ID
	owner.AddMember(room, bob.User.ID)
	said := bob.Send(room, "said", "xqtext that nobody else needs to read")
	owner.DeleteMessage(said.ID)
	mute(owner, room, bob, nil).Want(t, http.StatusNoContent)
	unmute(owner, room, bob).Want(t, http.StatusNoContent)
	owner.RemoveMember(room, bob.User.ID)
	owner.Patch("/api/v1/rooms/"+room, testkit.Object{"name": "Bar"}).Want(t, http.StatusOK)
	owner.Delete("/api/v1/rooms/"+room).Want(t, http.StatusOK)
	script := bob.Token("xqscript")
	bob.Delete("/api/v1/me/sessions/1")
	srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "bob", "password": "xqwrong password"}).Want(t, http.StatusUnauthorized)
	bob.Post("/api/v1/me/password", testkit.Object{"current_password": "xqwrong", "new_password": "xqa better password"}).Want(t, http.StatusUnauthorized)
	bob.Post("/api/v1/me/password", testkit.Object{"current_password": testkit.Password, "new_password": "xqa better password"}).Want(t, http.StatusNoContent)
	bob.Post("/api/v1/logout", nil).Want(t, http.StatusNoContent)
	sendForm(owner, "/admin/rules", "rooms", "admins").Want(t, http.StatusSeeOther)
	sendForm(owner, "/admin/sign-out-everybody", "sure", "yes").Want(t, http.StatusSeeOther)

	reply := owner.Get("/admin/audit.csv").Want(t, http.StatusOK)
	if d := reply.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
		t.Errorf("the download comes as %q", d)
	}
	rows, err := csv.NewReader(strings.NewReader(string(reply.Body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, r := range slices.Backward(rows[1:]) {
		actions = append(actions, r[4])
		if r[8] != "127.0.0.1" {
			t.Errorf("%s has the address %q", r[4], r[8])
		}
	}
	want := []string{
		"account.signed_up", "account.signed_up", "room.created", "member.added", "message.deleted", "member.muted", "member.unmuted",
		"member.removed", "room.changed", "room.archived", "token.created", "session.refused", "password.refused", "password.changed",
		"session.ended", "room.policy_changed", "session.everybody_ended", "audit.exported",
	}
	if !slices.Equal(actions, want) {
		t.Errorf("the log says\n%v, want\n%v", actions, want)
	}
	for _, secret := range []string{"xqtext", "xqwrong", "xqa better", script.Cookie()} {
		if secret != "" && strings.Contains(string(reply.Body), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if page := string(sendForm(owner, "/admin/audit/verify").Want(t, http.StatusOK).Body); !strings.Contains(page, "Unbroken: ") {
		t.Error("the log is not found unbroken")
	}
}

// TestTheAuditLogIsFilteredInTheBrowser asks by actor, action and day, and walks the pages.
func TestTheAuditLogIsFilteredInTheBrowser(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	for i := range 120 {
		bob.CreateRoom(ids("Room", i), "open")
	}
	lines := func(query string) int {
		return strings.Count(string(owner.Get("/admin/audit?"+query).Want(t, http.StatusOK).Body), `<span class="act">`)
	}
	today := time.Now().UTC().Format(time.DateOnly)
	for query, want := range map[string]int{
		"": 100, "actor=bob": 100, "actor=%40owner": 1, "actor=nobody": 0, "action=account.signed_up": 2,
		"since=" + today: 100, "till=2020-01-01": 0, "actor=bob&action=account.signed_up&till=" + today: 1,
	} {
		if got := lines(query); got != want {
			t.Errorf("%q shows %d lines, want %d", query, got, want)
		}
	}
	next := regexp.MustCompile(`href="(/admin/audit\?[^"]*before=[^"]*)"`).FindStringSubmatch(string(owner.Get("/admin/audit?actor=bob").Body))
	if next == nil {
		t.Fatal("there is no second page")
	}
	if got := lines(strings.TrimPrefix(strings.ReplaceAll(next[1], "&amp;", "&"), "/admin/audit?")); got != 21 {
		t.Errorf("the second page shows %d lines, want 21", got)
	}
	for _, bad := range []string{"action=everything", "since=yesterday", "before=x"} {
		owner.Get("/admin/audit?"+bad).Want(t, http.StatusBadRequest)
	}
}

// TestADownloadedLogIsNoFormula makes accounts and tokens whose names a spreadsheet would run.
func TestADownloadedLogIsNoFormula(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner := srv.SignUp("owner")
	srv.SignUp("-bob")
	for _, name := range []string{`=HYPERLINK("https://evil.example","x")`, "+1", "-1", "@SUM(A1)"} {
		owner.CreateRoom(name, "open")
	}
	rows, err := csv.NewReader(strings.NewReader(string(owner.Get("/admin/audit.csv").Want(t, http.StatusOK).Body))).ReadAll()
	if err != nil || len(rows) < 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a cell begins as a formula: %q", cell)
			}
		}
	}
	if !slices.ContainsFunc(rows, func(r []string) bool { return strings.HasPrefix(r[3], "'@owner") }) {
		t.Error("no cell was quoted: the test looks in the wrong place")
	}
}
