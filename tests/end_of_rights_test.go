package tests

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// allEars is one person, listening in one room over every transport that there is.
type allEars struct {
	t      *testing.T
	who    *testkit.Client
	room   string
	socket *testkit.Socket
	stream *testkit.Stream
	sio    *ioPerson
	cursor string // of the long poll
	polled chan testkit.Reply
	seen   int64 // the room's seq that the person has
}

func listenEverywhere(t *testing.T, srv *testkit.Server, who, writer *testkit.Client, room string) *allEars {
	t.Helper()
	e := &allEars{t: t, who: who, room: room, socket: who.Connect(), stream: who.Stream("", ""), polled: make(chan testkit.Reply, 1)}
	e.sio = openIOByCookie(t, srv, who)
	if got := e.sio.ask("join", room); !strings.Contains(got, `"ok":true`) {
		t.Fatalf("joining over Socket.IO: %s", got)
	}
	m := writer.Send(room, ids("before", room), "before it")
	e.socket.ExpectIn("message.created", room)
	testkit.Eventually(t, "the stream hears the room", func() bool { return mentions(e.stream.All(), "before it") })
	e.sio.expect("before it")
	e.seen = m.Seq
	e.cursor = who.Poll("", 0).Cursor
	go func() { // held until something happens
		reply, err := who.Try(t.Context(), http.MethodGet, "/api/v1/events?wait=20&cursor="+testkit.Query(e.cursor), nil)
		if err != nil {
			t.Error(err)
		}
		e.polled <- reply
	}()
	return e
}

// quiet fails where anything came that holds the word.
func (e *allEars) quiet(word string) {
	e.t.Helper()
	if fs := e.socket.Frames(func(f testkit.Frame) bool { return strings.Contains(string(f.Raw), word) }); len(fs) > 0 {
		e.t.Errorf("the socket brought %s", fs[0].Raw)
	}
	if mentions(e.stream.All(), word) {
		e.t.Error("the stream brought it")
	}
	if strings.Contains(e.sio.transcript(), word) {
		e.t.Errorf("Socket.IO brought it:\n%s", e.sio.transcript())
	}
}

// cutOff demands that everything is closed soon, that nothing came after it, and that no transport takes the person back.
func (e *allEars) cutOff(began time.Time, writer *testkit.Client) {
	e.t.Helper()
	if code := e.socket.WaitClosed(promptly); code != 4401 {
		e.t.Errorf("the socket closed with %d, want 4401", code)
	}
	e.stream.ExpectEnd(promptly)
	testkit.EventuallyWithin(e.t, promptly, "Socket.IO ends", e.sio.over)
	if !strings.HasSuffix(e.sio.transcript(), "41") {
		e.t.Errorf("Socket.IO ended without a disconnect:\n%s", e.sio.transcript())
	}
	select {
	case reply := <-e.polled:
		reply.WantProblem(e.t, http.StatusUnauthorized, "")
	case <-time.After(promptly):
		e.t.Fatal("the poll is still held")
	}
	e.t.Logf("all four transports were closed after %v", time.Since(began).Round(time.Millisecond))
	writer.Send(e.room, ids("after", e.room), "after it")
	e.quiet("after it")

	if _, res, err := e.who.TryDial(testkit.Dialing{}); err == nil || res == nil || res.StatusCode != http.StatusUnauthorized {
		e.t.Errorf("the socket's resume: %v, want 401", err)
	}
	for _, accept := range []string{"text/event-stream", "application/json"} {
		e.who.With("Accept", accept).Get("/api/v1/events?cursor="+testkit.Query(e.cursor)).WantProblem(e.t, http.StatusUnauthorized, "")
	}
	q := openSocketIO(e.t, e.who)
	postPacket(e.t, e.who, q, fmt.Sprintf(`40{"since":{"%s":%d}}`, e.room, e.seen)).Want(e.t, http.StatusOK)
	if got := string(e.who.Get(q).Want(e.t, http.StatusOK).Body); !strings.Contains(got, "not authorized") || strings.Contains(got, "after it") {
		e.t.Errorf("Socket.IO's resume: %s", got)
	}
}

// TestTheEndOfASignInIsTheEndOnEveryTransport goes through all that ends somebody's sign-ins.
func TestTheEndOfASignInIsTheEndOnEveryTransport(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for i, c := range []struct {
		name string
		end  func(bob *testkit.Client) testkit.Reply
	}{
		{"signing out", func(bob *testkit.Client) testkit.Reply { return thief(srv, bob).Post("/api/v1/logout", nil) }},
		{"a new password elsewhere", func(bob *testkit.Client) testkit.Reply {
			return srv.Login(bob.User.Username).Post("/api/v1/me/password", testkit.Object{"current_password": testkit.Password, "new_password": "a brand new secret"})
		}},
		{"signing out everywhere else", func(bob *testkit.Client) testkit.Reply {
			return srv.Login(bob.User.Username).Delete("/api/v1/me/sessions")
		}},
		{"being deactivated", func(bob *testkit.Client) testkit.Reply {
			return ada.Govern(bob.User.ID, testkit.Object{"disabled": true})
		}},
		{"being signed out by an admin", func(bob *testkit.Client) testkit.Reply {
			return ada.Delete("/api/v1/users/" + bob.User.ID + "/sessions")
		}},
		{"a reset link being used", func(bob *testkit.Client) testkit.Reply {
			code := resetCode(ada.Post("/api/v1/users/"+bob.User.ID+"/reset-link", nil).Want(t, 201))
			return srv.Anonymous().Post("/api/v1/reset", testkit.Object{"code": code, "new_password": "a brand new secret"})
		}},
		{"a second factor being switched on elsewhere", func(bob *testkit.Client) testkit.Reply {
			other := srv.Login(bob.User.Username)
			other.EnableSecondFactor()
			return other.Get("/api/v1/me")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bob := srv.SignUp(ids("bob", i)).On(t)
			writer := ada.On(t)
			room := writer.CreateRoom(ids("Secret", i), "private").ID
			writer.AddMember(room, bob.User.ID)
			e := listenEverywhere(t, srv, bob, writer, room)
			began := time.Now()
			if r := c.end(bob); r.Status >= 300 {
				t.Fatalf("%d: %s", r.Status, r.Body)
			}
			e.cutOff(began, writer)
		})
	}
}

// thief is somebody with a copy of the client's cookie, whose own the answer does not take away.
func thief(srv *testkit.Server, c *testkit.Client) *testkit.Client {
	copied := srv.Anonymous()
	copied.SetCookie(c.Cookie())
	return copied
}

func TestTheEndOfAMembershipIsTheEndOnEveryTransport(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Secret", "private").ID
	ada.AddMember(room, bob.User.ID)
	e := listenEverywhere(t, srv, bob, ada, room)
	began := time.Now()
	ada.RemoveMember(room, bob.User.ID)
	e.socket.ExpectIn("room.removed", room)
	t.Logf("removed after %v", time.Since(began).Round(time.Millisecond))
	<-e.polled
	ada.Send(room, "after", "after it")
	ada.Send(ada.General().ID, "marker", "everybody hears this")
	e.socket.Await("the marker", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == "marker" })
	testkit.Eventually(t, "the stream goes on", func() bool { return mentions(e.stream.All(), "everybody hears this") })
	e.sio.expect("everybody hears this")
	e.quiet("after it")

	again := bob.Dial()
	again.Hello("", map[string]int64{room: e.seen})
	again.ExpectIn("room.removed", room)
	for _, f := range bob.Poll(e.cursor, 0).Events {
		if strings.Contains(string(f.Raw), "after it") {
			t.Errorf("the poll's resume brings %s", f.Raw)
		}
	}
	if got := e.sio.ask("join", testkit.Object{"room": room, "since": e.seen}); !strings.Contains(got, `"not_found"`) {
		t.Errorf("joining again over Socket.IO: %s", got)
	}
	bob.Get("/api/v1/rooms/"+room+"/changes?since=0").WantProblem(t, 404, "not_found")
}

// TestADemotionHoldsFromItsAnswerOn takes a member's rights and then an admin's, with everything open, and asks at once.
func TestADemotionHoldsFromItsAnswerOn(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	lobby := ada.CreateRoom("Lobby", "open").ID
	ada.Send(lobby, "old", "said before")
	e := listenEverywhere(t, srv, bob, ada, ada.General().ID)
	bob.Page(lobby, "")
	if f := e.socket.Say(lobby, "b-1", "x"); f.Code != "not_a_member" {
		t.Fatalf("a member who has not joined: %s", f.Raw)
	}
	ada.Govern(bob.User.ID, testkit.Object{"role": "guest"}).Want(t, 200)
	bob.Get("/api/v1/rooms/"+lobby+"/messages").WantProblem(t, 404, "not_found")
	bob.Post("/api/v1/rooms/"+lobby+"/join", nil).WantProblem(t, 404, "not_found")
	bob.Post("/api/v1/rooms", testkit.Object{"name": "Mine"}).WantProblem(t, 403, "forbidden")
	if f := e.socket.Say(lobby, "b-2", "x"); f.Code != "not_found" {
		t.Errorf("the socket of a guest: %s", f.Raw)
	}
	for _, name := range []string{"Lobby", lobby} {
		if got := e.sio.ask("join", name); !strings.Contains(got, `"not_found"`) {
			t.Errorf("Socket.IO lets a guest join %s: %s", name, got)
		}
	}
	ada.Send(lobby, "after", "after it")
	ada.Send(ada.General().ID, "marker", "everybody hears this")
	e.socket.Await("the marker", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == "marker" })
	e.sio.expect("everybody hears this")
	e.quiet("after it")
	again := bob.Dial()
	again.Hello("", map[string]int64{lobby: 0})
	again.ExpectIn("room.removed", lobby)

	cyd := srv.SignUp("cyd")
	ada.Govern(cyd.User.ID, testkit.Object{"role": "admin"}).Want(t, 200)
	token := cyd.ScopedToken("read", "write", "admin")
	cyd.Invite(testkit.Object{})
	ada.Govern(cyd.User.ID, testkit.Object{"role": "member"}).Want(t, 200)
	for name, c := range map[string]*testkit.Client{"the session": cyd, "the token": token} {
		if r := c.Post("/api/v1/invites", testkit.Object{}); r.Status != 403 {
			t.Errorf("%s of a former admin invites: %d", name, r.Status)
		}
		if r := c.Govern(bob.User.ID, testkit.Object{"role": "member"}); r.Status != 403 {
			t.Errorf("%s of a former admin makes roles: %d", name, r.Status)
		}
	}
}
