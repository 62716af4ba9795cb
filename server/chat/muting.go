package chat

import (
	"context"
	"time"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// maxMute bounds a mute that ends by itself; one that does not can be given without an end.
const maxMute = 365 * 24 * time.Hour

// Mute takes the word from a member: reading goes on, sending, editing, reacting and pinning answer CodeMuted on every
// transport from the commit on. life 0 is until it is lifted. Managers may, and admins; managers of the room are muted
// by admins alone, and those who govern the team by nobody.
func (s *Service) Mute(ctx context.Context, by *models.User, room, user models.ID, life time.Duration) error {
	if life < 0 || life > maxMute {
		return models.Invalid("seconds", "range", "A mute lasts for 1 second to a year, or until it is lifted.")
	}
	return s.changeMute(ctx, by, room, user, func(t *store.Tx, m *models.Membership) (models.Millis, error) {
		u, err := t.User(user)
		if err != nil {
			return 0, err
		}
		if u.Governs() || m.Role == models.RoomManager && !by.Governs() {
			return 0, models.Forbidden("Admins cannot be muted, and managers only by an admin.")
		}
		if life == 0 {
			return models.Forever, nil
		}
		return t.Now() + models.Millis(life.Milliseconds()), nil
	})
}

// Unmute gives the word back. Again: no error.
func (s *Service) Unmute(ctx context.Context, by *models.User, room, user models.ID) error {
	return s.changeMute(ctx, by, room, user, func(*store.Tx, *models.Membership) (models.Millis, error) { return 0, nil })
}

// changeMute stores until when a member is muted, and tells the member and the audit log. Somebody who left is muted
// still on coming back.
func (s *Service) changeMute(ctx context.Context, by *models.User, room, user models.ID, until func(*store.Tx, *models.Membership) (models.Millis, error)) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		if _, err := s.enterToManage(t, by, room); err != nil {
			return err
		}
		m, err := memberOf(t, room, user)
		if err != nil {
			return err
		}
		after := *m
		if after.SilencedUntil, err = until(t, m); err != nil || after.SilencedUntil == m.SilencedUntil {
			return err
		}
		if err := t.PutMember(after); err != nil {
			return err
		}
		s.tellMe(t, &after)
		if after.SilencedUntil == 0 {
			return audit(t, by, models.AuditMemberUnmuted, user, "room", room.String())
		}
		return audit(t, by, models.AuditMemberMuted, user, "room", room.String(), "until", wire.Until(after.SilencedUntil))
	})
}

// tellMe tells a member's connections of the member's own side of a room.
func (s *Service) tellMe(t *store.Tx, m *models.Membership) {
	if !m.Current() {
		return
	}
	e := &wire.Event{Type: wire.RoomMine, RoomID: m.RoomID, Me: roomMe(m, t.Now())}
	t.AfterCommit(func() { s.live.ToUser(m.UserID, e, 0) })
}

func roomMe(m *models.Membership, now models.Millis) *wire.RoomMe {
	return &wire.RoomMe{
		Role: m.Role, Notify: m.Notify, Muted: m.Muted, Favourite: m.Favourite, LastReadNum: m.LastReadNum, Mute: muteOf(m, now),
	}
}

// muteOf returns the mute that a member is under, nil where there is none.
func muteOf(m *models.Membership, now models.Millis) *wire.Mute {
	switch {
	case !m.Silenced(now):
		return nil
	case m.SilencedUntil == models.Forever:
		return &wire.Mute{}
	}
	return &wire.Mute{Until: wire.Time(m.SilencedUntil)}
}

// maySpeak returns an error where the caller, a member, may not say anything in the room now.
func maySpeak(q *store.Queries, r *models.Room, me *models.Membership, now models.Millis) error {
	if err := writable(r); err != nil {
		return err
	}
	if me.Silenced(now) {
		detail := "A manager has muted you in this room: you can read, not write."
		if me.SilencedUntil != models.Forever {
			detail = "A manager has muted you in this room until " + wire.Time(me.SilencedUntil) + "."
		}
		return models.NewError(models.CodeMuted, detail)
	}
	return notBlocked(q, r)
}

// MayRelay says why an account may not pass an event of its own on to a room, which nothing stores: it must be allowed to
// write there, and the room must take such events.
func (s *Service) MayRelay(ctx context.Context, user, room models.ID) error {
	return s.store.Snapshot(ctx, func(q *store.Queries) error {
		r, err := q.Room(room)
		if err != nil {
			return err
		}
		me, err := q.Membership(room, user)
		if err != nil {
			return err
		}
		if !me.Current() {
			return models.NotFound("There is no such room.")
		}
		if r.CustomEventsOff {
			return models.Forbidden("This room takes no custom events.")
		}
		return maySpeak(q, r, me, s.store.Now())
	})
}
