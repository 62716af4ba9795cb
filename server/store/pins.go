package store

import "parley/models"

// Pinned returns up to limit pinned messages of a room, the last pinned first.
func (q *Queries) Pinned(room models.ID, limit int) ([]models.Message, error) {
	return scanMessages(q.db.Raw(`SELECT `+storedColumns+` FROM messages WHERE room_id = ? AND pinned_at > 0
		ORDER BY pinned_at DESC, id DESC LIMIT ?`, room, limit), limit)
}

// CountPinned returns how many messages of a room are pinned.
func (q *Queries) CountPinned(room models.ID) (int64, error) {
	var n int64
	err := q.db.Raw(`SELECT count(*) FROM messages WHERE room_id = ? AND pinned_at > 0`, room).Scan(&n).Error
	return n, err
}
