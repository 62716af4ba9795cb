package store

import (
	"context"
	"strings"

	"parley/models"
)

// SearchFilter says which messages a search wants, beside its words. Zero values ask for nothing.
type SearchFilter struct {
	Match   string // a full-text expression over the tokens of server/search; "": no words
	Reader  models.ID
	OpenToo bool // the reader may read open rooms without being in them
	Room    models.ID
	From    models.ID
	HasLink bool
	HasFile bool
	Thread  bool          // replies only
	Since   models.Millis // sent at or after
	Until   models.Millis // sent before
	Before  models.ID     // with an id below it; the cursor
	Limit   int
}

// Search returns the newest messages that fit, of rooms that the reader may read.
func (q *Queries) Search(f SearchFilter) ([]models.Message, error) {
	var b strings.Builder
	var args []any
	and := func(condition string, values ...any) {
		b.WriteString(" AND " + condition)
		args = append(args, values...)
	}
	columns := "x." + strings.ReplaceAll(strings.Join(strings.Fields(storedColumns), " "), ", ", ", x.")
	from := `messages x`
	order := `x.id`
	where := `x.id < ?`
	if f.Match != "" {
		// The full-text index leads: it hands out message ids from the newest on, and stops when enough fit.
		from = `message_search s CROSS JOIN messages x ON x.id = s.docid`
		where, order = `s.docid < ?`, `s.docid`
	}
	args = append(args, f.Before)
	if f.Match != "" {
		and(`s.body MATCH ?`, f.Match)
	}
	and(`x.deleted_at = 0`)
	if f.Room != 0 {
		and(`x.room_id = ?`, f.Room)
	}
	if f.From != 0 {
		and(`x.sender_id = ?`, f.From)
	}
	if f.HasLink {
		and(`x.html LIKE '%<a %'`)
	}
	if f.HasFile {
		and(`EXISTS (SELECT 1 FROM uploads u WHERE u.message_id = x.id)`)
	}
	if f.Thread {
		and(`x.thread_id IS NOT NULL`)
	}
	if f.Since != 0 {
		and(`x.created_at >= ?`, f.Since)
	}
	if f.Until != 0 {
		and(`x.created_at < ?`, f.Until)
	}
	and(`(EXISTS (SELECT 1 FROM memberships m WHERE m.room_id = x.room_id AND m.user_id = ? AND m.left_seq = 0)
		OR ? AND EXISTS (SELECT 1 FROM rooms r WHERE r.id = x.room_id AND r.kind = 'open'))`, f.Reader, f.OpenToo)
	args = append(args, f.Limit)
	return scanMessages(q.db.Raw(`SELECT `+columns+` FROM `+from+` WHERE `+where+b.String()+` ORDER BY `+order+` DESC LIMIT ?`, args...), f.Limit)
}

// CompactSearch rewrites the search index as one piece. Until then the words of what was edited or deleted stay in its
// older pieces, where no search finds them and somebody with the file could. Writing waits meanwhile: 2 s for each
// million messages.
func (s *Store) CompactSearch(ctx context.Context) error {
	return s.Write(ctx, func(t *Tx) error {
		return t.db.Exec(`INSERT INTO message_search (message_search) VALUES ('optimize')`).Error
	})
}
