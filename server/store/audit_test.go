package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"parley/models"
	"parley/server/store"
)

// audited is a store with five lines in its audit log, from two addresses.
func audited(t *testing.T) (*store.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for i := range 5 {
		ctx := models.WithAddress(context.Background(), fmt.Sprintf("192.0.2.%d", i%2+1))
		err := s.Write(ctx, func(tx *store.Tx) error {
			return tx.Audit(models.AuditEntry{ActorID: models.ID(i + 1), Action: models.AuditRoomMade, Target: "7", Detail: models.AuditDetail("name", "kitchen")})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s, dir
}

func verify(t *testing.T, s *store.Store) store.AuditReport {
	t.Helper()
	var r store.AuditReport
	err := s.Snapshot(context.Background(), func(q *store.Queries) (err error) {
		r, err = q.VerifyAudit()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// around opens the database beside the store, as somebody with the file would, without the triggers.
func around(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, store.FileName)+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestTheAuditLogRefusesToBeChanged(t *testing.T) {
	_, dir := audited(t)
	db := around(t, dir)
	for statement, says := range map[string]string{
		`UPDATE audit_log SET actor_id = 9`: "append only",
		`DELETE FROM audit_log`:             "append only",
		`INSERT INTO audit_log (id, at, actor_id, action) VALUES (1, 1, 1, 'x')`: "needs its hash",
	} {
		if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", statement, err, says)
		}
	}
}

// TestTamperingWithTheAuditLogIsFound takes the triggers away first, as somebody with the file can.
func TestTamperingWithTheAuditLogIsFound(t *testing.T) {
	third := `(SELECT id FROM audit_log ORDER BY id LIMIT 1 OFFSET 2)`
	for name, statement := range map[string]string{
		"another actor":              `UPDATE audit_log SET actor_id = 9 WHERE id = ` + third,
		"another time":               `UPDATE audit_log SET at = at + 1 WHERE id = ` + third,
		"another action":             `UPDATE audit_log SET action = 'room.archived' WHERE id = ` + third,
		"another target":             `UPDATE audit_log SET target = '8' WHERE id = ` + third,
		"another detail":             `UPDATE audit_log SET detail = '' WHERE id = ` + third,
		"another address":            `UPDATE audit_log SET ip = '192.0.2.9' WHERE id = ` + third,
		"another place in the order": `UPDATE audit_log SET id = id + 1 WHERE id = (SELECT max(id) FROM audit_log)`,
		"text moved between fields":  `UPDATE audit_log SET target = '', detail = '7' || detail WHERE id = ` + third,
		"a hash of one's own":        `UPDATE audit_log SET hash = randomblob(32) WHERE id = ` + third,
		"a hash taken away":          `UPDATE audit_log SET hash = NULL WHERE id = ` + third,
		"a line less":                `DELETE FROM audit_log WHERE id = ` + third,
		"the first line less":        `DELETE FROM audit_log WHERE id = (SELECT min(id) FROM audit_log)`,
		"the last line less":         `DELETE FROM audit_log WHERE id = (SELECT max(id) FROM audit_log)`,
		"all lines less":             `DELETE FROM audit_log`,
		"the kept hash less":         `DELETE FROM meta WHERE k = 'audit_head'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := audited(t)
			if r := verify(t, s); r.Fault != "" || r.Lines != 5 {
				t.Fatalf("before anybody touched it: %+v", r)
			}
			db := around(t, dir)
			for _, q := range []string{`DROP TRIGGER audit_log_append_only_update`, `DROP TRIGGER audit_log_append_only_delete`, statement} {
				if _, err := db.Exec(q); err != nil {
					t.Fatal(err)
				}
			}
			if r := verify(t, s); r.Fault == "" {
				t.Errorf("nothing was found: %+v", r)
			}
			in, err := store.Inspect(context.Background(), dir)
			if err != nil || in.Audit.Fault == "" {
				t.Errorf("an inspection found nothing: %+v, %v", in.Audit, err)
			}
		})
	}
}

// TestTheChainCoversTheLinesThatAreOlderThanIt begins with lines as the first schema had them.
func TestTheChainCoversTheLinesThatAreOlderThanIt(t *testing.T) {
	s, dir := audited(t)
	db := around(t, dir)
	for _, q := range []string{
		`DROP TRIGGER audit_log_append_only_update`, `DROP TRIGGER audit_log_append_only_delete`,
		`UPDATE audit_log SET hash = NULL`, `DELETE FROM meta WHERE k = 'audit_head'`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if r := verify(t, s); r.Fault != "" {
		t.Fatalf("old lines alone: %+v", r)
	}
	err := s.Write(context.Background(), func(tx *store.Tx) error { return tx.Audit(models.AuditEntry{Action: models.AuditRoleChange}) })
	if r := verify(t, s); err != nil || r.Fault != "" || r.Lines != 6 {
		t.Fatalf("%v, %+v", err, r)
	}
	if _, err := db.Exec(`UPDATE audit_log SET actor_id = 9 WHERE id = (SELECT min(id) FROM audit_log)`); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, s); r.Fault == "" {
		t.Error("a change to an old line was not found")
	}
}

func TestTheAuditLogIsFilteredAndPaged(t *testing.T) {
	s, _ := audited(t)
	q := s.Read(context.Background())
	all, err := q.AuditLog(store.AuditFilter{}, 10)
	if err != nil || len(all) != 5 || all[0].ActorID != 5 || all[4].ActorID != 1 {
		t.Fatalf("newest first: %v, %v", all, err)
	}
	if all[0].IP != "192.0.2.1" || all[1].IP != "192.0.2.2" {
		t.Errorf("the addresses are %s and %s", all[0].IP, all[1].IP)
	}
	for name, c := range map[string]struct {
		filter store.AuditFilter
		want   int
	}{
		"an actor":        {store.AuditFilter{Actor: 3}, 1},
		"an action":       {store.AuditFilter{Action: models.AuditRoomMade}, 5},
		"another action":  {store.AuditFilter{Action: models.AuditRoleChange}, 0},
		"the second page": {store.AuditFilter{Before: all[2].ID}, 2},
		"the future":      {store.AuditFilter{Since: all[0].At + 1}, 0},
		"the past":        {store.AuditFilter{Till: all[4].At}, 0},
		"both at once":    {store.AuditFilter{Actor: 3, Action: models.AuditRoomMade, Since: all[4].At, Till: all[0].At + 1}, 1},
	} {
		if got, err := q.AuditLog(c.filter, 10); err != nil || len(got) != c.want {
			t.Errorf("%s: %d lines, %v, want %d", name, len(got), err, c.want)
		}
	}
}

// TestAnActThatFailsLeavesNoLine holds the line to the transaction of what it speaks of.
func TestAnActThatFailsLeavesNoLine(t *testing.T) {
	s, _ := audited(t)
	err := s.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.Audit(models.AuditEntry{Action: models.AuditRoleChange}); err != nil {
			return err
		}
		return models.Forbidden("no")
	})
	if r := verify(t, s); !models.IsCode(err, models.CodeForbidden) || r.Lines != 5 || r.Fault != "" {
		t.Errorf("%v, %+v", err, r)
	}
}
