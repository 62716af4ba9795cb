package store

import "parley/models"

// InsertRevision keeps the text that an edit replaces.
func (t *Tx) InsertRevision(r *models.Revision) error { return t.db.Create(r).Error }

// Revisions returns the former texts of a message, oldest first.
func (q *Queries) Revisions(message models.ID) ([]models.Revision, error) {
	rs := []models.Revision{}
	err := q.db.Where("message_id = ?", message).Order("revision").Find(&rs).Error
	return rs, err
}

// DeleteRevisions forgets the former texts of a message.
func (t *Tx) DeleteRevisions(message models.ID) error {
	return t.db.Exec(`DELETE FROM message_revisions WHERE message_id = ?`, message).Error
}
