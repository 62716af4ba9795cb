package tests

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/tests/testkit"
)

func reactions(m testkit.FullMessage) string {
	var out []string
	for _, r := range m.Reactions {
		out = append(out, fmt.Sprintf("%s %d %d", r.Emoji, r.Count, len(r.UserIDs)))
	}
	return strings.Join(out, ", ")
}

func TestAReactionIsAToggleThatEverybodySees(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	m := ada.Send(room.ID, "1", "hello")
	s := bob.Connect()
	head := ada.Room(room.ID).Seq

	if got := reactions(bob.React(m.ID, "🎉")); got != "🎉 1 1" {
		t.Errorf("after a reaction: %s", got)
	}
	bob.React(m.ID, "🎉")
	bob.React(m.ID, ":tada:")
	if now := ada.Room(room.ID).Seq; now != head+1 {
		t.Errorf("the same reaction again took a seq: %d after %d", now, head+1)
	}
	got := ada.React(m.ID, ":tada:")
	if reactions(got) != "🎉 2 2" || !slices.Equal(got.Reactions[0].UserIDs, []string{bob.User.ID, ada.User.ID}) {
		t.Errorf("two people's reaction, in the order in which they came: %+v", got.Reactions)
	}
	ada.React(m.ID, "❤")
	if got := reactions(bob.React(m.ID, "❤️")); got != "🎉 2 2, ❤️ 2 2" {
		t.Errorf("one heart with and without its variation selector is %q", got)
	}
	if got := reactions(bob.Unreact(m.ID, ":tada:")); got != "🎉 1 1, ❤️ 2 2" {
		t.Errorf("after taking one off: %s", got)
	}
	bob.Unreact(m.ID, "🎉")
	if now := ada.Room(room.ID).Seq; now != head+5 {
		t.Errorf("five changes took the seq from %d to %d", head, now)
	}
	f := s.Await("the fifth event", func(f testkit.Frame) bool { return f.RoomID == room.ID && f.Seq == head+5 })
	if f.Type != "message.updated" || reactions(f.Full()) != "🎉 1 1, ❤️ 2 2" || f.Message.EditedAt != "" || f.Message.Seq != m.Seq {
		t.Errorf("a reaction's event: %s", f.Raw)
	}
	for _, emoji := range []string{"a", "1", "no", "x", ":no_such_name:", "🎉🎉", "🎉a", "é", "日", "<b>", "🎉\u0301", "№", strings.Repeat("🎉", 40), "%00", "👍 "} {
		refused(t, bob.TryReact(m.ID, emoji), 422, "")
	}
	for _, emoji := range []string{"👍🏽", "👨\u200d👩\u200d👧\u200d👦", "🇳🇴", "1️⃣", ":+1:"} {
		bob.React(m.ID, emoji)
	}
	ada.DeleteMessage(m.ID)
	refused(t, bob.TryReact(m.ID, "🎉"), 409, "")
	if page := bob.Get("/api/v1/rooms/" + room.ID + "/messages"); strings.Contains(string(page.Body), "🎉") {
		t.Errorf("a deleted message keeps its reactions: %s", page.Body)
	}
}

func TestAMessageHoldsABoundedNumberOfReactions(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	people := []*testkit.Client{srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")}
	room := people[0].General().ID
	m := people[0].Send(room, "1", "hello")
	for i := range 50 {
		c := people[i/20]
		c.React(m.ID, string(rune(0x1f600+i)))
		if i == 19 {
			refused(t, c.TryReact(m.ID, "🎉"), 409, "") // his twenty-first
		}
	}
	refused(t, people[2].TryReact(m.ID, "🎉"), 409, "") // the fifty-first kind
	people[2].React(m.ID, string(rune(0x1f600)))       // a kind that is there already
}

// TestReactionsOfManyReachEverybodyOnceAndInOrder lets 50 people put 4 emoji each on one message at once. The order and
// the absence of holes is what every socket of the kit checks.
func TestReactionsOfManyReachEverybodyOnceAndInOrder(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	kinds := []string{"🎉", "👍", "❤️", "😀", "🚀", "👀", "🔥", "✅"}
	people := make([]*testkit.Client, 50)
	var wait sync.WaitGroup
	people[0] = srv.SignUp("person0")
	for i := 1; i < len(people); i++ {
		wait.Go(func() { people[i] = srv.SignUp(fmt.Sprintf("person%d", i)) })
	}
	wait.Wait()
	room := people[0].General().ID
	m := people[0].Send(room, "1", "react to this")
	sockets := make([]*testkit.Socket, len(people))
	for i, p := range people {
		sockets[i] = p.Connect()
	}
	head := people[0].Room(room).Seq
	for i, p := range people {
		wait.Go(func() {
			for k := range 4 {
				p.React(m.ID, kinds[(i+k)%len(kinds)])
			}
		})
	}
	wait.Wait()
	truth := testkit.Decode[testkit.MessageList](people[0].Get("/api/v1/rooms/" + room + "/messages?limit=1")).Messages[0]
	total := 0
	for _, r := range truth.Reactions {
		total += r.Count
	}
	if total != 200 || len(truth.Reactions) != len(kinds) {
		t.Fatalf("200 reactions were given, the message has %d: %s", total, reactions(truth))
	}
	for i, s := range sockets {
		last := s.Await("the last reaction", func(f testkit.Frame) bool { return f.RoomID == room && f.Seq == head+200 })
		if reactions(last.Full()) != reactions(truth) {
			t.Errorf("person %d saw %s in the end, the truth is %s", i, reactions(last.Full()), reactions(truth))
		}
		updates := s.Frames(func(f testkit.Frame) bool { return f.Type == "message.updated" })
		if len(updates) != 200 {
			t.Errorf("person %d saw %d updates of 200", i, len(updates))
		}
		for n, f := range updates {
			sum := 0
			for _, r := range f.Full().Reactions {
				sum += r.Count
			}
			if sum != n+1 {
				t.Fatalf("person %d: the update with seq %d has %d reactions, want %d", i, f.Seq, sum, n+1)
			}
		}
	}
}

func TestPinsAreTheRoomsOwn(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	first, second, third := ada.Send(room.ID, "1", "first"), ada.Send(room.ID, "2", "second"), ada.Send(room.ID, "3", "third")
	s := ada.Connect()
	head := ada.Room(room.ID).Seq
	for _, m := range []testkit.Message{second, first, third} {
		if !bob.Pin(m.ID).Pinned {
			t.Errorf("%q is not pinned after pinning", m.Text)
		}
	}
	bob.Pin(first.ID)
	if f := s.Await("the third pin", func(f testkit.Frame) bool { return f.RoomID == room.ID && f.Seq == head+3 }); f.Type != "message.updated" || !f.Message.Pinned {
		t.Errorf("a pin's event: %s", f.Raw)
	}
	list := func() (texts string) {
		for _, m := range ada.Pins(room.ID) {
			texts += m.Text + " "
		}
		return texts
	}
	if got := list(); got != "third first second " {
		t.Errorf("pins, the last pinned first: %s", got)
	}
	if ada.Unpin(first.ID).Pinned {
		t.Error("the pin is still on")
	}
	ada.Unpin(first.ID)
	ada.DeleteMessage(third.ID)
	if got := list(); got != "second " {
		t.Errorf("after a pin was taken off and a message deleted: %s", got)
	}
	refused(t, bob.Put("/api/v1/messages/"+third.ID+"/pin", nil), 409, "")
	if now := ada.Room(room.ID).Seq; now != head+5 {
		t.Errorf("five changes took the seq from %d to %d", head, now)
	}
}
