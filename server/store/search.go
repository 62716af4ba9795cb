package store

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"math"
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
	if f.Room == 0 {
		return q.searchIndexed(f)
	}
	near, done, err := q.searchNear(&f)
	if err != nil || done {
		return near, err
	}
	f.Limit -= len(near)
	rest, err := q.searchIndexed(f)
	return append(near, rest...), err
}

// searchIndexed asks the full-text index, and the rows that it does not reach yet.
func (q *Queries) searchIndexed(f SearchFilter) ([]models.Message, error) {
	// The index leads: it hands out message ids from the newest on, and stops when enough fit.
	found, err := q.find(`message_index s CROSS JOIN messages x ON x.id = s.docid`, `s.docid`,
		`s.docid < ? AND s.body MATCH ?`, []any{f.Before, f.Match}, f)
	if err != nil {
		return nil, err
	}
	ids, err := q.waitingMatches(f)
	if err != nil || len(ids) == 0 {
		return found, err
	}
	fresh, err := q.newest(ids, f)
	if err != nil {
		return nil, err
	}
	found = append(found, fresh...)
	slices.SortFunc(found, func(a, b models.Message) int { return cmp.Compare(b.ID, a.ID) })
	return found[:min(len(found), f.Limit)], nil
}

// newest returns the newest of these messages that pass the filters.
func (q *Queries) newest(ids []models.ID, f SearchFilter) (found []models.Message, err error) {
	slices.SortFunc(ids, func(a, b models.ID) int { return cmp.Compare(b, a) })
	limit := f.Limit
	for some := range slices.Chunk(ids, idsAtOnce) {
		f.Limit = limit - len(found)
		more, err := q.find(`messages x`, `x.id`, `x.id IN ?`, []any{some}, f)
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found) == limit {
			break
		}
	}
	return found, nil
}

// idsAtOnce is how many messages one statement names.
const idsAtOnce = 100

// nearMessages is how many of a room's messages a search in that room looks through before it asks the index, which has to
// go through every room's messages with a word to find those of one: 40 ms for a common word of ten million messages in a
// room of ten thousand. A thousand messages take 2 ms and hold enough of a common word; a rare one the index finds at once.
const nearMessages = 1000

// searchNear looks through a room's messages from the cursor back, and moves the cursor to where it stopped. done means
// that there is nothing more to find, or nothing more is wanted.
func (q *Queries) searchNear(f *SearchFilter) (found []models.Message, done bool, err error) {
	from, err := q.seqInRoom(f.Room, f.Before)
	if err != nil {
		return nil, false, err
	}
	ids, err := q.matches(*f, `(SELECT id FROM messages WHERE room_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?) x CROSS JOIN search_rows s ON s.docid = x.id`,
		`s.docid < ?`, f.Room, from, nearMessages, f.Before)
	if err != nil {
		return nil, false, err
	}
	if found, err = q.newest(ids, *f); err != nil || len(found) == f.Limit {
		return found, true, err
	}
	var last models.ID
	err = q.db.Raw(`SELECT id FROM messages WHERE room_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1 OFFSET ?`, f.Room, from, nearMessages-1).Row().Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return found, true, nil // that was all of the room
	}
	f.Before = min(f.Before, last)
	return found, false, err
}

// seqInRoom returns the seq of a message of a room, and one above all where it is none of that room.
func (q *Queries) seqInRoom(room, message models.ID) (int64, error) {
	var seq int64
	err := q.db.Raw(`SELECT seq FROM messages WHERE id = ? AND room_id = ?`, message, room).Row().Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return math.MaxInt64, nil
	}
	return seq, err
}

// waitingMatches returns the messages below the cursor whose search rows fit and are not in the index yet.
func (q *Queries) waitingMatches(f SearchFilter) ([]models.ID, error) {
	return q.matches(f, `search_rows s`, `s.docid > (SELECT CAST(v AS INTEGER) FROM meta WHERE k = 'indexed') AND s.docid < ?`, f.Before)
}

// matches returns the messages whose search rows s, of a source and a condition, fit.
func (q *Queries) matches(f SearchFilter, from, where string, args ...any) ([]models.ID, error) {
	rows, err := q.db.Raw(`SELECT s.docid, s.body FROM `+from+` WHERE `+where+` AND instr(s.body, ?) > 0`, append(args, f.Holds)...).Rows()
	if err != nil {
		return nil, fmt.Errorf("searching by reading: %w", err)
	}
	defer rows.Close()
	var ids []models.ID
	for rows.Next() {
		var id models.ID
		var body string
		if err := rows.Scan(&id, &body); err != nil {
			return nil, fmt.Errorf("searching by reading: %w", err)
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
