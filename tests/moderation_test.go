package tests

import (
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func mute(c *testkit.Client, room string, whom *testkit.Client, body any) testkit.Reply {
	return c.Put("/api/v1/rooms/"+room+"/members/"+whom.User.ID+"/mute", body)
}

func unmute(c *testkit.Client, room string, whom *testkit.Client) testkit.Reply {
	return c.Delete("/api/v1/rooms/" + room + "/members/" + whom.User.ID + "/mute")
}

// TestAMutedMemberReadsAndCannotSpeakOnAnyTransport mutes somebody with open connections of each kind.
func TestAMutedMemberReadsAndCannotSpeakOnAnyTransport(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("owner")
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Debate", "open").ID
	ada.AddMember(room, bob.User.ID)
	his := bob.Connect()
	q := openSocketIO(t, bob)
	postPacket(t, bob, q, "40").Want(t, http.StatusOK)
	bob.Get(q).Want(t, http.StatusOK)
	first, hers := bob.Send(room, "before", "I was here"), ada.Send(room, "hers", "and I")

	mute(ada, room, bob, nil).Want(t, http.StatusNoContent)

	if f := his.ExpectIn("room.me", room); !strings.Contains(string(f.Raw), `"mute":{}`) {
		t.Errorf("he is told %s", f.Raw)
	}
	if f := his.Say(room, "ws", "let me speak"); f.Type != "error" || f.Code != "muted" {
		t.Errorf("over WebSocket: %s", f.Raw)
	}
	bob.PostMessage(room, "rest", "let me speak").WantProblem(t, http.StatusForbidden, "muted")
	bob.Post("/api/v1/rooms/"+room+"/messages", testkit.Object{"client_id": "reply", "text": "let me speak", "thread_id": hers.ID}).
		WantProblem(t, http.StatusForbidden, "muted")
	bob.Patch("/api/v1/messages/"+first.ID, testkit.Object{"text": "let me speak"}).WantProblem(t, http.StatusForbidden, "muted")
	bob.Put("/api/v1/messages/"+hers.ID+"/reactions/%F0%9F%8E%89", nil).WantProblem(t, http.StatusForbidden, "muted")
	bob.Put("/api/v1/messages/"+hers.ID+"/pin", nil).WantProblem(t, http.StatusForbidden, "muted")
	for _, c := range []struct{ event, ack, says string }{
		{`420["join","` + room + `"]`, "430[", `"ok":true`}, // to hear
		{`421["message",{"room_id":"` + room + `","client_id":"sio","text":"let me speak"}]`, "431[", `"code":"muted"`},
		{`422["drawing",{"room":"` + room + `"}]`, "432[", `"code":"muted"`},
	} {
		postPacket(t, bob, q, c.event).Want(t, http.StatusOK)
		ack := ""
		for !strings.Contains(ack, c.ack) {
			ack = string(bob.Get(q).Want(t, http.StatusOK).Body)
		}
		if !strings.Contains(ack, c.says) {
			t.Errorf("over Socket.IO %s is answered %s", c.event, ack)
		}
	}

	ada.Send(room, "heard", "can you read this?")
	if f := his.Await("her message", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == "heard" }); f.Type != "message.created" {
		t.Errorf("he reads %s", f.Raw)
	}
	if n := len(bob.History(room)); n != 3 {
		t.Errorf("the history has %d messages, want 3", n)
	}
	bob.Send(bob.General().ID, "elsewhere", "in other rooms he may")
	bob.Leave(room)
	bob.Join(room)
	bob.PostMessage(room, "again", "leaving and coming back changes nothing").WantProblem(t, http.StatusForbidden, "muted")
	bob.DeleteMessage(first.ID) // taking back is not saying

	unmute(ada, room, bob).Want(t, http.StatusNoContent)
	unmute(ada, room, bob).Want(t, http.StatusNoContent)
	bob.Send(room, "after", "thank you")
}

func TestAMuteWithATimeEndsByItself(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("owner")
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Debate", "private").ID
	ada.AddMember(room, bob.User.ID)
	mute(ada, room, bob, testkit.Object{"seconds": 3600}).Want(t, http.StatusNoContent)
	type mutedRoom struct {
		Room struct {
			Me struct{ Mute *struct{ Until string } }
		}
	}
	seen := testkit.Decode[mutedRoom](bob.Get("/api/v1/rooms/"+room).Want(t, http.StatusOK))
	if m := seen.Room.Me.Mute; m == nil || !strings.HasSuffix(m.Until, "Z") {
		t.Errorf("his side of the room says %+v", m)
	}
	mute(ada, room, bob, testkit.Object{"seconds": 1}).Want(t, http.StatusNoContent)
	bob.PostMessage(room, "early", "too early").WantProblem(t, http.StatusForbidden, "muted")
	testkit.Eventually(t, "the mute is over", func() bool { return bob.PostMessage(room, "late", "at last").Status == http.StatusCreated })
	if m := testkit.Decode[mutedRoom](bob.Get("/api/v1/rooms/" + room)).Room.Me.Mute; m != nil {
		t.Errorf("afterwards his side of the room says %+v", m)
	}
	for _, bad := range []any{testkit.Object{"seconds": 0}, testkit.Object{"seconds": -5}, testkit.Object{"seconds": 40_000_000}, testkit.Object{"seconds": "x"}} {
		mute(ada, room, bob, bad).WantProblem(t, http.StatusBadRequest, "")
	}
}

func TestWhoMayMuteWhom(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner := srv.SignUp("owner")
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room := ada.CreateRoom("Debate", "open").ID
	for _, c := range []*testkit.Client{owner, bob, cyd} {
		c.Join(room)
	}
	mute(bob, room, cyd, nil).WantProblem(t, http.StatusForbidden, "forbidden")
	mute(ada, room, owner, nil).WantProblem(t, http.StatusForbidden, "forbidden")
	mute(ada, room, ada, nil).WantProblem(t, http.StatusForbidden, "forbidden")
	mute(owner, room, ada, nil).Want(t, http.StatusNoContent) // an admin may, a manager too
	ada.PostMessage(room, "x", "x").WantProblem(t, http.StatusForbidden, "muted")
	unmute(owner, room, ada).Want(t, http.StatusNoContent)
	direct := testkit.Decode[struct{ Room testkit.Room }](ada.Post("/api/v1/rooms/direct", testkit.Object{"user_ids": []string{bob.User.ID}})).Room.ID
	mute(ada, direct, bob, nil).WantProblem(t, http.StatusForbidden, "forbidden")
	dan := srv.SignUp("dan")
	mute(ada, room, dan, nil).WantProblem(t, http.StatusNotFound, "not_found")
}

func block(c, whom *testkit.Client) testkit.Reply {
	return c.Put("/api/v1/me/blocks/"+whom.User.ID, nil)
}

// TestABlockedPersonOpensNoDirectRoomAndCallsNobody blocks somebody before and after the two have a direct room.
func TestABlockedPersonOpensNoDirectRoomAndCallsNobody(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	direct := func(from *testkit.Client, to ...*testkit.Client) testkit.Reply {
		var users []string
		for _, c := range to {
			users = append(users, c.User.ID)
		}
		return from.Post("/api/v1/rooms/direct", testkit.Object{"user_ids": users})
	}
	old := testkit.Decode[struct{ Room testkit.Room }](direct(bob, ada).Want(t, http.StatusCreated)).Room.ID
	bob.Send(old, "old", "hello ada")
	hers := ada.Connect()

	block(ada, bob).Want(t, http.StatusNoContent)
	block(ada, bob).Want(t, http.StatusNoContent)
	block(ada, cyd).Want(t, http.StatusNoContent)
	if f := hers.Expect("blocks"); !strings.Contains(string(f.Raw), bob.User.ID) {
		t.Errorf("her other connections hear %s", f.Raw)
	}
	blocked := testkit.Decode[struct{ Users []testkit.User }](ada.Get("/api/v1/me/blocks").Want(t, http.StatusOK)).Users
	if len(blocked) != 2 || blocked[0].ID != bob.User.ID || blocked[1].ID != cyd.User.ID {
		t.Errorf("she has blocked %+v", blocked)
	}
	if n := len(testkit.Decode[struct{ Users []testkit.User }](bob.Get("/api/v1/me/blocks")).Users); n != 0 {
		t.Errorf("his own list has %d people", n)
	}

	direct(cyd, ada).WantProblem(t, http.StatusForbidden, "blocked")
	direct(cyd, ada, bob).WantProblem(t, http.StatusForbidden, "blocked")
	direct(ada, cyd).WantProblem(t, http.StatusForbidden, "blocked")
	direct(bob, ada).Want(t, http.StatusOK) // what was said can still be read
	bob.PostMessage(old, "new", "hello?").WantProblem(t, http.StatusForbidden, "blocked")
	ada.PostMessage(old, "new", "go away").WantProblem(t, http.StatusForbidden, "blocked")
	if f := bob.Connect().Say(old, "ws", "hello?"); f.Code != "blocked" {
		t.Errorf("over WebSocket: %s", f.Raw)
	}

	general := ada.General().ID
	bob.Send(general, "called", "@ada and @all")
	if r := ada.Room(general); r.Unread != 1 || r.Mentions != 0 {
		t.Errorf("she has %d unread and %d mentions, want 1 and 0", r.Unread, r.Mentions)
	}
	inbox := func() int {
		return len(testkit.Decode[testkit.Page](ada.Get("/api/v1/me/mentions").Want(t, http.StatusOK)).Messages)
	}
	if n := inbox(); n != 0 {
		t.Errorf("her mentions have %d messages, want none", n)
	}
	ada.Delete("/api/v1/me/blocks/"+bob.User.ID).Want(t, http.StatusNoContent)
	if r := ada.Room(general); r.Mentions != 1 {
		t.Errorf("after the block she has %d mentions, want 1", r.Mentions)
	}
	if n := inbox(); n != 1 {
		t.Errorf("after the block her mentions have %d messages, want 1", n)
	}
	bob.Send(old, "newer", "thank you")
	block(ada, ada).WantProblem(t, http.StatusConflict, "conflict")
	ada.Put("/api/v1/me/blocks/12345", nil).WantProblem(t, http.StatusNotFound, "not_found")
}
