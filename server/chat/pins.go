package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// maxPins bounds the pinned messages of a room, so that the list stays one that people read.
const maxPins = 100

// Pin pins a message for the whole room, or takes the pin off; any member may. Again changes nothing.
func (s *Service) Pin(ctx context.Context, by *models.User, id models.ID, on bool) (wire.Message, error) {
	return s.change(ctx, by, id, wire.MessageUpdated, func(t *store.Tx, in entered, m *models.Message) (bool, error) {
		switch {
		case m.DeletedAt != 0:
			return false, errDeleted
		case on == (m.PinnedAt != 0):
			return false, nil
		case !on:
			m.PinnedAt, m.PinnedBy = 0, 0
			return true, t.TouchMessage(m)
		}
		n, err := t.CountPinned(in.room.ID)
		if err != nil {
			return false, err
		}
		if n >= maxPins {
			return false, models.NewError(models.CodeConflict, "This room has 100 pinned messages: take one off first.")
		}
		m.PinnedAt, m.PinnedBy = t.Now(), by.ID
		return true, t.TouchMessage(m)
	})
}

// Pins returns a room's pinned messages, the last pinned first.
func (s *Service) Pins(ctx context.Context, by *models.User, room models.ID) ([]wire.Message, error) {
	var out []wire.Message
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		if _, err := s.readable(q, by, room); err != nil {
			return err
		}
		rows, err := q.Pinned(room, maxPins)
		if err != nil {
			return err
		}
		out, err = s.messages(q, rows)
		return err
	})
	return out, err
}
