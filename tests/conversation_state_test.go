package tests

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestAClientsStateEqualsAFreshLoadAfterEveryCut cuts one person's connection again and again while others (and the
// person on another device) send, reply, edit, delete, react, pin, keep for later, join, leave, rename, archive, choose
// levels, mute, block, are put out and taken back. After each cut the state that was built from hello and events must be
// what a fresh load says, counts included.
func TestAClientsStateEqualsAFreshLoadAfterEveryCut(t *testing.T) {
	t.Parallel()
	cuts := 100
	if os.Getenv("PARLEY_TEST_LONG") != "" {
		cuts = 1000
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	w := newWeather(t, seed)
	bob := w.people[1]
	replica := testkit.NewReplica(bob.User.ID)
	l := &listener{t: t, client: bob, replica: replica}
	random := rand.New(rand.NewPCG(seed, 2))
	l.connect()
	for done := 0; done < cuts; {
		over := make(chan struct{})
		go func() {
			defer close(over)
			w.blow(5 + w.random.IntN(10))
		}()
		for range 1 + random.IntN(2) {
			l.socket.AwaitCount(l.applied+random.IntN(12), over)
			l.cut()
			done++
			if random.IntN(2) == 0 {
				<-over // nothing happens between the catch-up and the comparison
				if random.IntN(4) == 0 {
					w.srv.Restart() // what the hub remembers is gone: the catch-up comes from the store
				}
			}
			l.connect()
		}
		<-over
		truth := testkit.FreshReplica(bob)
		testkit.Eventually(t, "the listener is at every room's head", func() bool {
			l.drain()
			return l.caughtUp(truth)
		})
		if d := replica.Differences(truth); len(d) > 0 {
			t.Fatalf("after %d cuts:\n%s\nthe last acts:\n%s\nthe last frames:\n%s", done, strings.Join(d, "\n"), w.last(), l.socket.Transcript())
		}
		for _, room := range bob.Rooms() {
			if unread, mentions := replica.Counts(room.ID); unread != room.Unread || mentions != room.Mentions {
				t.Fatalf("after %d cuts %s has %d unread and %d mentions, the server says %d and %d\n%s", done, room.Name, unread, mentions, room.Unread, room.Mentions, w.last())
			}
		}
	}
}

// listener is the person whose connection is cut.
type listener struct {
	t       *testing.T
	client  *testkit.Client
	replica *testkit.Replica
	socket  *testkit.Socket
	applied int
}

func (l *listener) connect() {
	l.t.Helper()
	l.socket, l.applied = l.client.Dial(), 0
	cursors := l.replica.Cursors()
	l.socket.Hello(l.replica.Epoch, cursors)
}

func (l *listener) cut() {
	l.socket.Cut()
	l.socket.WaitClosed(testkit.Deadline)
	l.drain()
}

func (l *listener) drain() {
	frames := l.socket.Frames(func(testkit.Frame) bool { return true })
	for _, f := range frames[l.applied:] {
		l.replica.Apply(f, l.client)
	}
	l.applied = len(frames)
}

// caughtUp says whether all that the truth has seen has been heard. What has no seq, a read mark, is sent in the same
// order as the rest, so a fence closes it off.
func (l *listener) caughtUp(truth *testkit.Replica) bool {
	for id, room := range truth.Rooms {
		if mine := l.replica.Rooms[id]; mine == nil || mine.Cursor < room.Cursor {
			return false
		}
	}
	l.socket.Fence()
	l.drain()
	return len(l.replica.Rooms) == len(truth.Rooms)
}

// weather is what others do while somebody listens.
type weather struct {
	srv    *testkit.Server
	random *rand.Rand
	people []*testkit.Client // ada manages the rooms; bob listens
	rooms  []testkit.Room
	known  []testkit.Message
	acts   []string
	n      int
}

func newWeather(t *testing.T, seed uint64) *weather {
	srv := testkit.Start(t)
	w := &weather{srv: srv, random: rand.New(rand.NewPCG(seed, 3))}
	for _, name := range []string{"ada", "bob", "cyd", "dan"} {
		w.people = append(w.people, srv.SignUp(name))
	}
	w.rooms = []testkit.Room{w.newRoom("open"), w.newRoom("private")}
	return w
}

// newRoom makes a room with everybody in it.
func (w *weather) newRoom(kind string) testkit.Room {
	w.n++
	ada := w.people[0]
	room := ada.CreateRoom(fmt.Sprint("Room ", w.n), kind)
	for _, p := range w.people[1:] {
		ada.AddMember(room.ID, p.User.ID)
	}
	return room
}

func (w *weather) last() string { return strings.Join(w.acts[max(0, len(w.acts)-25):], "\n") }

// did notes an act. Many are refused: whoever acts may have been put out, the message may be deleted.
func (w *weather) did(c *testkit.Client, r testkit.Reply, what string) testkit.Reply {
	w.acts = append(w.acts, fmt.Sprintf("%s %s: %d", c.User.Username, what, r.Status))
	return r
}

func (w *weather) blow(acts int) {
	for range acts {
		w.act()
	}
	if w.random.IntN(30) == 0 {
		for range 230 { // more than a catch-up carries
			w.send(w.people[0], w.rooms[0].ID, "")
		}
	}
}

func (w *weather) act() {
	c := w.people[w.random.IntN(len(w.people))]
	room := w.rooms[w.random.IntN(len(w.rooms))].ID
	kind := w.random.IntN(20)
	if len(w.known) == 0 {
		kind = 0
	}
	var m testkit.Message
	if kind > 0 {
		m = w.known[len(w.known)-1-w.random.IntN(min(len(w.known), 30))]
	}
	switch kind {
	case 0, 1, 2, 3:
		w.send(c, room, "")
	case 4, 5, 6:
		w.send(c, m.RoomID, m.ID)
	case 7:
		by := w.sender(m)
		w.did(by, by.Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": w.words()}), "edits "+m.ID)
	case 8:
		by := w.sender(m)
		w.did(by, by.Delete("/api/v1/messages/"+m.ID), "deletes "+m.ID)
	case 9, 10:
		emoji := []string{"🎉", "👍", "❤️"}[w.random.IntN(3)]
		method := []string{"PUT", "PUT", "DELETE"}[w.random.IntN(3)]
		w.did(c, c.Do(method, "/api/v1/messages/"+m.ID+"/reactions/"+url.PathEscape(emoji), nil), method+" "+emoji+" on "+m.ID)
	case 11:
		method := []string{"PUT", "DELETE"}[w.random.IntN(2)]
		w.did(c, c.Do(method, "/api/v1/messages/"+m.ID+"/pin", nil), method+" pin on "+m.ID)
	case 12, 13:
		w.move(room)
	case 14:
		ada := w.people[0]
		w.did(ada, ada.Patch("/api/v1/rooms/"+room, testkit.Object{"topic": w.words()}), "sets the topic of "+room)
	case 15:
		bob := w.people[1]
		num := w.random.IntN(3 + len(w.known))
		w.did(bob, bob.Post("/api/v1/rooms/"+room+"/read", testkit.Object{"num": num}), fmt.Sprint("reads to ", num, " in ", room))
	case 16, 17:
		w.choose(room, m)
	case 18:
		ada := w.people[0]
		w.n++
		w.did(ada, ada.Patch("/api/v1/rooms/"+room, testkit.Object{"name": fmt.Sprint("Room ", w.n)}), "renames "+room)
	case 19:
		w.archive()
	}
}

// choose is what bob does for himself on another device, and what only he is told of.
func (w *weather) choose(room string, m testkit.Message) {
	ada, bob, cyd := w.people[0], w.people[1], w.people[2]
	on := w.random.IntN(2) == 0
	method := map[bool]string{true: "PUT", false: "DELETE"}[on]
	switch w.random.IntN(5) {
	case 0:
		level := []string{"all", "mentions", "none"}[w.random.IntN(3)]
		w.did(bob, bob.Patch("/api/v1/rooms/"+room+"/me", testkit.Object{"notify": level, "muted": on, "favourite": !on}), "prefers "+level+" in "+room)
	case 1:
		w.did(bob, bob.Do(method, "/api/v1/me/blocks/"+cyd.User.ID, nil), method+" block of cyd")
	case 2:
		w.did(bob, bob.Do(method, "/api/v1/me/saved/"+m.ID, nil), method+" saved "+m.ID)
	case 3:
		w.did(ada, ada.Do(method, "/api/v1/rooms/"+room+"/members/"+bob.User.ID+"/mute", nil), method+" mute of bob in "+room)
	default:
		undo := testkit.Decode[testkit.Object](w.did(bob, bob.Post("/api/v1/me/read", nil), "marks all as read"))
		if on {
			w.did(bob, bob.Post("/api/v1/me/read", undo), "undoes it")
		}
	}
}

// archive ends a room now and then; another takes its place.
func (w *weather) archive() {
	if w.random.IntN(4) > 0 {
		return
	}
	ada, i := w.people[0], w.random.IntN(len(w.rooms))
	w.did(ada, ada.Delete("/api/v1/rooms/"+w.rooms[i].ID), "archives "+w.rooms[i].ID)
	w.rooms[i] = w.newRoom([]string{"open", "private"}[i])
}

// move puts somebody into a room or out of it.
func (w *weather) move(room string) {
	ada, who := w.people[0], w.people[1+w.random.IntN(len(w.people)-1)]
	path := "/api/v1/rooms/" + room + "/members/" + who.User.ID
	switch w.random.IntN(5) {
	case 0:
		w.did(ada, ada.Delete(path), "puts "+who.User.Username+" out of "+room)
	case 1:
		w.did(who, who.Post("/api/v1/rooms/"+room+"/leave", nil), "leaves "+room)
	case 2:
		w.did(who, who.Post("/api/v1/rooms/"+room+"/join", nil), "joins "+room)
	default:
		w.did(ada, ada.Put(path, nil), "takes "+who.User.Username+" into "+room)
	}
}

func (w *weather) sender(m testkit.Message) *testkit.Client {
	for _, p := range w.people {
		if p.User.ID == m.Sender.ID {
			return p
		}
	}
	return w.people[0]
}

func (w *weather) words() string {
	w.n++
	return fmt.Sprint([]string{"", "", "", "@bob ", "@all ", "**bold** ", "@bob @here "}[w.random.IntN(7)], "text ", w.n)
}

func (w *weather) send(c *testkit.Client, room, root string) {
	text := w.words()
	body := testkit.Object{"text": text, "client_id": fmt.Sprint("w", w.n)}
	if root != "" {
		body["thread_id"] = root
		body["also_in_room"] = w.random.IntN(3) == 0
	}
	r := w.did(c, c.Post("/api/v1/rooms/"+room+"/messages", body), "sends "+text+" to "+room+" "+root)
	if r.Status == 201 {
		w.known = append(w.known, testkit.MessageOf(r))
	}
}
