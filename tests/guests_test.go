package tests

import (
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// guestTown is a server with a guest in one private room, and things that are none of his business.
type guestTown struct {
	srv           *testkit.Server
	ada, ben, gus *testkit.Client // owner; a member who shares no room with the guest; the guest
	room, open    string          // the guest's room; an open room that he is not in
	said          testkit.Message // in the open room
}

func newGuestTown(t *testing.T) guestTown {
	t.Helper()
	srv := testkit.Start(t)
	g := guestTown{srv: srv, ada: srv.SignUp("ada"), ben: srv.SignUp("ben")}
	g.room, g.open = g.ada.CreateRoom("With guests", "private").ID, g.ben.CreateRoom("Lobby", "open").ID
	g.said = g.ben.Send(g.open, "said", "zanzibar in the lobby")
	g.gus = srv.Join("gus", g.ada.Invite(testkit.Object{"role": "guest", "room_ids": []string{g.room}}).Code)
	return g
}

func TestAGuestSeesTheRoomsHeIsInAndNoOther(t *testing.T) {
	t.Parallel()
	g := newGuestTown(t)
	rooms := g.gus.Rooms()
	if len(rooms) != 1 || rooms[0].ID != g.room {
		t.Fatalf("his rooms: %+v", rooms)
	}
	browsed := testkit.Decode[struct{ Rooms []testkit.Room }](g.gus.Get("/api/v1/rooms?browse=1").Want(t, 200)).Rooms
	if slices.ContainsFunc(browsed, func(r testkit.Room) bool { return r.ID != g.room }) {
		t.Errorf("he finds %+v", browsed)
	}
	for _, ask := range []struct{ method, path string }{
		{"GET", "/api/v1/rooms/" + g.open},
		{"GET", "/api/v1/rooms/" + g.open + "/messages"},
		{"GET", "/api/v1/rooms/" + g.open + "/changes"},
		{"GET", "/api/v1/rooms/" + g.open + "/members"},
		{"GET", "/api/v1/rooms/" + g.open + "/pins"},
		{"POST", "/api/v1/rooms/" + g.open + "/join"},
		{"GET", "/api/v1/threads/" + g.said.ID},
		{"GET", "/api/v1/messages/" + g.said.ID + "/revisions"},
		{"PUT", "/api/v1/messages/" + g.said.ID + "/pin"},
		{"PUT", "/api/v1/me/saved/" + g.said.ID},
	} {
		there, nowhere := g.gus.Do(ask.method, ask.path, nil), g.gus.Do(ask.method, strings.NewReplacer(g.open, "12345", g.said.ID, "12345").Replace(ask.path), nil)
		if there.Status != 404 || there.Status != nowhere.Status || string(there.Body) != string(nowhere.Body) {
			t.Errorf("%s %s: %d, and %d where there is nothing: %s, %s", ask.method, ask.path, there.Status, nowhere.Status, there.Body, nowhere.Body)
		}
	}
	g.gus.Post("/api/v1/rooms", testkit.Object{"name": "Mine"}).WantProblem(t, 403, "forbidden")
	g.gus.Get("/rooms/"+g.open).Want(t, 404)
	for _, q := range []string{"zanzibar", "zanzibar in:Lobby", "from:ben", "in:" + g.open} {
		if found := g.gus.Search("q=" + testkit.Query(q)).Results; len(found) != 0 {
			t.Errorf("a search for %q finds %+v", q, found)
		}
	}
	if found := g.ada.Search("q=zanzibar").Results; len(found) != 1 {
		t.Errorf("a member who is not in the open room finds %d", len(found))
	}
	g.gus.Send(g.room, "g-1", "Hello")
}

func TestAGuestKnowsThePeopleOfHisRoomsAndNoOthers(t *testing.T) {
	t.Parallel()
	g := newGuestTown(t)
	people := func(q string) []string {
		page := testkit.Decode[struct{ Users []testkit.User }](g.gus.Get("/api/v1/users?q="+q).Want(t, 200))
		var names []string
		for _, u := range page.Users {
			names = append(names, u.Username)
		}
		return names
	}
	if got := people(""); !slices.Equal(got, []string{"ada", "gus"}) {
		t.Errorf("he knows %v", got)
	}
	if got := people("be"); len(got) != 0 {
		t.Errorf("completion offers %v", got)
	}
	stranger, nobody := g.gus.Get("/api/v1/users/"+g.ben.User.ID), g.gus.Get("/api/v1/users/12345")
	if stranger.Status != 404 || string(stranger.Body) != string(nobody.Body) {
		t.Errorf("a stranger: %d %s; nobody: %s", stranger.Status, stranger.Body, nobody.Body)
	}
	g.gus.Get("/api/v1/users/"+g.ada.User.ID).Want(t, 200)
	hidden, madeUp := g.gus.OpenDirect(g.ben.User.ID), g.gus.OpenDirect("12345")
	if hidden.Status != 400 || string(hidden.Body) != string(madeUp.Body) {
		t.Errorf("a direct room with a stranger: %d %s; with nobody: %s", hidden.Status, hidden.Body, madeUp.Body)
	}
	g.gus.OpenDirect(g.ada.User.ID).Want(t, 201)
	g.gus.Put("/api/v1/rooms/"+g.room+"/members/"+g.ben.User.ID, nil).WantProblem(t, 403, "forbidden")

	g.ada.AddMember(g.room, g.ben.User.ID)
	if got := people("be"); !slices.Equal(got, []string{"ben"}) {
		t.Errorf("ben is in his room, and completion offers %v", got)
	}
	g.ada.RemoveMember(g.room, g.ben.User.ID)
	if got := people("be"); len(got) != 0 {
		t.Errorf("ben has left his room, and completion offers %v", got)
	}
}

// TestAGuestCannotFindOutByNamingThemWhoElseThereIs goes through what takes a name or an id of somebody and might tell
// whether there is such an account.
func TestAGuestCannotFindOutByNamingThemWhoElseThereIs(t *testing.T) {
	t.Parallel()
	g := newGuestTown(t)
	stranger, nobody := g.gus.Put("/api/v1/me/blocks/"+g.ben.User.ID, nil), g.gus.Put("/api/v1/me/blocks/12345", nil)
	if stranger.Status != 404 || string(stranger.Body) != string(nobody.Body) {
		t.Errorf("blocking a stranger: %d %s; nobody: %s", stranger.Status, stranger.Body, nobody.Body)
	}
	if got := string(g.gus.Get("/api/v1/me/blocks").Want(t, 200).Body); strings.Contains(got, "ben") {
		t.Errorf("the blocked: %s", got)
	}
	for _, name := range []string{"ben", "been"} {
		sent := g.gus.PostMessage(g.room, "named-"+name, "hello @"+name).Want(t, 201)
		edited := g.gus.Patch("/api/v1/messages/"+testkit.MessageOf(g.gus.PostMessage(g.room, "edited-"+name, "x").Want(t, 201)).ID, testkit.Object{"text": "hello @" + name}).Want(t, 200)
		preview := g.gus.Post("/api/v1/rooms/"+g.room+"/preview", testkit.Object{"text": "hello @" + name}).Want(t, 200)
		for what, reply := range map[string]testkit.Reply{"a message": sent, "an edit": edited, "a preview": preview} {
			if body := string(reply.Body); strings.Contains(body, "data-user-id") || strings.Contains(body, "user_ids") || strings.Contains(body, `"notifies":1`) {
				t.Errorf("%s that names %s tells: %s", what, name, body)
			}
		}
	}
	if body := string(g.gus.PostMessage(g.room, "named-ada", "hello @ada").Want(t, 201).Body); !strings.Contains(body, "data-user-id") {
		t.Errorf("somebody of his room is not mentioned: %s", body)
	}
	if body := string(g.ada.PostMessage(g.room, "named-by-ada", "hello @ben").Want(t, 201).Body); !strings.Contains(body, "data-user-id") {
		t.Errorf("a member's mention is none: %s", body)
	}
	g.gus.Put("/api/v1/me/blocks/"+g.ada.User.ID, nil).Want(t, 204)
}

func TestAGuestHearsHisRoomsAndNoOtherOnEveryTransport(t *testing.T) {
	t.Parallel()
	g := newGuestTown(t)
	socket := g.gus.Dial()
	hello := socket.Hello("", map[string]int64{g.open: 0})
	if len(hello.Rooms) != 1 {
		t.Errorf("hello names %+v", hello.Rooms)
	}
	socket.ExpectIn("room.removed", g.open)
	stream, cursor := g.gus.Stream("", ""), g.gus.Poll("", 0).Cursor
	sio := dialSocketIO(t, g.srv, g.gus)
	for _, name := range []string{"Lobby", g.open, "general"} {
		if got := sio.ask("join", name); !strings.Contains(got, `"not_found"`) {
			t.Errorf("join %s: %s", name, got)
		}
	}
	if got := sio.ask("join", g.room); !strings.Contains(got, `"ok":true`) {
		t.Fatalf("join his own: %s", got)
	}
	for _, kind := range []string{"typing", "open", "read"} {
		ref := socket.NewRef()
		socket.Write(testkit.Object{"type": kind, "room_id": g.open, "num": 1, "ref": ref})
		if f := socket.Answer(ref); f.Code != "not_found" {
			t.Errorf("%s: %s", kind, f.Raw)
		}
	}
	if f := socket.Say(g.open, "no", "let me in"); f.Code != "not_found" {
		t.Errorf("a send: %s", f.Raw)
	}
	g.ben.Send(g.open, "secret", "zanzibar, not for guests")
	g.ada.Send(g.room, "marker", "for guests")
	socket.Await("the marker", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == "marker" })
	testkit.Eventually(t, "the stream has the marker", func() bool { return mentions(stream.All(), "marker") })
	polled := g.gus.Poll(cursor, 5)
	sio.expect("for guests")
	leaked := mentions(stream.All(), "zanzibar") || strings.Contains(sio.transcript(), "zanzibar") ||
		len(socket.Frames(func(f testkit.Frame) bool { return strings.Contains(string(f.Raw), "zanzibar") })) > 0
	for _, f := range polled.Events {
		leaked = leaked || strings.Contains(string(f.Raw), "zanzibar")
	}
	if leaked {
		t.Errorf("the open room reached the guest:\n%s\n%s", socket.Transcript(), sio.transcript())
	}
}

func mentions(events []testkit.StreamEvent, word string) bool {
	return slices.ContainsFunc(events, func(e testkit.StreamEvent) bool { return strings.Contains(string(e.Raw), word) })
}

func TestABotSpeaksByItsTokenAloneAndInItsRoomsAlone(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, ben := srv.SignUp("ada"), srv.SignUp("ben")
	room := ada.CreateRoom("Builds", "private").ID
	ben.Post("/api/v1/bots", testkit.Object{"username": "robby"}).WantProblem(t, 403, "forbidden")
	type made struct {
		User  testkit.User
		Token struct{ ID, Token string }
	}
	m := testkit.Decode[made](ada.Post("/api/v1/bots", testkit.Object{"username": "robby", "room_ids": []string{room}}).Want(t, 201))
	if m.User.Role != "bot" || m.Token.Token == "" {
		t.Fatalf("made %+v", m)
	}
	bot := ada.Bearer(m.Token.Token)
	bot.Send(room, "b-1", "The build is green")
	if rooms := bot.Rooms(); len(rooms) != 1 || rooms[0].ID != room {
		t.Errorf("its rooms: %+v", rooms)
	}
	bot.PostMessage(ada.General().ID, "b-2", "x").WantProblem(t, 404, "not_found")
	bot.Post("/api/v1/rooms", testkit.Object{"name": "Its own"}).WantProblem(t, 403, "forbidden")
	for _, password := range []string{"", testkit.Password} {
		srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "robby", "password": password}).WantProblem(t, 401, "invalid_credentials")
	}
	ada.Post("/api/v1/users/"+m.User.ID+"/reset-link", nil).WantProblem(t, 403, "forbidden")

	socket := bot.Connect()
	fresh := testkit.Decode[struct{ Token string }](ada.Post("/api/v1/bots/"+m.User.ID+"/token", nil).Want(t, 201)).Token
	if code := socket.WaitClosed(promptly); code != 4401 {
		t.Errorf("the old token's socket closed with %d", code)
	}
	bot.Get("/api/v1/me").WantProblem(t, 401, "")
	ada.Bearer(fresh).Get("/api/v1/me").Want(t, 200)
}
