package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// Hello returns an account and all its rooms, in one view.
func (s *Service) Hello(ctx context.Context, user models.ID) (wire.Hello, error) {
	h := wire.Hello{Epoch: s.store.Epoch(), Rooms: []wire.HelloRoom{}}
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		u, err := q.User(user)
		if err != nil {
			return err
		}
		h.User = wire.NewUser(u, true)
		views, err := q.RoomsOf(user)
		if err != nil {
			return err
		}
		rooms, err := s.rooms(q, user, views)
		for i := range rooms {
			r := &rooms[i]
			h.Rooms = append(h.Rooms, wire.HelloRoom{
				ID: r.ID, Name: r.Name, Kind: r.Kind, Seq: r.Seq, Num: r.Num, Unread: r.Unread, Mentions: r.Mentions,
				Whole: r, JoinedSeq: views[i].Me.JoinedSeq,
			})
		}
		return err
	})
	return h, err
}

// Epoch names this lifetime of the database; cursors of another one mean nothing.
func (s *Service) Epoch() string { return s.store.Epoch() }

// MarkRead moves the caller's mark in a room to num, back too, and tells its other connections but the one numbered
// except. A num beyond the room's last is the last.
func (s *Service) MarkRead(ctx context.Context, by *models.User, room models.ID, num int64, except uint64) (wire.Unread, error) {
	if num < 0 {
		return wire.Unread{}, models.Invalid("num", "range", "num is 0 or more.")
	}
	var out wire.Unread
	err := s.store.Write(ctx, func(t *store.Tx) error {
		in, err := s.enter(t, by, room)
		if err != nil {
			return err
		}
		num := min(num, in.room.LastNum)
		moved := in.me.LastReadNum != num
		t.SetReadMark(in.me, num)
		out.Unread = in.room.LastNum - num
		if out.Mentions, err = t.Mentions(in.me); err != nil || !moved {
			return err
		}
		e := &wire.Event{Type: wire.Read, RoomID: room, Num: num, Unread: out.Unread, Mentions: out.Mentions}
		t.AfterCommit(func() { s.live.ToUser(by.ID, e, except) })
		return nil
	})
	return out, err
}

// Read is MarkRead for a connection.
func (s *Service) Read(ctx context.Context, user, room models.ID, num int64, except uint64) error {
	by, err := s.person(ctx, user)
	if err != nil {
		return err
	}
	_, err = s.MarkRead(ctx, by, room, num, except)
	return err
}

// Preferences are the caller's own choices for a room; nil leaves one as it is.
type Preferences struct {
	Notify           *models.Notify
	Muted, Favourite *bool
}

// SetPreferences stores the caller's choices for a room.
func (s *Service) SetPreferences(ctx context.Context, by *models.User, room models.ID, p Preferences) (wire.Room, error) {
	if p.Notify != nil && !models.ValidNotify(*p.Notify) {
		return wire.Room{}, models.Invalid("notify", "invalid", "notify is all, mentions or none.")
	}
	err := s.store.Write(ctx, func(t *store.Tx) error {
		in, err := s.enter(t, by, room)
		if err != nil {
			return err
		}
		me := *in.me
		if p.Notify != nil {
			me.Notify = *p.Notify
		}
		if p.Muted != nil {
			me.Muted = *p.Muted
		}
		if p.Favourite != nil {
			me.Favourite = *p.Favourite
		}
		return t.PutMember(me)
	})
	if err != nil {
		return wire.Room{}, err
	}
	return s.Room(ctx, by, room)
}
