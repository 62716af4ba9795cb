package store

import (
	"parley/models"
)

// Reactions returns the reactions to the messages, by message, then in the order in which they were given.
func (q *Queries) Reactions(messages []models.ID) ([]models.Reaction, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	var rs []models.Reaction
	err := q.db.Where("message_id IN ?", messages).Order("message_id, created_at, user_id").Find(&rs).Error
	return rs, err
}

// DeleteReactions takes every reaction off a message.
func (t *Tx) DeleteReactions(message models.ID) error {
	return t.db.Exec(`DELETE FROM reactions WHERE message_id = ?`, message).Error
}
