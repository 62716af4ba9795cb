package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"parley/server/chat"
	"parley/server/store"
)

// readings is how often each kind of reading is measured.
const readings = 2000

// measure opens the folder anew, as a server would, and reads it at random places.
func (t *town) measure(ctx context.Context, dir string, out *Seeded) (err error) {
	began := time.Now()
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	rooms := chat.New(st, silence{}, chat.Options{})
	if _, err := rooms.Hello(ctx, t.people[0].ID); err != nil {
		return err
	}
	out.OpenMillis = float64(time.Since(began)) / float64(time.Millisecond)

	rnd := rand.New(rand.NewPCG(1, 2))
	for _, kind := range []struct {
		into *Latency
		read func() error
	}{
		{&out.HistoryNewest, func() error { return t.readPage(ctx, rooms, rnd, chat.Page{}) }},
		{&out.History, func() error { return t.readPage(ctx, rooms, rnd, chat.Page{Before: new(int64)}) }},
		{&out.Changes, func() error { return t.readChanges(ctx, rooms, rnd) }},
		{&out.Hello, func() error {
			_, err := rooms.Hello(ctx, t.people[rnd.IntN(len(t.people))].ID)
			return err
		}},
	} {
		if *kind.into, err = timed(kind.read); err != nil {
			return err
		}
	}
	return nil
}

func timed(read func() error) (Latency, error) {
	h := new(histogram)
	for range readings {
		began := time.Now()
		if err := read(); err != nil {
			return Latency{}, err
		}
		h.add(time.Since(began))
	}
	return h.latency(), nil
}

// readPage reads a page of 50: the newest, or one from a random place where p has a Before.
func (t *town) readPage(ctx context.Context, rooms *chat.Service, rnd *rand.Rand, p chat.Page) error {
	room := rnd.IntN(len(t.rooms))
	if p.Before != nil {
		*p.Before = 50 + rnd.Int64N(t.counts[room]+1)
	}
	_, err := rooms.History(ctx, t.people[0], t.rooms[room], p)
	return err
}

// readChanges catches up on the last hundred changes of a room.
func (t *town) readChanges(ctx context.Context, rooms *chat.Service, rnd *rand.Rand) error {
	room := rnd.IntN(len(t.rooms))
	_, err := rooms.Changes(ctx, t.people[0], t.rooms[room], max(0, t.counts[room]-100))
	return err
}
