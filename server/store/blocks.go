package store

import (
	"fmt"

	"parley/models"
)

// notFromBlocked is true of a row x of mentions unless its message is by somebody whom the user, whose id is to follow
// and a bracket, has blocked.
const notFromBlocked = `NOT EXISTS (SELECT 1 FROM messages s JOIN blocks b ON b.blocked_id = s.sender_id WHERE s.id = x.message_id AND b.user_id = `

// Block makes user see no more of blocked; again changes nothing.
func (t *Tx) Block(user, blocked models.ID) error {
	err := t.db.Exec(`INSERT INTO blocks (user_id, blocked_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, user, blocked, t.Now()).Error
	if err != nil {
		return fmt.Errorf("blocking somebody: %w", err)
	}
	return nil
}

// Unblock takes a block back.
func (t *Tx) Unblock(user, blocked models.ID) error {
	return t.db.Exec(`DELETE FROM blocks WHERE user_id = ? AND blocked_id = ?`, user, blocked).Error
}

// Blocked returns whom a user has blocked, the first first.
func (q *Queries) Blocked(user models.ID) ([]models.ID, error) {
	return readIDs(q.db.Raw(`SELECT blocked_id FROM blocks WHERE user_id = ? ORDER BY created_at, blocked_id`, user))
}

// BlockBetween reports whether one of two has blocked the other.
func (q *Queries) BlockBetween(a, b models.ID) (bool, error) {
	var one int
	err := q.db.Raw(`SELECT EXISTS (SELECT 1 FROM blocks WHERE user_id = ? AND blocked_id = ?) OR EXISTS (SELECT 1 FROM blocks WHERE user_id = ? AND blocked_id = ?)`,
		a, b, b, a).Row().Scan(&one)
	return one == 1, err
}
