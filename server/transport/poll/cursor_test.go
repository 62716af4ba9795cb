package poll

import (
	"testing"

	"parley/server/hub"
	"parley/server/wire"
)

func TestACursorIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	c := cursor{epoch: "e1"}
	for _, s := range []spot{{7, 3}, {1 << 62, 9}, {2, 0}, {7, 4}, {5, 1}} {
		c.set(s.room, s.seq)
	}
	c.drop(5)
	got, err := parseCursor(string(c.append(nil)))
	if err != nil || got.epoch != "e1" || len(got.spots) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	for room, want := range map[wire.ID]int64{2: 0, 7: 4, 1 << 62: 9} {
		if seq, ok := got.seq(room); !ok || seq != want {
			t.Errorf("room %d stands at %d (%t), want %d", room, seq, ok, want)
		}
	}
}

func FuzzParseCursor(f *testing.F) {
	c := cursor{epoch: "epoch", spots: []spot{{1, 2}, {3, 4}}}
	f.Add(string(c.append(nil)))
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil {
			return
		}
		for i, s := range c.spots {
			if s.room <= 0 || s.seq < 0 || i > 0 && s.room <= c.spots[i-1].room {
				t.Fatalf("a spot that no server writes: %+v", c.spots)
			}
		}
		again, err := parseCursor(string(c.append(nil)))
		if err != nil || len(again.spots) != len(c.spots) {
			t.Fatalf("what was read cannot be written: %v", err)
		}
	})
}

func TestAMailboxIsBoundedAndTellsWhenItIsEmpty(t *testing.T) {
	t.Parallel()
	m := newMailbox()
	h := hub.New(hub.Options{})
	defer h.Close()
	m.session = h.Open(hub.Identity{UserID: 1}, records{}, m)
	chunk := make([]byte, maxWaiting/2+1)
	if !m.Write(chunk) || m.Write(chunk) {
		t.Fatal("the bound does not hold")
	}
	m.WriteEphemeral([]byte("typing"))
	m.NotifyDrained()
	if got, _ := m.take(); len(got) != len(chunk) {
		t.Errorf("%d bytes waited, want %d: what may be lost goes first", len(got), len(chunk))
	}
	if !m.notify || m.Write(chunk) {
		t.Error("what is being written does not count")
	}
	m.sent()
	if m.notify || !m.Write(chunk) {
		t.Error("an empty mailbox takes nothing")
	}
}
