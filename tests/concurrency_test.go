package tests

import (
	"fmt"
	"sync"
	"testing"

	"parley/tests/testkit"
)

// TestEightUsersSendEachMessageTwice is the promise of idempotency under load: every message goes out over two
// connections at once, and the room holds it once, at one seq, for everybody.
func TestEightUsersSendEachMessageTwice(t *testing.T) {
	t.Parallel()
	const users, each = 8, 200
	srv := testkit.Start(t)
	owner := srv.SignUp("owner")
	room := owner.CreateRoom("Tea", "open").ID
	pairs := make([][2]*testkit.Socket, users)
	for u := range users {
		c := srv.SignUp(ids("user", u))
		c.Join(room)
		pairs[u] = [2]*testkit.Socket{c.Connect(), c.Connect()}
	}
	base := owner.Room(room).Seq

	var sending sync.WaitGroup
	for u, pair := range pairs {
		for _, s := range pair {
			sending.Go(func() {
				for i := range each {
					id := ids(u, i)
					s.Write(testkit.Object{"type": "message.send", "ref": id, "room_id": room, "client_id": id, "text": "message " + id})
				}
			})
		}
	}
	sending.Wait()
	acked := map[string]testkit.Message{}
	for u, pair := range pairs {
		for i := range each {
			checkPair(t, acked, ids(u, i), pair)
		}
	}

	history := owner.History(room)
	if len(history) != users*each {
		t.Errorf("the room has %d messages, want exactly %d", len(history), users*each)
	}
	for i, m := range history {
		if m.Seq != base+int64(i)+1 || m.Num != int64(i)+1 {
			t.Fatalf("row %d has seq %d and num %d, want %d and %d", i, m.Seq, m.Num, base+int64(i)+1, i+1)
		}
		if a := acked[m.ClientID]; a.ID != m.ID || a.Seq != m.Seq {
			t.Fatalf("row %d is %s at %d, its ack said %s at %d", i, m.ID, m.Seq, a.ID, a.Seq)
		}
	}
	last := history[len(history)-1].Seq
	for u, pair := range pairs {
		for _, s := range pair {
			s.Await("the last message", func(f testkit.Frame) bool { return f.Type == "message.created" && f.Seq == last })
			created := s.Frames(func(f testkit.Frame) bool { return f.Type == "message.created" })
			if len(created) != users*each {
				t.Errorf("user %d saw %d message.created, want %d", u, len(created), users*each)
			}
		}
	}
	checkOrderOfEachSender(t, history, each)
}

// checkPair demands one message for both acks of a client_id, one of them marked a duplicate.
func checkPair(t *testing.T, acked map[string]testkit.Message, id string, pair [2]*testkit.Socket) {
	t.Helper()
	one, two := pair[0].Answer(id), pair[1].Answer(id)
	if one.Type != "ack" || two.Type != "ack" {
		t.Fatalf("the answers for %s are %s and %s", id, one.Raw, two.Raw)
	}
	if one.Message.ID != two.Message.ID || one.Message.Seq != two.Message.Seq || one.Duplicate == two.Duplicate {
		t.Errorf("the acks of %s differ or both claim the same:\n%s\n%s", id, one.Raw, two.Raw)
	}
	acked[id] = *one.Message
}

// checkOrderOfEachSender: what one connection sends commits in that order; with two connections sending the same
// list, the first of each pair to commit keeps the order too.
func checkOrderOfEachSender(t *testing.T, history []testkit.Message, each int) {
	t.Helper()
	next := map[string]int{}
	for _, m := range history {
		var user, i int
		if _, err := fmt.Sscanf(m.ClientID, "%d-%d", &user, &i); err != nil {
			t.Fatalf("client_id %q: %v", m.ClientID, err)
		}
		if next[m.Sender.ID] != i {
			t.Fatalf("%s's message %d committed where %d was next", m.Sender.Username, i, next[m.Sender.ID])
		}
		next[m.Sender.ID]++
	}
	for sender, n := range next {
		if n != each {
			t.Errorf("sender %s has %d messages, want %d", sender, n, each)
		}
	}
}

func TestOneConnectionsSendsCommitInTheOrderReceived(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	s := ada.Connect()
	for i := range 500 {
		s.Write(testkit.Object{"type": "message.send", "room_id": room, "client_id": ids("c", i), "text": ids("text", i)})
	}
	s.Fence()
	testkit.Eventually(t, "500 messages", func() bool { return ada.Room(room).Num == 500 })
	for i, m := range ada.History(room) {
		if m.ClientID != ids("c", i) {
			t.Fatalf("row %d is %s", i, m.ClientID)
		}
	}
}

// TestAConnectionCutBeforeTheAckIsHarmless cuts a hundred times right after a send; the retry on the next
// connection gets the same message, whether or not the first had arrived.
func TestAConnectionCutBeforeTheAckIsHarmless(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	arrived := 0
	for i := range 100 {
		cut := ada.Connect()
		cut.Send(room, ids("c", i), ids("text", i))
		if i%2 == 0 {
			cut.Abort()
		} else {
			cut.Cut()
		}
		again := ada.Connect()
		ack := again.Say(room, ids("c", i), ids("text", i))
		if ack.Type != "ack" || ack.Message.Num != int64(i+1) {
			t.Fatalf("the retry of message %d: %s", i, ack.Raw)
		}
		if ack.Duplicate {
			arrived++
		}
		again.Cut()
	}
	t.Logf("%d of 100 had arrived before the cut", arrived)
	byClientID(t, ada.History(room))
	if n := ada.Room(room).Num; n != 100 {
		t.Errorf("the room has %d messages, want 100", n)
	}
}

// TestEditsFromTwoConnectionsAtOnceAllHappen lets one person edit a message from two places: every text was there once.
func TestEditsFromTwoConnectionsAtOnceAllHappen(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.General().ID
	m := ada.Send(room, "1", "first")
	head := ada.Room(room).Seq
	const edits = 20
	var wait sync.WaitGroup
	for i := range edits {
		wait.Go(func() { ada.Edit(m.ID, fmt.Sprint("edit ", i)) })
	}
	wait.Wait()
	revisions := testkit.Decode[struct{ Revisions []struct{ Text string } }](ada.Get("/api/v1/messages/" + m.ID + "/revisions")).Revisions
	seen := map[string]bool{ada.History(room)[0].Text: true}
	for _, r := range revisions {
		seen[r.Text] = true
	}
	if len(revisions) != edits || len(seen) != edits+1 {
		t.Errorf("%d edits left %d revisions and %d different texts", edits, len(revisions), len(seen))
	}
	if now := ada.Room(room).Seq; now != head+edits {
		t.Errorf("%d edits took the seq from %d to %d", edits, head, now)
	}
}
