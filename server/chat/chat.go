// Package chat holds the use cases of rooms and messages and every rule of who may do what: it decides what stands in
// one transaction and what everybody is told after it. It knows no HTTP, no socket and no SQL.
package chat

import (
	"context"
	"time"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// Live is what chat needs of the hub. Its methods are called after the commit, in the order of commits, and must not
// block.
type Live interface {
	// Publish tells everybody in the event's room.
	Publish(e *wire.Event)
	// ToUser tells an account's connections, all but the one numbered except.
	ToUser(user models.ID, e *wire.Event, except uint64)
}

// Options tune a service.
type Options struct {
	// Allow is asked before a message is sent; nil lets everything through.
	Allow func(user models.ID) (ok bool, retryAfter time.Duration)
}

// Service carries out the use cases. It is safe for concurrent use.
type Service struct {
	store  *store.Store
	live   Live
	allow  func(user models.ID) (bool, time.Duration)
	people *people
}

// New returns a service over a store and a hub.
func New(st *store.Store, live Live, o Options) *Service {
	if o.Allow == nil {
		o.Allow = func(models.ID) (bool, time.Duration) { return true, 0 }
	}
	return &Service{store: st, live: live, allow: o.Allow, people: newPeople()}
}

// Sent is the outcome of a send.
type Sent struct {
	Message   wire.Message
	Duplicate bool // it had been sent before under this client_id
}

// publish tells a room of a change once the transaction is on disk.
func (s *Service) publish(t *store.Tx, e *wire.Event) { t.AfterCommit(func() { s.live.Publish(e) }) }

// readable returns a room that the account may read, with its own side of it. A room that it may not see answers
// exactly as one that is not there.
func (s *Service) readable(q *store.Queries, by *models.User, id models.ID) (*store.RoomView, error) {
	v, err := q.RoomView(id, by.ID)
	if err != nil {
		return nil, err
	}
	if v.Me == nil && !seesOpenRooms(by, &v.Room) {
		return nil, models.NotFound("There is no such room.")
	}
	return v, nil
}

// seesOpenRooms reports whether the account may find the room without being a member: guests and bots know only the
// rooms they are in.
func seesOpenRooms(by *models.User, r *models.Room) bool {
	return r.Kind == models.KindOpen && seesEveryOpenRoom(by)
}

func seesEveryOpenRoom(by *models.User) bool { return !confined(by) }

// confined reports whether the account knows only the rooms that it was put into, and only the people in them.
func confined(u *models.User) bool { return u.Role == models.RoleGuest || u.Role == models.RoleBot }

// WhyNot says why an account that is not a member of a room cannot act in it: CodeNotAMember where it could join,
// CodeNotFound where the room is not its business. It is nil for a member.
func (s *Service) WhyNot(ctx context.Context, user, room models.ID) error {
	by, err := s.person(ctx, user)
	if err != nil {
		return err
	}
	v, err := s.readable(s.store.Read(ctx), by, room)
	if err == nil && v.Me == nil {
		err = models.NewError(models.CodeNotAMember, "Join the room first.")
	}
	return err
}

// entered is a room with the caller's current membership, for change.
type entered struct {
	room *models.Room
	me   *models.Membership
}

// enter returns a room for change with the caller's membership; CodeNotFound where the caller may not know of it, and
// CodeNotAMember where it is an open room that the caller has not joined.
func (s *Service) enter(t *store.Tx, by *models.User, id models.ID) (entered, error) {
	room, err := t.Room(id)
	if err != nil {
		return entered{}, err
	}
	me, err := t.Member(id, by.ID)
	if err != nil {
		return entered{}, err
	}
	if me != nil && me.Current() {
		return entered{room, me}, nil
	}
	if seesOpenRooms(by, room) {
		return entered{}, models.NewError(models.CodeNotAMember, "Join the room first.")
	}
	return entered{}, models.NotFound("There is no such room.")
}

// enterToManage is enter for what only managers and admins may do. An admin need not be a member of an open room.
func (s *Service) enterToManage(t *store.Tx, by *models.User, id models.ID) (entered, error) {
	in, err := s.enter(t, by, id)
	if models.IsCode(err, models.CodeNotAMember) && by.Governs() {
		room, err := t.Room(id)
		return entered{room: room}, err
	}
	if err != nil {
		return entered{}, err
	}
	if in.room.Kind == models.KindDirect {
		return entered{}, models.Forbidden("A direct room has no managers.")
	}
	if in.me.Role != models.RoomManager && !by.Governs() {
		return entered{}, models.Forbidden("Only managers of the room and admins may do this.")
	}
	return in, nil
}

// writable returns an error where nothing can be said in the room any more.
func writable(r *models.Room) error {
	if r.ArchivedAt != 0 {
		return models.NewError(models.CodeArchived, "This room is archived: it can be read, not written.")
	}
	return nil
}

// person returns an account by id from memory or the store.
func (s *Service) person(ctx context.Context, id models.ID) (*models.User, error) {
	if u := s.people.fresh(id); u != nil {
		return u, nil
	}
	us, err := s.people.get(s.store.Read(ctx), id)
	if err != nil {
		return nil, err
	}
	if us[id] == nil {
		return nil, models.NotFound("There is no such account.")
	}
	return us[id], nil
}
