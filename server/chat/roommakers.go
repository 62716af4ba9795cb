package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// RoomMakers says who may make open and private rooms; direct rooms are everybody's.
type RoomMakers string

// The policies. Guests make no rooms under either.
const (
	RoomsByEverybody RoomMakers = "everybody"
	RoomsByAdmins    RoomMakers = "admins"
)

// roomMakersKey is where the policy stands; nothing there is RoomsByEverybody.
const roomMakersKey = "rooms_by"

// RoomMakers returns who may make rooms.
func (s *Service) RoomMakers(ctx context.Context) (RoomMakers, error) {
	return roomMakers(s.store.Read(ctx))
}

func roomMakers(q *store.Queries) (RoomMakers, error) {
	stored, err := q.GetText(roomMakersKey)
	if RoomMakers(stored) == RoomsByAdmins {
		return RoomsByAdmins, err
	}
	return RoomsByEverybody, err
}

func mayMakeRooms(q *store.Queries, by *models.User) error {
	if by.Governs() {
		return nil
	}
	m, err := roomMakers(q)
	if err == nil && m == RoomsByAdmins {
		err = models.Forbidden("Rooms are made by administrators here.")
	}
	return err
}

// SetRoomMakers chooses who may make rooms; owners and admins may.
func (s *Service) SetRoomMakers(ctx context.Context, by *models.User, m RoomMakers) error {
	if !by.Governs() {
		return models.Forbidden("Only administrators say who may make rooms.")
	}
	if m != RoomsByEverybody && m != RoomsByAdmins {
		return models.Invalid("rooms", "invalid", "rooms is everybody or admins.")
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		old, err := roomMakers(&t.Queries)
		if err != nil || old == m {
			return err
		}
		if err := t.SetText(roomMakersKey, string(m)); err != nil {
			return err
		}
		detail := models.AuditDetail("from", string(old), "to", string(m))
		return t.Audit(models.AuditEntry{ActorID: by.ID, Action: models.AuditRoomPolicy, Detail: detail})
	})
}

// RoomsOverview is what administrators see of all rooms: the open ones by name, and of the others how many there are.
type RoomsOverview struct {
	Open            []OpenRoom
	Private, Direct int64
}

// OpenRoom is an open room with the number of its members.
type OpenRoom struct {
	wire.Room
	Members int64
}

// AllRooms returns the open rooms, archived ones too, and the count of the others, whose names are their members'
// business alone.
func (s *Service) AllRooms(ctx context.Context, by *models.User) (RoomsOverview, error) {
	var out RoomsOverview
	if !by.Governs() {
		return out, models.Forbidden("Only administrators may do this.")
	}
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		kinds, err := q.CountRooms()
		if err != nil {
			return err
		}
		out.Private, out.Direct = kinds[models.KindPrivate], kinds[models.KindDirect]
		rooms, err := q.AllOpenRooms()
		for i := range rooms {
			out.Open = append(out.Open, OpenRoom{sharedRoom(&rooms[i].Room), rooms[i].Members})
		}
		return err
	})
	return out, err
}
