package store

import (
	"context"
	"database/sql"
	"errors"
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
		mustExec(t, db, `INSERT INTO search_pending (docid, body) VALUES (300, 'common between')`)
		for i := 1; i <= 700; i++ {
			if i == 300 {
				continue
			}
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
		"common": 699 + 50 + indexAtMost, "word7": 0, "changed": 1, "word8": 0, "between": 1, "word720": 0, "later": 1, "new": indexAtMost, "word3*": 110, `"common word745"`: 1,
	} {
		if got := rows(match); got != want {
			t.Errorf("the index finds %d rows with %s, want %d", got, match, want)
		}
	}
	change(func(t *Tx) error {
		return t.db.Exec(`INSERT INTO message_index (message_index) VALUES ('integrity-check')`).Error
	})
}

// TestSearchRowsThatChangeInOneBatchAreFoundByWhatTheyBecame changes rows that are indexed and rows that wait, and lets a
// write of the same batch fail half-way, so that each runs twice and apart.
func TestSearchRowsThatChangeInOneBatchAreFoundByWhatTheyBecame(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	ctx := context.Background()
	add := func(from, to models.ID) {
		t.Helper()
		err := s.Write(ctx, func(t *Tx) error {
			for i := from; i < to; i++ {
				if err := t.addSearchRow(i, fmt.Sprintf("common before%d", i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	add(1, 1+indexAtMost)
	add(10_000, 10_010)
	release := hold(t, s)
	done := make(chan error, 10)
	submit := func(fn func(*Tx) error) {
		t.Helper()
		if err := s.Submit(fn, func(err error) { done <- err }); err != nil {
			t.Fatal(err)
		}
	}
	changes := []func(*Tx) error{
		func(t *Tx) error { return t.replaceSearchRow(5, "common edited") },
		func(t *Tx) error { return t.replaceSearchRow(5, "common twice") },
		func(t *Tx) error { return t.replaceSearchRow(6, "") },
		func(t *Tx) error { return t.replaceSearchRow(10_005, "common edited") },
		func(t *Tx) error { return t.replaceSearchRow(10_006, "") },
		func(t *Tx) error { return errors.Join(t.replaceSearchRow(7, "undone"), errors.New("half-way")) },
		func(t *Tx) error { return t.addSearchRow(20_000, "common edited") },
		func(t *Tx) error { return t.replaceSearchRow(20_000, "common at once") },
	}
	for _, change := range changes {
		submit(change)
	}
	release()
	for i := range changes {
		if err := <-done; (err != nil) != (i == 5) {
			t.Errorf("change %d: %v", i, err)
		}
	}
	add(30_000, 30_000+indexAtMost) // so that everything is indexed
	if err := s.Write(ctx, func(t *Tx) error {
		return t.db.Exec(`INSERT INTO message_index (message_index) VALUES ('integrity-check')`).Error
	}); err != nil {
		t.Error(err)
	}
	for match, want := range map[string]int{
		"common": indexAtMost + 10 + 1 - 2 + indexAtMost, "before5": 0, "edited": 1, "twice": 1, "before6": 0, "before10005": 0, "before10006": 0,
		"undone": 0, "before7": 1, "once": 1,
	} {
		var n int
		if err := s.readDB.QueryRow(`SELECT count(*) FROM (SELECT docid FROM message_index WHERE body MATCH ? ORDER BY docid DESC)`, match).Scan(&n); err != nil || n != want {
			t.Errorf("the index finds %d rows with %s (%v), want %d", n, match, err, want)
		}
	}
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
