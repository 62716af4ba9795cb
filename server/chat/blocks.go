package chat

import (
	"context"
	"slices"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// maxBlocks bounds whom one person does not want to hear.
const maxBlocks = 1000

// Block makes the caller hear no more of somebody: their mentions do not count, and neither can open a direct room of
// two or write in it. What they say in other rooms stays there, for clients to fold. The other is not told.
func (s *Service) Block(ctx context.Context, by *models.User, user models.ID) error {
	if user == by.ID {
		return models.NewError(models.CodeConflict, "Nobody can block himself.")
	}
	return s.changeBlocks(ctx, by, func(t *store.Tx, now []models.ID) ([]models.ID, error) {
		if slices.Contains(now, user) {
			return now, nil
		}
		if err := knows(t, by, user); err != nil {
			return nil, err
		}
		if len(now) >= maxBlocks {
			return nil, models.NewError(models.CodeConflict, "1,000 people are blocked: let one go first.")
		}
		return append(now, user), t.Block(by.ID, user)
	})
}

// knows returns CodeNotFound where there is no such account, and where somebody confined shares no room with it.
func knows(t *store.Tx, by *models.User, user models.ID) error {
	if _, err := t.User(user); err != nil || !confined(by) {
		return err
	}
	near, err := t.ShareRoom(by.ID, user)
	if err == nil && !near {
		err = models.NotFound("There is no such account.")
	}
	return err
}

// Unblock takes a block back. Again: no error.
func (s *Service) Unblock(ctx context.Context, by *models.User, user models.ID) error {
	return s.changeBlocks(ctx, by, func(t *store.Tx, now []models.ID) ([]models.ID, error) {
		return slices.DeleteFunc(now, func(id models.ID) bool { return id == user }), t.Unblock(by.ID, user)
	})
}

// changeBlocks runs fn on whom the caller has blocked, and tells the caller's connections what it made of it.
func (s *Service) changeBlocks(ctx context.Context, by *models.User, fn func(*store.Tx, []models.ID) ([]models.ID, error)) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		now, err := t.Blocked(by.ID)
		if err != nil {
			return err
		}
		if now, err = fn(t, now); err != nil {
			return err
		}
		e := &wire.Event{Type: wire.Blocks, UserIDs: now}
		t.AfterCommit(func() { s.live.ToUser(by.ID, e, 0) })
		return nil
	})
}

// Blocked returns whom the caller has blocked.
func (s *Service) Blocked(ctx context.Context, by *models.User) ([]wire.User, error) {
	out := []wire.User{}
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		ids, err := q.Blocked(by.ID)
		if err != nil {
			return err
		}
		people, err := s.people.get(q, ids...)
		for _, id := range ids {
			if u := people[id]; u != nil {
				out = append(out, wire.NewUser(u, false))
			}
		}
		return err
	})
	return out, err
}

// notBlocked returns CodeBlocked where a direct room of two stands between people of whom one has blocked the other.
func notBlocked(q *store.Queries, r *models.Room) error {
	if r.Kind != models.KindDirect || r.DirectKey == nil {
		return nil
	}
	ids := models.SplitIDs(*r.DirectKey)
	if len(ids) != 2 {
		return nil
	}
	blocked, err := q.BlockBetween(ids[0], ids[1])
	if blocked {
		err = errBlocked
	}
	return err
}

var errBlocked = models.NewError(models.CodeBlocked, "One of you has blocked the other: nothing can be said here.")
