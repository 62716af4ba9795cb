package tests

import (
	"net/http"
	"testing"

	"parley/tests/testkit"
)

func TestWhoeverIsSwitchedOffIsGoneAndWhatHeSaidStays(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	m := bob.Send(general, "b-1", "I was here")
	script := bob.Token("script")
	link := resetCode(ada.Post("/api/v1/users/"+bob.User.ID+"/reset-link", nil).Want(t, 201))
	cookie := bob.Cookie()

	off := testkit.Decode[struct {
		User struct{ Disabled bool }
	}](ada.Govern(bob.User.ID, testkit.Object{"disabled": true}).Want(t, 200))
	if !off.User.Disabled {
		t.Error("the answer does not say so")
	}
	for name, c := range map[string]*testkit.Client{"the session": bob, "the token": script} {
		if r := c.Get("/api/v1/me"); r.Status != 401 {
			t.Errorf("%s: %d", name, r.Status)
		}
	}
	right := srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "bob", "password": testkit.Password})
	wrong := srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "bob", "password": "wrong, wrong"})
	if right.Status != 401 || string(right.Body) != string(wrong.Body) {
		t.Errorf("his right password: %d %s; a wrong one: %s", right.Status, right.Body, wrong.Body)
	}
	srv.Anonymous().Post("/api/v1/reset", testkit.Object{"code": link, "new_password": "a brand new secret"}).WantProblem(t, 404, "not_found")
	ada.OpenDirect(bob.User.ID).Want(t, 400)
	if got := ada.History(general); len(got) != 1 || got[0].ID != m.ID || got[0].Text != "I was here" || got[0].Sender.Username != "bob" {
		t.Errorf("what is left of him: %+v", got)
	}

	ada.Govern(bob.User.ID, testkit.Object{"disabled": false}).Want(t, 200)
	stale := srv.Anonymous()
	stale.SetCookie(cookie)
	stale.Get("/api/v1/me").WantProblem(t, 401, "") // what was ended stays ended
	script.Get("/api/v1/me").WantProblem(t, 401, "")
	srv.Anonymous().Post("/api/v1/reset", testkit.Object{"code": link, "new_password": "a brand new secret"}).WantProblem(t, 404, "not_found")
	back := srv.Login("bob")
	back.Send(general, "b-2", "I am back")
	if again := back.PostMessage(general, "b-1", "I was here").Want(t, http.StatusOK); testkit.MessageOf(again).ID != m.ID {
		t.Error("his old message is another's now")
	}
}

func TestRolesAreChangedByThoseWhoMayAndOneOwnerStays(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner, admin, member, other := srv.SignUp("owner"), srv.SignUp("admin"), srv.SignUp("member"), srv.SignUp("other")
	owner.Govern(admin.User.ID, testkit.Object{"role": "admin"}).Want(t, 200)
	for _, c := range []struct {
		name   string
		by     *testkit.Client
		whom   *testkit.Client
		change testkit.Object
		status int
	}{
		{"a member makes nobody a guest", member, other, testkit.Object{"role": "guest"}, 403},
		{"a member does not make himself an admin", member, member, testkit.Object{"role": "admin"}, 403},
		{"a member switches nobody off", member, other, testkit.Object{"disabled": true}, 403},
		{"an admin makes a member a guest", admin, other, testkit.Object{"role": "guest"}, 200},
		{"and a member again", admin, other, testkit.Object{"role": "member"}, 200},
		{"an admin makes no admins", admin, other, testkit.Object{"role": "admin"}, 403},
		{"an admin makes no owners, not himself either", admin, admin, testkit.Object{"role": "owner"}, 403},
		{"an admin does not touch the owner", admin, owner, testkit.Object{"role": "member"}, 403},
		{"an admin does not switch the owner off", admin, owner, testkit.Object{"disabled": true}, 403},
		{"the last owner stays one", owner, owner, testkit.Object{"role": "admin"}, 409},
		{"nobody switches himself off", owner, owner, testkit.Object{"disabled": true}, 403},
		{"nobody becomes a bot", owner, other, testkit.Object{"role": "bot"}, 400},
		{"nobody becomes what there is not", owner, other, testkit.Object{"role": "king"}, 400},
		{"an owner makes an owner", owner, member, testkit.Object{"role": "owner"}, 200},
		{"of two owners one may step down", owner, owner, testkit.Object{"role": "member"}, 200},
		{"and has no say from then on", owner, other, testkit.Object{"role": "guest"}, 403},
		{"the other one is the last", member, member, testkit.Object{"role": "guest"}, 409},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := c.by.On(t).Govern(c.whom.User.ID, c.change); r.Status != c.status {
				t.Errorf("%d, want %d: %s", r.Status, c.status, r.Body)
			}
		})
	}
}

func TestOfTwoOwnersWhoDemoteEachOtherOneStays(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	a, b := srv.SignUp("ada"), srv.SignUp("bob")
	for range 5 {
		a.Govern(b.User.ID, testkit.Object{"role": "owner"}).Want(t, 200)
		both := []*testkit.Client{a, b}
		statuses := atOnce(2, func(i int) int {
			r, err := both[i].Try(t.Context(), http.MethodPatch, "/api/v1/users/"+both[1-i].User.ID, testkit.Object{"role": "member"})
			if err != nil {
				t.Error(err)
			}
			return r.Status
		})
		if count(statuses, 200) != 1 {
			t.Fatalf("the two demotions were answered %v, want one 200", statuses)
		}
		if statuses[1] == 200 {
			a, b = b, a
		}
	}
}

func resetCode(r testkit.Reply) string {
	return testkit.Decode[struct{ Code string }](r).Code
}
