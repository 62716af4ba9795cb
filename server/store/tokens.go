package store

import (
	"fmt"

	"parley/models"
)

const tokenColumns = `a.id, a.name, a.scopes, a.created_at, a.last_used_at, a.expires_at`

func tokenRow(s *SignedIn) []any {
	a := &s.Token
	return append([]any{&a.ID, &a.Name, &a.Scopes, &a.CreatedAt, &a.LastUsedAt, &a.ExpiresAt}, userFields(&s.User)...)
}

// TokenByHash returns the API token with this hash and its account but not the password, or CodeNotFound.
func (q *Queries) TokenByHash(hash []byte) (*SignedIn, error) {
	found, err := q.signedIn(`SELECT `+tokenColumns+`, `+userColumns+` FROM api_tokens a JOIN users u ON u.id = a.user_id WHERE a.token_hash = ?`,
		tokenRow, hash)
	return first(found, err, "There is no such token.")
}

// TokensByID returns those of the tokens that have a row, in no order.
func (q *Queries) TokensByID(ids []models.ID) ([]SignedIn, error) {
	return q.signedIn(`SELECT `+tokenColumns+`, `+userColumns+` FROM api_tokens a JOIN users u ON u.id = a.user_id WHERE a.id IN ?`, tokenRow, ids)
}

// TokensOf returns the account's API tokens, the newest first.
func (q *Queries) TokensOf(user models.ID) ([]models.APIToken, error) {
	tokens := []models.APIToken{}
	if err := q.db.Where("user_id = ?", user).Order("id DESC").Find(&tokens).Error; err != nil {
		return nil, fmt.Errorf("reading tokens: %w", err)
	}
	return tokens, nil
}

// CountTokensOf returns how many API tokens the account has.
func (q *Queries) CountTokensOf(user models.ID) (int64, error) {
	var n int64
	err := q.db.Model(&models.APIToken{}).Where("user_id = ?", user).Count(&n).Error
	return n, err
}

// InsertToken adds an API token.
func (t *Tx) InsertToken(a *models.APIToken) error {
	if err := t.db.Create(a).Error; err != nil {
		return fmt.Errorf("adding a token: %w", err)
	}
	return nil
}

// TouchToken notes that the token was used at a moment; never backwards.
func (t *Tx) TouchToken(id models.ID, at models.Millis) error {
	return t.db.Exec(`UPDATE api_tokens SET last_used_at = ? WHERE id = ? AND last_used_at < ?`, at, id, at).Error
}

// DeleteToken removes one API token of the account, or returns CodeNotFound where it has none such.
func (t *Tx) DeleteToken(user, id models.ID) error {
	r := t.db.Where("id = ? AND user_id = ?", id, user).Delete(&models.APIToken{})
	if r.Error != nil {
		return fmt.Errorf("deleting a token: %w", r.Error)
	}
	if r.RowsAffected == 0 {
		return models.NotFound("There is no such token.")
	}
	return nil
}

// DeleteTokensOf removes every API token of the account.
func (t *Tx) DeleteTokensOf(user models.ID) error {
	return t.db.Exec(`DELETE FROM api_tokens WHERE user_id = ?`, user).Error
}
