package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// Preview says what a text would be as a message of a room: rendered by what renders messages, and how many others it
// would notify. It stores nothing, and counts as a message in the limit of messages: rendering is most of their cost.
func (s *Service) Preview(ctx context.Context, by *models.User, room models.ID, text string) (wire.Preview, error) {
	if err := models.CheckText(text); err != nil {
		return wire.Preview{}, err
	}
	if ok, after := s.allow(by.ID); !ok {
		return wire.Preview{}, models.RateLimited("Too many messages in a short time.", after)
	}
	b, err := s.render(ctx, by, text)
	if err != nil {
		return wire.Preview{}, err
	}
	p := wire.Preview{HTML: b.html}
	err = s.store.Snapshot(ctx, func(q *store.Queries) error {
		v, err := s.readable(q, by, room)
		if err != nil {
			return err
		}
		if v.Me == nil {
			return models.NewError(models.CodeNotAMember, "Join the room first.")
		}
		if b.all {
			members, err := q.CountMembers(room)
			p.Notifies = members - 1
			return err
		}
		for _, id := range b.mentions {
			if id != by.ID {
				p.Notifies++
			}
		}
		return nil
	})
	return p, err
}
