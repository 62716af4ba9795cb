package store

import (
	"fmt"

	"parley/models"
)

// Reactions returns the reactions to the messages, by message, then in the order in which they were given.
func (q *Queries) Reactions(messages []models.ID) ([]models.Reaction, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	var rs []models.Reaction
	err := q.db.Where("message_id IN ?", messages).Order("message_id, created_at, user_id, emoji").Find(&rs).Error
	return rs, err
}

// AddReaction stores one person's emoji on a message, and reports whether it was not there before.
func (t *Tx) AddReaction(r *models.Reaction) (bool, error) {
	res := t.db.Exec(`INSERT INTO reactions (message_id, user_id, emoji, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.MessageID, r.UserID, r.Emoji, r.CreatedAt)
	if res.Error != nil {
		return false, fmt.Errorf("storing a reaction: %w", res.Error)
	}
	return res.RowsAffected > 0, nil
}

// RemoveReaction takes one person's emoji off a message, and reports whether it was there.
func (t *Tx) RemoveReaction(r *models.Reaction) (bool, error) {
	res := t.db.Exec(`DELETE FROM reactions WHERE message_id = ? AND user_id = ? AND emoji = ?`, r.MessageID, r.UserID, r.Emoji)
	if res.Error != nil {
		return false, fmt.Errorf("removing a reaction: %w", res.Error)
	}
	return res.RowsAffected > 0, nil
}

// DeleteReactions takes every reaction off a message.
func (t *Tx) DeleteReactions(message models.ID) error {
	return t.db.Exec(`DELETE FROM reactions WHERE message_id = ?`, message).Error
}
