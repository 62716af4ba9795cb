package store

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"parley/models"
)

// HasUsers reports whether any account exists.
func (q *Queries) HasUsers() (bool, error) {
	var one int
	err := q.db.Raw(`SELECT EXISTS (SELECT 1 FROM users)`).Row().Scan(&one)
	return one == 1, err
}

// User returns the whole account, password hash and e-mail included, or CodeNotFound.
func (q *Queries) User(id models.ID) (*models.User, error) {
	return q.user("u.id = ?", id)
}

// UserByLogin returns the account with this username or this e-mail address, whatever their case, or CodeNotFound.
func (q *Queries) UserByLogin(login string) (*models.User, error) {
	if strings.Contains(login, "@") { // which no username does
		return q.user("u.email_key = ?", models.FoldKey(login))
	}
	return q.user("u.name_key = ?", models.FoldKey(login))
}

func (q *Queries) user(where string, arg any) (*models.User, error) {
	var u models.User
	err := q.db.Raw(`SELECT `+userColumns+`, u.password_hash FROM users u WHERE `+where, arg).Row().Scan(append(userFields(&u), &u.PasswordHash)...)
	if err != nil {
		return nil, errNotFound(err, "There is no such account.")
	}
	return &u, nil
}

// CountOwners returns how many accounts own the server and are not switched off.
func (q *Queries) CountOwners() (int64, error) {
	var n int64
	err := q.db.Model(&models.User{}).Where("role = ? AND disabled_at = 0", models.RoleOwner).Count(&n).Error
	return n, err
}

// InsertUser adds an account. CodeUsernameTaken and CodeEmailTaken say that somebody else has the name or the address.
func (t *Tx) InsertUser(u *models.User) error {
	return userConflict(t.db.Create(u).Error)
}

// SetPasswordHash replaces the password of an account.
func (t *Tx) SetPasswordHash(id models.ID, hash string) error {
	return t.setUser(id, map[string]any{"password_hash": hash})
}

// SetRole gives the account another role in the team.
func (t *Tx) SetRole(id models.ID, role models.Role) error {
	return t.setUser(id, map[string]any{"role": role})
}

// SetDisabled switches the account off from a moment on, or on again with 0.
func (t *Tx) SetDisabled(id models.ID, at models.Millis) error {
	return t.setUser(id, map[string]any{"disabled_at": at})
}

// RaiseSessionEpoch ends every session of the account, those included whose rows are not there yet.
func (t *Tx) RaiseSessionEpoch(id models.ID) error {
	return t.setUser(id, map[string]any{"session_epoch": gorm.Expr("session_epoch + 1")})
}

func (t *Tx) setUser(id models.ID, columns map[string]any) error {
	r := t.db.Model(&models.User{}).Where("id = ?", id).Updates(columns)
	if r.Error != nil {
		return userConflict(r.Error)
	}
	if r.RowsAffected == 0 {
		return models.NotFound("There is no such account.")
	}
	return nil
}

// userConflict turns the breach of a unique index of users into what it means.
func userConflict(err error) error {
	if err == nil {
		return nil
	}
	columns, ok := uniqueViolation(err)
	switch {
	case ok && strings.Contains(columns, "users.name_key"):
		return taken(models.CodeUsernameTaken, "username", "Somebody else has this username.")
	case ok && strings.Contains(columns, "users.email_key"):
		return taken(models.CodeEmailTaken, "email", "Another account has this e-mail address.")
	}
	return fmt.Errorf("writing an account: %w", err)
}

func taken(code models.Code, field, detail string) error {
	e := models.NewError(code, detail)
	e.Fields = []models.FieldError{{Field: field, Code: "taken", Detail: detail}}
	return e
}
