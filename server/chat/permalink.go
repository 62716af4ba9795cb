package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
)

// SeqOf returns the seq of a room's message by its num, which is what addresses of messages hold: people can count in
// it. A num that no message has is CodeNotFound, like a room that the caller may not read.
func (s *Service) SeqOf(ctx context.Context, by *models.User, room models.ID, num int64) (int64, error) {
	var seq int64
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		if _, err := s.readable(q, by, room); err != nil {
			return err
		}
		var err error
		seq, err = q.SeqOfNum(room, num)
		return err
	})
	return seq, err
}
