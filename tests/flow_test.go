package tests

import (
	"testing"

	"parley/tests/testkit"
)

// TestOneMessageReachesEverybodyTheSameWay follows one message from a socket to an ack, to both people's events, to
// history, to an edit and to its tombstone.
func TestOneMessageReachesEverybodyTheSameWay(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	if ada.User.Role != "owner" || bob.User.Role != "member" {
		t.Errorf("roles are %q and %q, want owner and member", ada.User.Role, bob.User.Role)
	}
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	hers, his := ada.Connect(), bob.Connect()

	ack := hers.Say(room.ID, "c-1", "Two sugars?")
	if ack.Type != "ack" || ack.Duplicate || ack.Message == nil {
		t.Fatalf("the answer to a send is %s", ack.Raw)
	}
	sent := *ack.Message
	if sent.Text != "Two sugars?" || sent.ClientID != "c-1" || sent.Num != 1 || sent.Sender.ID != ada.User.ID || sent.RoomID != room.ID {
		t.Errorf("the acked message is not what was sent: %s", ack.Raw)
	}
	for _, s := range []*testkit.Socket{hers, his} {
		created := s.ExpectIn("message.created", room.ID)
		if created.Seq != sent.Seq || created.Message.ID != sent.ID || created.Message.Text != sent.Text || created.Message.ClientID != "c-1" {
			t.Errorf("message.created differs from the ack: %s", created.Raw)
		}
	}
	if page := bob.Page(room.ID, ""); len(page.Messages) != 1 || page.Messages[0].ID != sent.ID || page.HasBefore || page.HasAfter {
		t.Errorf("history after one message: %+v", page)
	}

	edited := ada.Edit(sent.ID, "Three sugars?")
	if edited.Text != "Three sugars?" || edited.EditedAt == "" || edited.Seq != sent.Seq || edited.Num != sent.Num {
		t.Errorf("an edit must keep seq and num and set edited_at: %+v", edited)
	}
	updated := his.ExpectIn("message.updated", room.ID)
	if updated.Seq != sent.Seq+1 || updated.Message.Text != "Three sugars?" || updated.Message.Seq != sent.Seq {
		t.Errorf("message.updated takes the next seq and keeps the message's own: %s", updated.Raw)
	}

	ada.DeleteMessage(sent.ID)
	gone := his.ExpectIn("message.deleted", room.ID)
	if gone.Seq != sent.Seq+2 {
		t.Errorf("message.deleted has seq %d, want %d", gone.Seq, sent.Seq+2)
	}
	for what, m := range map[string]testkit.Message{"event": *gone.Message, "history": bob.Page(room.ID, "").Messages[0]} {
		if !m.Deleted || m.Text != "" || m.HTML != "" || m.Num != 1 || m.Seq != sent.Seq || m.ClientID != "c-1" {
			t.Errorf("the tombstone in the %s: %+v", what, m)
		}
	}
}

// TestASendIsRepeatedWithoutADouble tries the same client_id on both transports, with the same and another text, and in another room.
func TestASendIsRepeatedWithoutADouble(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room, other := ada.CreateRoom("Tea", "open"), ada.CreateRoom("Coffee", "open")
	bob.Join(room.ID)
	first := ada.Send(room.ID, "same", "hello")
	s := ada.Connect()

	again := ada.PostMessage(room.ID, "same", "hello").Want(t, 200)
	if m := testkit.MessageOf(again); m.ID != first.ID || m.Seq != first.Seq || m.Text != "hello" {
		t.Errorf("the repeated send answered another message: %s", again.Body)
	}
	if ack := s.Say(room.ID, "same", "hello"); ack.Type != "ack" || !ack.Duplicate || ack.Message.ID != first.ID || ack.Message.Seq != first.Seq {
		t.Errorf("the repeat over the socket: %s", ack.Raw)
	}
	ada.PostMessage(room.ID, "same", "goodbye").WantProblem(t, 409, "client_id_reused")
	ada.PostMessage(other.ID, "same", "hello").WantProblem(t, 409, "client_id_reused")
	for _, c := range []struct{ room, text string }{{room.ID, "goodbye"}, {other.ID, "hello"}} {
		if f := s.Say(c.room, "same", c.text); f.Type != "error" || f.Code != "client_id_reused" {
			t.Errorf("a reused client_id over the socket: %s", f.Raw)
		}
	}
	if m := bob.Send(room.ID, "same", "mine"); m.ID == first.ID {
		t.Error("two senders with the same client_id got one message")
	}

	ada.Edit(first.ID, "hello again")
	if m := testkit.MessageOf(ada.PostMessage(room.ID, "same", "hello").Want(t, 200)); m.Text != "hello again" || m.ID != first.ID {
		t.Errorf("after an edit the first text still names the message, in its present state: %+v", m)
	}
	ada.PostMessage(room.ID, "same", "hello again").WantProblem(t, 409, "client_id_reused")
	ada.DeleteMessage(first.ID)
	if m := testkit.MessageOf(ada.PostMessage(room.ID, "same", "hello").Want(t, 200)); !m.Deleted || m.Text != "" || m.ID != first.ID {
		t.Errorf("once deleted, the repeat answers the tombstone: %+v", m)
	}
	if n := len(ada.History(room.ID)); n != 2 {
		t.Errorf("the room has %d messages, want 2", n)
	}
	if created := s.Frames(func(f testkit.Frame) bool { return f.Type == "message.created" && f.Message.ID == first.ID }); len(created) != 0 {
		t.Errorf("a repeat made message.created again: %s", created[0].Raw)
	}
}

func TestHistoryPagesBothWaysAndAround(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open")
	var sent []testkit.Message
	for i := range 12 {
		sent = append(sent, ada.Send(room.ID, ids("c", i), ids("message", i)))
	}
	mid := sent[6].Seq
	for _, c := range []struct {
		name, query   string
		first, last   int // indexes into sent
		before, after bool
	}{
		{"the newest without a cursor", "limit=5", 7, 11, true, false},
		{"everything when it fits", "limit=200", 0, 11, false, false},
		{"the default size", "", 0, 11, false, false},
		{"before, next to it", "limit=3&before=" + seq(mid), 3, 5, true, true},
		{"before, to the start", "limit=50&before=" + seq(mid), 0, 5, false, true},
		{"after, next to it", "limit=3&after=" + seq(mid), 7, 9, true, true},
		{"after, to the end", "limit=50&after=" + seq(mid), 7, 11, true, false},
		{"after nothing is from the start", "limit=4&after=0", 0, 3, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := ada.On(t).Page(room.ID, c.query)
			want := sent[c.first : c.last+1]
			if len(page.Messages) != len(want) {
				t.Fatalf("%d messages, want %d", len(page.Messages), len(want))
			}
			for i, m := range page.Messages {
				if m.ID != want[i].ID || m.Text != want[i].Text {
					t.Errorf("row %d is %q, want %q", i, m.Text, want[i].Text)
				}
			}
			if page.HasBefore != c.before || page.HasAfter != c.after {
				t.Errorf("has_before %v, has_after %v; want %v, %v", page.HasBefore, page.HasAfter, c.before, c.after)
			}
		})
	}
	t.Run("around holds its message with neighbours on both sides", func(t *testing.T) {
		page := ada.On(t).Page(room.ID, "limit=5&around="+seq(mid))
		at := -1
		for i, m := range page.Messages {
			if m.Seq == mid {
				at = i
			}
			if i > 0 && m.Seq <= page.Messages[i-1].Seq {
				t.Errorf("rows are not oldest first")
			}
		}
		if len(page.Messages) != 5 || at < 1 || at > 3 || !page.HasBefore || !page.HasAfter {
			t.Errorf("around %d: %d rows, it is row %d, has_before %v, has_after %v", mid, len(page.Messages), at, page.HasBefore, page.HasAfter)
		}
	})
	for _, query := range []string{"limit=x", "before=x", "after=1.5", "around=99999999999999999999"} {
		t.Run("refuses "+query, func(t *testing.T) {
			ada.On(t).Get("/api/v1/rooms/"+room.ID+"/messages?"+query).WantProblem(t, 400, "")
		})
	}
	t.Run("more than 200 a page is refused or cut to 200", func(t *testing.T) {
		reply := ada.On(t).Get("/api/v1/rooms/" + room.ID + "/messages?limit=100000")
		if reply.Status != 200 && reply.Status != 400 {
			t.Errorf("status %d", reply.Status)
		}
	})
}

func TestChangesTellEverythingSinceACursorOnce(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open")
	one, two, three := ada.Send(room.ID, "1", "one"), ada.Send(room.ID, "2", "two"), ada.Send(room.ID, "3", "three")
	cursor := ada.Room(room.ID).Seq
	ada.Edit(one.ID, "one, edited")
	ada.Edit(one.ID, "one, edited twice")
	ada.DeleteMessage(two.ID)
	four := ada.Send(room.ID, "4", "four")

	got := ada.Changes(room.ID, cursor)
	if len(got.Messages) != 3 || got.Reset {
		t.Fatalf("changes since %d: %+v, want the edited, the deleted and the new one", cursor, got)
	}
	if m := got.Messages[0]; m.ID != one.ID || m.Text != "one, edited twice" {
		t.Errorf("first change: %+v", m)
	}
	if m := got.Messages[1]; m.ID != two.ID || !m.Deleted || m.Text != "" {
		t.Errorf("second change: %+v", m)
	}
	if m := got.Messages[2]; m.ID != four.ID || m.Text != "four" {
		t.Errorf("third change: %+v", m)
	}
	head := ada.Room(room.ID).Seq
	if got.Upto != head || head != cursor+4 {
		t.Errorf("upto %d, the room's seq %d, want both %d", got.Upto, head, cursor+4)
	}
	if rest := ada.Changes(room.ID, got.Upto); len(rest.Messages) != 0 || rest.Upto != head {
		t.Errorf("from the head there is nothing: %+v", rest)
	}
	if all := ada.Changes(room.ID, 0); len(all.Messages) != 4 {
		t.Errorf("from 0 there are %d messages, want 4", len(all.Messages))
	}
	if beyond := ada.Changes(room.ID, head+1); !beyond.Reset {
		t.Errorf("a cursor above the head must reset: %+v", beyond)
	}
	if m := ada.Page(room.ID, "after="+seq(two.Seq)); m.Messages[0].ID != three.ID {
		t.Errorf("an untouched message moved: %+v", m)
	}
}
