package tests

import (
	"testing"

	"parley/tests/testkit"
)

func TestARemovedMemberHearsNothingMore(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	for _, kind := range []string{"private", "open"} {
		t.Run(kind, func(t *testing.T) {
			room := ada.CreateRoom("Tea "+kind, kind).ID
			ada.AddMember(room, bob.User.ID)
			ada.AddMember(room, cyd.User.ID)
			his, theirs := bob.On(t).Connect(), cyd.On(t).Connect()
			his.Write(testkit.Object{"type": "open", "room_id": room})
			m := ada.Send(room, ids(kind, "before"), "before")
			his.ExpectIn("message.created", room)
			ada.RemoveMember(room, bob.User.ID)
			left := theirs.ExpectIn("member.left", room)
			his.ExpectIn("room.removed", room)

			ada.Send(room, ids(kind, "after"), "after")
			ada.Edit(m.ID, "before, edited")
			ada.DeleteMessage(m.ID)
			theirs.ExpectIn("message.deleted", room)
			theirs.Write(testkit.Object{"type": "typing", "room_id": room})
			marker := ids(kind, "marker")
			ada.Send(ada.General().ID, marker, "everybody hears this")
			his.Await("the marker", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == marker })
			for _, f := range his.Frames(func(f testkit.Frame) bool { return f.RoomID == room && f.Seq > left.Seq }) {
				t.Errorf("after the removal at %d came %s", left.Seq, f.Raw)
			}

			want := "not_a_member"
			if kind == "private" {
				want = "not_found"
			}
			if f := his.Say(room, ids(kind, "refused"), "let me in"); f.Type != "error" || f.Code != want {
				t.Errorf("a send after the removal: %s, want %s", f.Raw, want)
			}
			again := bob.On(t).Dial()
			hello := again.Hello("", map[string]int64{room: left.Seq - 2})
			again.ExpectIn("room.removed", room)
			for _, r := range hello.Rooms {
				if r.ID == room {
					t.Error("hello names a room that he was removed from")
				}
			}
			if n := len(again.Frames(func(f testkit.Frame) bool { return f.RoomID == room && f.Type != "room.removed" })); n != 0 {
				t.Errorf("a refused resume brought %d frames:\n%s", n, again.Transcript())
			}
		})
	}
}

// TestARemovalUnderLoadIsExact removes a member while others write and demands that the last event he got is not
// after the one that removed him.
func TestARemovalUnderLoadIsExact(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Secret", "private").ID
	writer, witness := ada.Connect(), ada.Connect()
	for round := range 10 {
		ada.AddMember(room, bob.User.ID)
		his := bob.Connect()
		for i := range 60 {
			writer.Send(room, ids(round, i), "x")
			if i == 30 {
				ada.RemoveMember(room, bob.User.ID)
			}
		}
		left := witness.ExpectIn("member.left", room)
		his.ExpectIn("room.removed", room)
		writer.Await("the last ack", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == ids(round, 59) })
		marker := ids("marker", round)
		ada.Send(ada.General().ID, marker, "everybody")
		his.Await("the marker", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == marker })
		for _, f := range his.Frames(func(f testkit.Frame) bool { return f.RoomID == room && f.Seq > left.Seq }) {
			t.Fatalf("round %d: after the removal at %d came %s", round, left.Seq, f.Raw)
		}
		his.Cut()
	}
}

// TestEndingASessionCutsItsResume ends a session under an open socket and tries to come back with its cursor.
func TestEndingASessionCutsItsResume(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	thief := srv.Anonymous()
	thief.SetCookie(ada.Cookie())
	thief.User = ada.User
	s := thief.Connect()
	ada.Post("/api/v1/logout", nil).Want(t, 204)
	if code := s.WaitClosed(promptly); code != 4401 {
		t.Errorf("closed with %d, want 4401", code)
	}
	if _, res, err := thief.TryDial(testkit.Dialing{}); err == nil || res == nil || res.StatusCode != 401 {
		t.Errorf("coming back: %v, want 401", err)
	}
}
