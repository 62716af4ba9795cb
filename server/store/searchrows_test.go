package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"parley/models"
)

// TestTheSearchIndexIsTakenOverFromTheOldSchema fills a database of the schema in which the index kept its own rows, and
// asks after the migration for old words, for rows that waited, and for what is changed since.
func TestTheSearchIndexIsTakenOverFromTheOldSchema(t *testing.T) {
	dir := t.TempDir()
	oldSchema(t, dir, 10, func(db *sql.DB) {
		for i := 1; i <= 700; i++ {
			mustExec(t, db, `INSERT INTO message_search (docid, body) VALUES (?, ?)`, i, fmt.Sprintf("common word%d", i))
		}
		for i := 701; i <= 750; i++ {
			mustExec(t, db, `INSERT INTO search_pending (docid, body) VALUES (?, ?)`, i, fmt.Sprintf("common word%d", i))
		}
	})
	s := mustOpen(t, dir)
	if w := s.writer; w.indexed != 700 || w.waiting != 50 {
		t.Errorf("the index reaches to %d and %d rows wait, want 700 and 50", w.indexed, w.waiting)
	}
	rows := func(match string) (n int) {
		t.Helper()
		if err := s.readDB.QueryRow(`SELECT count(*) FROM (SELECT docid FROM message_index WHERE body MATCH ? ORDER BY docid DESC)`, match).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	change := func(fn func(*Tx) error) {
		t.Helper()
		if err := s.Write(context.Background(), fn); err != nil {
			t.Fatal(err)
		}
	}
	if got := rows("common"); got != 700 {
		t.Errorf("the index finds %d rows, want 700", got)
	}
	change(func(t *Tx) error { return t.replaceSearchRow(7, "common changed") })
	change(func(t *Tx) error { return t.replaceSearchRow(8, "") })
	change(func(t *Tx) error { return t.replaceSearchRow(720, "common later") })
	change(func(t *Tx) error { // so many that all of them are indexed behind this
		for i := models.ID(1000); i < 1000+indexAtMost; i++ {
			if err := t.addSearchRow(i, "common new"); err != nil {
				return err
			}
		}
		return nil
	})
	change(func(*Tx) error { return nil })
	for match, want := range map[string]int{
		"common": 699 + 50 + indexAtMost, "word7": 0, "changed": 1, "word8": 0, "word720": 0, "later": 1, "new": indexAtMost, "word3*": 111, `"common word745"`: 1,
	} {
		if got := rows(match); got != want {
			t.Errorf("the index finds %d rows with %s, want %d", got, match, want)
		}
	}
	change(func(t *Tx) error {
		return t.db.Exec(`INSERT INTO message_index (message_index) VALUES ('integrity-check')`).Error
	})
}

// oldSchema makes a database of an older schema and lets fill put something into it.
func oldSchema(t *testing.T, dir string, version int64, fill func(*sql.DB)) {
	t.Helper()
	_, db, err := openPool(filepath.Join(dir, FileName), 1, true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sub, err := subFS()
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sub)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(context.Background(), version); err != nil {
		t.Fatal(err)
	}
	fill(db)
}

func mustExec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}
