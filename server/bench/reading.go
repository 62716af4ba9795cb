package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"parley/server/chat"
	"parley/server/store"
)

// readings is how often each kind of reading is measured; a search a fifth as often in a small folder, whose rows fit into
// memory all at once.
const readings = 1000

// largeFolder is how many messages make a folder large.
const largeFolder = 1_000_000

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
		if *kind.into, err = timed(t.readings, kind.read); err != nil {
			return err
		}
	}
	return t.measureSearch(ctx, rooms, rnd, out)
}

// SearchLatency is how long one kind of search took for its newest 20 results.
type SearchLatency struct {
	Kind string `json:"kind"`
	Latency
}

// measureSearch asks for what indexes find easy and for what they find hard.
func (t *town) measureSearch(ctx context.Context, rooms *chat.Service, rnd *rand.Rand, out *Seeded) error {
	small := 0
	for i, n := range t.counts {
		if n > 0 {
			small = i // the rooms get smaller
		}
	}
	times := t.readings
	if out.Messages < largeFolder {
		times /= 5
	}
	common := func() string { return commonWords[rnd.IntN(20)] }
	for _, kind := range []struct {
		name  string
		query func() string // a last word that ends in a space is whole
	}{
		{"common word", func() string { return common() + " " }},
		{"rare word", func() string { return englishWord(rareWords/2+rnd.Uint64N(rareWords/2)) + " " }},
		{"phrase", func() string { return `"` + common() + " " + common() + `"` }},
		{"beginning of a word", func() string { return commonWords[len(commonWords)-1-rnd.IntN(40)][:3] }},
		{"Chinese, two characters", func() string { return chineseWords[rnd.IntN(len(chineseWords))] + " " }},
		{"common word in a small room", func() string { return fmt.Sprintf("in:seed-%d %s ", small, common()) }},
	} {
		l, err := timed(times, func() error {
			_, err := rooms.Search(ctx, t.people[0], chat.SearchRequest{Q: kind.query()})
			return err
		})
		if err != nil {
			return err
		}
		out.Search = append(out.Search, SearchLatency{kind.name, l})
	}
	return nil
}

func timed(times int, read func() error) (Latency, error) {
	h := new(histogram)
	for range times {
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
