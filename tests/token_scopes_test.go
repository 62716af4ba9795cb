package tests

import (
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestATokenDoesWhatItsScopesSayAndNoMoreOnEveryTransport(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada") // an owner
	general := ada.General().ID
	open := srv.SignUp("ben").CreateRoom("Lobby", "open").ID
	reader, writer, member, admin := ada.ScopedToken("read"), ada.ScopedToken("write"), ada.ScopedToken("read", "write"), ada.ScopedToken("read", "write", "admin")

	reader.Get("/api/v1/me").Want(t, 200)
	reader.Page(general, "")
	reader.PostMessage(general, "r-1", "x").WantProblem(t, 403, "forbidden")
	reader.Patch("/api/v1/me", testkit.Object{"status": "x"}).WantProblem(t, 403, "forbidden")
	reader.Post("/api/v1/rooms/"+open+"/join", nil).WantProblem(t, 403, "forbidden")
	socket := reader.Connect()
	for _, command := range []testkit.Object{
		{"type": "message.send", "room_id": general, "client_id": "r-2", "text": "x"},
		{"type": "typing", "room_id": general},
		{"type": "read", "room_id": general, "num": 1},
	} {
		ref := socket.NewRef()
		command["ref"] = ref
		socket.Write(command)
		if f := socket.Answer(ref); f.Code != "forbidden" {
			t.Errorf("%s by a reader: %s", command["type"], f.Raw)
		}
	}
	sio := dialSocketIOAs(t, srv, reader.BearerToken())
	for name, arg := range map[string]any{"message": "x", "json": testkit.Object{"a": 1}, "typing": general, "read": testkit.Object{"room": general, "num": 1}, "custom": "x", "join": open} {
		if got := sio.ask(name, arg); !strings.Contains(got, `"forbidden"`) {
			t.Errorf("%s over Socket.IO by a reader: %s", name, got)
		}
	}
	writer.Send(general, "w-1", "written")
	socket.ExpectIn("message.created", general)
	sio.expect("written")

	writer.Get("/api/v1/me").WantProblem(t, 403, "forbidden")
	writer.Get("/api/v1/events").WantProblem(t, 403, "forbidden")
	if _, res, err := writer.TryDial(testkit.Dialing{}); err == nil || res == nil || res.StatusCode != 403 {
		t.Errorf("a socket of who may not read: %v", err)
	}
	nobody := srv.Anonymous()
	q := openSocketIO(t, nobody)
	postPacket(t, nobody, q, `40{"token":"`+writer.BearerToken()+`"}`).Want(t, 200)
	if got := string(nobody.Get(q).Want(t, 200).Body); !strings.Contains(got, "not authorized") {
		t.Errorf("Socket.IO for who may not read: %s", got)
	}

	member.Post("/api/v1/invites", testkit.Object{}).WantProblem(t, 403, "forbidden")
	member.Patch("/api/v1/rooms/"+open, testkit.Object{"topic": "x"}).WantProblem(t, 403, "not_a_member")
	admin.Invite(testkit.Object{})
	admin.Patch("/api/v1/rooms/"+open, testkit.Object{"topic": "x"}).Want(t, 200)
	for _, token := range []*testkit.Client{reader, writer, member, admin, ada.Token("all")} {
		token.Post("/api/v1/me/tokens", testkit.Object{"name": "more"}).WantProblem(t, 403, "forbidden")
		token.Delete("/api/v1/me/sessions").WantProblem(t, 403, "forbidden")
		token.Post("/settings/tokens", testkit.Raw{Type: "application/x-www-form-urlencoded", Body: "name=more"}).Want(t, 403)
	}
	ada.Post("/api/v1/me/tokens", testkit.Object{"name": "x", "scopes": []string{"everything"}}).WantProblem(t, 400, "validation_failed")
}

func TestATokenEndsAtItsTime(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	ends := time.Now().Add(2 * time.Second).UTC().Format(time.RFC3339Nano)
	ada.Post("/api/v1/me/tokens", testkit.Object{"name": "x", "expires_at": "2020-01-01T00:00:00.000Z"}).WantProblem(t, 400, "validation_failed")
	made := testkit.Decode[struct {
		Token     string
		Scopes    []string
		ExpiresAt string `json:"expires_at"`
	}](ada.Post("/api/v1/me/tokens", testkit.Object{"name": "brief", "expires_at": ends}).Want(t, 201))
	if !rfc3339.MatchString(made.ExpiresAt) || len(made.Scopes) != 3 {
		t.Errorf("made %+v", made)
	}
	brief := ada.Bearer(made.Token)
	brief.Get("/api/v1/me").Want(t, 200)
	testkit.Eventually(t, "it has ended", func() bool { return brief.Get("/api/v1/me").Status == 401 })
	if _, res, err := brief.TryDial(testkit.Dialing{}); err == nil || res == nil || res.StatusCode != 401 {
		t.Errorf("a socket afterwards: %v", err)
	}
}

func TestSigningOutEverywhereElseKeepsThisOneAndTokens(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	one, two := srv.Login("ada"), srv.Login("ada")
	script := ada.Token("script")
	closes, stays, scripts := one.Connect(), ada.Connect(), script.Connect()
	f := formWith(t, ada.Get("/settings"), "current_password") // the page is there; its button is a form of its own
	f.action, f.method = "/settings/sessions/end-others", "POST"
	submit(ada, "/settings", f, nil).Want(t, 303)
	if code := closes.WaitClosed(promptly); code != 4401 {
		t.Errorf("closed with %d", code)
	}
	for _, c := range []*testkit.Client{one, two} {
		c.Get("/api/v1/me").WantProblem(t, 401, "")
	}
	stays.Fence()
	scripts.Fence()
	if n := len(ada.Sessions()); n != 1 {
		t.Errorf("%d sessions are left", n)
	}
}
