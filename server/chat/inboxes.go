package chat

import (
	"context"
	"strconv"
	"strings"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// maxSaved bounds what one person keeps for later.
const maxSaved = 5000

var errBadCursor = models.Invalid("cursor", "invalid", "This cursor is not one that an answer gave.")

// parseMoment reads a cursor of two parts, a time and an id; the empty one is the end of time.
func parseMoment(cursor string) (models.Millis, models.ID, error) {
	if cursor == "" {
		return endOfTime, endOfTime, nil
	}
	a, b, ok := strings.Cut(cursor, "-")
	at, err1 := strconv.ParseInt(a, 10, 64)
	id, err2 := strconv.ParseInt(b, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return 0, 0, errBadCursor
	}
	return models.Millis(at), models.ID(id), nil
}

func formatMoment(at models.Millis, id models.ID) string {
	return strconv.FormatInt(int64(at), 10) + "-" + id.String()
}

// parseBefore reads a cursor that is an id; the empty one is above every id.
func parseBefore(cursor string) (models.ID, error) {
	if cursor == "" {
		return endOfTime, nil
	}
	id, err := models.ParseID(cursor)
	if err != nil {
		return 0, errBadCursor
	}
	return id, nil
}

// Mentions returns the messages that address the caller, newest first.
func (s *Service) Mentions(ctx context.Context, by *models.User, limit int, cursor string) (wire.MessageList, error) {
	before, err := parseBefore(cursor)
	if err != nil {
		return wire.MessageList{}, err
	}
	limit = pageSize(limit)
	page := wire.MessageList{}
	err = s.store.Snapshot(ctx, func(q *store.Queries) error {
		rows, err := q.MentionsOf(by.ID, before, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			page.NextCursor = rows[limit-1].ID.String()
		}
		page.Messages, err = s.messages(q, rows)
		return err
	})
	return page, err
}

// Save keeps a message for the caller's later, or lets it go. Nobody else is told.
func (s *Service) Save(ctx context.Context, by *models.User, id models.ID, on bool) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		if !on {
			return t.Unsave(by.ID, id)
		}
		if _, err := s.readableMessage(&t.Queries, by, id); err != nil {
			return err
		}
		n, err := t.CountSaved(by.ID)
		if err != nil {
			return err
		}
		if n >= maxSaved {
			return models.NewError(models.CodeConflict, "5,000 messages are kept for later: let one go first.")
		}
		return t.Save(by.ID, id, t.Now())
	})
}

// Saved returns what the caller keeps and may still read, the last saved first.
func (s *Service) Saved(ctx context.Context, by *models.User, limit int, cursor string) (wire.MessageList, error) {
	at, id, err := parseMoment(cursor)
	if err != nil {
		return wire.MessageList{}, err
	}
	limit = pageSize(limit)
	page := wire.MessageList{}
	err = s.store.Snapshot(ctx, func(q *store.Queries) error {
		saved, err := q.Saved(by.ID, at, id, limit+1, seesEveryOpenRoom(by))
		if err != nil {
			return err
		}
		if len(saved) > limit {
			saved = saved[:limit]
			page.NextCursor = formatMoment(saved[limit-1].SavedAt, saved[limit-1].MessageID)
		}
		ids := make([]models.ID, len(saved))
		for i := range saved {
			ids[i] = saved[i].MessageID
		}
		page.Messages, err = s.messagesByID(q, ids)
		return err
	})
	return page, err
}
