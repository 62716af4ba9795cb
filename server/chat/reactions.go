package chat

import (
	"context"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

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
	// maxEmoji is the longest emoji in bytes; the longest family of skin tones has 41.
	maxEmoji = 64
)

// React puts the caller's emoji on a message, or takes it off. The same again changes nothing and takes no seq. The
// emoji may be given by its name, as in :tada:.
func (s *Service) React(ctx context.Context, by *models.User, id models.ID, given string, on bool) (wire.Message, error) {
	symbol, err := checkEmoji(given)
	if err != nil {
		return wire.Message{}, err
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

// checkEmoji returns the emoji for a symbol or a name. A symbol is one character as people see it, and a picture:
// neither a letter nor a digit nor white space.
func checkEmoji(given string) (string, error) {
	if symbol, ok := emoji.ByName(given); ok {
		return symbol, nil
	}
	bad := models.Invalid("emoji", "invalid", "This is not an emoji.")
	if given == "" || len(given) > maxEmoji || !utf8.ValidString(given) || uniseg.GraphemeClusterCount(given) != 1 {
		return "", bad
	}
	keycap := false
	picture := false
	for _, r := range given {
		keycap = keycap || r == 0x20e3
		picture = picture || unicode.Is(unicode.So, r) || r >= 0x1f000 && r <= 0x1faff || r >= 0x2190 && r <= 0x2bff || r == 0x203c || r == 0x2049
	}
	if !picture && !keycap {
		return "", bad
	}
	return given, nil
}
