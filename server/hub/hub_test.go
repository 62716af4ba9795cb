package hub

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parley/server/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestNothingAfterARemovalReachesTheRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		s, box := w.connect(2)
		w.say()
		left := w.leave(2)
		w.say()
		synctest.Wait()
		for _, seq := range box.seqs() {
			if seq > left {
				t.Errorf("event %d came after the removal at %d", seq, left)
			}
		}
		if len(box.frames(wire.RoomRemoved)) != 1 {
			t.Error("the removed session was not told")
		}
		// A hello whose snapshot was taken before the removal, finished after it.
		late, lateBox := w.open(2)
		late.Start(context.Background(), []byte("{\"type\":\"hello\"}\n"), []Joined{{theRoom, left - 1}}, nil, true)
		w.say()
		synctest.Wait()
		for _, seq := range lateBox.seqs() {
			if seq > left {
				t.Errorf("event %d came to a hello from before the removal at %d", seq, left)
			}
		}
		s.Close()
		late.Close()
		time.Sleep(lingers)
	})
}

func TestANewcomersConnectionsEnterTheRoomByTheEventThatSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.say()
		live, liveBox := w.connect(2)
		greeting, greetingBox := w.open(2) // has not had its hello when the join comes
		joined := w.join(2)
		w.say()
		synctest.Wait()
		w.start(greeting, nil)
		w.say()
		synctest.Wait()
		rising(t, liveBox.seqs(), joined, joined+2)
		if f := liveBox.got[1]; f.Type != wire.RoomAdded {
			t.Errorf("the first thing after the hello was %s", f.Type)
		}
		// The second one's snapshot had the room already.
		rising(t, greetingBox.seqs(), joined+2, joined+2)
		live.Close()
		greeting.Close()
		time.Sleep(lingers)
	})
}

func TestAJoinBetweenASnapshotAndItsHelloIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		s, box := w.open(2)
		joined := w.join(2)
		w.say()
		synctest.Wait()
		s.Start(context.Background(), []byte("{\"type\":\"hello\"}\n"), nil, nil, true) // a snapshot from before the join
		synctest.Wait()
		rising(t, box.seqs(), joined, joined+1)
		s.Close()
		time.Sleep(lingers)
	})
}

func TestASignOutClosesItsConnectionsAndNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		one, oneBox := w.connect(1)
		two, twoBox := w.connect(2)
		w.hub.EndSession(1)
		w.say()
		synctest.Wait()
		if oneBox.closed != CloseSignedOut || len(oneBox.seqs()) != 0 {
			t.Errorf("closed with %d after %v", oneBox.closed, oneBox.seqs())
		}
		if twoBox.closed != 0 || len(twoBox.seqs()) != 1 {
			t.Errorf("the other was closed with %d after %v", twoBox.closed, twoBox.seqs())
		}
		one.Close()
		two.Close()
		time.Sleep(lingers + 1)
		synctest.Wait()
		if len(w.hub.people) != 0 {
			t.Errorf("%d people are remembered after all have gone", len(w.hub.people))
		}
	})
}

func TestAnAccountHasABoundOnItsConnections(t *testing.T) {
	h := New(Options{MaxConnections: 2})
	defer h.Close()
	for i, want := range []bool{true, true, false} {
		if h.Admit(1) != want {
			t.Errorf("connection %d: admitted is %v", i+1, !want)
		}
	}
	if !h.Admit(2) {
		t.Error("one account's connections count against another's")
	}
	h.Dismiss(1)
	if !h.Admit(1) {
		t.Error("a place that was given back cannot be taken")
	}
}
