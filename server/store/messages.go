package store

import (
	"database/sql/driver"
	"fmt"

	"gorm.io/gorm"

	"parley/models"
)

// storedColumns are those that are read.
const storedColumns = `id, room_id, seq, num, changed_seq, sender_id, client_id, text, text_hash, html, thread_id, thread_num, also_in_room,
	reply_count, last_reply_at, mention_ids, reaction_count, revision, created_at, edited_at, deleted_at, pinned_at, pinned_by, repliers`

// messageFields are where a message's columns go. Numbers go as int64: for a type of its own database/sql would make a copy
// of each on the heap.
func messageFields(m *models.Message) []any {
	return []any{
		(*int64)(&m.ID), (*int64)(&m.RoomID), &m.Seq, &m.Num, &m.ChangedSeq, (*int64)(&m.SenderID), &m.ClientID, &m.Text, &m.TextHash, &m.HTML, &m.ThreadID,
		&m.ThreadNum, &m.AlsoInRoom, &m.ReplyCount, (*int64)(&m.LastReplyAt), &m.MentionIDs, &m.ReactionCount, &m.Revision, (*int64)(&m.CreatedAt),
		(*int64)(&m.EditedAt), (*int64)(&m.DeletedAt), (*int64)(&m.PinnedAt), (*int64)(&m.PinnedBy), &m.Repliers,
	}
}

func scanMessages(query *gorm.DB, room int) ([]models.Message, error) {
	rows, err := query.Rows()
	if err != nil {
		return nil, fmt.Errorf("reading messages: %w", err)
	}
	defer rows.Close()
	ms := make([]models.Message, 0, room)
	for rows.Next() {
		ms = append(ms, models.Message{})
		if err := rows.Scan(messageFields(&ms[len(ms)-1])...); err != nil {
			return nil, fmt.Errorf("reading a message: %w", err)
		}
	}
	return ms, rows.Err()
}

// messages runs a question for whole rows, of which there are at most so many.
func (q *Queries) messages(atMost int, query string, args ...any) ([]models.Message, error) {
	if q.view == nil {
		return scanMessages(q.db.Raw(query, args...), atMost)
	}
	ms := make([]models.Message, 0, atMost)
	err := q.view.query(query, args, storedCount, func(values []driver.Value) error {
		ms = append(ms, models.Message{})
		return fillMessage(&ms[len(ms)-1], values)
	})
	if err != nil {
		return nil, fmt.Errorf("reading messages: %w", err)
	}
	return ms, nil
}

func (q *Queries) message(where string, args ...any) (*models.Message, error) {
	m := &models.Message{}
	err := q.db.Raw(`SELECT `+storedColumns+` FROM messages WHERE `+where, args...).Row().Scan(messageFields(m)...)
	if err != nil {
		return nil, errNotFound(err, "There is no such message.")
	}
	return m, nil
}

// Message returns a message by its id, or CodeNotFound.
func (q *Queries) Message(id models.ID) (*models.Message, error) { return q.message(`id = ?`, id) }

// MessageByClientID returns what a sender sent under a client_id, or CodeNotFound.
func (q *Queries) MessageByClientID(sender models.ID, clientID string) (*models.Message, error) {
	return q.message(`sender_id = ? AND client_id = ?`, sender, clientID)
}

// Messages returns those of the ids that exist, in no order.
func (q *Queries) Messages(ids []models.ID) ([]models.Message, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return scanMessages(q.db.Raw(`SELECT `+storedColumns+` FROM messages WHERE id IN ?`, ids), len(ids))
}

// inTimeline is what a room's own pages show: top-level messages, and replies that were also sent to the room.
const inTimeline = `(thread_id IS NULL OR also_in_room = 1)`

// MessagesBefore returns the last limit messages of a room's timeline with a seq below before, newest first.
func (q *Queries) MessagesBefore(room models.ID, before int64, limit int) ([]models.Message, error) {
	return q.messages(limit, `SELECT `+storedColumns+` FROM messages WHERE room_id = ? AND seq < ? AND `+inTimeline+`
		ORDER BY seq DESC LIMIT ?`, room, before, limit)
}

// MessagesAfter returns the first limit messages of a room's timeline with a seq above after, oldest first.
func (q *Queries) MessagesAfter(room models.ID, after int64, limit int) ([]models.Message, error) {
	return q.messages(limit, `SELECT `+storedColumns+` FROM messages WHERE room_id = ? AND seq > ? AND `+inTimeline+`
		ORDER BY seq LIMIT ?`, room, after, limit)
}

// MessagesCreated returns the first limit messages of a room, replies too, that were created after seq and have not
// changed since, oldest first.
func (q *Queries) MessagesCreated(room models.ID, seq int64, limit int) ([]models.Message, error) {
	return q.messages(limit, `SELECT `+storedColumns+` FROM messages WHERE room_id = ? AND seq > ? AND changed_seq = seq
		ORDER BY seq LIMIT ?`, room, seq, limit)
}

// MessagesChanged returns the first limit messages of a room, replies too, that changed after seq and after they were
// created, by their last change.
func (q *Queries) MessagesChanged(room models.ID, seq int64, limit int) ([]models.Message, error) {
	return q.messages(limit, `SELECT `+storedColumns+` FROM messages WHERE room_id = ? AND changed_seq > ? AND changed_seq > seq
		ORDER BY changed_seq LIMIT ?`, room, seq, limit)
}

// newColumns are those that a message has from the start; edits, replies, reactions and pins come later, and until then
// the rest has its default.
const newColumns = `id, room_id, seq, num, changed_seq, sender_id, client_id, text, text_hash, html, thread_id, thread_num, also_in_room,
	mention_ids, created_at`

// newRow has as many places as newColumns.
const newRow = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func newValues(m *models.Message) []any {
	return []any{
		m.ID, m.RoomID, m.Seq, m.Num, m.ChangedSeq, m.SenderID, m.ClientID, m.Text, m.TextHash, m.HTML, m.ThreadID, m.ThreadNum, m.AlsoInRoom,
		m.MentionIDs, m.CreatedAt,
	}
}

// InsertMessage stores a new message and its search row. It reports false, and stores nothing, where the sender has
// used the client_id before.
func (t *Tx) InsertMessage(m *models.Message, searchBody string) (bool, error) {
	r, err := t.exec(`INSERT INTO messages (`+newColumns+`) VALUES `+newRow+` ON CONFLICT (sender_id, client_id) WHERE client_id IS NOT NULL DO NOTHING`,
		newValues(m)...)
	if err != nil {
		return false, fmt.Errorf("storing a message: %w", err)
	}
	stored, err := r.RowsAffected()
	if err != nil || stored == 0 {
		return false, err
	}
	return true, t.addSearchRow(m.ID, searchBody)
}

// UpdateBody stores a message's text, html, mentions and the marks of its last change, and its search row; an empty
// searchBody takes the message out of the index.
func (t *Tx) UpdateBody(m *models.Message, searchBody string) error {
	err := t.db.Exec(`UPDATE messages SET text = ?, html = ?, mention_ids = ?, revision = ?, edited_at = ?, deleted_at = ?, changed_seq = ?,
		pinned_at = ?, pinned_by = ?, reaction_count = ? WHERE id = ?`,
		m.Text, m.HTML, m.MentionIDs, m.Revision, m.EditedAt, m.DeletedAt, m.ChangedSeq, m.PinnedAt, m.PinnedBy, m.ReactionCount, m.ID).Error
	if err != nil {
		return fmt.Errorf("changing a message: %w", err)
	}
	return t.replaceSearchRow(m.ID, searchBody)
}

// TouchMessage stores the marks of a change that leaves the body as it is: reactions, pin.
func (t *Tx) TouchMessage(m *models.Message) error {
	return t.db.Exec(`UPDATE messages SET changed_seq = ?, reaction_count = ?, pinned_at = ?, pinned_by = ? WHERE id = ?`,
		m.ChangedSeq, m.ReactionCount, m.PinnedAt, m.PinnedBy, m.ID).Error
}
