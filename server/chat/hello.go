package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// Hello returns an account, all its rooms and whom it has blocked, in one view.
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
			h.Rooms = append(h.Rooms, wire.HelloRoom{Room: rooms[i], JoinedSeq: views[i].Me.JoinedSeq})
		}
		if err != nil {
			return err
		}
		blocked, err := q.Blocked(user)
		for _, id := range blocked {
			h.Blocked = append(h.Blocked, id.String())
		}
		return err
	})
	return h, err
}

// Epoch names this lifetime of the database; cursors of another one mean nothing.
func (s *Service) Epoch() string { return s.store.Epoch() }

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
		s.tellMe(t, &me)
		return t.PutMember(me)
	})
	if err != nil {
		return wire.Room{}, err
	}
	return s.Room(ctx, by, room)
}
