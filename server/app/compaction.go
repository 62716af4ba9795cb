package app

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"parley/server/wire"
)

const (
	// quietFor is how long nobody must have said or changed anything before the search index is rewritten.
	quietFor = 10 * time.Minute
	// compactEvery is how often that is looked at.
	compactEvery = time.Minute
	// compactUpTo is the number of messages up to which the server does it by itself: 2 s per million in which nobody
	// writes, so at most a second. Larger ones wait for `parley admin compact`.
	compactUpTo = 500_000
)

// compactor rewrites the search index in a quiet hour, so that the words of deleted and edited messages do not stay in
// its older pieces.
type compactor struct {
	store interface {
		CompactSearch(context.Context) error
		Queued() int
	}
	messages func(context.Context) (int64, error)
	log      *slog.Logger
	now      func() time.Time

	last   atomic.Int64 // Unix milliseconds of the last event
	erased atomic.Bool  // words may stand in the index without their message
}

// saw notes an event; the hub's fan-out calls it.
func (c *compactor) saw(e *wire.Event) {
	c.last.Store(c.now().UnixMilli())
	if e.Type == wire.MessageDeleted || e.Type == wire.MessageUpdated {
		c.erased.Store(true)
	}
}

// run looks every minute until ctx ends. What was erased before the start is not known, so it begins as if something was.
func (c *compactor) run(ctx context.Context) {
	c.erased.Store(true)
	c.last.Store(c.now().UnixMilli())
	every(ctx, compactEvery, func() {
		if err := c.try(ctx); err != nil {
			c.log.Warn("the search index was not compacted", "error", err)
		}
	})
}

// try compacts where there is something to gain, nobody is busy and it is quick.
func (c *compactor) try(ctx context.Context) error {
	if !c.erased.Load() || c.now().UnixMilli()-c.last.Load() < quietFor.Milliseconds() || c.store.Queued() > 0 {
		return nil
	}
	n, err := c.messages(ctx)
	if err != nil || n > compactUpTo {
		return err
	}
	c.erased.Store(false)
	begin := c.now()
	if err := c.store.CompactSearch(ctx); err != nil {
		c.erased.Store(true)
		return err
	}
	c.log.Info("the search index was compacted", "took", c.now().Sub(begin))
	return nil
}
