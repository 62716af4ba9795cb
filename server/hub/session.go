package hub

import (
	"context"
	"sync"
	"time"

	"parley/server/wire"
)

// Identity says whose connection a session is, and by which credential, a sign-in or a token, it was opened.
type Identity struct {
	User       wire.Person
	UserID     wire.ID
	Credential wire.ID
	ReadOnly   bool   // a token that may hear and not speak
	AsOf       uint64 // when the sign-in was looked up, as the use cases count
}

// Joined is a room of the hello's snapshot: at Seq the user was a member.
type Joined struct {
	RoomID wire.ID
	Seq    int64
}

// Session is one connection's side of the hub. Transports feed it; rooms write to its sink.
type Session struct {
	Who  Identity
	ID   uint64
	User wire.ID // Who.UserID

	hub      *Hub
	sink     Sink
	protocol Protocol
	picky    bool // it hears only the rooms that it entered by Enter

	mu       sync.Mutex
	state    state
	subs     map[wire.ID]*sub
	behind   map[wire.ID]int64    // rooms that it left because it was too slow, and how far it got
	catching bool                 // a goroutine is catching it up
	late     []*wire.Event        // joins that came while it was being greeted
	onScreen map[wire.ID]struct{} // rooms it has open
	hidden   bool                 // it had rooms open and has none now
	typedAt  time.Time
}

type state uint8

const (
	greeting state = iota // nothing may reach it before its hello
	live
	closed
)

// Send queues frames for this session alone: acks, errors, answers. They are never dropped silently: a connection that
// takes no more of them is too slow, and closed.
func (s *Session) Send(frames []byte) {
	if !s.sink.Write(frames) {
		s.sink.Close(CloseTooSlow, "too slow")
	}
}

// Protocol returns how the session's events are encoded.
func (s *Session) Protocol() Protocol { return s.protocol }

// sendEvents queues events for this session alone; false means that it is over its bound.
func (s *Session) sendEvents(events ...*wire.Event) bool {
	return s.sink.Write(encode(s.protocol, events...))
}

// Start sends the hello frames, catches the session up in the rooms for which the client named a cursor, and makes it a
// listener of all its rooms. sameEpoch is false when the cursors come from another lifetime of the database. Start
// returns when the session is live.
func (s *Session) Start(ctx context.Context, hello []byte, rooms []Joined, cursors map[wire.ID]int64, sameEpoch bool) {
	s.Send(hello)
	mine := make(map[wire.ID]int64, len(rooms))
	for _, j := range rooms {
		mine[j.RoomID] = j.Seq
		if cursor, named := cursors[j.RoomID]; named {
			s.resume(ctx, j, cursor, sameEpoch)
		} else {
			s.settle(ctx, j.RoomID, j.Seq)
		}
	}
	for id := range cursors {
		if _, ok := mine[id]; !ok {
			s.sendEvents(&wire.Event{Type: wire.RoomRemoved, RoomID: id})
		}
	}
	s.admitLate(ctx, mine)
	s.hub.arrive(s)
}

// admitLate enters the rooms that were joined, and passes on what was said to its account alone, while the session was
// being greeted, until nothing is left.
func (s *Session) admitLate(ctx context.Context, mine map[wire.ID]int64) {
	for {
		s.mu.Lock()
		late := s.late
		s.late = nil
		if len(late) == 0 {
			if s.state == greeting {
				s.state = live
			}
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		for _, e := range late {
			if e.Type != wire.MemberJoined {
				s.sendEvents(e)
				continue
			}
			if e.Seq <= mine[e.RoomID] {
				continue // the snapshot had it
			}
			s.sendEvents(&wire.Event{Type: wire.RoomAdded, RoomID: e.RoomID, Room: e.Welcome})
			s.settle(ctx, e.RoomID, e.Seq-1)
		}
	}
}

// Enter makes a picky session a listener of a room of its account, which stood at seq; since, where it is not nil, is
// what the client has seen of it, and is caught up from first. Again, it catches up once more, and changes nothing else.
func (s *Session) Enter(ctx context.Context, room wire.ID, seq int64, since *int64) {
	s.mu.Lock()
	known := s.subs[room] != nil
	s.mu.Unlock()
	switch {
	case known && since != nil:
		s.Replay(ctx, room, *since)
	case since != nil:
		s.resume(ctx, Joined{RoomID: room, Seq: seq}, *since, true)
	case !known:
		s.settle(ctx, room, seq)
	}
}

// Exit undoes Enter. It reports false where the session was not in the room.
func (s *Session) Exit(room wire.ID) bool {
	sb := s.drop(room)
	if sb == nil {
		return false
	}
	sb.room.remove(sb)
	return true
}

// Hears reports whether the session is a listener of a room.
func (s *Session) Hears(room wire.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.subs[room] != nil
}

// Entered returns the rooms that the session hears.
func (s *Session) Entered() []wire.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]wire.ID, 0, len(s.subs))
	for id := range s.subs {
		ids = append(ids, id)
	}
	return ids
}

// Relay hands frames to the other sessions in a room whose kinds have any; they may be lost, like typing. It reports
// false where the session is not in the room.
func (s *Session) Relay(room wire.ID, frames func(Kind) []byte) bool {
	s.mu.Lock()
	sb := s.subs[room]
	s.mu.Unlock()
	if sb == nil {
		return false
	}
	sb.room.relay(s, frames)
	return true
}

// take records a sub and queues what the room has handed out since its cursor. The room's lock is held.
func (s *Session) take(sb *sub, missed []entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == closed || s.subs[sb.room.id] != nil {
		return false
	}
	if len(missed) > 0 && !s.sink.Write(encodeEntries(s.protocol, missed)) {
		s.noteBehind(sb.room.id, missed[0].event.Seq-1)
		return false
	}
	delete(s.behind, sb.room.id)
	s.subs[sb.room.id] = sb
	_, sb.viewing = s.onScreen[sb.room.id]
	return true
}

// drop forgets the sub of a room; it returns nil where there was none.
func (s *Session) drop(room wire.ID) *sub {
	s.mu.Lock()
	defer s.mu.Unlock()
	sb := s.subs[room]
	delete(s.subs, room)
	delete(s.behind, room)
	delete(s.onScreen, room)
	return sb
}

// Close takes the session out of every room. It does not close the connection: its transport calls this when the
// connection has ended.
func (s *Session) Close() {
	s.mu.Lock()
	if s.state == closed {
		s.mu.Unlock()
		return
	}
	wasLive := s.state == live
	s.state = closed
	subs := s.subs
	s.subs, s.behind, s.late = nil, nil, nil
	s.mu.Unlock()
	for _, sb := range subs {
		sb.room.remove(sb)
	}
	s.hub.leave(s, subs, wasLive)
}
