package store

import (
	"fmt"
	"strings"

	"parley/models"
)

// InsertMentions stores one row for each person addressed, all in one statement; user 0 is everybody, so that @all costs
// one row in a room of ten thousand.
func (t *Tx) InsertMentions(m *models.Message, users []models.ID) error {
	if len(users) == 0 {
		return nil
	}
	num := int64(0)
	if m.Num != nil {
		num = *m.Num
	}
	args := make([]any, 0, 5*len(users))
	for _, u := range users {
		args = append(args, u, m.RoomID, m.Seq, num, m.ID)
	}
	err := t.db.Exec(`INSERT INTO mentions (user_id, room_id, seq, num, message_id) VALUES `+tuples(len(users), 5)+` ON CONFLICT DO NOTHING`, args...).Error
	if err != nil {
		return fmt.Errorf("storing mentions: %w", err)
	}
	return nil
}

// tuples writes the places of rows in a VALUES: "(?, ?), (?, ?)".
func tuples(rows, columns int) string {
	one := "(?" + strings.Repeat(", ?", columns-1) + ")"
	return one + strings.Repeat(", "+one, rows-1)
}

// DeleteMentions takes away all that a message addressed.
func (t *Tx) DeleteMentions(message models.ID) error {
	return t.db.Exec(`DELETE FROM mentions WHERE message_id = ?`, message).Error
}
