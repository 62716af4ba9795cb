package store

import (
	"fmt"

	"parley/models"
)

// Audit appends one line to the audit log, in the transaction of what it speaks of; id and time are filled in.
func (t *Tx) Audit(e models.AuditEntry) error {
	e.ID, e.At = t.NewID(), t.Now()
	if err := t.db.Create(&e).Error; err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}

// AuditLog returns up to limit lines after the one with this id, oldest first.
func (q *Queries) AuditLog(after models.ID, limit int) ([]models.AuditEntry, error) {
	entries := []models.AuditEntry{}
	if err := q.db.Where("id > ?", after).Order("id").Limit(limit).Find(&entries).Error; err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	return entries, nil
}
