package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parley/server/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lines is a protocol for eyes: one JSON object a line.
type lines struct{}

func (lines) Kind() Kind { return KindWebSocket }

func (lines) Append(b []byte, _ *wire.Event, json []byte) []byte {
	return append(append(b, json...), '\n')
}

// inbox is a sink that keeps what it is given, up to a bound that tests set.
type inbox struct {
	mu      sync.Mutex
	got     []frame
	full    bool // takes nothing
	notify  bool
	closed  int
	session *Session
}

type frame struct {
	Type   wire.EventType `json:"type"`
	RoomID string         `json:"room_id"`
	Seq    int64          `json:"seq"`
	UserID string         `json:"user_id"`
	Status string         `json:"status"`
}

func (b *inbox) Write(frames []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed != 0 {
		return true
	}
	if b.full {
		return false
	}
	for line := range bytes.Lines(frames) {
		var f frame
		if err := json.Unmarshal(line, &f); err != nil {
			panic(fmt.Sprintf("%v in %q", err, line))
		}
		b.got = append(b.got, f)
	}
	return true
}

func (b *inbox) WriteEphemeral(frames []byte) { b.Write(frames) }

func (b *inbox) NotifyDrained() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notify = true
	if !b.full {
		b.notify = false
		go b.session.Drained()
	}
}

func (b *inbox) Close(code int, _ string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = code
}

func (b *inbox) stall() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.full = true
}

func (b *inbox) drain() {
	b.mu.Lock()
	b.full = false
	notify := b.notify
	b.notify = false
	b.mu.Unlock()
	if notify {
		b.session.Drained()
	}
}

func (b *inbox) frames(kinds ...wire.EventType) []frame {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []frame
	for _, f := range b.got {
		for _, k := range kinds {
			if f.Type == k {
				out = append(out, f)
			}
		}
	}
	return out
}

func (b *inbox) seqs() []int64 {
	var out []int64
	for _, f := range b.frames(wire.MessageCreated, wire.MemberJoined, wire.MemberLeft) {
		out = append(out, f.Seq)
	}
	return out
}

// world is one room with its truth: what a store would hold. Its commits are published in their order.
type world struct {
	t   testing.TB
	hub *Hub

	mu      sync.Mutex
	log     []*wire.Event
	members map[wire.ID]bool
}

const theRoom wire.ID = 7

func newWorld(t testing.TB) *world {
	w := &world{t: t, members: map[wire.ID]bool{}}
	w.hub = New(Options{Source: w})
	return w
}

func (w *world) commit(e *wire.Event) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.RoomID, e.Seq = theRoom, int64(len(w.log)+1)
	w.log = append(w.log, e)
	switch e.Type {
	case wire.MemberJoined:
		w.members[e.UserID] = true
		e.Welcome = &wire.Room{ID: theRoom.String()}
	case wire.MemberLeft:
		w.members[e.UserID] = false
	}
	w.hub.Publish(e)
	return e.Seq
}

func (w *world) say() int64 {
	return w.commit(&wire.Event{Type: wire.MessageCreated, Message: &wire.Message{Text: "hello"}})
}

func (w *world) join(u wire.ID) int64 {
	return w.commit(&wire.Event{Type: wire.MemberJoined, UserID: u, User: &wire.Person{ID: u.String()}})
}

func (w *world) leave(u wire.ID) int64 {
	return w.commit(&wire.Event{Type: wire.MemberLeft, UserID: u, User: &wire.Person{ID: u.String()}})
}

// Delta implements Source.
func (w *world) Delta(_ context.Context, user, _ wire.ID, since int64) (wire.Delta, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := wire.Delta{Upto: int64(len(w.log)), Gone: !w.members[user]}
	for _, e := range w.log[since:] {
		d.Events = append(d.Events, *e)
	}
	if d.Gone {
		d.Events = nil
	}
	return d, nil
}

// open makes a session that has not said hello.
func (w *world) open(u wire.ID) (*Session, *inbox) {
	b := &inbox{}
	if !w.hub.Admit(u) {
		w.t.Fatal("not admitted")
	}
	b.session = w.hub.Open(Identity{User: wire.Person{ID: u.String()}, UserID: u, Credential: u}, lines{}, b)
	return b.session, b
}

// start says hello from a snapshot taken now.
func (w *world) start(s *Session, cursors map[wire.ID]int64) {
	w.mu.Lock()
	var rooms []Joined
	if w.members[s.User] {
		rooms = []Joined{{theRoom, int64(len(w.log))}}
	}
	w.mu.Unlock()
	s.Start(context.Background(), []byte(`{"type":"hello"}`+"\n"), rooms, cursors, true)
}

func (w *world) connect(u wire.ID) (*Session, *inbox) {
	s, b := w.open(u)
	w.start(s, nil)
	return s, b
}

func rising(t *testing.T, seqs []int64, from, to int64) {
	t.Helper()
	if int64(len(seqs)) != to-from+1 {
		t.Fatalf("got %d events %v, want %d to %d", len(seqs), seqs, from, to)
	}
	for i, seq := range seqs {
		if seq != from+int64(i) {
			t.Fatalf("event %d has seq %d, want %d", i, seq, from+int64(i))
		}
	}
}

func TestSessionsThatComeWhileTheRoomTalksMissNothingAndGetNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 3000 {
				w.say()
				if i%7 == 0 {
					time.Sleep(time.Duration(rand.IntN(50)) * time.Microsecond)
				}
			}
		})
		type visit struct {
			cursor int64
			box    *inbox
		}
		visits := make(chan visit, 200)
		for range 4 {
			wg.Go(func() {
				for range 50 {
					time.Sleep(time.Duration(rand.IntN(500)) * time.Microsecond)
					w.mu.Lock()
					head := int64(len(w.log))
					w.mu.Unlock()
					cursor := max(head-rand.Int64N(600), 1) // sometimes beyond the ring
					s, b := w.open(1)
					w.start(s, map[wire.ID]int64{theRoom: cursor})
					visits <- visit{cursor, b}
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		close(visits)
		last := int64(len(w.log))
		for v := range visits {
			rising(t, v.box.seqs(), v.cursor+1, last)
			if n := len(v.box.frames(wire.Synced)); n < 1 {
				t.Fatal("a resume was not closed by synced")
			}
			v.box.session.Close()
		}
		time.Sleep(lingers) // presence timers
	})
}

func TestAStalledSessionIsCaughtUpOnceItReadsAgainAndDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		slow, slowBox := w.connect(1)
		quick, quickBox := w.connect(2)
		w.say()
		synctest.Wait()
		slowBox.stall()
		for range 1000 {
			w.say()
		}
		synctest.Wait()
		last := int64(len(w.log))
		rising(t, quickBox.seqs(), 3, last)
		if subs := w.hub.room(theRoom).subs; len(subs) != 1 {
			t.Errorf("%d sessions are written to, want the quick one alone", len(subs))
		}
		slowBox.drain()
		synctest.Wait()
		w.say()
		synctest.Wait()
		rising(t, slowBox.seqs(), 3, last+1)
		slow.Close()
		quick.Close()
		time.Sleep(lingers)
	})
}

func TestNothingAfterARemovalReachesTheRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		s, box := w.connect(2)
		w.say()
		left := w.leave(2)
		w.say()
		synctest.Wait()
		for _, seq := range box.seqs() {
			if seq > left {
				t.Errorf("event %d came after the removal at %d", seq, left)
			}
		}
		if len(box.frames(wire.RoomRemoved)) != 1 {
			t.Error("the removed session was not told")
		}
		// A hello whose snapshot was taken before the removal, finished after it.
		late, lateBox := w.open(2)
		late.Start(context.Background(), []byte("{\"type\":\"hello\"}\n"), []Joined{{theRoom, left - 1}}, nil, true)
		w.say()
		synctest.Wait()
		for _, seq := range lateBox.seqs() {
			if seq > left {
				t.Errorf("event %d came to a hello from before the removal at %d", seq, left)
			}
		}
		s.Close()
		late.Close()
		time.Sleep(lingers)
	})
}

func TestANewcomersConnectionsEnterTheRoomByTheEventThatSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.say()
		live, liveBox := w.connect(2)
		greeting, greetingBox := w.open(2) // has not had its hello when the join comes
		joined := w.join(2)
		w.say()
		synctest.Wait()
		w.start(greeting, nil)
		w.say()
		synctest.Wait()
		rising(t, liveBox.seqs(), joined, joined+2)
		if f := liveBox.got[1]; f.Type != wire.RoomAdded {
			t.Errorf("the first thing after the hello was %s", f.Type)
		}
		// The second one's snapshot had the room already.
		rising(t, greetingBox.seqs(), joined+2, joined+2)
		live.Close()
		greeting.Close()
		time.Sleep(lingers)
	})
}

func TestAJoinBetweenASnapshotAndItsHelloIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		s, box := w.open(2)
		joined := w.join(2)
		w.say()
		synctest.Wait()
		s.Start(context.Background(), []byte("{\"type\":\"hello\"}\n"), nil, nil, true) // a snapshot from before the join
		synctest.Wait()
		rising(t, box.seqs(), joined, joined+1)
		s.Close()
		time.Sleep(lingers)
	})
}

func TestPresenceOutlivesAReloadAndEndsWithTheLastConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		watcher, box := w.connect(1)
		watcher.OpenRoom(theRoom)
		statuses := func() (out []string) {
			time.Sleep(3 * time.Second)
			synctest.Wait()
			for _, f := range box.frames(wire.Presence) {
				if f.UserID == "2" {
					out = append(out, f.Status)
				}
			}
			return out
		}
		s, _ := w.connect(2)
		if got := fmt.Sprint(statuses()); got != "[online]" {
			t.Errorf("after a connection: %s", got)
		}
		s.Close()
		time.Sleep(time.Second) // a reload
		s, _ = w.connect(2)
		if got := fmt.Sprint(statuses()); got != "[online]" {
			t.Errorf("after a reload: %s", got)
		}
		s.OpenRoom(theRoom)
		s.CloseRoom(theRoom)
		if got := fmt.Sprint(statuses()); got != "[online away]" {
			t.Errorf("with no room on screen: %s", got)
		}
		s.Close()
		if got := fmt.Sprint(statuses()); got != "[online away offline]" {
			t.Errorf("after the last connection: %s", got)
		}
		watcher.Close()
		time.Sleep(lingers)
	})
}

func TestPresenceIsToldThoughAnotherConnectionIsStillBeingGreeted(t *testing.T) {
	for range 20 { // which of the two connections is looked at first is the map's choice
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			defer w.hub.Close()
			w.join(1)
			w.join(2)
			watcher, box := w.connect(1)
			watcher.OpenRoom(theRoom)
			greeting, _ := w.open(2)
			s, _ := w.connect(2)
			time.Sleep(time.Second)
			synctest.Wait()
			told := 0
			for _, f := range box.frames(wire.Presence) {
				if f.UserID == "2" && f.Status == Online {
					told++
				}
			}
			if told != 1 {
				t.Errorf("the watcher was told %d times", told)
			}
			for _, s := range []*Session{watcher, greeting, s} {
				s.Close()
			}
			time.Sleep(lingers + 1)
			synctest.Wait()
		})
	}
}

func TestTypingReachesOnlyThoseWhoHaveTheRoomOnScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		for u := range wire.ID(3) {
			w.join(u + 1)
		}
		typist, own := w.connect(1)
		viewer, seen := w.connect(2)
		other, unseen := w.connect(3)
		typist.OpenRoom(theRoom)
		viewer.OpenRoom(theRoom)
		for range 5 { // within a second only the first is passed on
			typist.Typing(theRoom)
		}
		synctest.Wait()
		if got := len(seen.frames(wire.Typing)); got != 1 {
			t.Errorf("the viewer got %d", got)
		}
		if len(own.frames(wire.Typing))+len(unseen.frames(wire.Typing)) != 0 {
			t.Error("typing reached the typist or somebody who does not look")
		}
		if typist.Typing(8) {
			t.Error("typing in a room that one is not in was taken")
		}
		for _, s := range []*Session{typist, viewer, other} {
			s.Close()
		}
		time.Sleep(lingers)
	})
}

func TestASignOutClosesItsConnectionsAndNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		one, oneBox := w.connect(1)
		two, twoBox := w.connect(2)
		w.hub.EndSession(1)
		w.say()
		synctest.Wait()
		if oneBox.closed != CloseSignedOut || len(oneBox.seqs()) != 0 {
			t.Errorf("closed with %d after %v", oneBox.closed, oneBox.seqs())
		}
		if twoBox.closed != 0 || len(twoBox.seqs()) != 1 {
			t.Errorf("the other was closed with %d after %v", twoBox.closed, twoBox.seqs())
		}
		one.Close()
		two.Close()
		time.Sleep(lingers + 1)
		synctest.Wait()
		if len(w.hub.people) != 0 {
			t.Errorf("%d people are remembered after all have gone", len(w.hub.people))
		}
	})
}

func TestAnAccountHasABoundOnItsConnections(t *testing.T) {
	h := New(Options{MaxConnections: 2})
	defer h.Close()
	for i, want := range []bool{true, true, false} {
		if h.Admit(1) != want {
			t.Errorf("connection %d: admitted is %v", i+1, !want)
		}
	}
	if !h.Admit(2) {
		t.Error("one account's connections count against another's")
	}
	h.Dismiss(1)
	if !h.Admit(1) {
		t.Error("a place that was given back cannot be taken")
	}
}
