package store

import (
	"database/sql"
	"fmt"

	"parley/models"
)

// RoomView is a room with one account's own side of it.
type RoomView struct {
	models.Room
	Me       *models.Membership // nil where the account is not a member now
	Mentions int64              // unread mentions of the account
}

const roomColumns = `r.id, r.kind, r.name, r.topic, r.last_seq, r.last_num, r.updated_seq, r.purged_seq, r.last_message_at, r.created_at, r.created_by, r.archived_at, r.direct_key, r.custom_events_off`

func roomFields(r *models.Room) []any {
	return []any{&r.ID, &r.Kind, &r.Name, &r.Topic, &r.LastSeq, &r.LastNum, &r.UpdatedSeq, &r.PurgedSeq, &r.LastMessageAt, &r.CreatedAt, &r.CreatedBy, &r.ArchivedAt, &r.DirectKey, &r.CustomEventsOff}
}

// Room returns a room by its id, or CodeNotFound.
func (q *Queries) Room(id models.ID) (*models.Room, error) {
	r := &models.Room{}
	err := q.db.Raw(`SELECT `+roomColumns+` FROM rooms r WHERE r.id = ?`, id).Row().Scan(roomFields(r)...)
	if err != nil {
		return nil, errNotFound(err, "There is no such room.")
	}
	return r, nil
}

// DirectRoom returns the direct room of a set of people by its key, or CodeNotFound.
func (q *Queries) DirectRoom(key string) (*models.Room, error) {
	r := &models.Room{}
	err := q.db.Raw(`SELECT `+roomColumns+` FROM rooms r WHERE r.direct_key = ?`, key).Row().Scan(roomFields(r)...)
	if err != nil {
		return nil, errNotFound(err, "There is no such room.")
	}
	return r, nil
}

// maxUnreadMentions is how many unread mentions of a room are counted: 1.5 ms. Nobody tells more of them apart, and somebody
// whom a bot has named 100,000 times would wait half a second for every hello.
const maxUnreadMentions = `1000`

// unreadMentions counts, for the membership m of a query, the unread messages that address its user by name or with
// everybody, up to maxUnreadMentions; one that does both counts once, and one by somebody whom the user has blocked not at
// all.
const unreadMentions = `(SELECT count(*) FROM (SELECT DISTINCT x.num FROM mentions x
	WHERE x.user_id IN (m.user_id, 0) AND x.room_id = m.room_id AND x.num > m.last_read_num AND ` + notFromBlocked + `m.user_id) LIMIT ` + maxUnreadMentions + `))`

const viewColumns = roomColumns + `, m.user_id, m.role, m.notify, m.muted, m.favourite, m.joined_seq, m.joined_at, m.last_read_num, m.silenced_until, ` + unreadMentions

// RoomsOf returns every room that the account is a member of, by name.
func (q *Queries) RoomsOf(user models.ID) ([]RoomView, error) {
	return q.roomViews(`SELECT `+viewColumns+` FROM memberships m JOIN rooms r ON r.id = m.room_id
		WHERE m.user_id = ? AND m.left_seq = 0 ORDER BY r.name COLLATE NOCASE, r.id`, user)
}

// OpenRooms returns every open room that is not archived, with the account's side where it is a member.
func (q *Queries) OpenRooms(user models.ID) ([]RoomView, error) {
	return q.roomViews(`SELECT `+viewColumns+` FROM rooms r LEFT JOIN memberships m ON m.room_id = r.id AND m.user_id = ? AND m.left_seq = 0
		WHERE r.name_key IS NOT NULL AND r.archived_at = 0 ORDER BY r.name COLLATE NOCASE, r.id`, user)
}

// RoomView returns one room with the account's side of it, or CodeNotFound.
func (q *Queries) RoomView(id, user models.ID) (*RoomView, error) {
	views, err := q.roomViews(`SELECT `+viewColumns+` FROM rooms r LEFT JOIN memberships m ON m.room_id = r.id AND m.user_id = ? AND m.left_seq = 0
		WHERE r.id = ?`, user, id)
	if err != nil {
		return nil, err
	}
	if len(views) == 0 {
		return nil, models.NotFound("There is no such room.")
	}
	return &views[0], nil
}

func (q *Queries) roomViews(query string, args ...any) ([]RoomView, error) {
	rows, err := q.db.Raw(query, args...).Rows()
	if err != nil {
		return nil, fmt.Errorf("reading rooms: %w", err)
	}
	defer rows.Close()
	views := []RoomView{}
	for rows.Next() {
		var v RoomView
		var user sql.NullInt64
		var role, notify sql.NullString
		var muted, favourite sql.NullBool
		var joinedSeq, joinedAt, lastRead, silenced, mentions sql.NullInt64
		fields := append(roomFields(&v.Room), &user, &role, &notify, &muted, &favourite, &joinedSeq, &joinedAt, &lastRead, &silenced, &mentions)
		if err := rows.Scan(fields...); err != nil {
			return nil, fmt.Errorf("reading a room: %w", err)
		}
		if user.Valid {
			v.Mentions = mentions.Int64
			v.Me = &models.Membership{
				RoomID: v.ID, UserID: models.ID(user.Int64), Role: models.RoomRole(role.String), Notify: models.Notify(notify.String),
				Muted: muted.Bool, Favourite: favourite.Bool, JoinedSeq: joinedSeq.Int64, JoinedAt: models.Millis(joinedAt.Int64),
				LastReadNum: lastRead.Int64, SilencedUntil: models.Millis(silenced.Int64),
			}
		}
		views = append(views, v)
	}
	return views, rows.Err()
}

// Room returns a room for change: every write of the batch sees the same value, and its counters are stored once, at
// the batch's end.
func (t *Tx) Room(id models.ID) (*models.Room, error) {
	if r := t.rows.rooms[id]; r != nil {
		return &r.Room, nil
	}
	r, err := t.Queries.Room(id)
	if err != nil {
		return nil, err
	}
	c := &cachedRoom{Room: *r}
	t.rows.rooms[id] = c
	return &c.Room, nil
}

// NextSeq takes the room's next number for a change. r must come from Tx.Room.
func (t *Tx) NextSeq(r *models.Room) int64 {
	r.LastSeq++
	t.rows.markRoom(r.ID)
	t.changed = true
	return r.LastSeq
}

// InsertRoom makes a room. A name that another open room has is CodeRoomNameTaken.
func (t *Tx) InsertRoom(r *models.Room) error {
	err := t.db.Create(r).Error
	if columns, ok := uniqueViolation(err); ok && columns == "rooms.name_key" {
		return taken(models.CodeRoomNameTaken, "name", "There is an open room with this name already.")
	}
	if err != nil {
		return fmt.Errorf("making a room: %w", err)
	}
	t.rows.rooms[r.ID] = &cachedRoom{Room: *r}
	return nil
}

// SaveRoom stores name, topic and archive of a room that came from Tx.Room.
func (t *Tx) SaveRoom(r *models.Room) error {
	t.changed = true
	err := t.db.Exec(`UPDATE rooms SET name = ?, name_key = ?, topic = ?, archived_at = ?, custom_events_off = ? WHERE id = ?`,
		r.Name, r.NameKey, r.Topic, r.ArchivedAt, r.CustomEventsOff, r.ID).Error
	if columns, ok := uniqueViolation(err); ok && columns == "rooms.name_key" {
		return taken(models.CodeRoomNameTaken, "name", "There is an open room with this name already.")
	}
	if err != nil {
		return fmt.Errorf("saving a room: %w", err)
	}
	return nil
}
