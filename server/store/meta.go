package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"parley/models"
)

// GetID returns the id that is kept under a key of the database's own, 0 where there is none.
func (q *Queries) GetID(key string) (models.ID, error) {
	var v string
	err := q.db.Raw(`SELECT v FROM meta WHERE k = ?`, key).Row().Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", key, err)
	}
	n, err := strconv.ParseInt(v, 10, 64)
	return models.ID(n), err
}

// SetID keeps an id under a key.
func (t *Tx) SetID(key string, id models.ID) error {
	return t.db.Exec(`INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`, key, id.String()).Error
}

// GetText returns the text that is kept under a key of the database's own, "" where there is none.
func (q *Queries) GetText(key string) (string, error) {
	var v string
	err := q.db.Raw(`SELECT v FROM meta WHERE k = ?`, key).Row().Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", key, err)
	}
	return v, nil
}

// SetText keeps a text under a key.
func (t *Tx) SetText(key, text string) error {
	return t.db.Exec(`INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`, key, text).Error
}
