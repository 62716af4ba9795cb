package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"parley/models"
	"parley/server/chat"
	"parley/server/store"
	"parley/server/wire"
)

const (
	// MaxSeed bounds --seed-messages: some 60 GB.
	MaxSeed = 100_000_000
	// seedPeople and seedRooms are who speaks where.
	seedPeople = 200
	seedRooms  = 20
	// seedBatch is how many messages one transaction takes: neither the fsync of a commit nor the merging of what each
	// commit adds to the search index shows in the time any more.
	seedBatch = 10_000
)

// Seed says what to fill a data folder with.
type Seed struct {
	Dir      string
	Messages int
	Progress io.Writer // a line every few seconds

	batch, readings int // 0: seedBatch, readings
}

// Seeded is what a fill took and how fast the result can be read.
type Seeded struct {
	Messages      int     `json:"messages"`
	Rooms         int     `json:"rooms"`
	People        int     `json:"people"`
	Seconds       float64 `json:"seconds"`
	PerSecond     float64 `json:"messages_per_second"`
	BytesPerRow   float64 `json:"bytes_per_message"`
	OpenMillis    float64 `json:"open_ms"` // from nothing to the first answer of the store
	History       Latency `json:"history_page_of_50"`
	HistoryNewest Latency `json:"history_newest_50"`
	Changes       Latency `json:"changes_of_100"`
	Hello         Latency `json:"hello_with_unread"`

	Search []SearchLatency `json:"search_newest_20"`
}

// FillFolder fills an empty data folder and measures how it is read. When ctx ends early it measures what is there.
func FillFolder(ctx context.Context, s Seed) (Seeded, error) {
	if s.Messages < 1 || s.Messages > MaxSeed {
		return Seeded{}, fmt.Errorf("--seed-messages is 1 to %d", MaxSeed)
	}
	if s.batch == 0 {
		s.batch = seedBatch
	}
	if s.readings == 0 {
		s.readings = readings
	}
	path := filepath.Join(s.Dir, store.FileName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return Seeded{}, fmt.Errorf("%s is there already: a seed needs a folder without a database", path)
	}
	var out Seeded
	town, err := s.fill(ctx, &out)
	if err != nil {
		return out, err
	}
	if info, err := os.Stat(path); err == nil {
		out.BytesPerRow = float64(info.Size()) / float64(max(1, out.Messages))
	}
	// What is read next is what a server would read that started on this folder, so the measuring has a time of its own.
	return out, town.measure(context.WithoutCancel(ctx), s.Dir, &out)
}

// town is who lives in a seeded folder.
type town struct {
	people []*models.User
	rooms  []models.ID
	counts []int64 // messages in each room

	readings int
}

func (s *Seed) fill(ctx context.Context, out *Seeded) (town, error) {
	st, err := store.Open(ctx, store.Options{Dir: s.Dir})
	if err != nil {
		return town{}, err
	}
	rooms := chat.New(st, silence{}, chat.Options{})
	t, err := settle(context.WithoutCancel(ctx), st, rooms)
	if err == nil {
		began := time.Now()
		out.Messages, err = s.talk(ctx, rooms, &t)
		out.Seconds = time.Since(began).Seconds()
		out.PerSecond = float64(out.Messages) / out.Seconds
	}
	out.Rooms, out.People = len(t.rooms), len(t.people)
	t.readings = s.readings
	return t, errors.Join(err, st.Close())
}

// settle makes the people and the rooms. Everybody is in the first half of the rooms, and every tenth in the others.
func settle(ctx context.Context, st *store.Store, rooms *chat.Service) (town, error) {
	t := town{counts: make([]int64, seedRooms)}
	for i := range seedPeople {
		name := fmt.Sprintf("seed%d", i)
		t.people = append(t.people, &models.User{
			ID: st.NewID(), Username: name, NameKey: models.FoldKey(name), Role: models.RoleMember, CreatedAt: st.Now(),
		})
	}
	err := st.Write(ctx, func(tx *store.Tx) error {
		for _, u := range t.people {
			if err := tx.InsertUser(u); err != nil {
				return err
			}
		}
		return nil
	})
	for i := 0; i < seedRooms && err == nil; i++ {
		var made wire.Room
		if made, err = rooms.CreateRoom(ctx, t.people[0], chat.NewRoom{Name: fmt.Sprintf("seed-%d", i)}); err != nil {
			break
		}
		var id models.ID
		if id, err = models.ParseID(made.ID); err != nil {
			break
		}
		t.rooms = append(t.rooms, id)
		err = st.Write(ctx, func(tx *store.Tx) error { return t.join(tx, i) })
	}
	return t, err
}

func (t *town) join(tx *store.Tx, room int) error {
	for u := 1; u < len(t.people); u++ {
		if room >= seedRooms/2 && u%10 != 0 {
			continue
		}
		m := models.Membership{
			RoomID: t.rooms[room], UserID: t.people[u].ID, Role: models.RoomMember, Notify: models.NotifyMentions,
			JoinedSeq: 1, JoinedAt: tx.Now(),
		}
		if err := tx.PutMember(m); err != nil {
			return err
		}
	}
	return nil
}

// roomShare returns the room that speaks next: the first has half of all messages, the next a quarter, and so on; the
// last is small on purpose, because a search in a small room of a large database is what an index finds hardest.
func roomShare(n int) int {
	room := 0
	for n&1 == 1 && room < seedRooms-1 {
		n >>= 1
		room++
	}
	return room
}

// talk fills the rooms from two goroutines, so that one renders and tokenizes while the other's batch is written.
func (s *Seed) talk(ctx context.Context, rooms *chat.Service, t *town) (int, error) {
	var next, done atomic.Int64
	var mu sync.Mutex
	var first error
	batches := int64((s.Messages + s.batch - 1) / s.batch)
	began := time.Now()
	stop := every(2*time.Second, func() {
		n := done.Load()
		fmt.Fprintf(s.Progress, "%d of %d messages, %.0f a second\n", n, s.Messages, float64(n)/time.Since(began).Seconds())
	})
	defer stop()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for ctx.Err() == nil {
				b := next.Add(1) - 1
				if b >= batches {
					return
				}
				n := min(s.batch, s.Messages-int(b)*s.batch)
				room := roomShare(int(b))
				err := rooms.Import(ctx, t.rooms[room], t.speak(b*int64(s.batch), n))
				mu.Lock()
				if err != nil && first == nil && ctx.Err() == nil {
					first = err
				}
				if err == nil {
					t.counts[room] += int64(n)
				}
				stopped := first != nil
				mu.Unlock()
				if stopped {
					return
				}
				done.Add(int64(n))
			}
		})
	}
	wg.Wait()
	return int(done.Load()), first
}

// speak makes n messages from a number on; the same numbers are the same texts in every folder.
func (t *town) speak(from int64, n int) []chat.Past {
	names := []string{t.people[1].Username, t.people[2].Username, t.people[3].Username}
	p := newProse(uint64(from), names)
	list := make([]chat.Past, n)
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	for i := range list {
		number := from + int64(i)
		list[i] = chat.Past{
			By:       t.people[p.rnd.IntN(len(t.people))],
			ClientID: fmt.Sprintf("seed-%010x", number),
			Text:     p.text(),
			At:       models.Millis(start + number*20), // 10 million messages are some two days in 2020
		}
	}
	return list
}

// silence is the hub of a folder without a server.
type silence struct{}

func (silence) Publish(*wire.Event)                   {}
func (silence) ToUser(models.ID, *wire.Event, uint64) {}

// every calls fn at an interval until the returned function is called.
func every(interval time.Duration, fn func()) (stop func()) {
	tick := time.NewTicker(interval)
	quit := make(chan struct{})
	go func() {
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				fn()
			}
		}
	}()
	return func() { tick.Stop(); close(quit) }
}
