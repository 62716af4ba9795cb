package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"parley/models"
)

// SearchFilter says which messages a search wants, beside its words. Zero values ask for nothing.
type SearchFilter struct {
	Match   string                 // a full-text expression over the tokens of server/search; "": no words
	Holds   string                 // what every row that fits Match contains somewhere
	Fits    func(body string) bool // Match, for a row that is not in the index yet
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
	if f.Match == "" {
		return q.find(`messages x`, `x.id`, `x.id < ?`, []any{f.Before}, f)
	}
	// The full-text index leads: it hands out message ids from the newest on, and stops when enough fit.
	found, err := q.find(`message_search s CROSS JOIN messages x ON x.id = s.docid`, `s.docid`,
		`s.docid < ? AND s.body MATCH ?`, []any{f.Before, f.Match}, f)
	if err != nil {
		return nil, err
	}
	ids, err := q.pendingMatches(f)
	if err != nil || len(ids) == 0 {
		return found, err
	}
	fresh, err := q.find(`messages x`, `x.id`, `x.id IN ?`, []any{ids}, f)
	if err != nil {
		return nil, err
	}
	found = append(found, fresh...)
	slices.SortFunc(found, func(a, b models.Message) int { return cmp.Compare(b.ID, a.ID) })
	return found[:min(len(found), f.Limit)], nil
}

// pendingMatches returns the messages below the cursor whose search rows fit and are not in the index yet.
func (q *Queries) pendingMatches(f SearchFilter) ([]models.ID, error) {
	rows, err := q.db.Raw(`SELECT docid, body FROM search_pending WHERE docid < ? AND instr(body, ?) > 0`, f.Before, f.Holds).Rows()
	if err != nil {
		return nil, fmt.Errorf("searching new messages: %w", err)
	}
	defer rows.Close()
	var ids []models.ID
	for rows.Next() {
		var id models.ID
		var body string
		if err := rows.Scan(&id, &body); err != nil {
			return nil, fmt.Errorf("searching new messages: %w", err)
		}
		if f.Fits(body) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// find returns the newest messages of a source that pass the filters.
func (q *Queries) find(from, order, where string, args []any, f SearchFilter) ([]models.Message, error) {
	var b strings.Builder
	and := func(condition string, values ...any) {
		b.WriteString(" AND " + condition)
		args = append(args, values...)
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
	return scanMessages(q.db.Raw(`SELECT `+foundColumns+` FROM `+from+` WHERE `+where+b.String()+` ORDER BY `+order+` DESC LIMIT ?`, args...), f.Limit)
}

// foundColumns are storedColumns where other tables have such names too.
var foundColumns = "x." + strings.ReplaceAll(strings.Join(strings.Fields(storedColumns), " "), ", ", ", x.")
