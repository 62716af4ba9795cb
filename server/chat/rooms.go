package chat

import (
	"context"
	"slices"
	"strings"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// sharedRoom returns what is the same of a room for everybody in it.
func sharedRoom(r *models.Room) wire.Room {
	return wire.Room{
		ID: r.ID.String(), Name: r.Name, Kind: r.Kind, Topic: r.Topic, Seq: r.LastSeq, Num: r.LastNum,
		LastMessageAt: wire.Time(r.LastMessageAt), Archived: r.ArchivedAt != 0, CustomEventsOff: r.CustomEventsOff,
	}
}

// rooms returns the wire shapes of views. A direct room is named after the others in it.
func (s *Service) rooms(q *store.Queries, user models.ID, views []store.RoomView) ([]wire.Room, error) {
	out := make([]wire.Room, len(views))
	for i := range views {
		v := &views[i]
		out[i] = sharedRoom(&v.Room)
		if m := v.Me; m != nil {
			out[i].Me = roomMe(m, s.store.Now())
			out[i].Unread = v.LastNum - m.LastReadNum
			out[i].Mentions = v.Mentions
		}
		if v.Kind == models.KindDirect {
			if err := s.nameDirect(q, user, &v.Room, &out[i]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (s *Service) nameDirect(q *store.Queries, user models.ID, r *models.Room, out *wire.Room) error {
	var ids []models.ID
	if r.DirectKey != nil {
		ids = models.SplitIDs(*r.DirectKey)
	}
	people, err := s.people.get(q, ids...)
	if err != nil {
		return err
	}
	var names []string
	for _, id := range ids {
		u := people[id]
		if u == nil {
			continue
		}
		out.Users = append(out.Users, wire.NewPerson(u))
		if id != user {
			names = append(names, u.Name())
		}
	}
	out.Name = strings.Join(names, ", ")
	return nil
}

// Rooms returns the rooms that the account is a member of, by name.
func (s *Service) Rooms(ctx context.Context, by *models.User) ([]wire.Room, error) {
	return s.list(ctx, by, func(q *store.Queries) ([]store.RoomView, error) { return q.RoomsOf(by.ID) })
}

// Browse returns every open room that is not archived. Guests and bots find only their own.
func (s *Service) Browse(ctx context.Context, by *models.User) ([]wire.Room, error) {
	return s.list(ctx, by, func(q *store.Queries) ([]store.RoomView, error) {
		views, err := q.OpenRooms(by.ID)
		return slices.DeleteFunc(views, func(v store.RoomView) bool { return v.Me == nil && !seesOpenRooms(by, &v.Room) }), err
	})
}

func (s *Service) list(ctx context.Context, by *models.User, read func(*store.Queries) ([]store.RoomView, error)) ([]wire.Room, error) {
	out := []wire.Room{}
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		views, err := read(q)
		if err != nil {
			return err
		}
		out, err = s.rooms(q, by.ID, views)
		return err
	})
	return out, err
}

// Room returns one room as the account sees it.
func (s *Service) Room(ctx context.Context, by *models.User, id models.ID) (wire.Room, error) {
	var out wire.Room
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		v, err := s.readable(q, by, id)
		if err != nil {
			return err
		}
		rooms, err := s.rooms(q, by.ID, []store.RoomView{*v})
		if err == nil {
			out = rooms[0]
		}
		return err
	})
	return out, err
}

// NewRoom is a room to be made.
type NewRoom struct {
	Name, Topic string
	Kind        models.RoomKind // "": open
}

// CreateRoom makes a room; the caller is its first member and manager.
func (s *Service) CreateRoom(ctx context.Context, by *models.User, n NewRoom) (wire.Room, error) {
	if n.Kind == "" {
		n.Kind = models.KindOpen
	}
	if confined(by) {
		return wire.Room{}, models.Forbidden("Guests and bots cannot make rooms.")
	}
	if n.Kind != models.KindOpen && n.Kind != models.KindPrivate {
		return wire.Room{}, models.Invalid("kind", "invalid", "kind is open or private.")
	}
	if err := models.CheckRoomName(n.Name); err != nil {
		return wire.Room{}, err
	}
	if err := models.CheckTopic(n.Topic); err != nil {
		return wire.Room{}, err
	}
	var id models.ID
	err := s.store.Write(ctx, func(t *store.Tx) error {
		if err := mayMakeRooms(&t.Queries, by); err != nil {
			return err
		}
		room, err := s.makeRoom(t, by, models.Room{Kind: n.Kind, Name: strings.TrimSpace(n.Name), Topic: strings.TrimSpace(n.Topic)})
		if err != nil {
			return err
		}
		id = room.ID
		if err := s.admit(t, room, by, models.RoomManager); err != nil {
			return err
		}
		return auditRoom(t, by, models.AuditRoomMade, room)
	})
	if err != nil {
		return wire.Room{}, err
	}
	return s.Room(ctx, by, id)
}

// makeRoom stores a room without members and returns it for change.
func (s *Service) makeRoom(t *store.Tx, by *models.User, r models.Room) (*models.Room, error) {
	r.ID, r.CreatedAt, r.CreatedBy = t.NewID(), t.Now(), by.ID
	if r.Kind == models.KindOpen {
		key := roomKey(r.Name)
		r.NameKey = &key
	}
	if err := t.InsertRoom(&r); err != nil {
		return nil, err
	}
	return t.Room(r.ID)
}

// maxDirect is how many people a direct room holds, the caller too.
const maxDirect = 50

// Direct returns the one direct room of a set of people, made when they first meet; created tells which.
func (s *Service) Direct(ctx context.Context, by *models.User, users []models.ID) (room wire.Room, created bool, err error) {
	ids := append([]models.ID{by.ID}, users...)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) < 2 || len(ids) > maxDirect {
		return wire.Room{}, false, models.Invalid("user_ids", "length", "A direct room has 2 to 50 people.")
	}
	var id models.ID
	err = s.store.Write(ctx, func(t *store.Tx) error {
		id, created, err = s.directRoom(t, by, ids)
		return err
	})
	if err != nil {
		return wire.Room{}, false, err
	}
	room, err = s.Room(ctx, by, id)
	return room, created, err
}

func (s *Service) directRoom(t *store.Tx, by *models.User, ids []models.ID) (models.ID, bool, error) {
	key := models.JoinIDs(ids)
	old, err := t.DirectRoom(key)
	if err == nil {
		return old.ID, false, nil
	}
	if !models.IsCode(err, models.CodeNotFound) {
		return 0, false, err
	}
	people, err := t.People(ids)
	if err != nil {
		return 0, false, err
	}
	if len(people) != len(ids) || slices.ContainsFunc(people, func(u models.User) bool { return u.DisabledAt != 0 }) {
		return 0, false, errUnknownPeople()
	}
	if err := knowsAll(t, by, ids); err != nil {
		return 0, false, err
	}
	for _, id := range ids {
		blocked, err := t.BlockBetween(by.ID, id)
		if err != nil {
			return 0, false, err
		}
		if blocked {
			return 0, false, errBlocked
		}
	}
	room, err := s.makeRoom(t, by, models.Room{Kind: models.KindDirect, DirectKey: &key})
	if err != nil {
		return 0, false, err
	}
	for i := range people {
		if err := s.admit(t, room, &people[i], models.RoomMember); err != nil {
			return 0, false, err
		}
	}
	return room.ID, true, nil
}

// knowsAll refuses, to somebody confined, people in none of his rooms exactly as people who do not exist.
func knowsAll(t *store.Tx, by *models.User, ids []models.ID) error {
	if !confined(by) {
		return nil
	}
	for _, id := range ids {
		if id == by.ID {
			continue
		}
		near, err := t.ShareRoom(by.ID, id)
		if err != nil {
			return err
		}
		if !near {
			return errUnknownPeople()
		}
	}
	return nil
}

func errUnknownPeople() error {
	return models.Invalid("user_ids", "unknown", "One of these accounts does not exist.")
}

// RoomPatch holds what of a room is to change; nil leaves a field as it is.
type RoomPatch struct {
	Name, Topic     *string
	CustomEventsOff *bool
}

// UpdateRoom renames a room, changes its topic, or says whether it takes custom events. The same again changes nothing.
func (s *Service) UpdateRoom(ctx context.Context, by *models.User, id models.ID, p RoomPatch) (wire.Room, error) {
	if p.Name != nil {
		if err := models.CheckRoomName(*p.Name); err != nil {
			return wire.Room{}, err
		}
	}
	if p.Topic != nil {
		if err := models.CheckTopic(*p.Topic); err != nil {
			return wire.Room{}, err
		}
	}
	return s.changeRoom(ctx, by, id, models.AuditRoomChange, func(t *store.Tx, r *models.Room) (bool, error) {
		if err := writable(r); err != nil {
			return false, err
		}
		name, topic, off := r.Name, r.Topic, r.CustomEventsOff
		if p.Name != nil {
			name = strings.TrimSpace(*p.Name)
		}
		if p.Topic != nil {
			topic = strings.TrimSpace(*p.Topic)
		}
		if p.CustomEventsOff != nil {
			off = *p.CustomEventsOff
		}
		if name == r.Name && topic == r.Topic && off == r.CustomEventsOff {
			return false, nil
		}
		r.Name, r.Topic, r.CustomEventsOff = name, topic, off
		if r.Kind == models.KindOpen {
			key := roomKey(name)
			r.NameKey = &key
		}
		return true, nil
	})
}

// ArchiveRoom makes a room read-only; its name is free for another. A second time changes nothing.
func (s *Service) ArchiveRoom(ctx context.Context, by *models.User, id models.ID) (wire.Room, error) {
	return s.changeRoom(ctx, by, id, models.AuditRoomArchived, func(t *store.Tx, r *models.Room) (bool, error) {
		if r.ArchivedAt != 0 {
			return false, nil
		}
		r.ArchivedAt, r.NameKey = t.Now(), nil
		return true, nil
	})
}

// changeRoom runs fn on a room that the caller manages, gives the change the next seq, tells the room and the audit log.
func (s *Service) changeRoom(ctx context.Context, by *models.User, id models.ID, action models.AuditAction,
	fn func(*store.Tx, *models.Room) (bool, error),
) (wire.Room, error) {
	err := s.store.Write(ctx, func(t *store.Tx) error {
		in, err := s.enterToManage(t, by, id)
		if err != nil {
			return err
		}
		r := *in.room // a copy: other writes of the batch see it only when it is stored
		changed, err := fn(t, &r)
		if err != nil || !changed {
			return err
		}
		if err := t.SaveRoom(&r); err != nil {
			return err
		}
		*in.room = r
		in.room.UpdatedSeq = t.NextSeq(in.room)
		shared := sharedRoom(in.room)
		s.publish(t, &wire.Event{Type: wire.RoomUpdated, RoomID: id, Seq: in.room.LastSeq, Room: &shared})
		return auditRoom(t, by, action, &r)
	})
	if err != nil {
		return wire.Room{}, err
	}
	return s.Room(ctx, by, id)
}
