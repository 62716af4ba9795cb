package store

import "parley/models"

// SeqOfNum returns the seq of the message with that num in a room, or CodeNotFound.
func (q *Queries) SeqOfNum(room models.ID, num int64) (int64, error) {
	var seq int64
	err := q.db.Raw(`SELECT seq FROM messages WHERE room_id = ? AND num = ?`, room, num).Row().Scan(&seq)
	return seq, errNotFound(err, "There is no such message.")
}
