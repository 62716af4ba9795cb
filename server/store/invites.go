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

// InviteByID returns an invitation, good or not, or CodeNotFound.
func (q *Queries) InviteByID(id models.ID) (*models.Invite, error) {
	var i models.Invite
	if err := q.db.Where("id = ?", id).Take(&i).Error; err != nil {
		return nil, errNotFound(err, "There is no such invitation.")
	}
	return &i, nil
}

// Invites returns up to limit invitations, the newest first, those of one account or, with 0, of all.
func (q *Queries) Invites(createdBy models.ID, limit int) ([]models.Invite, error) {
	invites := []models.Invite{}
	db := q.db.Order("id DESC").Limit(limit)
	if createdBy != 0 {
		db = db.Where("created_by = ?", createdBy)
	}
	if err := db.Find(&invites).Error; err != nil {
		return nil, fmt.Errorf("reading invitations: %w", err)
	}
	return invites, nil
}

// CountOpenInvites returns how many invitations of the account can still be used.
func (q *Queries) CountOpenInvites(createdBy models.ID, now models.Millis) (int64, error) {
	var n int64
	err := q.db.Model(&models.Invite{}).Where("created_by = ? AND uses_left > 0 AND revoked_at = 0 AND expires_at > ?", createdBy, now).Count(&n).Error
	return n, err
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

// RevokeInvite withdraws an invitation; it reports false where it had been withdrawn before.
func (t *Tx) RevokeInvite(id models.ID, at models.Millis) (bool, error) {
	r := t.db.Exec(`UPDATE invites SET revoked_at = ? WHERE id = ? AND revoked_at = 0`, at, id)
	return r.RowsAffected > 0, r.Error
}

// RevokeInvitesOf withdraws every invitation of an account that may invite no longer.
func (t *Tx) RevokeInvitesOf(createdBy models.ID, at models.Millis) error {
	return t.db.Exec(`UPDATE invites SET revoked_at = ? WHERE created_by = ? AND revoked_at = 0`, at, createdBy).Error
}
