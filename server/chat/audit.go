package chat

import (
	"parley/models"
	"parley/server/store"
)

// audit writes a line about an act of rooms into the audit log, in the act's own transaction; pairs are names and values
// of its detail, never a text that somebody sent.
func audit(t *store.Tx, by *models.User, action models.AuditAction, target models.ID, pairs ...string) error {
	return t.Audit(models.AuditEntry{ActorID: by.ID, Action: action, Target: target.String(), Detail: models.AuditDetail(pairs...)})
}

// auditRoom is audit for a room as a whole. A private room's name is the business of its members, and not of whoever
// reads the log.
func auditRoom(t *store.Tx, by *models.User, action models.AuditAction, r *models.Room) error {
	if r.Kind != models.KindOpen {
		return audit(t, by, action, r.ID, "kind", string(r.Kind))
	}
	return audit(t, by, action, r.ID, "kind", string(r.Kind), "name", r.Name)
}
