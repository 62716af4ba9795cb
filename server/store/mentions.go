package store

import (
	"fmt"

	"parley/models"
)

// InsertMentions stores one row for each person addressed; user 0 is everybody, so that @all costs one row in a room
// of ten thousand.
func (t *Tx) InsertMentions(m *models.Message, users []models.ID) error {
	num := int64(0)
	if m.Num != nil {
		num = *m.Num
	}
	for _, u := range users {
		err := t.db.Exec(`INSERT INTO mentions (user_id, room_id, seq, num, message_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			u, m.RoomID, m.Seq, num, m.ID).Error
		if err != nil {
			return fmt.Errorf("storing a mention: %w", err)
		}
	}
	return nil
}

// DeleteMentions takes away all that a message addressed.
func (t *Tx) DeleteMentions(message models.ID) error {
	return t.db.Exec(`DELETE FROM mentions WHERE message_id = ?`, message).Error
}
