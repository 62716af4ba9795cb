package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"parley/server/wire"
)

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
