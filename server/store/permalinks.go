package store

import "parley/models"

// numMark says which numbers of a room are in the index messages_num: every 64th. From there on messages are read by their
// seq, of which 64 take 0.1 ms, and with them the replies in threads that were sent between; an index of all numbers would
// make every send write one page more.
const numMark = 64

// SeqOfNum returns the seq of the message with that num in a room, or CodeNotFound.
func (q *Queries) SeqOfNum(room models.ID, num int64) (int64, error) {
	r, err := q.Room(room)
	if err != nil {
		return 0, err
	}
	if num < 1 || num > r.LastNum {
		return 0, models.NotFound(noNum)
	}
	var seq int64
	if mark := num - num%numMark; mark > 0 {
		// The index is only used where the statement itself says "% 64".
		err := q.db.Raw(`SELECT seq FROM messages WHERE room_id = ? AND num = ? AND num % 64 = 0`, room, mark).Row().Scan(&seq)
		if err != nil || num == mark {
			return seq, errNotFound(err, noNum)
		}
	}
	err = q.db.Raw(`SELECT seq FROM messages WHERE room_id = ? AND seq > ? AND num = ? ORDER BY seq LIMIT 1`, room, seq, num).Row().Scan(&seq)
	return seq, errNotFound(err, noNum)
}

const noNum = "There is no such message."
