package tests

import (
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestARoomIsMadeFoundJoinedAndLeft(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea & 茶", "open")
	if room.Name != "Tea & 茶" || room.Kind != "open" || room.Me == nil || room.Me.Role != "manager" || !decimal.MatchString(room.ID) {
		t.Errorf("the creator is a manager of the new room: %+v", room)
	}
	browse := func(c *testkit.Client) []testkit.Room {
		return testkit.Decode[struct{ Rooms []testkit.Room }](c.Get("/api/v1/rooms?browse=1").Want(t, 200)).Rooms
	}
	if !names(browse(bob))["Tea & 茶"] || !names(browse(ada))["Tea & 茶"] || names(bob.Rooms())["Tea & 茶"] {
		t.Error("an open room is in everybody's browse list and in its members' own list")
	}
	if r := bob.Room(room.ID); r.Me != nil {
		t.Errorf("a non-member's room has me: %+v", r.Me)
	}
	bob.Get("/api/v1/rooms/"+room.ID+"/messages").Want(t, 200)
	bob.PostMessage(room.ID, "x", "hello").WantProblem(t, 403, "not_a_member")

	joined := bob.Join(room.ID)
	if joined.Me == nil || joined.Me.Role != "member" || !names(bob.Rooms())["Tea & 茶"] {
		t.Errorf("after joining: %+v", joined)
	}
	if again := bob.Join(room.ID); again.Seq != joined.Seq {
		t.Errorf("joining again took a seq: %d after %d", again.Seq, joined.Seq)
	}
	members := ada.Members(room.ID)
	if len(members) != 2 || members[0].JoinedAt == "" {
		t.Errorf("members: %+v", members)
	}
	bob.Send(room.ID, "x", "hello")
	bob.Leave(room.ID)
	head := ada.Room(room.ID).Seq
	bob.Leave(room.ID)
	if again := ada.Room(room.ID).Seq; again != head {
		t.Errorf("leaving again took a seq: %d after %d", again, head)
	}
	bob.PostMessage(room.ID, "y", "hello").WantProblem(t, 403, "not_a_member")
	if names(bob.Rooms())["Tea & 茶"] {
		t.Error("a room that was left is still in the list")
	}
}

func names(rooms []testkit.Room) map[string]bool {
	found := map[string]bool{}
	for _, r := range rooms {
		found[r.Name] = true
	}
	return found
}

func TestRoomNamesAreCheckedAndUniqueAmongOpenRooms(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	create := func(t *testing.T, body testkit.Object) testkit.Reply { return ada.On(t).Post("/api/v1/rooms", body) }
	create(t, testkit.Object{"name": "Caf\u00e9"}).Want(t, 201)
	for _, c := range []struct {
		name   string
		body   testkit.Object
		status int
		code   string
	}{
		{"no name", testkit.Object{}, 422, "validation_failed"},
		{"an empty name", testkit.Object{"name": ""}, 422, "validation_failed"},
		{"white space", testkit.Object{"name": " \u00a0 "}, 422, "validation_failed"},
		{"65 characters", testkit.Object{"name": strings.Repeat("字", 65)}, 422, "validation_failed"},
		{"64 characters", testkit.Object{"name": strings.Repeat("字", 64)}, 201, ""},
		{"NUL", testkit.Object{"name": "a\x00b"}, 400, ""},
		{"the same name", testkit.Object{"name": "Caf\u00e9"}, 409, "room_name_taken"},
		{"in other case", testkit.Object{"name": "CAF\u00c9"}, 409, "room_name_taken"},
		{"in decomposed form", testkit.Object{"name": "Cafe\u0301"}, 409, "room_name_taken"},
		{"general", testkit.Object{"name": "General"}, 409, "room_name_taken"},
		{"a private room may share a name", testkit.Object{"name": "Caf\u00e9", "kind": "private"}, 201, ""},
		{"and so may two of them", testkit.Object{"name": "Caf\u00e9", "kind": "private"}, 201, ""},
		{"an unknown kind", testkit.Object{"name": "Other", "kind": "secret"}, 422, "validation_failed"},
		{"a name that is a number", testkit.Object{"name": 7}, 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := create(t, c.body); c.status < 400 {
				r.Want(t, c.status)
			} else {
				refused(t, r, c.status, c.code)
			}
		})
	}
	t.Run("renaming to a name in use", func(t *testing.T) {
		other := ada.On(t).CreateRoom("Other", "open")
		ada.On(t).Patch("/api/v1/rooms/"+other.ID, testkit.Object{"name": "café"}).WantProblem(t, 409, "room_name_taken")
	})
}

// TestAPrivateRoomOfOthersIsNotThere compares every answer about a private room with the one about an id that never was.
func TestAPrivateRoomOfOthersIsNotThere(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	secret := ada.CreateRoom("Secret", "private")
	m := ada.Send(secret.ID, "1", "psst")
	const nowhere = "4611686018427387000"
	for _, c := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/api/v1/rooms/ROOM", nil},
		{"PATCH", "/api/v1/rooms/ROOM", testkit.Object{"topic": "x"}},
		{"DELETE", "/api/v1/rooms/ROOM", nil},
		{"POST", "/api/v1/rooms/ROOM/join", nil},
		{"POST", "/api/v1/rooms/ROOM/leave", nil},
		{"GET", "/api/v1/rooms/ROOM/members", nil},
		{"PUT", "/api/v1/rooms/ROOM/members/" + bob.User.ID, nil},
		{"DELETE", "/api/v1/rooms/ROOM/members/" + ada.User.ID, nil},
		{"POST", "/api/v1/rooms/ROOM/read", testkit.Object{"num": 1}},
		{"PATCH", "/api/v1/rooms/ROOM/me", testkit.Object{"muted": true}},
		{"GET", "/api/v1/rooms/ROOM/messages", nil},
		{"POST", "/api/v1/rooms/ROOM/messages", testkit.Object{"text": "x", "client_id": "y"}},
		{"GET", "/api/v1/rooms/ROOM/changes?since=0", nil},
		{"PATCH", "/api/v1/messages/MESSAGE", testkit.Object{"text": "x"}},
		{"DELETE", "/api/v1/messages/MESSAGE", nil},
		{"GET", "/api/v1/messages/MESSAGE/revisions", nil},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			ask := func(room, message string) testkit.Reply {
				return bob.On(t).Do(c.method, strings.NewReplacer("ROOM", room, "MESSAGE", message).Replace(c.path), c.body)
			}
			hidden, absent := ask(secret.ID, m.ID), ask(nowhere, nowhere)
			hidden.WantProblem(t, 404, "not_found")
			if string(hidden.Body) != string(absent.Body) {
				t.Errorf("the private room's answer differs from the absent one's:\n%s\n%s", hidden.Body, absent.Body)
			}
		})
	}
	if names(testkit.Decode[struct{ Rooms []testkit.Room }](bob.Get("/api/v1/rooms?browse=1")).Rooms)["Secret"] {
		t.Error("a private room is in the browse list")
	}
}

func TestManagersRunARoomAndMembersDoNot(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("owner")
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room, secret := ada.CreateRoom("Tea", "open"), ada.CreateRoom("Secret", "private")
	bob.Join(room.ID)
	ada.AddMember(secret.ID, bob.User.ID)
	bob.AddMember(room.ID, cyd.User.ID)
	bob.Put("/api/v1/rooms/"+secret.ID+"/members/"+cyd.User.ID, nil).WantProblem(t, 403, "")
	bob.Patch("/api/v1/rooms/"+room.ID, testkit.Object{"topic": "x"}).WantProblem(t, 403, "")
	bob.Delete("/api/v1/rooms/"+room.ID).WantProblem(t, 403, "")
	bob.Delete("/api/v1/rooms/"+room.ID+"/members/"+cyd.User.ID).WantProblem(t, 403, "")
	ada.Put("/api/v1/rooms/"+room.ID+"/members/999999", nil).WantProblem(t, 404, "not_found")
	ada.RemoveMember(room.ID, cyd.User.ID)

	set := testkit.Decode[struct{ Room testkit.Room }](ada.Patch("/api/v1/rooms/"+room.ID, testkit.Object{"topic": "Green & black"}).Want(t, 200)).Room
	if set.Topic != "Green & black" || set.Name != "Tea" {
		t.Errorf("after the patch: %+v", set)
	}
	mine := testkit.Object{"notify": "mentions", "muted": true, "favourite": true}
	bob.Patch("/api/v1/rooms/"+room.ID+"/me", mine).Want(t, 200)
	if me := bob.Room(room.ID).Me; me.Notify != "mentions" || !me.Muted || !me.Favourite {
		t.Errorf("my settings: %+v", me)
	}
	refused(t, bob.Patch("/api/v1/rooms/"+room.ID+"/me", testkit.Object{"notify": "loudly"}), 422, "validation_failed")

	m := bob.Send(room.ID, "1", "before")
	ada.Delete("/api/v1/rooms/"+room.ID).Want(t, http.StatusOK)
	if r := bob.Room(room.ID); !r.Archived {
		t.Errorf("the archived room: %+v", r)
	}
	bob.PostMessage(room.ID, "2", "after").WantProblem(t, 403, "archived")
	bob.Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": "x"}).WantProblem(t, 403, "archived")
	if page := bob.Page(room.ID, ""); len(page.Messages) != 1 {
		t.Errorf("an archived room's history: %+v", page)
	}
	if names(testkit.Decode[struct{ Rooms []testkit.Room }](bob.Get("/api/v1/rooms?browse=1")).Rooms)["Tea"] {
		t.Error("an archived room is in the browse list")
	}
}

func TestOnlyTheAuthorEditsAndRevisionsAreKept(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("owner")
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	m := bob.Send(room.ID, "1", "**first**")
	if !strings.Contains(m.HTML, "<strong>first</strong>") {
		t.Errorf("Markdown is rendered: %q", m.HTML)
	}
	ada.Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": "not mine"}).WantProblem(t, 403, "")
	bob.Edit(m.ID, "second")
	bob.Edit(m.ID, "third")
	revisions := bob.Get("/api/v1/messages/"+m.ID+"/revisions").Want(t, 200)
	if n := len(testkit.Decode[struct{ Revisions []any }](revisions).Revisions); n < 2 {
		t.Errorf("%d revisions after two edits: %s", n, revisions.Body)
	}
	for _, text := range []string{"", "  ", strings.Repeat("x", 16_385)} {
		refused(t, bob.Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": text}), 422, "")
	}
	bob.Leave(room.ID)
	bob.Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": "from outside"}).WantProblem(t, 403, "not_a_member")
	bob.Join(room.ID)
	bob.DeleteMessage(m.ID)
	if r := bob.Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": "back"}); r.Status < 400 || r.Status >= 500 {
		t.Errorf("editing a tombstone: %d %s", r.Status, r.Body)
	}
	if after := bob.Get("/api/v1/messages/" + m.ID + "/revisions"); strings.Contains(string(after.Body), "second") || strings.Contains(string(after.Body), "first") {
		t.Errorf("a deleted message's texts are still to be read: %s", after.Body)
	}
	raw := "  leading, trailing  \n\n\ttabs \u200d\U0001F469\u200d\U0001F680 e\u0301 "
	if m := bob.Send(room.ID, "2", raw); m.Text != raw {
		t.Errorf("the text came back changed: %q, want %q", m.Text, raw)
	}
}

// TestWhoComesToManageARoomIsTold lets a room's only manager leave: who has been there longest takes over, and hears it.
func TestWhoComesToManageARoomIsTold(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room := ada.CreateRoom("Tea", "private").ID
	ada.AddMember(room, bob.User.ID)
	ada.AddMember(room, cyd.User.ID)
	s := bob.Connect()
	ada.Leave(room)
	if f := s.ExpectIn("room.me", room); f.Me == nil || f.Me.Role != "manager" || f.Me.LastReadNum != 0 {
		t.Errorf("bob hears %s", f.Raw)
	}
	if me := bob.Room(room).Me; me.Role != "manager" {
		t.Errorf("bob is %s of the room", me.Role)
	}
	if me := cyd.Room(room).Me; me.Role != "member" {
		t.Errorf("cyd is %s of the room", me.Role)
	}
}
