package store

import (
	"fmt"

	"parley/models"
)

// usableInvite is what makes an invitation good: some use left, not withdrawn, not over.
const usableInvite = "code_hash = ? AND uses_left > 0 AND revoked_at = 0 AND expires_at > ?"

// Invite returns the invitation whose code has this hash if it can be used now, or CodeNotFound.
func (q *Queries) Invite(hash []byte, now models.Millis) (*models.Invite, error) {
	var i models.Invite
	if err := q.db.Where(usableInvite, hash, now).Take(&i).Error; err != nil {
		return nil, errNotFound(err, "This invitation is used up, withdrawn or over.")
	}
	return &i, nil
}

// UseInvite takes one use of the invitation, in the transaction of the account that it lets in, or returns CodeNotFound.
func (t *Tx) UseInvite(hash []byte, now models.Millis) (*models.Invite, error) {
	i, err := t.Invite(hash, now)
	if err != nil {
		return nil, err
	}
	if err := t.db.Exec(`UPDATE invites SET uses_left = uses_left - 1 WHERE id = ?`, i.ID).Error; err != nil {
		return nil, fmt.Errorf("using an invitation: %w", err)
	}
	i.UsesLeft--
	return i, nil
}

// InsertInvite adds an invitation.
func (t *Tx) InsertInvite(i *models.Invite) error {
	if err := t.db.Create(i).Error; err != nil {
		return fmt.Errorf("adding an invitation: %w", err)
	}
	return nil
}
