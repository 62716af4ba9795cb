package chat

import (
	"context"
	"math"
	"slices"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// Page says which stretch of history is wanted: before, after or around a seq, around the message with a num, around
// the first one of a moment, or the newest where none is given.
type Page struct {
	Before, After, Around *int64
	Num                   *int64
	At                    *models.Millis
	Limit                 int // 1 to 200; 0: 50
}

const (
	defaultPage = 50
	maxPage     = 200
)

func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// History returns a stretch of a room's timeline, oldest first, by seq alone: times may repeat and go back.
func (s *Service) History(ctx context.Context, by *models.User, room models.ID, p Page) (wire.MessagePage, error) {
	limit := pageSize(p.Limit)
	var page wire.MessagePage
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		if _, err := s.readable(q, by, room); err != nil {
			return err
		}
		if err := p.locate(q, room); err != nil {
			return err
		}
		rows, err := stretch(q, room, p, limit, &page)
		if err != nil {
			return err
		}
		page.Messages, err = s.messages(q, rows)
		return err
	})
	return page, err
}

// locate makes a place in the room of a num or a moment. After its last message a room has nothing but its end.
func (p *Page) locate(q *store.Queries, room models.ID) error {
	switch {
	case p.Num != nil:
		seq, err := q.SeqOfNum(room, *p.Num)
		p.Around = &seq
		return err
	case p.At != nil:
		seq, found, err := firstSince(q, room, *p.At)
		if found {
			p.Around = &seq
		}
		return err
	}
	return nil
}

// firstSince finds the first message of a room's timeline that was sent at a moment or after it, by halving: a room of
// ten million takes 24 looks at an index that is there anyhow. Where the clock was set back it may be off by as much.
func firstSince(q *store.Queries, room models.ID, at models.Millis) (seq int64, found bool, err error) {
	v, err := q.Room(room)
	if err != nil {
		return 0, false, err
	}
	below, upto := int64(0), v.LastSeq // what is looked for has a seq in (below, upto], or there is none
	for below < upto {
		middle := below + (upto-below)/2
		next, err := q.MessagesAfter(room, middle, 1)
		if err != nil {
			return 0, false, err
		}
		if len(next) > 0 && next[0].CreatedAt < at {
			below = next[0].Seq
			continue
		}
		// From middle on nothing is too early, so it is next or stands before.
		if len(next) > 0 {
			seq, found = next[0].Seq, true
		}
		upto = middle
	}
	return seq, found, nil
}

func stretch(q *store.Queries, room models.ID, p Page, limit int, page *wire.MessagePage) ([]models.Message, error) {
	switch {
	case p.After != nil:
		after, more, err := forward(q, room, *p.After, limit)
		if err != nil {
			return nil, err
		}
		page.HasAfter = more
		page.HasBefore, err = hasBefore(q, room, firstSeq(after, *p.After+1))
		return after, err
	case p.Around != nil:
		before, more, err := backward(q, room, *p.Around, limit/2)
		if err != nil {
			return nil, err
		}
		page.HasBefore = more
		after, more, err := forward(q, room, *p.Around-1, limit-len(before))
		page.HasAfter = more
		return append(before, after...), err
	}
	upto := int64(math.MaxInt64)
	if p.Before != nil {
		upto = *p.Before
	}
	before, more, err := backward(q, room, upto, limit)
	if err != nil {
		return nil, err
	}
	page.HasBefore = more
	if p.Before != nil {
		page.HasAfter, err = hasAfter(q, room, upto-1)
	}
	return before, err
}

func firstSeq(ms []models.Message, otherwise int64) int64 {
	if len(ms) > 0 {
		return ms[0].Seq
	}
	return otherwise
}

// backward returns up to limit messages below seq, oldest first, and whether there are more.
func backward(q *store.Queries, room models.ID, seq int64, limit int) ([]models.Message, bool, error) {
	ms, err := q.MessagesBefore(room, seq, limit+1)
	if err != nil {
		return nil, false, err
	}
	more := len(ms) > limit
	ms = ms[:min(len(ms), limit)]
	slices.Reverse(ms)
	return ms, more, nil
}

// forward returns up to limit messages above seq, oldest first, and whether there are more.
func forward(q *store.Queries, room models.ID, seq int64, limit int) ([]models.Message, bool, error) {
	ms, err := q.MessagesAfter(room, seq, limit+1)
	if err != nil {
		return nil, false, err
	}
	return ms[:min(len(ms), limit)], len(ms) > limit, nil
}

func hasBefore(q *store.Queries, room models.ID, seq int64) (bool, error) {
	ms, err := q.MessagesBefore(room, seq, 1)
	return len(ms) > 0, err
}

func hasAfter(q *store.Queries, room models.ID, seq int64) (bool, error) {
	ms, err := q.MessagesAfter(room, seq, 1)
	return len(ms) > 0, err
}
