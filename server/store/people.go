package store

import (
	"fmt"
	"strings"

	"parley/models"
)

const personColumns = `id, username, display_name, role, avatar_url, status, hue, created_at, disabled_at`

func (q *Queries) people(query string, args ...any) ([]models.User, error) {
	rows, err := q.db.Raw(query, args...).Rows()
	if err != nil {
		return nil, fmt.Errorf("reading people: %w", err)
	}
	defer rows.Close()
	us := []models.User{}
	for rows.Next() {
		var u models.User
		if err := rows.Scan(&u.ID, &u.Username, &u.DisplayName, &u.Role, &u.AvatarURL, &u.Status, &u.Hue, &u.CreatedAt, &u.DisabledAt); err != nil {
			return nil, fmt.Errorf("reading a person: %w", err)
		}
		us = append(us, u)
	}
	return us, rows.Err()
}

// People returns those of the ids that exist, without password or e-mail, in no order.
func (q *Queries) People(ids []models.ID) ([]models.User, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return q.people(`SELECT `+personColumns+` FROM users WHERE id IN ?`, ids)
}

// PeopleByName returns the accounts with these folded usernames.
func (q *Queries) PeopleByName(keys []string) ([]models.User, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	return q.people(`SELECT `+personColumns+` FROM users WHERE name_key IN ?`, keys)
}

// FindPeople returns up to limit accounts by username, from after onwards, whose username or display name contains
// what is asked for, or all of them.
func (q *Queries) FindPeople(contains, after string, limit int) ([]models.User, error) {
	if contains == "" {
		return q.people(`SELECT `+personColumns+` FROM users WHERE name_key > ? AND disabled_at = 0 ORDER BY name_key LIMIT ?`, after, limit)
	}
	pattern := likePattern(contains)
	return q.people(`SELECT `+personColumns+` FROM users WHERE name_key > ? AND disabled_at = 0
		AND (name_key LIKE ? ESCAPE '\' OR display_name LIKE ? ESCAPE '\') ORDER BY name_key LIMIT ?`,
		after, models.FoldKey(pattern), pattern, limit)
}

// likePattern is a LIKE pattern for what contains the text as it stands.
func likePattern(contains string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(contains) + "%"
}

// sharesRoom is true of the accounts that are in a room with the account asked about, itself included.
const sharesRoom = `EXISTS (SELECT 1 FROM memberships mine JOIN memberships theirs ON theirs.room_id = mine.room_id AND theirs.left_seq = 0
	WHERE mine.user_id = ? AND mine.left_seq = 0 AND theirs.user_id = users.id)`

// FindPeopleNear is FindPeople among those who share a room with the account.
func (q *Queries) FindPeopleNear(user models.ID, contains, after string, limit int) ([]models.User, error) {
	pattern := likePattern(contains)
	return q.people(`SELECT `+personColumns+` FROM users WHERE name_key > ? AND disabled_at = 0
		AND (name_key LIKE ? ESCAPE '\' OR display_name LIKE ? ESCAPE '\') AND `+sharesRoom+` ORDER BY name_key LIMIT ?`,
		after, models.FoldKey(pattern), pattern, user, limit)
}

// PeopleByNameNear is PeopleByName among those who share a room with the account.
func (q *Queries) PeopleByNameNear(user models.ID, keys []string) ([]models.User, error) {
	return q.people(`SELECT `+personColumns+` FROM users WHERE name_key IN ? AND `+sharesRoom, keys, user)
}

// ShareRoom reports whether two accounts are in a room together.
func (q *Queries) ShareRoom(a, b models.ID) (bool, error) {
	var one int
	err := q.db.Raw(`SELECT EXISTS (SELECT 1 FROM users WHERE id = ? AND `+sharesRoom+`)`, b, a).Row().Scan(&one)
	return one == 1, err
}

// SaveProfile stores what people may change of their own account. An e-mail address that another account has is
// CodeEmailTaken.
func (t *Tx) SaveProfile(u *models.User) error {
	err := t.db.Exec(`UPDATE users SET display_name = ?, status = ?, email = ?, email_key = ?, avatar_url = ?, hue = ? WHERE id = ?`,
		u.DisplayName, u.Status, u.Email, u.EmailKey, u.AvatarURL, u.Hue, u.ID).Error
	if columns, ok := uniqueViolation(err); ok && columns == "users.email_key" {
		return taken(models.CodeEmailTaken, "email", "Another account has this e-mail address.")
	}
	return err
}
