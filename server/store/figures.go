package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"parley/models"
)

// Sizes are what the database takes of the disk, in bytes.
type Sizes struct {
	Database int64 // the file
	WAL      int64 // the log beside it, which a checkpoint empties and the next writes use again
	Search   int64 // the part of the file that is the search index; see SearchSize
}

// FileSizes returns the sizes of the files; Search is 0.
func (s *Store) FileSizes() (z Sizes, err error) {
	path := filepath.Join(s.opts.Dir, FileName)
	if z.Database, err = sizeOf(path); err != nil {
		return z, err
	}
	z.WAL, err = sizeOf(path + "-wal")
	if os.IsNotExist(err) {
		err = nil
	}
	return z, err
}

func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if info.Mode().Type() != 0 {
		return 0, fmt.Errorf("%s: %w", path, fs.ErrInvalid)
	}
	return info.Size(), nil
}

// SearchSize returns the bytes of the search index. It reads all of it: 0.2 s for a million messages.
func (q *Queries) SearchSize() (bytes int64, err error) {
	err = q.db.Raw(`SELECT (SELECT coalesce(sum(length(block)), 0) FROM message_index_segments) +
		(SELECT coalesce(sum(length(body)), 0) FROM search_rows)`).Row().Scan(&bytes)
	return bytes, err
}

// PeopleFigures are the accounts by role, those that are switched off apart.
type PeopleFigures struct {
	Roles    map[models.Role]int64
	Disabled int64
}

// CountPeople counts the accounts.
func (q *Queries) CountPeople() (PeopleFigures, error) {
	f := PeopleFigures{Roles: map[models.Role]int64{}}
	var rows []struct {
		Role models.Role
		Off  bool
		N    int64
	}
	err := q.db.Raw(`SELECT role, disabled_at > 0 AS off, count(*) AS n FROM users GROUP BY role, disabled_at > 0`).Scan(&rows).Error
	for _, r := range rows {
		if r.Off {
			f.Disabled += r.N
		} else {
			f.Roles[r.Role] += r.N
		}
	}
	return f, err
}

// CountRooms counts the rooms that are not archived by kind.
func (q *Queries) CountRooms() (map[models.RoomKind]int64, error) {
	kinds := map[models.RoomKind]int64{}
	var rows []struct {
		Kind models.RoomKind
		N    int64
	}
	err := q.db.Raw(`SELECT kind, count(*) AS n FROM rooms WHERE archived_at = 0 GROUP BY kind`).Scan(&rows).Error
	for _, r := range rows {
		kinds[r.Kind] = r.N
	}
	return kinds, err
}

// CountMessages returns how many top-level messages were ever sent, by the rooms' own counters.
func (q *Queries) CountMessages() (n int64, err error) {
	var rooms int64
	err = q.db.Raw(`SELECT coalesce(sum(last_num), 0), count(*) AS n FROM rooms`).Row().Scan(&n, &rooms)
	return n, err
}

// CountedRoom is a room with the number of its members.
type CountedRoom struct {
	models.Room
	Members int64
}

// AllOpenRooms returns every open room, archived ones last, by name.
func (q *Queries) AllOpenRooms() ([]CountedRoom, error) {
	rows, err := q.db.Raw(`SELECT ` + roomColumns + `, (SELECT count(*) AS n FROM memberships m WHERE m.room_id = r.id AND m.left_seq = 0)
		FROM rooms r WHERE r.kind = 'open' ORDER BY r.archived_at > 0, r.name COLLATE NOCASE, r.id`).Rows()
	if err != nil {
		return nil, fmt.Errorf("reading rooms: %w", err)
	}
	defer rows.Close()
	all := []CountedRoom{}
	for rows.Next() {
		var r CountedRoom
		if err := rows.Scan(append(roomFields(&r.Room), &r.Members)...); err != nil {
			return nil, fmt.Errorf("reading a room: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// FindAccounts is FindPeople for administrators: with those that are switched off, and with e-mail addresses, in which
// it looks too.
func (q *Queries) FindAccounts(contains, after string, limit int) ([]models.User, error) {
	pattern := likePattern(contains)
	rows, err := q.db.Raw(`SELECT `+personColumns+`, email FROM users WHERE name_key > ? AND (
		name_key LIKE ? ESCAPE '\' OR display_name LIKE ? ESCAPE '\' OR email_key LIKE ? ESCAPE '\') ORDER BY name_key LIMIT ?`,
		after, models.FoldKey(pattern), pattern, models.FoldKey(pattern), limit).Rows()
	if err != nil {
		return nil, fmt.Errorf("reading accounts: %w", err)
	}
	defer rows.Close()
	us := []models.User{}
	for rows.Next() {
		var u models.User
		err := rows.Scan(&u.ID, &u.Username, &u.DisplayName, &u.Role, &u.AvatarURL, &u.Status, &u.Hue, &u.CreatedAt, &u.DisabledAt, &u.Email)
		if err != nil {
			return nil, fmt.Errorf("reading an account: %w", err)
		}
		us = append(us, u)
	}
	return us, rows.Err()
}

// RoomNames returns those of the ids that are open rooms, with nothing but their names.
func (q *Queries) RoomNames(ids []models.ID) ([]models.Room, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rooms []models.Room
	err := q.db.Raw(`SELECT id, name FROM rooms WHERE id IN ? AND kind = 'open'`, ids).Scan(&rooms).Error
	return rooms, err
}
