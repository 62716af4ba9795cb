package store

import "parley/models"

// MentionsOf returns up to limit messages with an id below before that address the user, by name or as everybody since
// the user joined, in rooms that the user is in; newest first. One's own do not count, and those of people whom the user
// has blocked neither: both are left out before the limit, so that a page is short only at the end.
func (q *Queries) MentionsOf(user, before models.ID, limit int) ([]models.Message, error) {
	return scanMessages(q.db.Raw(`SELECT `+storedColumns+` FROM messages WHERE id IN (
			SELECT * FROM (SELECT x.message_id FROM mentions x`+heardBy+`
				WHERE x.user_id = ? AND x.message_id < ? ORDER BY x.message_id DESC LIMIT ?)
			UNION
			SELECT * FROM (SELECT x.message_id FROM mentions x`+heardBy+` AND x.seq > m.joined_seq
				WHERE x.user_id = 0 AND x.message_id < ? ORDER BY x.message_id DESC LIMIT ?))
		ORDER BY id DESC LIMIT ?`,
		user, user, user, user, before, limit, user, user, user, before, limit, limit), limit)
}

// heardBy keeps, of mentions x, those of messages s by others than a user who is given three times, not
// blocked by that user, in rooms where the user's membership m is.
const heardBy = `
	JOIN messages s ON s.id = x.message_id AND s.sender_id <> ? AND s.sender_id NOT IN (SELECT blocked_id FROM blocks WHERE user_id = ?)
	JOIN memberships m ON m.room_id = x.room_id AND m.user_id = ? AND m.left_seq = 0`

// SavedMessage is a message that somebody keeps for later.
type SavedMessage struct {
	MessageID models.ID
	SavedAt   models.Millis
}

// Saved returns up to limit messages that a user keeps and may still read, the last saved first, from the one after
// (at, id) on. openToo says that the user may read open rooms without being in them.
func (q *Queries) Saved(user models.ID, at models.Millis, id models.ID, limit int, openToo bool) ([]SavedMessage, error) {
	var saved []SavedMessage
	err := q.db.Raw(`SELECT s.message_id, s.saved_at FROM saved_messages s
		JOIN messages x ON x.id = s.message_id
		JOIN rooms r ON r.id = x.room_id
		LEFT JOIN memberships m ON m.room_id = x.room_id AND m.user_id = s.user_id AND m.left_seq = 0
		WHERE s.user_id = ? AND (s.saved_at < ? OR s.saved_at = ? AND s.message_id < ?) AND (m.user_id IS NOT NULL OR r.kind = 'open' AND ?)
		ORDER BY s.saved_at DESC, s.message_id DESC LIMIT ?`, user, at, at, id, openToo, limit).Scan(&saved).Error
	return saved, err
}

// CountSaved returns how many messages a user keeps.
func (q *Queries) CountSaved(user models.ID) (int64, error) {
	var n int64
	err := q.db.Raw(`SELECT count(*) FROM saved_messages WHERE user_id = ?`, user).Scan(&n).Error
	return n, err
}

// Save keeps a message for a user; again changes nothing.
func (t *Tx) Save(user, message models.ID, at models.Millis) error {
	return t.db.Exec(`INSERT INTO saved_messages (user_id, message_id, saved_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, user, message, at).Error
}

// Unsave lets a message go.
func (t *Tx) Unsave(user, message models.ID) error {
	return t.db.Exec(`DELETE FROM saved_messages WHERE user_id = ? AND message_id = ?`, user, message).Error
}
