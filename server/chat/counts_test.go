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
	"parley/server/wire"
)

// long says that the slow version of a test is wanted.
func long() bool { return os.Getenv("PARLEY_TEST_LONG") != "" }

// TestCountsEqualABruteForceRecount does random things as 20 people and compares every unread and mention count, of
// rooms and threads, with a recount over all that was ever said. Run one seed again with PARLEY_TEST_SEED.
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
}

type spokenRoom struct {
	id      models.ID
	open    bool
	blocks  map[[2]models.ID]bool // the talk's
	manager *models.User          // never leaves
	members map[models.ID]int64
	said    []*spoken // top-level, by num
	all     []*spoken
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
		id := mustRoom(t, w.s, manager, kind, fmt.Sprintf("Room %d", i))
		w.rooms = append(w.rooms, &spokenRoom{id: id, open: kind == models.KindOpen, blocks: w.blocks, manager: manager, members: map[models.ID]int64{manager.ID: 0}})
	}
	return w
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
	case p < 30 || len(r.said) == 0:
		w.send(r, member, nil)
	case p < 45:
		w.send(r, member, pick(w.random, r.said))
	case p < 55:
		w.edit(pick(w.random, r.all))
	case p < 62:
		w.delete(r, pick(w.random, r.all))
	case p < 68:
		w.touch(member, pick(w.random, r.all))
	case p < 78:
		w.read(r, member)
	case p < 84:
		w.readThread(member, pick(w.random, r.said))
	case p < 92:
		w.come(r, pick(w.random, w.users))
	case p < 95:
		w.block(member, pick(w.random, w.users))
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

func (w *talk) send(r *spokenRoom, by *models.User, root *spoken) {
	text, named, everybody := w.words()
	d := Draft{RoomID: r.id, ClientID: fmt.Sprint("c", w.sent), Text: text}
	if root != nil {
		d.ThreadID, d.AlsoInRoom = root.id, w.random.IntN(3) == 0
	}
	got, err := w.s.Send(context.Background(), by, d)
	if root != nil && root.deleted {
		if !models.IsCode(err, models.CodeNotFound) {
			w.t.Errorf("a reply to a deleted message: %v", err)
		}
		return
	}
	w.did(err, "%s sends %q, root %v", by.Username, text, root != nil)
	m := &spoken{id: got.Message.ID, seq: got.Message.Seq, sender: by.ID, room: r, named: named, everybody: everybody, root: root, followers: map[models.ID]int64{}}
	r.all = append(r.all, m)
	if root == nil {
		r.said = append(r.said, m)
		m.place = int64(len(r.said))
		r.members[by.ID] = m.place
		return
	}
	root.replies = append(root.replies, m)
	m.place = int64(len(root.replies))
	m.call(named)
	if m.place == 1 {
		m.call([]models.ID{root.sender})
	}
	root.followers[by.ID] = m.place
}

// call makes people follow the thread of a reply from it on.
func (m *spoken) call(people []models.ID) {
	for _, u := range people {
		if _, follows := m.root.followers[u]; !follows && u != m.sender {
			m.root.followers[u] = m.place - 1
		}
	}
}

func (w *talk) edit(m *spoken) {
	by := w.user(m.sender)
	if _, member := m.room.members[by.ID]; !member || m.deleted {
		return
	}
	text, named, everybody := w.words()
	_, err := w.s.Edit(context.Background(), by, m.id, text)
	w.did(err, "%s edits %d to %q", by.Username, m.seq, text)
	m.named, m.everybody = named, everybody
	if m.root != nil {
		m.call(named)
	}
}

func (w *talk) delete(r *spokenRoom, m *spoken) {
	by := r.manager
	if _, member := r.members[m.sender]; member && w.random.IntN(2) == 0 {
		by = w.user(m.sender)
	}
	_, err := w.s.Delete(context.Background(), by, m.id)
	w.did(err, "%s deletes %d", by.Username, m.seq)
	m.deleted = true
}

// touch reacts or pins, which counts nowhere.
func (w *talk) touch(by *models.User, m *spoken) {
	var err error
	on := w.random.IntN(3) > 0
	if w.random.IntN(2) == 0 {
		_, err = w.s.React(context.Background(), by, m.id, pick(w.random, []string{"🎉", ":+1:", "❤"}), on)
	} else {
		_, err = w.s.Pin(context.Background(), by, m.id, on)
	}
	if models.IsCode(err, models.CodeConflict) { // deleted, or the room has its hundred pins
		err = nil
	}
	w.did(err, "%s touches %d", by.Username, m.seq)
}

func (w *talk) read(r *spokenRoom, by *models.User) {
	num := w.random.Int64N(int64(len(r.said)) + 2)
	got, err := w.s.MarkRead(context.Background(), by, r.id, num, 0)
	w.did(err, "%s marks %d as read", by.Username, num)
	r.members[by.ID] = min(num, int64(len(r.said)))
	if want := r.unread(by.ID); got != want {
		w.t.Errorf("marking answered %+v, a recount says %+v", got, want)
	}
}

func (w *talk) readThread(by *models.User, root *spoken) {
	at := int64(0)
	if w.random.IntN(3) > 0 && len(root.replies) > 0 {
		at = pick(w.random, root.replies).place
	}
	seq := root.seq
	if at > 0 {
		seq = root.replies[at-1].seq
	}
	got, err := w.s.ReadThread(context.Background(), by, root.id, seq)
	w.did(err, "%s marks the thread of %d as read up to %d", by.Username, root.seq, seq)
	root.followers[by.ID] = at
	if want := root.unread(by.ID); got != want {
		w.t.Errorf("marking the thread answered %d, a recount says %d", got, want)
	}
}

func (w *talk) come(r *spokenRoom, u *models.User) {
	var err error
	if r.open && w.random.IntN(2) == 0 {
		_, err = w.s.Join(context.Background(), u, r.id)
	} else {
		err = w.s.AddMember(context.Background(), r.manager, r.id, u.ID)
	}
	w.did(err, "%s comes", u.Username)
	if _, member := r.members[u.ID]; !member {
		r.members[u.ID] = int64(len(r.said))
	}
}

func (w *talk) depart(r *spokenRoom, u *models.User) {
	if u == r.manager {
		return
	}
	var err error
	if w.random.IntN(2) == 0 {
		err = w.s.Leave(context.Background(), u, r.id)
	} else {
		err = w.s.RemoveMember(context.Background(), r.manager, r.id, u.ID)
	}
	w.did(err, "%s goes", u.Username)
	delete(r.members, u.ID)
}

// block makes somebody hear no more of another, or again.
func (w *talk) block(u, other *models.User) {
	if u == other {
		return
	}
	pair, change := [2]models.ID{u.ID, other.ID}, w.s.Block
	if w.blocks[pair] {
		change = w.s.Unblock
	}
	w.blocks[pair] = !w.blocks[pair]
	w.did(change(context.Background(), u, other.ID), "%s hears %s: %t", u.Username, other.Username, !w.blocks[pair])
}

// unread recounts a room: the messages after the mark, and those of them that address the user.
func (r *spokenRoom) unread(user models.ID) (u wire.Unread) {
	for _, m := range r.said {
		if m.place <= r.members[user] {
			continue
		}
		u.Unread++
		if !m.deleted && !r.blocks[[2]models.ID{user, m.sender}] && (m.everybody || slices.Contains(m.named, user)) {
			u.Mentions++
		}
	}
	return u
}

// unread recounts a thread: the replies after the mark that are still there.
func (m *spoken) unread(user models.ID) (n int64) {
	for _, reply := range m.replies {
		if reply.place > m.followers[user] && !reply.deleted {
			n++
		}
	}
	return n
}

func (w *talk) compareAll() {
	for _, u := range w.users {
		w.compare(u)
		w.compareThreads(u)
	}
}

func (w *talk) compare(u *models.User) {
	h, err := w.s.Hello(context.Background(), u.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	seen := map[string]wire.Unread{}
	for _, r := range h.Rooms {
		if r.Name != "general" {
			seen[r.ID] = wire.Unread{Unread: r.Unread, Mentions: r.Mentions}
		}
	}
	want := map[string]wire.Unread{}
	for _, r := range w.rooms {
		if _, member := r.members[u.ID]; member {
			want[r.id.String()] = r.unread(u.ID)
		}
	}
	if !maps.Equal(seen, want) {
		w.t.Errorf("%s is told %v, a recount says %v", u.Username, seen, want)
	}
}

func (w *talk) compareThreads(u *models.User) {
	seen, want := map[models.ID]int64{}, map[models.ID]int64{}
	for cursor := ""; ; {
		page, err := w.s.Threads(context.Background(), u, 30, cursor)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range page.Threads {
			seen[f.Root.ID] = f.Unread
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	for _, r := range w.rooms {
		for _, m := range r.said {
			_, member := r.members[u.ID]
			_, follows := m.followers[u.ID]
			there := slices.ContainsFunc(m.replies, func(reply *spoken) bool { return !reply.deleted })
			if member && follows && there {
				want[m.id] = m.unread(u.ID)
			}
		}
	}
	if !maps.Equal(seen, want) {
		w.t.Errorf("%s follows %v, a recount says %v", u.Username, seen, want)
	}
}

// compareSequences demands that what was published numbers every room's changes from 1 without a hole.
func (w *talk) compareSequences() {
	next := map[models.ID]int64{}
	for _, e := range w.live.published(w.t, w.s) {
		if next[e.RoomID]++; e.Seq != next[e.RoomID] {
			w.t.Fatalf("room %d went from %d to %d", e.RoomID, next[e.RoomID]-1, e.Seq)
		}
	}
}
