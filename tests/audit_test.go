package tests

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestTheAuditLogIsVerifiedBesideARunningServer asks with the command and with doctor.
func TestTheAuditLogIsVerifiedBesideARunningServer(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("ada").CreateRoom("kitchen", "open")
	env := []string{"PARLEY_DATA=" + srv.Data, "PARLEY_LISTEN=" + srv.Addr}
	if r := testkit.Run(t, env, "admin", "audit-verify"); r.Exit != 0 || !strings.HasPrefix(r.Stdout, "2 lines, unbroken") {
		t.Errorf("audit-verify: %+v", r)
	}
	if r := testkit.Run(t, env, "doctor"); r.Exit != 0 || !strings.Contains(r.Stdout, "audit log") {
		t.Errorf("doctor: %+v", r)
	}
}

// TestALineChangedInTheFileIsFound changes one letter of the audit log in the database's bytes, where no trigger looks.
func TestALineChangedInTheFileIsFound(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("ada").CreateRoom("xqwkitchen", "open")
	srv.Stop()
	path := filepath.Join(srv.Data, "parley.db")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was := []byte(`{"kind":"open","name":"xqwkitchen"}`)
	if n := bytes.Count(data, was); n != 1 {
		t.Fatalf("the line is in the file %d times, want once", n)
	}
	if err := os.WriteFile(path, bytes.Replace(data, was, []byte(`{"kind":"open","name":"xqwkitchem"}`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"PARLEY_DATA=" + srv.Data, "PARLEY_LISTEN=127.0.0.1:0"}
	if r := testkit.Run(t, env, "admin", "audit-verify"); r.Exit != 1 || !strings.Contains(r.Stderr, "tampered") {
		t.Errorf("audit-verify: %+v", r)
	}
	if r := testkit.Run(t, env, "doctor"); r.Exit != 1 || !strings.Contains(r.Stdout, "is not what was written") {
		t.Errorf("doctor: %+v", r)
	}
}

// TestTheSearchIndexIsCompactedByCommand needs the folder to itself, and leaves every message to be found.
func TestTheSearchIndexIsCompactedByCommand(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.General().ID
	ada.Send(room, "kept", "a word that stays: persimmon")
	gone := ada.Send(room, "gone", "a word that goes: xqzgone")
	ada.DeleteMessage(gone.ID)
	env := []string{"PARLEY_DATA=" + srv.Data, "PARLEY_LISTEN=127.0.0.1:0"}
	if r := testkit.Run(t, env, "admin", "compact"); r.Exit != 1 || !strings.Contains(r.Stderr, "server is running") {
		t.Errorf("beside a server: %+v", r)
	}
	srv.Stop()
	if r := testkit.Run(t, env, "admin", "compact"); r.Exit != 0 || !strings.Contains(r.Stdout, "rewrote the search index") {
		t.Errorf("compact: %+v", r)
	}
	data, err := os.ReadFile(filepath.Join(srv.Data, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("xqzgone")) {
		t.Error("the deleted word is still in the file")
	}
	srv.Restart()
	if found := string(ada.Get("/api/v1/search?q=persimmon").Body); !strings.Contains(found, "kept") {
		t.Errorf("the word that stays is not found: %s", found)
	}
}
