package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// admit makes u a member at the room's next seq and tells everybody; u's own connections enter the room by that event.
// Somebody who is a member already stays as they are, and no seq is taken.
func (s *Service) admit(t *store.Tx, room *models.Room, u *models.User, role models.RoomRole) error {
	old, err := t.Member(room.ID, u.ID)
	if err != nil {
		return err
	}
	if old != nil && old.Current() {
		return nil
	}
	m := models.Membership{
		RoomID: room.ID, UserID: u.ID, Role: role, Notify: models.DefaultNotify(room.Kind), JoinedAt: t.Now(),
		LastReadNum: room.LastNum, // a newcomer has nothing unread
	}
	if old != nil {
		m.Notify, m.Muted, m.Favourite, m.SilencedUntil = old.Notify, old.Muted, old.Favourite, old.SilencedUntil
	}
	m.JoinedSeq = t.NextSeq(room)
	if err := t.PutMember(m); err != nil {
		return err
	}
	view := store.RoomView{Room: *room, Me: &m}
	welcome, err := s.rooms(&t.Queries, u.ID, []store.RoomView{view})
	if err != nil {
		return err
	}
	p := wire.NewPerson(u)
	s.publish(t, &wire.Event{Type: wire.MemberJoined, RoomID: room.ID, Seq: m.JoinedSeq, User: &p, UserID: u.ID, Welcome: &welcome[0]})
	return nil
}

// dismiss ends a membership at the room's next seq: the hub drops the connections of u at that event.
func (s *Service) dismiss(t *store.Tx, room *models.Room, m *models.Membership) error {
	u, err := t.User(m.UserID)
	if err != nil {
		return err
	}
	left := *m
	left.LeftSeq = t.NextSeq(room)
	if err := t.PutMember(left); err != nil {
		return err
	}
	p := wire.NewPerson(u)
	s.publish(t, &wire.Event{Type: wire.MemberLeft, RoomID: room.ID, Seq: left.LeftSeq, User: &p, UserID: u.ID})
	if m.Role != models.RoomManager {
		return nil
	}
	if err := t.EnsureManager(room.ID); err != nil {
		return err
	}
	return s.tellManagers(t, room.ID)
}

// tellManagers tells whoever manages a room now: one of them may have become so without doing anything.
func (s *Service) tellManagers(t *store.Tx, room models.ID) error {
	ids, err := t.Managers(room)
	if err != nil {
		return err
	}
	for _, id := range ids {
		m, err := t.Member(room, id)
		if err != nil {
			return err
		}
		s.tellMe(t, m)
	}
	return nil
}

// Join makes the caller a member of an open room. Again: the same answer and no new seq.
func (s *Service) Join(ctx context.Context, by *models.User, id models.ID) (wire.Room, error) {
	err := s.store.Write(ctx, func(t *store.Tx) error {
		in, err := s.enter(t, by, id)
		if err == nil {
			return nil // a member already
		}
		if !models.IsCode(err, models.CodeNotAMember) {
			return err
		}
		if in.room, err = t.Room(id); err != nil {
			return err
		}
		if err := writable(in.room); err != nil {
			return err
		}
		return s.admit(t, in.room, by, models.RoomMember)
	})
	if err != nil {
		return wire.Room{}, err
	}
	return s.Room(ctx, by, id)
}

// Leave ends the caller's membership. Again, in a room that the caller may still see: no error and no new seq.
func (s *Service) Leave(ctx context.Context, by *models.User, id models.ID) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		in, err := s.enter(t, by, id)
		if models.IsCode(err, models.CodeNotAMember) {
			return nil
		}
		if err != nil {
			return err
		}
		if in.room.Kind == models.KindDirect {
			return models.Forbidden("A direct room cannot be left.")
		}
		return s.dismiss(t, in.room, in.me)
	})
}

// Members returns who is in a room, by username.
func (s *Service) Members(ctx context.Context, by *models.User, id models.ID) ([]wire.Member, error) {
	out := []wire.Member{}
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		if _, err := s.readable(q, by, id); err != nil {
			return err
		}
		members, err := q.Members(id)
		for i := range members {
			m := &members[i]
			out = append(out, wire.Member{User: wire.NewUser(&m.User, false), Role: m.Role, JoinedAt: wire.Time(m.JoinedAt), Mute: muteOf(&m.Membership, s.store.Now())})
		}
		return err
	})
	return out, err
}

// AddMember makes somebody else a member: any member of an open room may, and the managers of a private one. Somebody
// who is a member already stays one.
func (s *Service) AddMember(ctx context.Context, by *models.User, room, user models.ID) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		in, err := s.enter(t, by, room)
		if err != nil {
			return err
		}
		if err := mayAdd(by, in); err != nil {
			return err
		}
		u, err := t.User(user)
		if err != nil {
			return err
		}
		if u.DisabledAt != 0 {
			return models.NotFound("There is no such account.")
		}
		m, err := t.Member(room, user)
		if err != nil || m != nil && m.Current() {
			return err
		}
		if err := s.admit(t, in.room, u, models.RoomMember); err != nil {
			return err
		}
		return audit(t, by, models.AuditMemberAdded, user, "room", room.String())
	})
}

// RemoveMember ends somebody's membership; managers of the room and admins may, and everybody their own. Somebody who
// is no member: no error and no new seq.
func (s *Service) RemoveMember(ctx context.Context, by *models.User, room, user models.ID) error {
	if user == by.ID {
		return s.Leave(ctx, by, room)
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		in, err := s.enterToManage(t, by, room)
		if err != nil {
			return err
		}
		m, err := memberOf(t, room, user)
		if err != nil {
			return err
		}
		if !m.Current() {
			return nil
		}
		if err := s.dismiss(t, in.room, m); err != nil {
			return err
		}
		return audit(t, by, models.AuditMemberRemoved, user, "room", room.String())
	})
}

// memberOf returns the membership of somebody who is or was in a room, or CodeNotFound.
func memberOf(t *store.Tx, room, user models.ID) (*models.Membership, error) {
	m, err := t.Member(room, user)
	if err == nil && m == nil {
		err = models.NotFound("Not a member of this room.")
	}
	return m, err
}

// generalKey remembers which room new accounts enter, whatever it is called by now.
const generalKey = "general_room"

// Welcome lets a new account into the rooms that its invitation names; those that are archived by now are left out.
// Without any it becomes a member of the general room, which the first account finds made, unless it is a bot: bots are
// in the rooms they are put into and no other. It belongs in the transaction that makes the account.
func (s *Service) Welcome(t *store.Tx, u *models.User, rooms ...models.ID) error {
	if len(rooms) > 0 {
		for _, id := range rooms {
			room, err := t.Room(id)
			if err != nil {
				return err
			}
			if room.ArchivedAt != 0 {
				continue
			}
			if err := s.admit(t, room, u, models.RoomMember); err != nil {
				return err
			}
		}
		return nil
	}
	if u.Role == models.RoleBot {
		return nil
	}
	return s.welcomeToGeneral(t, u)
}

func (s *Service) welcomeToGeneral(t *store.Tx, u *models.User) error {
	id, err := t.GetID(generalKey)
	if err != nil {
		return err
	}
	if id != 0 {
		room, err := t.Room(id)
		if err != nil || room.ArchivedAt != 0 {
			return err
		}
		return s.admit(t, room, u, models.RoomMember)
	}
	room, err := s.makeRoom(t, u, models.Room{Kind: models.KindOpen, Name: "general"})
	if err != nil {
		return err
	}
	if err := t.SetID(generalKey, room.ID); err != nil {
		return err
	}
	return s.admit(t, room, u, models.RoomManager)
}

// MayInvite returns an error unless the account may put others into all of these rooms, by the rules of AddMember; an
// admin need not be a member of an open one.
func (s *Service) MayInvite(t *store.Tx, by *models.User, rooms []models.ID) error {
	for _, id := range rooms {
		in, err := s.enter(t, by, id)
		if models.IsCode(err, models.CodeNotAMember) && by.Governs() {
			if in.room, err = t.Room(id); err != nil {
				return err
			}
			in.me = &models.Membership{Role: models.RoomMember}
		}
		if err == nil {
			err = mayAdd(by, in)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mayAdd is the rule of who puts somebody else into a room.
func mayAdd(by *models.User, in entered) error {
	switch {
	case in.room.Kind == models.KindDirect:
		return models.Forbidden("A direct room's people do not change.")
	case in.room.Kind == models.KindPrivate && in.me.Role != models.RoomManager:
		return models.Forbidden("Only managers add people to a private room.")
	case confined(by):
		return models.Forbidden("Guests and bots add nobody to a room.")
	}
	return writable(in.room)
}
