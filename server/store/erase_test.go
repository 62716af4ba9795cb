package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/server/chat"
	"parley/server/store"
)

// The words that are erased. None has a q or an accent, so that a search token is the word itself.
var secrets = []string{"xjzkfirst", "xjzksecond", "xjzkreply"}

// TestADeletedMessageIsNowhereInTheDatabase deletes an edited message and a reply, and looks for their words in every
// column of every table, then in the bytes of the files.
func TestADeletedMessageIsNowhereInTheDatabase(t *testing.T) {
	t.Run("while its search row waits", func(t *testing.T) { eraseAfter(t, 0, "search_rows") })
	t.Run("when its search row is in the index", func(t *testing.T) { eraseAfter(t, 600, "search_rows") })
}

// eraseAfter deletes them after so many more messages, when the words of their search rows are found in a table.
func eraseAfter(t *testing.T, more int, table string) {
	c := newCrowd(t, 3)
	ctx := context.Background()
	for i := range 40 {
		c.send(fmt.Sprintf("before %d", i), 0)
	}
	id := c.send("**xjzkfirst** @user1", 0)
	if _, err := c.chat.Edit(ctx, c.sender, id, "*xjzksecond* @user2"); err != nil {
		t.Fatal(err)
	}
	root := c.send("a root that stays", 0)
	reply := c.send("xjzkreply `xjzkreply`", root)
	if _, err := c.chat.React(ctx, c.sender, id, "🎉", true); err != nil {
		t.Fatal(err)
	}
	for i := range more {
		c.send(fmt.Sprintf("between %d", i), 0)
	}
	db := openFile(t, c.dir)
	if found := tablesWith(t, db, secrets); !slices.Contains(found, "messages") || !slices.Contains(found, "message_revisions") || !slices.Contains(found, table) {
		t.Fatalf("before the deletion the words are in %v: the test looks in the wrong place", found)
	}
	for _, m := range []models.ID{id, reply} {
		if _, err := c.chat.Delete(ctx, c.sender, m); err != nil {
			t.Fatal(err)
		}
	}
	// What the index keeps until it is compacted are words without a message: the row with the text of the index is gone.
	remains := slices.DeleteFunc(tablesWith(t, db, secrets), func(table string) bool {
		return table == "message_index_segments" || table == "message_index_segdir"
	})
	if len(remains) > 0 {
		t.Errorf("after the deletion the words are still in %v", remains)
	}
	var left int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM mentions WHERE message_id = ?) + (SELECT count(*) FROM reactions WHERE message_id = ?)`, id, id).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d mentions and reactions are left of a deleted message (%v)", left, err)
	}
	for _, word := range secrets {
		if found := c.search(word); found != 0 {
			t.Errorf("a search for %s finds %d messages", word, found)
		}
	}

	if err := c.store.CompactSearch(ctx); err != nil {
		t.Fatal(err)
	}
	if found := tablesWith(t, db, secrets); len(found) > 0 {
		t.Errorf("after the index was compacted the words are still in %v", found)
	}
	if found := c.search("before"); found == 0 {
		t.Error("the compacted index finds nothing")
	}
	emptyLog(t, db)
	files, err := os.ReadDir(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(c.dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range secrets {
			if n := bytes.Count(content, []byte(word)); n > 0 {
				t.Errorf("%s still holds %q %d times, in free space", f.Name(), word, n)
			}
		}
	}
}

// emptyLog empties the log of what was written before, by a checkpoint that truncates. Such a one does nothing while the
// store's own copies the log.
func emptyLog(t *testing.T, db *sql.DB) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var busy, pages, copied int
		if err := db.QueryRow(`PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &copied); err != nil {
			t.Fatal(err)
		}
		if busy == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the log of %d pages is never free, %d of them are copied", pages, copied)
		}
	}
}

// openFile opens the database beside the store, as somebody with the file would.
func openFile(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// tablesWith returns the tables that hold one of the words in any column of any row.
func tablesWith(t *testing.T, db *sql.DB, words []string) []string {
	t.Helper()
	var found []string
	for _, table := range column(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`) {
		var tests []string
		for _, name := range column(t, db, `SELECT name FROM pragma_table_info('`+table+`')`) {
			for _, word := range words {
				tests = append(tests, fmt.Sprintf(`instr(CAST("%s" AS BLOB), CAST('%s' AS BLOB)) > 0`, name, word))
			}
		}
		var n int
		if err := db.QueryRow(`SELECT count(*) FROM "` + table + `" WHERE ` + strings.Join(tests, " OR ")).Scan(&n); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		if n > 0 {
			found = append(found, table)
		}
	}
	return found
}

func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func (c *crowd) search(word string) int {
	c.t.Helper()
	page, err := c.chat.Search(context.Background(), c.sender, chat.SearchRequest{Q: word})
	if err != nil {
		c.t.Fatal(err)
	}
	return len(page.Results)
}
