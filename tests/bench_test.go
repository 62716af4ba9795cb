package tests

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/tests/testkit"
)

// benchReport is what `parley bench --json` prints, as far as these tests look.
type benchReport struct {
	Load struct {
		Connections, Rooms int
		Sent, Deliveries   int64
		Refused, Missing   int64
		Cut                int
		Ack, Delivery      struct{ Count int64 }
		ServerRSS          float64 `json:"server_rss_mib"`
		Interrupted        bool
	}
	ComingBack struct{ Connections int } `json:"coming_back"`
	Sentence   string
}

func (r *benchReport) check(t *testing.T, connections int) {
	t.Helper()
	l := r.Load
	if l.Connections != connections || l.Sent == 0 || l.Deliveries == 0 || l.Ack.Count == 0 || l.Delivery.Count == 0 {
		t.Errorf("the load shows %+v", l)
	}
	if l.Refused != 0 || l.Missing != 0 || l.Cut != 0 {
		t.Errorf("under a light load %d sends were refused, %d deliveries are missing, %d connections were cut", l.Refused, l.Missing, l.Cut)
	}
	if l.ServerRSS == 0 || r.Sentence == "" {
		t.Errorf("the report lacks the server's memory or the sentence: %+v", r)
	}
}

func TestBenchStartsAServerOfItsOwnAndMeasuresIt(t *testing.T) {
	t.Parallel()
	r := testkit.Run(t, nil, "bench", "--connections", "20", "--rooms", "2", "--rate", "0", "--duration", "1s", "--ramp", "0", "--json")
	if r.Exit != 0 {
		t.Fatalf("bench: %+v", r)
	}
	var report benchReport
	if err := json.Unmarshal([]byte(r.Stdout), &report); err != nil {
		t.Fatalf("the figures are not JSON: %v\n%s", err, r.Stdout)
	}
	report.check(t, 20)
	if report.ComingBack.Connections != 20 {
		t.Errorf("%d connections came back, want 20", report.ComingBack.Connections)
	}
}

func TestBenchLoadsAServerThatRuns(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner := srv.SignUp("owner")
	r := testkit.Run(t, nil, "bench", "--address", srv.URL, "--connections", "10", "--rooms", "2", "--duration", "1s", "--ramp", "0")
	if r.Exit != 0 || !strings.Contains(r.Stdout, "deliveries") {
		t.Fatalf("bench: %+v", r)
	}
	if rooms := owner.Rooms(); len(rooms) != 1 || rooms[0].Name != "general" {
		t.Errorf("the load took the owner into rooms: %+v", rooms)
	}
	browse := testkit.Decode[struct{ Rooms []testkit.Room }](owner.Get("/api/v1/rooms?browse=1").Want(t, 200))
	if len(browse.Rooms) != 1 {
		t.Errorf("rooms of the load are still open: %+v", browse.Rooms)
	}
}

func TestBenchRefusesWhatItMustNotDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		says string
	}{
		{"--address 192.0.2.1:80", "--yes-i-own-it"},
		{"--connections 1000000", "--connections"},
		{"--rate much", "--rate"},
		{"--seed-messages 0", "--seed-messages"},
	} {
		r := testkit.Run(t, []string{"PARLEY_DATA=" + t.TempDir()}, append([]string{"bench"}, strings.Fields(c.args)...)...)
		if r.Exit != 2 || !strings.Contains(r.Stderr, c.says) {
			t.Errorf("bench %s: exit %d, %q; want 2 and %q", c.args, r.Exit, r.Stderr, c.says)
		}
	}
}

// TestBenchPrintsWhatItHasWhenItIsInterrupted presses Ctrl-C in the middle of a long run.
func TestBenchPrintsWhatItHasWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(testkit.Binary(t), "bench", "--connections", "10", "--rooms", "1", "--duration", "5m", "--json")
	var out, log strings.Builder
	cmd.Stdout = &out
	heard, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(5*testkit.Deadline, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	signalled := false
	for b := make([]byte, 4096); err == nil; {
		var n int
		n, err = heard.Read(b)
		log.Write(b[:n])
		if !signalled && strings.Contains(log.String(), " deliveries\n") {
			signalled = true
			_ = cmd.Process.Signal(syscall.SIGINT)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("an interrupted run ends with %v\n%s", err, log.String())
	}
	var report benchReport
	if err := json.Unmarshal([]byte(out.String()), &report); err != nil || !report.Load.Interrupted {
		t.Fatalf("an interrupted run printed %q: %v", out.String(), err)
	}
	report.check(t, 10)
}

func TestSeedingFillsAFolderThatAServerCanServe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := []string{"PARLEY_DATA=" + dir}
	r := testkit.Run(t, env, "bench", "--seed-messages", "3000", "--json")
	var seeded struct {
		Messages int
		History  struct{ Count int } `json:"history_page_of_50"`
	}
	if err := json.Unmarshal([]byte(r.Stdout), &seeded); err != nil || r.Exit != 0 || seeded.Messages != 3000 || seeded.History.Count == 0 {
		t.Fatalf("seeding: %v, %+v", err, r)
	}
	if again := testkit.Run(t, env, "bench", "--seed-messages", "1"); again.Exit != 1 || !strings.Contains(again.Stderr, dir) {
		t.Errorf("seeding a folder that has a database: %+v", again)
	}
	srv := testkit.Start(t, testkit.Data(dir))
	ada := srv.SignUp("ada")
	browse := testkit.Decode[struct{ Rooms []testkit.Room }](ada.Get("/api/v1/rooms?browse=1").Want(t, 200))
	found := int64(0)
	for _, room := range browse.Rooms {
		found += room.Num
		if got := len(ada.History(room.ID)); int64(got) != room.Num {
			t.Errorf("room %s has %d messages and says %d", room.Name, got, room.Num)
		}
	}
	if found != 3000 {
		t.Errorf("the rooms have %d messages, want 3,000: %s", found, fmt.Sprint(browse.Rooms))
	}
}
