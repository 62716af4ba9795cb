package chat

import (
	"context"
	"slices"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

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
		out, err = s.mark(t, by, in.me, num, except)
		return err
	})
	return out, err
}

const (
	// maxMarks bounds how many rooms are marked by one call.
	maxMarks = 5000
	// marksAtOnce bounds how long one person's rooms hold the writer up: three statements each.
	marksAtOnce = 100
)

// MarkAll moves the caller's marks in many rooms at once: to those of to, or to the end of every room where to is nil.
// It returns the marks that moved, as they were: MarkAll with these undoes it. A room that the caller is not in is
// passed over.
func (s *Service) MarkAll(ctx context.Context, by *models.User, to []wire.Mark) ([]wire.Mark, error) {
	if len(to) > maxMarks {
		return nil, models.Invalid("rooms", "range", "At most 5,000 rooms are marked at once.")
	}
	if to == nil {
		h, err := s.Hello(ctx, by.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range h.Rooms {
			if r.Unread > 0 && len(to) < maxMarks {
				id, err := models.ParseID(r.ID)
				if err != nil {
					return nil, err
				}
				to = append(to, wire.Mark{RoomID: id, Num: r.Num})
			}
		}
	}
	before := []wire.Mark{}
	for part := range slices.Chunk(to, marksAtOnce) {
		var was []wire.Mark
		err := s.store.Write(ctx, func(t *store.Tx) (err error) {
			was, err = s.markThese(t, by, part)
			return err
		})
		if err != nil {
			return before, err
		}
		before = append(before, was...)
	}
	return before, nil
}

// markThese moves marks and returns those that moved, as they were.
func (s *Service) markThese(t *store.Tx, by *models.User, to []wire.Mark) ([]wire.Mark, error) {
	var before []wire.Mark
	for _, m := range to {
		me, err := t.Member(m.RoomID, by.ID)
		if err != nil {
			return nil, err
		}
		if m.Num < 0 || me == nil || !me.Current() {
			continue
		}
		was := wire.Mark{RoomID: m.RoomID, Num: me.LastReadNum}
		if _, err := s.mark(t, by, me, m.Num, 0); err != nil {
			return nil, err
		}
		if me.LastReadNum != was.Num {
			before = append(before, was)
		}
	}
	return before, nil
}

// mark moves a member's mark and tells the connections of its owner, but the one numbered except.
func (s *Service) mark(t *store.Tx, by *models.User, me *models.Membership, num int64, except uint64) (wire.Unread, error) {
	room, err := t.Room(me.RoomID)
	if err != nil {
		return wire.Unread{}, err
	}
	num = min(num, room.LastNum)
	moved := me.LastReadNum != num
	t.SetReadMark(me, num)
	left := wire.Unread{Unread: room.LastNum - num}
	if left.Mentions, err = t.Mentions(me); err != nil || !moved {
		return left, err
	}
	e := &wire.Event{Type: wire.Read, RoomID: me.RoomID, Num: num, Unread: left.Unread, Mentions: left.Mentions}
	t.AfterCommit(func() { s.live.ToUser(by.ID, e, except) })
	return left, nil
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
