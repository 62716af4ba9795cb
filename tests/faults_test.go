package tests

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/tests/testkit"
)

func TestAPauseOfThreeSecondsLosesNothing(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	writer, reader := ada.Connect(), bob.Connect()
	for i := range 300 {
		writer.Send(general, ids("m", i), "x")
		if i == 100 {
			srv.Signal(syscall.SIGSTOP)
			time.AfterFunc(3*time.Second, func() { srv.Signal(syscall.SIGCONT) })
		}
	}
	for i := range 300 {
		if f := reader.ExpectIn("message.created", general); f.Message.ClientID != ids("m", i) {
			t.Fatalf("event %d is %s", i, f.Raw)
		}
	}
	if n := len(ada.History(general)); n != 300 {
		t.Errorf("%d messages are there, want 300", n)
	}
	if writer.Closed() || reader.Closed() {
		t.Error("a pause of three seconds cost a connection")
	}
}

// TestAKillDuringTheMigrationIsHealedByTheNextStart kills the first start of a fresh folder ever later, until one gets
// through: wherever the schema was left, the next start completes it.
func TestAKillDuringTheMigrationIsHealedByTheNextStart(t *testing.T) {
	t.Parallel()
	complete, unfinished := 0, 0
	for wait := time.Millisecond; wait < 40*time.Millisecond; wait += 2 * time.Millisecond {
		data := t.TempDir()
		killed := testkit.RunFor(t, wait, []string{"PARLEY_DATA=" + data}, "migrate")
		if killed.Exit == 0 {
			complete++
		} else if found, _ := filepath.Glob(filepath.Join(data, "*.db*")); len(found) > 0 {
			unfinished++
		}
		if r := testkit.Run(t, []string{"PARLEY_DATA=" + data}, "migrate"); r.Exit != 0 {
			t.Fatalf("killed after %v, the next start does not complete it: %+v", wait, r)
		}
		if r := testkit.Run(t, []string{"PARLEY_DATA=" + data, fmt.Sprintf("PARLEY_LISTEN=127.0.0.1:%d", testkit.FreePort(t))}, "doctor"); r.Exit != 0 {
			t.Fatalf("killed after %v, the doctor says: %+v", wait, r)
		}
		if complete > 2 {
			break
		}
	}
	t.Logf("%d starts were killed with files half made, %d got through", unfinished, complete)
	data := t.TempDir()
	testkit.RunFor(t, 8*time.Millisecond, []string{"PARLEY_DATA=" + data}, "migrate")
	srv := testkit.Start(t, testkit.Data(data))
	ada := srv.SignUp("ada")
	ada.Send(ada.General().ID, "1", "it works")
}

// TestADamagedLogIsNeverPassedOverInSilence breaks the write-ahead log in the middle of what was acknowledged. SQLite
// alone would start and have forgotten what stands behind the break.
func TestADamagedLogIsNeverPassedOverInSilence(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	general := ada.General().ID
	for i := range 50 {
		ada.Send(general, ids("m", i), strings.Repeat("acknowledged ", 20))
	}
	srv.Kill()
	logs, err := filepath.Glob(filepath.Join(srv.Data, "*.db-wal"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("the write-ahead log is not there: %v, %v", logs, err)
	}
	whole, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"PARLEY_DATA=" + srv.Data}
	for name, at := range map[string]int{"in the header": 20, "in the middle": len(whole) / 2, "in a frame's head": 32 + 24 + 4096 + 9} {
		broken := append([]byte(nil), whole...)
		broken[at] ^= 0x40
		if err := os.WriteFile(logs[0], broken, 0o600); err != nil {
			t.Fatal(err)
		}
		r := testkit.Run(t, env, "migrate")
		if r.Exit != 1 || !strings.Contains(r.Stderr, filepath.Base(logs[0])) || strings.Count(strings.TrimSpace(r.Stderr), "\n") > 0 {
			t.Errorf("%s: exit %d, want 1 with one line about the log: %s", name, r.Exit, r.Stderr)
		}
	}
	// Torn at its end, where nothing was answered yet, it is a crash like any other.
	if err := os.WriteFile(logs[0], append(append([]byte(nil), whole...), whole[32:32+2000]...), 0o600); err != nil {
		t.Fatal(err)
	}
	srv.Restart()
	if n := len(ada.History(general)); n != 50 {
		t.Errorf("%d messages are there, want 50", n)
	}
}

// TestUsedUpFileDescriptorsAreSurvived takes the process's descriptors away: new connections have to wait, and those that
// are there can still write to the database; once there are some again, everybody gets in.
func TestUsedUpFileDescriptorsAreSurvived(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	general := ada.General().ID
	socket := ada.Connect()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", srv.PID()))
	if err != nil {
		t.Skipf("descriptors are counted in /proc, which is not here: %v", err)
	}
	limit := unix.Rlimit{Cur: uint64(len(open) + 8), Max: 4096}
	var before unix.Rlimit
	if err := unix.Prlimit(srv.PID(), unix.RLIMIT_NOFILE, &limit, &before); err != nil {
		t.Fatalf("lower the limit: %v", err)
	}
	var taken []net.Conn
	for range 40 {
		c, err := net.DialTimeout("tcp", srv.Addr, testkit.Deadline)
		if err != nil {
			break // the kernel's own queue is full
		}
		taken = append(taken, c)
	}
	testkit.Eventually(t, "the descriptors are used up", func() bool {
		now, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", srv.PID()))
		return err == nil && len(now) >= int(limit.Cur)
	})
	for i := range 100 {
		if f := socket.Say(general, ids("starved", i), "the database still works"); f.Type != "ack" {
			t.Fatalf("message %d: %s", i, f.Raw)
		}
	}
	for _, c := range taken {
		_ = c.Close()
	}
	testkit.Eventually(t, "somebody new gets in again", func() bool {
		r, err := srv.Anonymous().Try(t.Context(), http.MethodGet, "/readyz", nil)
		return err == nil && r.Status == http.StatusOK
	})
	if n := len(srv.Login("ada").History(general)); n != 100 {
		t.Errorf("%d messages are there, want 100", n)
	}
	if strings.Count(srv.Logs(), "too many open files") > 200 {
		t.Error("accepting did not back off: the log is full of it")
	}
}

// TestNamesOnTheCommandLineCannotDrawOnTheTerminal gives the program names with what a terminal acts upon.
func TestNamesOnTheCommandLineCannotDrawOnTheTerminal(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"admin", "create", "\x1b[31mred\x1b[0m"},
		{"admin", "reset-password", "a\r\nlevel=ERROR forged"},
		{"\x1b]0;title\x07"},
		{"--listen", "\x1b[2J:1"},
		{"--data", "/nowhere/\x1b[1A\u202e", "doctor"},
		{"admin", "create", "ada\u009b31m"},
	} {
		r := testkit.Run(t, []string{"PARLEY_DATA=" + t.TempDir()}, args...)
		if r.Exit == 0 && args[len(args)-1] != "doctor" {
			t.Errorf("%q was taken", args)
		}
		if out := r.Stdout + r.Stderr; strings.ContainsAny(out, "\x1b\x07\r\u009b\u202e") || strings.Contains(out, "\nlevel=ERROR forged") {
			t.Errorf("%q comes back as %q", args, out)
		}
	}
}
