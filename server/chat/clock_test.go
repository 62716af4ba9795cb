package chat

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/server/store"
)

// TestAClockThatLeapsTenYearsChangesNoOrder sets the clock forward and back between messages, and starts again in
// between: numbers order a room, whatever the times say.
func TestAClockThatLeapsTenYearsChangesNoOrder(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	var offset atomic.Int64
	const decade = 10 * 365 * 24 * time.Hour
	open := func() (*store.Store, *Service) {
		st, err := store.Open(ctx, store.Options{Dir: dir, Now: func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }})
		if err != nil {
			t.Fatal(err)
		}
		return st, New(st, &nobodyListens{}, Options{})
	}
	st, s := open()
	ada := mustUser(t, s, "ada")
	room := mustRoom(t, s, ada, models.KindOpen, "Tea")
	var want []string
	ids := map[models.ID]bool{}
	for i, leap := range []time.Duration{0, decade, -decade, 0, -decade, decade, 0} {
		offset.Store(int64(leap))
		if i == 4 { // a start in the past
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
			st, s = open()
		}
		for j := range 3 {
			text := fmt.Sprintf("message %d.%d", i, j)
			sent, err := s.Send(ctx, ada, Draft{RoomID: room, Text: text, ClientID: text})
			if err != nil {
				t.Fatalf("the clock at %v: %v", leap, err)
			}
			if ids[sent.Message.ID] {
				t.Fatalf("the clock at %v gives the id %d again", leap, sent.Message.ID)
			}
			ids[sent.Message.ID] = true
			want = append(want, text)
		}
	}
	page, err := s.History(ctx, ada, room, Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	last := int64(0)
	for _, m := range page.Messages {
		got = append(got, m.Text)
		if m.Seq <= last {
			t.Errorf("%s has the seq %d after %d", m.Text, m.Seq, last)
		}
		last = m.Seq
	}
	if !slices.Equal(got, want) {
		t.Errorf("the room reads\n%v, want\n%v", got, want)
	}
	changes, err := s.Changes(ctx, ada, room, page.Messages[len(want)-4].Seq)
	if err != nil || len(changes.Messages) != 3 {
		t.Errorf("after a cursor come %d messages, want 3: %v", len(changes.Messages), err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
}
