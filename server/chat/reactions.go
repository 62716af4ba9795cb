package chat

import (
	"context"

	"parley/models"
	"parley/server/emoji"
	"parley/server/store"
	"parley/server/wire"
)

const (
	// maxReactions bounds the different emoji on one message: beyond that nobody reads them.
	maxReactions = 50
	// maxOwnReactions bounds the emoji of one person on one message.
	maxOwnReactions = 20
)

// React puts the caller's emoji on a message, or takes it off. The same again changes nothing and takes no seq. The
// emoji may be given by its name, as in :tada:.
func (s *Service) React(ctx context.Context, by *models.User, id models.ID, given string, on bool) (wire.Message, error) {
	symbol, ok := emoji.Canonical(given)
	if !ok {
		return wire.Message{}, models.Invalid("emoji", "invalid", "This is not an emoji.")
	}
	return s.change(ctx, by, id, wire.MessageUpdated, func(t *store.Tx, _ entered, m *models.Message) (bool, error) {
		if m.DeletedAt != 0 {
			return false, errDeleted
		}
		r := models.Reaction{MessageID: m.ID, UserID: by.ID, Emoji: symbol, CreatedAt: t.Now()}
		if !on {
			removed, err := t.RemoveReaction(&r)
			if err != nil || !removed {
				return false, err
			}
			m.ReactionCount--
			return true, t.TouchMessage(m)
		}
		if err := roomForReaction(t, m, by.ID, symbol); err != nil {
			return false, err
		}
		added, err := t.AddReaction(&r)
		if err != nil || !added {
			return false, err
		}
		m.ReactionCount++
		return true, t.TouchMessage(m)
	})
}

func roomForReaction(t *store.Tx, m *models.Message, user models.ID, symbol string) error {
	rs, err := t.Reactions([]models.ID{m.ID})
	if err != nil {
		return err
	}
	kinds := map[string]bool{symbol: true}
	own := 0
	for _, r := range rs {
		kinds[r.Emoji] = true
		if r.UserID == user && r.Emoji != symbol {
			own++
		}
	}
	if len(kinds) > maxReactions || own >= maxOwnReactions {
		return models.NewError(models.CodeConflict, "This message has as many reactions as it can hold.")
	}
	return nil
}
