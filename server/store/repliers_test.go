package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"parley/migrations"
	"parley/models"
	"parley/server/chat"
	"parley/server/store"
)

// TestThreadsThatWereThereBeforeGetTheirRepliers takes a database back to before roots knew who replied, and opens it
// again: the migration finds the same people that sending wrote down.
func TestThreadsThatWereThereBeforeGetTheirRepliers(t *testing.T) {
	c := newCrowd(t, 6)
	ctx := context.Background()
	root, quiet := c.send("a question", 0), c.send("nobody answers", 0)
	people := make([]*models.User, 6)
	for i := range people {
		found, err := c.store.Read(ctx).PeopleByName([]string{fmt.Sprintf("user%d", i)})
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		people[i] = &found[0]
	}
	for i, who := range []int{1, 2, 1, 3, 4, 2} {
		d := chat.Draft{RoomID: c.room, ClientID: fmt.Sprint("reply", i), Text: "an answer", ThreadID: root}
		if _, err := c.chat.Send(ctx, people[who], d); err != nil {
			t.Fatal(err)
		}
	}
	want := models.JoinIDs([]models.ID{people[2].ID, people[4].ID, people[3].ID})
	check := func(s *store.Store) {
		t.Helper()
		for id, want := range map[models.ID]string{root: want, quiet: ""} {
			m, err := s.Read(ctx).Message(id)
			if err != nil {
				t.Fatal(err)
			}
			if m.Repliers != want {
				t.Errorf("%q knows the repliers %q, want %q", m.Text, m.Repliers, want)
			}
		}
	}
	check(c.store)
	if err := c.store.Close(); err != nil {
		t.Fatal(err)
	}
	takeBack(t, c.dir, 4)
	again, err := store.Open(ctx, store.Options{Dir: c.dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	check(again)
}

// takeBack undoes the migrations above a number.
func takeBack(t *testing.T, dir string, to int64) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files, err := fs.Sub(migrations.SQLite, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		t.Fatal(err)
	}
	undone, err := p.DownTo(context.Background(), to)
	if err != nil || len(undone) == 0 {
		t.Fatal(len(undone), err)
	}
}
