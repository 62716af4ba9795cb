package hub

import (
	"context"
	"testing"
	"testing/synctest"

	"parley/server/wire"
)

func TestAPickySessionHearsOnlyTheRoomsItEntered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		other, otherGot := w.connect(1)
		b := &inbox{}
		if !w.hub.Admit(1) {
			t.Fatal("not admitted")
		}
		s := w.hub.OpenPicky(Identity{User: wire.Person{ID: "1"}, UserID: 1, Credential: 1}, lines{}, b)
		b.session = s
		s.Start(context.Background(), nil, nil, nil, true)
		w.leave(1)
		synctest.Wait()
		joined := w.join(1) // joins reach every other session of the account
		w.say()
		synctest.Wait()
		if got := b.seqs(); len(got) != 0 {
			t.Fatalf("it heard %v of a room that it has not entered", got)
		}

		since := joined
		s.Enter(context.Background(), theRoom, joined+1, &since)
		last := w.say()
		synctest.Wait()
		rising(t, b.seqs(), joined+1, last)

		otherGot.mu.Lock()
		otherGot.got = nil
		otherGot.mu.Unlock()
		if !s.Relay(theRoom, func(Kind) []byte { return []byte(`{"type":"notice"}` + "\n") }) {
			t.Error("it may not relay in a room that it has entered")
		}
		if len(otherGot.frames(wire.Notice)) != 1 || len(b.frames(wire.Notice)) != 0 {
			t.Error("a relay reaches the others and not its sender")
		}

		if !s.Exit(theRoom) || s.Hears(theRoom) || s.Exit(theRoom) {
			t.Error("it cannot leave once and for all")
		}
		w.say()
		synctest.Wait()
		rising(t, b.seqs(), joined+1, last)
		if s.Relay(theRoom, func(Kind) []byte { return nil }) {
			t.Error("it may relay in a room that it has left")
		}
		s.Close()
		other.Close()
	})
}
