package hub

import (
	"context"

	"parley/server/wire"
)

// Source reads what the ring does not hold. It checks that the user is a member in the same view that it reads, so that
// nothing said after a removal can slip out.
type Source interface {
	Delta(ctx context.Context, user, room wire.ID, since int64) (wire.Delta, error)
}

// maxReplay is how many changes a catch-up holds at most, from wherever it comes; the contract's bound.
const maxReplay = 200

// Replay sends once more what has changed in a room since a cursor, closed by synced, and goes on from there. It
// reports false where the session is not in the room.
func (s *Session) Replay(ctx context.Context, room wire.ID, since int64) bool {
	s.mu.Lock()
	sb := s.subs[room]
	delete(s.subs, room)
	s.mu.Unlock()
	if sb == nil {
		return false
	}
	sb.room.remove(sb)
	if cursor, ok := s.catchUp(ctx, room, since); ok {
		s.settle(ctx, room, cursor)
	}
	return true
}

// resume brings a client from its cursor to the present of a room, closed by synced, or tells it to start afresh.
func (s *Session) resume(ctx context.Context, j Joined, cursor int64, sameEpoch bool) {
	if !sameEpoch || cursor > j.Seq || cursor < 0 {
		s.sendEvents(&wire.Event{Type: wire.Reset, RoomID: j.RoomID, Seq: j.Seq})
		s.settle(ctx, j.RoomID, j.Seq)
		return
	}
	if missed, ok := s.hub.room(j.RoomID).created(cursor); ok && len(missed) <= maxReplay && (cursor == j.Seq || len(missed) > 0) {
		s.hub.observe.CaughtUp("ring")
		if len(missed) > 0 {
			cursor = missed[len(missed)-1].event.Seq
		}
		b := encodeEntries(s.protocol, missed)
		b = append(b, encode(s.protocol, &wire.Event{Type: wire.Synced, RoomID: j.RoomID, Seq: cursor})...)
		if !s.sink.Write(b) {
			s.fallBehind(j.RoomID, cursor)
			return
		}
		s.settle(ctx, j.RoomID, cursor)
		return
	}
	if cursor, ok := s.catchUp(ctx, j.RoomID, cursor); ok {
		s.settle(ctx, j.RoomID, cursor)
	}
}

// catchUp sends what the source has after cursor, closed by synced or reset, and returns the new cursor; false where
// the session takes no more or is no member: there is nothing to attach then.
func (s *Session) catchUp(ctx context.Context, room wire.ID, cursor int64) (int64, bool) {
	d, err := s.hub.source.Delta(ctx, s.User, room, cursor)
	switch {
	case err != nil:
		s.hub.log.Error("catching up", "room", room, "error", err)
		s.sink.Close(CloseInternal, "try again")
		return 0, false
	case d.Gone:
		s.sendEvents(&wire.Event{Type: wire.RoomRemoved, RoomID: room})
		return 0, false
	case d.Reset:
		s.hub.observe.CaughtUp("reset")
		if !s.sendEvents(&wire.Event{Type: wire.Reset, RoomID: room, Seq: d.Upto}) {
			s.fallBehind(room, cursor)
			return 0, false
		}
		return d.Upto, true
	}
	s.hub.observe.CaughtUp("store")
	const atOnce = 32 // events a write, so that a long delta can stop at the connection's bound and go on from there
	for len(d.Events) > 0 {
		n := min(atOnce, len(d.Events))
		part := make([]*wire.Event, n)
		for i := range part {
			part[i] = &d.Events[i]
		}
		if !s.sendEvents(part...) {
			s.fallBehind(room, cursor)
			return 0, false
		}
		cursor = part[n-1].Seq
		d.Events = d.Events[n:]
	}
	if !s.sendEvents(&wire.Event{Type: wire.Synced, RoomID: room, Seq: d.Upto}) {
		s.fallBehind(room, d.Upto)
		return 0, false
	}
	return d.Upto, true
}

// settle makes the session a listener from cursor on. Where the room has moved on further than its ring reaches, the
// source fills in; a room that stays ahead for long gets a session that is behind, to be tried again.
func (s *Session) settle(ctx context.Context, room wire.ID, cursor int64) {
	for range 8 {
		attached, gone := s.hub.room(room).attach(s, cursor)
		if attached {
			return
		}
		if gone {
			s.sendEvents(&wire.Event{Type: wire.RoomRemoved, RoomID: room})
			return
		}
		next, ok := s.catchUp(ctx, room, cursor)
		if !ok {
			return
		}
		cursor = next
	}
	s.fallBehind(room, cursor)
}

// fellBehind takes a session whose connection is full out of a room; it got everything up to cursor.
func (s *Session) fellBehind(sb *sub, cursor int64) {
	sb.room.remove(sb)
	s.mu.Lock()
	if s.subs[sb.room.id] == sb {
		delete(s.subs, sb.room.id)
		s.noteBehind(sb.room.id, cursor)
	}
	s.mu.Unlock()
	s.hub.observe.CaughtUp("behind")
}

func (s *Session) fallBehind(room wire.ID, cursor int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noteBehind(room, cursor)
}

// noteBehind asks the sink to call Drained when it has sent all that it holds. s.mu is held.
func (s *Session) noteBehind(room wire.ID, cursor int64) {
	if s.state == closed {
		return
	}
	if s.behind == nil {
		s.behind = map[wire.ID]int64{}
	}
	s.behind[room] = cursor
	s.sink.NotifyDrained()
}

// Drained is called by the sink, once for each NotifyDrained, when nothing waits in it any more. It must not be called
// from within a call of the sink.
func (s *Session) Drained() {
	s.mu.Lock()
	if s.catching || s.state == closed || len(s.behind) == 0 {
		s.mu.Unlock()
		return
	}
	s.catching = true
	s.mu.Unlock()
	go s.recover()
}

// recover catches a session up in every room in which it fell behind.
func (s *Session) recover() {
	s.mu.Lock()
	behind := s.behind
	s.behind = nil
	s.mu.Unlock()
	for room, cursor := range behind {
		if cursor, ok := s.catchUp(s.hub.ctx, room, cursor); ok {
			s.settle(s.hub.ctx, room, cursor)
		}
	}
	s.mu.Lock()
	s.catching = false
	again := len(s.behind) > 0 && s.state != closed
	s.mu.Unlock()
	if again {
		s.sink.NotifyDrained()
	}
}
