package store

import (
	"fmt"

	"parley/models"
)

// SignedIn is a credential with the account that it belongs to. Whether it is still good is for auth to say.
type SignedIn struct {
	User    models.User
	Session models.Session  // of a cookie; its ID is 0 where a token was asked for
	Token   models.APIToken // of a script; its ID is 0 where a session was asked for
}

const userColumns = `u.id, u.username, u.name_key, u.display_name, u.email, u.email_key, u.role, u.avatar_url, u.status, u.hue, u.session_epoch, u.created_at, u.disabled_at`

func userFields(u *models.User) []any {
	return []any{
		&u.ID, &u.Username, &u.NameKey, &u.DisplayName, &u.Email, &u.EmailKey, &u.Role, &u.AvatarURL, &u.Status, &u.Hue, &u.SessionEpoch,
		&u.CreatedAt, &u.DisabledAt,
	}
}

const sessionColumns = `s.id, s.session_epoch, s.created_at, s.seen_at, s.expires_at, s.user_agent, s.ip`

func sessionFields(s *models.Session) []any {
	return []any{&s.ID, &s.SessionEpoch, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt, &s.UserAgent, &s.IP}
}

// SessionByHash returns the session whose token has this hash, with its account but not the password, or CodeNotFound.
// It is asked for with every request, so it is one statement.
func (q *Queries) SessionByHash(hash []byte) (*SignedIn, error) {
	found, err := q.signedIn(`SELECT `+sessionColumns+`, `+userColumns+` FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ?`,
		sessionRow, hash)
	return first(found, err, "There is no such session.")
}

// SessionsByID returns those of the sessions that have a row, in no order.
func (q *Queries) SessionsByID(ids []models.ID) ([]SignedIn, error) {
	return q.signedIn(`SELECT `+sessionColumns+`, `+userColumns+` FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id IN ?`, sessionRow, ids)
}

// SessionsOf returns the account's sessions, the last used first.
func (q *Queries) SessionsOf(user models.ID) ([]SignedIn, error) {
	return q.signedIn(`SELECT `+sessionColumns+`, `+userColumns+` FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.user_id = ? ORDER BY s.seen_at DESC, s.id DESC`, sessionRow, user)
}

func sessionRow(s *SignedIn) []any { return append(sessionFields(&s.Session), userFields(&s.User)...) }

// signedIn reads rows of credentials; fields says where the columns of one belong.
func (q *Queries) signedIn(query string, fields func(*SignedIn) []any, args ...any) ([]SignedIn, error) {
	rows, err := q.db.Raw(query, args...).Rows()
	if err != nil {
		return nil, fmt.Errorf("reading credentials: %w", err)
	}
	defer rows.Close()
	all := []SignedIn{}
	for rows.Next() {
		var s SignedIn
		if err := rows.Scan(fields(&s)...); err != nil {
			return nil, fmt.Errorf("reading a credential: %w", err)
		}
		s.Session.UserID, s.Token.UserID = s.User.ID, s.User.ID
		all = append(all, s)
	}
	return all, rows.Err()
}

func first(found []SignedIn, err error, detail string) (*SignedIn, error) {
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, models.NotFound(detail)
	}
	return &found[0], nil
}

// InsertSession adds a session.
func (t *Tx) InsertSession(s *models.Session) error {
	if err := t.db.Create(s).Error; err != nil {
		return fmt.Errorf("adding a session: %w", err)
	}
	return nil
}

// TouchSession notes that the session was used at a moment; never backwards.
func (t *Tx) TouchSession(id models.ID, at models.Millis) error {
	return t.db.Exec(`UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?`, at, id, at).Error
}

// DeleteSession ends one session of the account, or returns CodeNotFound where it has none such.
func (t *Tx) DeleteSession(user, id models.ID) error {
	r := t.db.Where("id = ? AND user_id = ?", id, user).Delete(&models.Session{})
	if r.Error != nil {
		return fmt.Errorf("ending a session: %w", r.Error)
	}
	if r.RowsAffected == 0 {
		return models.NotFound("There is no such session.")
	}
	return nil
}

// DeleteSessionsOf ends the account's sessions but one, 0 spares none, and returns those that ended.
func (t *Tx) DeleteSessionsOf(user, except models.ID) (ended []models.ID, err error) {
	if ended, err = readIDs(t.db.Raw(`SELECT id FROM sessions WHERE user_id = ? AND id <> ?`, user, except)); err != nil {
		return nil, fmt.Errorf("reading sessions: %w", err)
	}
	return ended, t.db.Where("user_id = ? AND id <> ?", user, except).Delete(&models.Session{}).Error
}

// DeleteStaleSessionsOf removes the account's sessions that are over by age (at or after their end) or by idleness (last seen
// before idleSince).
func (t *Tx) DeleteStaleSessionsOf(user models.ID, now, idleSince models.Millis) error {
	return t.db.Where("user_id = ? AND (expires_at <= ? OR seen_at < ?)", user, now, idleSince).Delete(&models.Session{}).Error
}

// DeleteAllSessions ends every session but one, 0 spares none, and returns those that ended.
func (t *Tx) DeleteAllSessions(except models.ID) (ended []models.ID, err error) {
	if err := t.db.Raw(`SELECT id FROM sessions WHERE id <> ?`, except).Scan(&ended).Error; err != nil {
		return nil, fmt.Errorf("reading sessions: %w", err)
	}
	return ended, t.db.Exec(`DELETE FROM sessions WHERE id <> ?`, except).Error
}
