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
