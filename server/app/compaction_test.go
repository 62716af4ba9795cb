package app

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"parley/server/wire"
)

// shelf is a store that counts how often it was compacted.
type shelf struct{ compacted, queued int }

func (s *shelf) CompactSearch(context.Context) error { s.compacted++; return nil }
func (s *shelf) Queued() int                         { return s.queued }

func TestTheSearchIndexIsCompactedOnceItIsQuiet(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	s, messages := &shelf{}, int64(100)
	c := &compactor{
		store: s, log: slog.New(slog.DiscardHandler), now: func() time.Time { return now },
		messages: func(context.Context) (int64, error) { return messages, nil },
	}
	try := func(what string, want int) {
		t.Helper()
		if err := c.try(context.Background()); err != nil || s.compacted != want {
			t.Errorf("%s: compacted %d times, want %d (%v)", what, s.compacted, want, err)
		}
	}
	c.saw(&wire.Event{Type: wire.MessageCreated})
	now = now.Add(time.Hour)
	try("nothing was erased", 0)
	c.saw(&wire.Event{Type: wire.MessageDeleted})
	now = now.Add(quietFor - time.Second)
	try("not yet quiet", 0)
	c.saw(&wire.Event{Type: wire.MessageCreated})
	now = now.Add(quietFor - time.Second)
	try("somebody spoke in between", 0)
	now = now.Add(time.Second)
	s.queued = 1
	try("a write waits", 0)
	s.queued, messages = 0, compactUpTo+1
	try("too large", 0)
	messages = compactUpTo
	try("quiet", 1)
	try("done already", 1)
}
