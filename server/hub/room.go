package hub

import (
	"sync"
	"time"

	"parley/server/wire"
)

// room is what the hub knows of one room: who listens, what was said last, and what waits to be handed out.
type room struct {
	id  wire.ID
	hub *Hub

	mu      sync.Mutex
	pending []*wire.Event // published, not handed out yet
	running bool          // a goroutine is handing out
	head    int64         // seq of the last event handed out in this process; 0 before the first
	ring    ring
	used    time.Time
	subs    []*sub             // copied before a change while a fan-out reads it
	shared  bool               // subs may be being read without the lock: copy it before a change
	kinds   [kinds]int         // how many subs there are of each kind
	viewers int                // subs that have the room on screen
	flags   map[wire.ID]string // presence that changed and was not told yet
}

// sub is one session's place in a room.
type sub struct {
	session *Session
	room    *room
	index   int   // place in room.subs
	from    int64 // events up to this seq are known to the session already
	viewing bool  // the room is on screen: typing and presence are wanted
}

// maxTogether is up to how many listeners a sender's ack may wait until the room has been told, so that it leaves with
// the message's own event in one write; telling so many takes less than a millisecond. In rooms of 20 that saves one
// write in 21, and at full load one in 9, because there the events of a batch share a write and acks do not.
const maxTogether = 64

// publish queues events in the order of their commits and makes sure that somebody hands them out.
func (r *room) publish(e *wire.Event) {
	r.mu.Lock()
	r.pending = append(r.pending, e)
	start := !r.running
	r.running = true
	var first func()
	if len(r.subs) > maxTogether {
		first, e.Told = e.Told, nil
	}
	r.mu.Unlock()
	if first != nil {
		first()
	}
	if start {
		go r.run()
	}
}

// run hands out what is pending until nothing is. There is at most one such goroutine a room, and none for a room at
// rest.
func (r *room) run() {
	var batch []*wire.Event
	for {
		r.mu.Lock()
		batch, r.pending = r.pending, batch[:0]
		if len(batch) == 0 {
			r.running = false
			r.pending = nil
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		r.handOut(batch)
		clear(batch)
	}
}

// handOut splits a batch at changes of membership, because these change who hears what follows.
func (r *room) handOut(batch []*wire.Event) {
	start := 0
	for i, e := range batch {
		switch e.Type {
		case wire.MemberJoined:
			r.fanOut(batch[start:i])
			r.enter(e)
			r.fanOut(batch[i : i+1])
			start = i + 1
		case wire.MemberLeft:
			r.fanOut(batch[start : i+1])
			r.expel(e)
			start = i + 1
		}
	}
	r.fanOut(batch[start:])
}

// maxWrite bounds one shared buffer; more than that is handed out in several.
const maxWrite = 64 << 10

// fanOut encodes the events once and appends the same bytes to every session.
func (r *room) fanOut(events []*wire.Event) {
	for len(events) > 0 {
		f := newFrames(len(events))
		n := 0
		for n < len(events) && f.size() < maxWrite {
			f.add(events[n])
			n++
		}
		r.deliver(f)
		events = events[n:]
	}
}

func (r *room) deliver(f *frames) {
	r.mu.Lock()
	for _, e := range f.entries {
		r.ring.add(e)
		r.head = e.event.Seq
	}
	r.used = r.hub.now()
	subs := r.subs
	r.shared = true
	counts := r.kinds
	r.mu.Unlock()

	for k, n := range counts {
		if n > 0 {
			r.hub.observe.Delivered(Kind(k), n*len(f.entries))
		}
	}
	for _, s := range subs {
		s.deliver(f)
	}
	for _, e := range f.entries {
		if told := e.event.Told; told != nil {
			e.event.Told = nil // the ring keeps the event longer than its sender's connection may last
			told()
		}
	}
}

// deliver hands a batch to one session, without what it knows already. A session that is over its bound leaves the room
// until it has drained, and is then caught up from the source.
func (s *sub) deliver(f *frames) {
	first := f.entries[0].event.Seq
	buf := f.bytes(s.session.protocol)
	if s.from >= first {
		last := f.entries[len(f.entries)-1].event.Seq
		if s.from >= last {
			return
		}
		buf = f.tail(s.session.protocol, int(s.from-first)+1)
	}
	if !s.session.sink.Write(buf) {
		s.session.fellBehind(s, max(first-1, s.from))
	}
}

// attach makes a session a listener of the room from cursor on. It reports attached = false where the ring no longer
// reaches back to the cursor: catch up first, then try again. gone means that the ring holds the session's own removal.
func (r *room) attach(s *Session, cursor int64) (attached, gone bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	missed, ok := r.ring.after(cursor, r.head)
	if !ok {
		return false, false
	}
	for _, e := range missed {
		if e.event.Type == wire.MemberLeft && e.event.UserID == s.User {
			return false, true
		}
	}
	sb := &sub{session: s, room: r, from: max(cursor, r.head)}
	if !s.take(sb, missed) {
		return true, false // closed, or attached already by an event: nothing to do
	}
	r.add(sb)
	return true, false
}

func (r *room) add(s *sub) {
	r.own()
	s.index = len(r.subs)
	r.subs = append(r.subs, s)
	r.kinds[s.session.protocol.Kind()]++
	if s.viewing {
		r.viewers++
	}
}

// remove takes a sub out; it may have gone already.
func (r *room) remove(s *sub) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.index >= len(r.subs) || r.subs[s.index] != s {
		return
	}
	r.own()
	last := len(r.subs) - 1
	r.subs[s.index] = r.subs[last]
	r.subs[s.index].index = s.index
	r.subs[last] = nil
	r.subs = r.subs[:last]
	r.kinds[s.session.protocol.Kind()]--
	if s.viewing {
		s.viewing = false
		r.viewers--
	}
}

// own makes subs safe to change while a fan-out goes through the old one.
func (r *room) own() {
	if r.shared {
		r.subs = append(make([]*sub, 0, len(r.subs)+len(r.subs)/4+8), r.subs...)
		r.shared = false
	}
}

// created returns the events after cursor if the ring holds them all and each of them is a new message: then they are
// the catch-up too, every message once and in its present state.
func (r *room) created(cursor int64) ([]entry, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	missed, ok := r.ring.after(cursor, r.head)
	if !ok {
		return nil, false
	}
	for _, e := range missed {
		if e.event.Type != wire.MessageCreated {
			return nil, false
		}
	}
	return append([]entry(nil), missed...), true
}

// enter makes every session of a newcomer a listener, just before the event that says so.
func (r *room) enter(e *wire.Event) {
	for _, s := range r.hub.sessionsOf(e.UserID) {
		if s.picky {
			continue
		}
		s.mu.Lock()
		if s.state == greeting {
			s.late = append(s.late, e)
			s.mu.Unlock()
			continue
		}
		known := s.state == closed || s.subs[r.id] != nil
		s.mu.Unlock()
		if known {
			continue
		}
		added := encode(s.protocol, &wire.Event{Type: wire.RoomAdded, RoomID: r.id, Room: e.Welcome})
		if !s.sink.Write(added) {
			s.sink.Close(CloseTooSlow, "too slow")
			continue
		}
		r.attach(s, max(r.headSeq(), e.Seq-1))
	}
}

func (r *room) headSeq() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.head
}

// expel takes every session of somebody who left out of the room: they get nothing that comes after.
func (r *room) expel(e *wire.Event) {
	for _, s := range r.hub.sessionsOf(e.UserID) {
		sb := s.drop(r.id)
		if sb == nil {
			continue
		}
		r.remove(sb)
		s.Send(encode(s.protocol, &wire.Event{Type: wire.RoomRemoved, RoomID: r.id}))
	}
}

// relay hands frames to everybody in the room but the one who sends them.
func (r *room) relay(from *Session, frames func(Kind) []byte) {
	r.mu.Lock()
	subs := r.subs
	r.shared = true
	r.mu.Unlock()
	var made [kinds][]byte
	var asked [kinds]bool
	for _, s := range subs {
		if s.session == from {
			continue
		}
		k := s.session.protocol.Kind()
		if !asked[k] {
			made[k], asked[k] = frames(k), true
		}
		if len(made[k]) > 0 {
			s.session.sink.WriteEphemeral(made[k])
		}
	}
}

// whisper hands an ephemeral event to whoever has the room on screen, but not to the person it is about.
func (r *room) whisper(e *wire.Event) {
	r.mu.Lock()
	if r.viewers == 0 {
		r.mu.Unlock()
		return
	}
	listeners := make([]*Session, 0, r.viewers)
	for _, s := range r.subs {
		if s.viewing && s.session.User != e.UserID {
			listeners = append(listeners, s.session)
		}
	}
	r.mu.Unlock()
	var made [kinds][]byte
	for _, s := range listeners {
		k := s.protocol.Kind()
		if made[k] == nil {
			made[k] = encode(s.protocol, e)
		}
		s.sink.WriteEphemeral(made[k])
	}
}
