package store

import (
	"fmt"

	"parley/models"
)

const membershipColumns = `room_id, user_id, role, notify, muted, favourite, joined_seq, left_seq, joined_at, last_read_num, silenced_until`

func membershipFields(m *models.Membership) []any {
	return []any{&m.RoomID, &m.UserID, &m.Role, &m.Notify, &m.Muted, &m.Favourite, &m.JoinedSeq, &m.LeftSeq, &m.JoinedAt, &m.LastReadNum, &m.SilencedUntil}
}

// Membership returns the row of a user in a room, of somebody who left too, or CodeNotFound.
func (q *Queries) Membership(room, user models.ID) (*models.Membership, error) {
	m := &models.Membership{}
	err := q.db.Raw(`SELECT `+membershipColumns+` FROM memberships WHERE room_id = ? AND user_id = ?`, room, user).Row().Scan(membershipFields(m)...)
	if err != nil {
		return nil, errNotFound(err, "Not a member of this room.")
	}
	return m, nil
}

// RoomMember is one current member with the account behind it.
type RoomMember struct {
	models.Membership
	User models.User
}

// Members returns the current members of a room by name.
func (q *Queries) Members(room models.ID) ([]RoomMember, error) {
	rows, err := q.db.Raw(`SELECT m.role, m.joined_at, m.silenced_until, u.id, u.username, u.display_name, u.role, u.avatar_url, u.status, u.hue, u.created_at, u.disabled_at
		FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.room_id = ? AND m.left_seq = 0 ORDER BY u.name_key`, room).Rows()
	if err != nil {
		return nil, fmt.Errorf("reading members: %w", err)
	}
	defer rows.Close()
	members := []RoomMember{}
	for rows.Next() {
		m := RoomMember{Membership: models.Membership{RoomID: room}}
		u := &m.User
		if err := rows.Scan(&m.Role, &m.JoinedAt, &m.SilencedUntil, &u.ID, &u.Username, &u.DisplayName, &u.Role, &u.AvatarURL, &u.Status, &u.Hue, &u.CreatedAt, &u.DisabledAt); err != nil {
			return nil, fmt.Errorf("reading a member: %w", err)
		}
		m.UserID = u.ID
		members = append(members, m)
	}
	return members, rows.Err()
}

// MemberIDs returns the ids of a room's current members in rising order.
func (q *Queries) MemberIDs(room models.ID) ([]models.ID, error) {
	return readIDs(q.db.Raw(`SELECT user_id FROM memberships WHERE room_id = ? AND left_seq = 0 ORDER BY user_id`, room))
}

// Managers returns the ids of those who manage a room.
func (q *Queries) Managers(room models.ID) ([]models.ID, error) {
	return readIDs(q.db.Raw(`SELECT user_id FROM memberships WHERE room_id = ? AND left_seq = 0 AND role = ?`, room, models.RoomManager))
}

// CountMembers returns how many people are in a room.
func (q *Queries) CountMembers(room models.ID) (int64, error) {
	var n int64
	err := q.db.Raw(`SELECT count(*) FROM memberships WHERE room_id = ? AND left_seq = 0`, room).Scan(&n).Error
	return n, err
}

// MembershipsChanged returns the rows of a room that were joined or left after seq, at most limit of them.
func (q *Queries) MembershipsChanged(room models.ID, seq int64, limit int) ([]models.Membership, error) {
	var ms []models.Membership
	err := q.db.Raw(`SELECT `+membershipColumns+` FROM memberships WHERE room_id = ? AND joined_seq > ?
		UNION SELECT `+membershipColumns+` FROM memberships WHERE room_id = ? AND left_seq > 0 AND left_seq > ? LIMIT ?`,
		room, seq, room, seq, limit).Scan(&ms).Error
	return ms, err
}

// Mentions counts the unread messages that address a member, by name or with everybody; one that does both counts once,
// and one by somebody whom the member has blocked not at all. It stops at maxUnreadMentions.
func (q *Queries) Mentions(m *models.Membership) (int64, error) {
	var n int64
	err := q.db.Raw(`SELECT count(*) FROM (SELECT DISTINCT x.num FROM mentions x WHERE x.user_id IN (?, 0) AND x.room_id = ? AND x.num > ?
		AND `+notFromBlocked+`?) LIMIT `+maxUnreadMentions+`)`, m.UserID, m.RoomID, m.LastReadNum, m.UserID).Scan(&n).Error
	return n, err
}

// RoomIDs returns the rooms that an account is in, in no order.
func (q *Queries) RoomIDs(user models.ID) ([]models.ID, error) {
	return readIDs(q.db.Raw(`SELECT room_id FROM memberships WHERE user_id = ? AND left_seq = 0`, user))
}

// Member returns a user's row in a room for change, or nil where there never was one. Every write of the batch sees the
// same value.
func (t *Tx) Member(room, user models.ID) (*models.Membership, error) {
	key := memberKey{room, user}
	if m := t.rows.members[key]; m != nil {
		if !m.found {
			return nil, nil
		}
		return &m.Membership, nil
	}
	m, err := t.Membership(room, user)
	if models.IsCode(err, models.CodeNotFound) {
		t.rows.members[key] = &cachedMember{}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a membership: %w", err)
	}
	c := &cachedMember{Membership: *m, found: true}
	t.rows.members[key] = c
	return &c.Membership, nil
}

// PutMember stores a membership as it is, new or not.
func (t *Tx) PutMember(m models.Membership) error {
	t.changed = true
	err := t.db.Exec(`INSERT INTO memberships (`+membershipColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (room_id, user_id) DO UPDATE SET role = excluded.role, notify = excluded.notify, muted = excluded.muted,
		favourite = excluded.favourite, joined_seq = excluded.joined_seq, left_seq = excluded.left_seq,
		joined_at = excluded.joined_at, last_read_num = excluded.last_read_num, silenced_until = excluded.silenced_until`,
		m.RoomID, m.UserID, m.Role, m.Notify, m.Muted, m.Favourite, m.JoinedSeq, m.LeftSeq, m.JoinedAt, m.LastReadNum, m.SilencedUntil).Error
	if err != nil {
		return fmt.Errorf("saving a membership: %w", err)
	}
	t.rows.put(m)
	return nil
}

// SetReadMark moves a member's mark to num. m must come from Tx.Member.
func (t *Tx) SetReadMark(m *models.Membership, num int64) {
	if m.LastReadNum == num {
		return
	}
	m.LastReadNum = num
	t.rows.markMember(memberKey{m.RoomID, m.UserID})
	t.changed = true
}

// EnsureManager gives a room that has lost its last manager another one: the member who has been there longest.
func (t *Tx) EnsureManager(room models.ID) error {
	if err := t.rows.flush(t.store.writer.conn); err != nil {
		return err
	}
	clear(t.rows.members) // the role changes beneath what is cached
	return t.db.Exec(`UPDATE memberships SET role = ? WHERE room_id = ? AND user_id = (
			SELECT user_id FROM memberships WHERE room_id = ? AND left_seq = 0 ORDER BY joined_at, user_id LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM memberships WHERE room_id = ? AND left_seq = 0 AND role = ?)`,
		models.RoomManager, room, room, room, models.RoomManager).Error
}
