package chat

import (
	"context"

	"parley/models"
	"parley/server/wire"
)

// Find returns a room that the account may see by its id, or by the name of a room that it is in or of an open one.
func (s *Service) Find(ctx context.Context, user models.ID, idOrName string) (wire.Room, error) {
	by, err := s.person(ctx, user)
	if err != nil {
		return wire.Room{}, err
	}
	if id, err := models.ParseID(idOrName); err == nil {
		r, err := s.Room(ctx, by, id)
		if !models.IsCode(err, models.CodeNotFound) {
			return r, err
		}
	}
	key := roomKey(idOrName)
	mine, err := s.Rooms(ctx, by)
	if err != nil {
		return wire.Room{}, err
	}
	open, err := s.Browse(ctx, by)
	if err != nil {
		return wire.Room{}, err
	}
	for _, r := range append(mine, open...) {
		if r.Kind != models.KindDirect && roomKey(r.Name) == key {
			return r, nil
		}
	}
	return wire.Room{}, models.NotFound("There is no such room.")
}

// JoinAs is Join for a connection.
func (s *Service) JoinAs(ctx context.Context, user, room models.ID) (wire.Room, error) {
	by, err := s.person(ctx, user)
	if err != nil {
		return wire.Room{}, err
	}
	return s.Join(ctx, by, room)
}
