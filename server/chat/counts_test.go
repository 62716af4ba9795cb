package chat

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/models"
)

// long says that the slow version of a test is wanted.
func long() bool { return os.Getenv("PARLEY_TEST_LONG") != "" }

// TestCountsEqualABruteForceRecount does random things as 20 people and compares every unread and mention count, of
// rooms and threads, and every inbox of mentions with a recount over all that was ever said. Run one seed again with
// PARLEY_TEST_SEED.
func TestCountsEqualABruteForceRecount(t *testing.T) {
	operations := 1000
	if long() {
		operations = 10000
	}
	seeds := []uint64{1, rand.Uint64()}
	if s, err := strconv.ParseUint(os.Getenv("PARLEY_TEST_SEED"), 10, 64); err == nil {
		seeds = []uint64{s}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newTalk(t, seed)
			for i := range operations {
				w.step()
				if i%100 == 99 {
					w.compareAll()
				}
				if t.Failed() {
					t.Fatalf("after operation %d, the last ones being\n%s", i+1, strings.Join(w.log[max(0, len(w.log)-15):], "\n"))
				}
			}
			w.compareAll()
			w.compareSequences()
			if w.marked == 0 || w.undone == 0 {
				t.Errorf("all rooms were marked %d times and that was undone %d times: the seed shows too little", w.marked, w.undone)
			}
		})
	}
}

// talk is a service and beside it all that a recount needs, kept in the plainest way.
type talk struct {
	t      *testing.T
	s      *Service
	live   *nobodyListens
	random *rand.Rand
	users  []*models.User
	rooms  []*spokenRoom
	blocks map[[2]models.ID]bool // who does not hear whom
	log    []string
	sent   int
	marked int // all of somebody's rooms at once
	undone int
}

type spokenRoom struct {
	id       models.ID
	kind     models.RoomKind
	blocks   map[[2]models.ID]bool // the talk's
	manager  *models.User          // never leaves; nil in a direct room
	members  map[models.ID]int64
	joined   map[models.ID]int64 // the room's seq at which somebody came last
	silenced map[models.ID]bool  // by the manager, also of people who left
	said     []*spoken           // top-level, by num
	all      []*spoken
}

type spoken struct {
	id, sender models.ID
	seq        int64
	room       *spokenRoom
	named      []models.ID
	everybody  bool
	deleted    bool
	root       *spoken
	place      int64 // num of a top-level message, thread_num of a reply
	replies    []*spoken
	followers  map[models.ID]int64
}

func newTalk(t *testing.T, seed uint64) *talk {
	w := &talk{t: t, random: rand.New(rand.NewPCG(seed, 1)), blocks: map[[2]models.ID]bool{}}
	w.s, w.live = mustService(t)
	for i := range 20 {
		w.users = append(w.users, mustUser(t, w.s, fmt.Sprintf("user%d", i)))
	}
	for i, kind := range []models.RoomKind{models.KindOpen, models.KindPrivate, models.KindOpen} {
		manager := w.users[i]
		w.room(mustRoom(t, w.s, manager, kind, fmt.Sprintf("Room %d", i)), kind, manager).manager = manager
	}
	w.direct(w.users[3:5])
	w.direct(w.users[2:6])
	return w
}

func (w *talk) room(id models.ID, kind models.RoomKind, people ...*models.User) *spokenRoom {
	r := &spokenRoom{id: id, kind: kind, blocks: w.blocks, members: map[models.ID]int64{}, joined: map[models.ID]int64{}, silenced: map[models.ID]bool{}}
	for _, u := range people {
		r.members[u.ID] = 0
	}
	w.rooms = append(w.rooms, r)
	return r
}

func (w *talk) direct(people []*models.User) {
	w.t.Helper()
	var ids []models.ID
	for _, u := range people {
		ids = append(ids, u.ID)
	}
	got, _, err := w.s.Direct(context.Background(), people[0], ids)
	if err != nil {
		w.t.Fatal(err)
	}
	id, err := models.ParseID(got.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	w.room(id, models.KindDirect, people...)
}

func (w *talk) did(err error, format string, args ...any) {
	w.t.Helper()
	w.log = append(w.log, fmt.Sprintf(format, args...))
	if err != nil {
		w.t.Errorf("%s: %v", w.log[len(w.log)-1], err)
	}
}

func (w *talk) step() {
	r := w.rooms[w.random.IntN(len(w.rooms))]
	member := w.user(pick(w.random, slices.Sorted(maps.Keys(r.members))))
	switch p := w.random.IntN(100); {
	case p < 28 || len(r.said) == 0:
		w.send(r, member, nil)
	case p < 42:
		w.send(r, member, pick(w.random, r.said))
	case p < 51:
		w.edit(pick(w.random, r.all))
	case p < 57:
		w.delete(r, pick(w.random, r.all))
	case p < 63:
		w.touch(member, pick(w.random, r.all))
	case p < 72:
		w.read(r, member)
	case p < 76:
		w.readThread(member, pick(w.random, r.said))
	case p < 78:
		w.follow(member, pick(w.random, r.said))
	case p < 85:
		w.come(r, pick(w.random, w.users))
	case p < 88:
		w.block(member, pick(w.random, w.users))
	case p < 91:
		w.silence(r, member)
	case p < 94:
		w.prefer(r, member)
	case p < 96:
		w.readAll(member)
	default:
		w.depart(r, member)
	}
	w.compare(member)
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }

func (w *talk) user(id models.ID) *models.User {
	return w.users[slices.IndexFunc(w.users, func(u *models.User) bool { return u.ID == id })]
}

// words makes a text that names nobody, some, or everybody; whoever is named need not be in the room.
func (w *talk) words() (text string, named []models.ID, everybody bool) {
	w.sent++
	text = fmt.Sprint("text ", w.sent)
	for range w.random.IntN(3) {
		u := pick(w.random, w.users)
		text += " @" + u.Username
		if !slices.Contains(named, u.ID) {
			named = append(named, u.ID)
		}
	}
	if w.random.IntN(8) == 0 {
		text, everybody = text+pick(w.random, []string{" @all", " @here"}), true
	}
	return text, named, everybody
}
