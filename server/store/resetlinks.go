package store

import (
	"fmt"

	"parley/models"
)

// ResetLink returns the link whose code has this hash if it can be used now, or CodeNotFound.
func (q *Queries) ResetLink(hash []byte, now models.Millis) (*models.ResetLink, error) {
	var l models.ResetLink
	if err := q.db.Where("code_hash = ? AND expires_at > ?", hash, now).Take(&l).Error; err != nil {
		return nil, errNotFound(err, "This link cannot be used, or not any more.")
	}
	return &l, nil
}

// PutResetLink adds a link in the place of the one that the account had.
func (t *Tx) PutResetLink(l *models.ResetLink) error {
	if err := t.DeleteResetLinksOf(l.UserID); err != nil {
		return err
	}
	if err := t.db.Create(l).Error; err != nil {
		return fmt.Errorf("adding a reset link: %w", err)
	}
	return nil
}

// UseResetLink takes the link away; it reports false where somebody was faster.
func (t *Tx) UseResetLink(id models.ID) (bool, error) {
	r := t.db.Exec(`DELETE FROM reset_links WHERE id = ?`, id)
	return r.RowsAffected > 0, r.Error
}

// DeleteResetLinksOf takes the link away that opens the account.
func (t *Tx) DeleteResetLinksOf(user models.ID) error {
	return t.db.Exec(`DELETE FROM reset_links WHERE user_id = ?`, user).Error
}

// DeleteResetLinksBy takes the links away that an account has made which may not make any now.
func (t *Tx) DeleteResetLinksBy(creator models.ID) error {
	return t.db.Exec(`DELETE FROM reset_links WHERE created_by = ?`, creator).Error
}
