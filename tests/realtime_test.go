package tests

import (
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestReadMarksCountByArithmetic(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	ada.Send(room.ID, "before", "said before bob came")
	bob.Join(room.ID)
	if r := bob.Room(room.ID); r.Unread != 0 || r.Me == nil || r.Me.LastReadNum != 1 {
		t.Errorf("a newcomer's mark starts at the head: %+v", r)
	}
	for i := range 5 {
		ada.Send(room.ID, ids("m", i), "hello")
	}
	if r := bob.Room(room.ID); r.Unread != 5 || r.Num != 6 {
		t.Errorf("after five messages: unread %d of num %d, want 5 of 6", r.Unread, r.Num)
	}
	if r := ada.Room(room.ID); r.Unread != 0 {
		t.Errorf("one's own messages count as unread: %d", r.Unread)
	}
	for _, c := range []struct{ mark, unread int64 }{{4, 2}, {6, 0}, {2, 4}, {0, 6}, {6, 0}} {
		if unread, _ := bob.Mark(room.ID, c.mark); unread != c.unread {
			t.Errorf("marked at %d: unread %d, want %d", c.mark, unread, c.unread)
		}
	}
	bob.Mark(room.ID, 1)
	bob.Send(room.ID, "his", "I am here")
	if r := bob.Room(room.ID); r.Unread != 0 || r.Me.LastReadNum != 7 {
		t.Errorf("one's own sending moves one's mark: %+v", r)
	}
	if r := ada.Room(room.ID); r.Unread != 1 {
		t.Errorf("ada has %d unread, want 1", r.Unread)
	}
	if hello := ada.Dial().Hello("", nil); roomIn(t, hello, room.ID).Unread != 1 || roomIn(t, hello, room.ID).Num != 7 {
		t.Errorf("hello's counts differ: %s", hello.Raw)
	}
}

func TestAMentionIsCountedUntilItIsRead(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	m := ada.Send(room.ID, "1", "@bob look")
	if len(m.Mentions.UserIDs) != 1 || m.Mentions.UserIDs[0] != bob.User.ID || m.Mentions.All {
		t.Errorf("mentions of %q: %+v", m.Text, m.Mentions)
	}
	ada.Send(room.ID, "2", "nothing")
	if m := ada.Send(room.ID, "3", "@all tea!"); !m.Mentions.All {
		t.Errorf("mentions of %q: %+v", m.Text, m.Mentions)
	}
	ada.Send(room.ID, "4", "mail bob@bob.example, or `@bob`")
	if r := bob.Room(room.ID); r.Unread != 4 || r.Mentions != 2 {
		t.Errorf("unread %d, mentions %d; want 4, 2", r.Unread, r.Mentions)
	}
	if unread, mentions := bob.Mark(room.ID, 1); unread != 3 || mentions != 1 {
		t.Errorf("after reading the first: unread %d, mentions %d; want 3, 1", unread, mentions)
	}
	if unread, mentions := bob.Mark(room.ID, 4); unread != 0 || mentions != 0 {
		t.Errorf("after reading all: unread %d, mentions %d", unread, mentions)
	}
}

func TestReadingOnOneDeviceTellsTheOthers(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	phone, desk, hers := bob.Connect(), bob.Connect(), ada.Connect()
	for i := range 3 {
		ada.Send(room.ID, ids("m", i), "hello")
	}
	phone.Write(testkit.Object{"type": "read", "room_id": room.ID, "num": 2})
	if f := desk.ExpectIn("read", room.ID); f.Num != 2 || f.Unread != 1 {
		t.Errorf("read at the other device: %s", f.Raw)
	}
	bob.Mark(room.ID, 3)
	for _, s := range []*testkit.Socket{phone, desk} {
		if f := s.Await("read of 3", func(f testkit.Frame) bool { return f.Type == "read" && f.Num == 3 }); f.Unread != 0 {
			t.Errorf("read after REST: %s", f.Raw)
		}
	}
	hers.Fence()
	if other := hers.Frames(func(f testkit.Frame) bool { return f.Type == "read" }); len(other) != 0 {
		t.Errorf("somebody else's read mark was told: %s", other[0].Raw)
	}
}

func TestTypingGoesOnlyToThoseWhoHaveTheRoomOpen(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	cyd.Join(room.ID)
	hers, his, away := ada.Connect(), bob.Connect(), cyd.Connect()
	his.Write(testkit.Object{"type": "open", "room_id": room.ID})
	his.Fence()
	hers.Write(testkit.Object{"type": "typing", "room_id": room.ID})
	if f := his.ExpectIn("typing", room.ID); f.User == nil || f.User.ID != ada.User.ID || f.Seq != 0 {
		t.Errorf("typing: %s", f.Raw)
	}
	his.Write(testkit.Object{"type": "close", "room_id": room.ID})
	his.Fence()
	hers.Write(testkit.Object{"type": "typing", "room_id": room.ID})
	hers.Say(room.ID, "1", "done typing")
	for _, s := range []*testkit.Socket{hers, his, away} {
		s.ExpectIn("message.created", room.ID)
		if more := s.Frames(func(f testkit.Frame) bool { return f.Type == "typing" }); (s == his) != (len(more) == 1) {
			t.Errorf("a socket has %d typing events:\n%s", len(more), s.Transcript())
		}
	}
}

func TestPresenceFollowsTheLastSocket(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	his := bob.Connect()
	his.Write(testkit.Object{"type": "open", "room_id": room.ID})
	his.Fence()
	is := func(status string) {
		t.Helper()
		his.Await("ada "+status, func(f testkit.Frame) bool {
			return f.Type == "presence" && f.UserID == ada.User.ID && f.Status == status
		})
	}
	first, second := ada.Connect(), ada.Connect()
	is("online")
	first.Cut()
	second.Fence()
	second.Cut()
	is("offline")
}

func TestEveryCommandThatFailsIsAnsweredWithItsRef(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	open, private := ada.CreateRoom("Tea", "open"), ada.CreateRoom("Secret", "private")
	archived := bob.CreateRoom("Old", "open")
	bob.Delete("/api/v1/rooms/"+archived.ID).Want(t, 200)
	s := bob.Connect()
	send := func(room, clientID, text any) testkit.Object {
		return testkit.Object{"type": "message.send", "room_id": room, "client_id": clientID, "text": text}
	}
	general := bob.General().ID
	for _, c := range []struct {
		name    string
		command testkit.Object
		code    string // empty: any
	}{
		{"a room that is not there", send("999999", "e1", "x"), "not_found"},
		{"a private room of others", send(private.ID, "e2", "x"), "not_found"},
		{"an open room before joining", send(open.ID, "e3", "x"), "not_a_member"},
		{"an archived room", send(archived.ID, "e4", "x"), "archived"},
		{"no text", send(general, "e5", ""), "validation_failed"},
		{"white space only", send(general, "e6", " \n\t\u3000"), "validation_failed"},
		{"text too long", send(general, "e7", strings.Repeat("x", 16_385)), ""},
		{"NUL in the text", send(general, "e8", "a\x00b"), ""},
		{"no client_id", testkit.Object{"type": "message.send", "room_id": general, "text": "x"}, "validation_failed"},
		{"a client_id of 65 bytes", send(general, strings.Repeat("x", 65), "x"), "validation_failed"},
		{"a client_id with a control character", send(general, "a\nb", "x"), "validation_failed"},
		{"a room_id that is no id", send("tea", "e9", "x"), ""},
		{"a room_id of another type", send(17.5, "e10", "x"), ""},
		{"text of another type", send(general, "e11", []int{1}), ""},
		{"reading a room that is not mine", testkit.Object{"type": "read", "room_id": private.ID, "num": 1}, "not_found"},
		{"typing in a private room of others", testkit.Object{"type": "typing", "room_id": private.ID}, "not_found"},
		{"opening a private room of others", testkit.Object{"type": "open", "room_id": private.ID}, "not_found"},
		{"a second hello", testkit.Object{"type": "hello"}, ""},
		{"an unknown command", testkit.Object{"type": "message.explode"}, ""},
		{"no type", testkit.Object{}, ""},
	} {
		ref := `ref "` + c.name
		c.command["ref"] = ref
		s.Write(c.command)
		if f := s.Answer(ref); f.Type != "error" || f.Code == "" || (c.code != "" && f.Code != c.code) {
			t.Errorf("%s: the answer is %s, want error %s", c.name, f.Raw, c.code)
		}
	}
	if ack := s.Say(general, strings.Repeat("~", 64), strings.Repeat("語", 16_384)); ack.Type != "ack" || ack.Message.ClientID != strings.Repeat("~", 64) {
		t.Errorf("the longest text with the longest client_id: %.200s", ack.Raw)
	}
	ref := strings.Repeat("é", 32)
	s.Write(testkit.Object{"type": "ping", "ref": ref})
	if f := s.Answer(ref); f.Type != "pong" {
		t.Errorf("ping: %s", f.Raw)
	}
	s.Write(testkit.Object{"type": "ping"})
	s.Expect("pong")
}

func roomIn(t *testing.T, hello testkit.Frame, roomID string) testkit.Room {
	t.Helper()
	for _, r := range hello.Rooms {
		if r.ID == roomID {
			return r
		}
	}
	t.Fatalf("hello does not name room %s: %s", roomID, hello.Raw)
	return testkit.Room{}
}

func TestRoomsComeAndGoOnAnOpenSocket(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	his := bob.Connect()
	secret := ada.CreateRoom("Secret", "private")
	ada.AddMember(secret.ID, bob.User.ID)
	added := his.Await("room.added", func(f testkit.Frame) bool { return f.Type == "room.added" && f.Room != nil && f.Room.ID == secret.ID })
	if added.Room.Name != "Secret" || added.Room.Kind != "private" {
		t.Errorf("room.added: %s", added.Raw)
	}
	ada.Send(secret.ID, "1", "psst")
	if f := his.ExpectIn("message.created", secret.ID); f.Message.Text != "psst" {
		t.Errorf("the first message after room.added: %s", f.Raw)
	}
	ada.Patch("/api/v1/rooms/"+secret.ID, testkit.Object{"topic": "nobody knows"}).Want(t, 200)
	if f := his.ExpectIn("room.updated", secret.ID); f.Room == nil || f.Room.Topic != "nobody knows" || f.Seq == 0 {
		t.Errorf("room.updated: %s", f.Raw)
	}
	cyd := srv.SignUp("cyd")
	ada.AddMember(secret.ID, cyd.User.ID)
	if f := his.Await("member.joined of cyd", func(f testkit.Frame) bool {
		return f.Type == "member.joined" && f.User != nil && f.User.ID == cyd.User.ID && f.RoomID == secret.ID
	}); f.Seq == 0 {
		t.Errorf("member.joined has no seq: %s", f.Raw)
	}
	cyd.Leave(secret.ID)
	his.Await("member.left of cyd", func(f testkit.Frame) bool {
		return f.Type == "member.left" && f.User != nil && f.User.ID == cyd.User.ID && f.Seq > 0
	})
	bob.Leave(secret.ID)
	his.ExpectIn("room.removed", secret.ID)
	his.Fence()
}
