package store

import (
	"fmt"

	"parley/models"
)

// SecondFactor returns the account's second factor, confirmed or not, or CodeNotFound.
func (q *Queries) SecondFactor(user models.ID) (*models.SecondFactor, error) {
	var f models.SecondFactor
	if err := q.db.Where("user_id = ?", user).Take(&f).Error; err != nil {
		return nil, errNotFound(err, "This account has no second factor.")
	}
	return &f, nil
}

// WithSecondFactor returns those of the accounts that sign in with a second factor.
func (q *Queries) WithSecondFactor(users []models.ID) ([]models.ID, error) {
	ids := []models.ID{}
	err := q.db.Model(&models.SecondFactor{}).Where("user_id IN ? AND enabled_at > 0", users).Pluck("user_id", &ids).Error
	return ids, err
}

// CountRecoveryCodes returns how many recovery codes the account has left.
func (q *Queries) CountRecoveryCodes(user models.ID) (int64, error) {
	var n int64
	err := q.db.Model(&models.RecoveryCode{}).Where("user_id = ?", user).Count(&n).Error
	return n, err
}

// PutSecondFactor stores a second factor in the place of the one before.
func (t *Tx) PutSecondFactor(f *models.SecondFactor) error {
	if err := t.db.Save(f).Error; err != nil {
		return fmt.Errorf("storing a second factor: %w", err)
	}
	return nil
}

// UseStep takes the code of a time step; it reports false where that one or a later one was used before.
func (t *Tx) UseStep(user models.ID, step int64) (bool, error) {
	r := t.db.Exec(`UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ?`, step, user, step)
	return r.RowsAffected > 0, r.Error
}

// UseRecoveryCode takes a recovery code away; it reports false where the account has none of this hash.
func (t *Tx) UseRecoveryCode(user models.ID, hash []byte) (bool, error) {
	r := t.db.Exec(`DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?`, user, hash)
	return r.RowsAffected > 0, r.Error
}

// SetRecoveryCodes replaces the account's recovery codes.
func (t *Tx) SetRecoveryCodes(user models.ID, hashes [][]byte) error {
	if err := t.db.Exec(`DELETE FROM recovery_codes WHERE user_id = ?`, user).Error; err != nil {
		return err
	}
	for _, h := range hashes {
		if err := t.db.Exec(`INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, ?)`, user, h).Error; err != nil {
			return fmt.Errorf("adding a recovery code: %w", err)
		}
	}
	return nil
}

// DeleteSecondFactor takes the second factor and its recovery codes away; it reports false where there was none.
func (t *Tx) DeleteSecondFactor(user models.ID) (bool, error) {
	r := t.db.Exec(`DELETE FROM second_factors WHERE user_id = ?`, user)
	if r.Error != nil {
		return false, r.Error
	}
	return r.RowsAffected > 0, t.SetRecoveryCodes(user, nil)
}
