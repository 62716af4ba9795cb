package search

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
	"pgregory.net/rapid"
)

// mustOpenIndex makes the table that the store keeps its tokens in.
func mustOpenIndex(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(tb.TempDir(), "index.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	if _, err := db.Exec(`CREATE VIRTUAL TABLE s USING fts4(body, tokenize=simple, matchinfo=fts3, order=desc, prefix='2,3')`); err != nil {
		tb.Fatal(err)
	}
	return db
}

type fataler interface{ Fatalf(string, ...any) }

// found are the rows of the texts that SQLite finds, newest first.
func found(t fataler, db *sql.DB, q Query) []int {
	rows, err := db.Query(`SELECT docid FROM s WHERE s MATCH ? ORDER BY docid DESC`, q.FTS4())
	if err != nil {
		t.Fatalf("%s: %v", q.FTS4(), err)
	}
	defer rows.Close()
	var ids []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatalf("%v", err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", q.FTS4(), err)
	}
	return ids
}

func fill(t fataler, db *sql.DB, texts []string) {
	if _, err := db.Exec(`DELETE FROM s`); err != nil {
		t.Fatalf("%v", err)
	}
	for i, text := range texts {
		if _, err := db.Exec(`INSERT INTO s(docid, body) VALUES (?, ?)`, i+1, Index(text)); err != nil {
			t.Fatalf("%v", err)
		}
	}
}

// want is what Match says that SQLite should find.
func want(texts []string, q Query) (ids []int) {
	for i := len(texts) - 1; i >= 0; i-- {
		if Match(texts[i], q) {
			ids = append(ids, i+1)
		}
	}
	return ids
}

func TestSQLiteFindsWhatMatchFinds(t *testing.T) {
	db := mustOpenIndex(t)
	rapid.Check(t, func(t *rapid.T) {
		texts := make([]string, 12)
		for i := range texts {
			texts[i] = anyText(t)
		}
		fill(t, db, texts)
		for range 12 {
			query := anyText(t)
			if rapid.Bool().Draw(t, "quoted") {
				query = `"` + query + `"`
			}
			q := Parse(query)
			if len(q.Terms) == 0 {
				continue
			}
			if got, want := fmt.Sprint(found(t, db, q)), fmt.Sprint(want(texts, q)); got != want {
				t.Fatalf("%q (%s) in %q: SQLite %s, Match %s", query, q.FTS4(), texts, got, want)
			}
			for _, text := range texts {
				if index := Index(text); q.Fits(index) != Match(text, q) || q.Fits(index) && !strings.Contains(index, q.Holds()) {
					t.Fatalf("%q (%s) in %q: Fits %t, Match %t, holds %q", query, q.FTS4(), index, q.Fits(index), Match(text, q), q.Holds())
				}
			}
		}
	})
}

func TestNoQueryIsAnErrorToSQLite(t *testing.T) {
	db := mustOpenIndex(t)
	texts := []string{"and or not near", "secret body", "日本語のテスト", "plain"}
	fill(t, db, texts)
	for _, query := range []string{
		"AND", "OR", "NOT", "NEAR", "a AND b", "NOT a", "near/3", "a NEAR/3 b", "body:secret", "s:x", "*", "a*b", "***", "^plain", "(a", "a)", "()",
		`"`, `""`, `"""`, `"a`, `a"b"c`, "'", "';--", `\`, "%", "_", "?", "$1", "@x", ":x", "-a", "+a", "{a b}", "\x00", "a\x00b", "\xff", "日*", "日 本", "テスト",
		strings.Repeat("(", 500), strings.Repeat("a ", 500), strings.Repeat("日", 1000), strings.Repeat("a b c d e ", 90),
	} {
		q := Parse(query)
		if len(q.Terms) == 0 {
			continue
		}
		if got, want := fmt.Sprint(found(t, db, q)), fmt.Sprint(want(texts, q)); got != want {
			t.Errorf("%q (%s): SQLite %s, Match %s", query, q.FTS4(), got, want)
		}
	}
}
