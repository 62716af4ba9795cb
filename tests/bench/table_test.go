package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheTableHasMediansAndRatios(t *testing.T) {
	t.Parallel()
	servers := []server{{name: "parley"}, {name: "durable"}, {name: "Socket.IO"}}
	first := works()[0].name
	all := results{first: {
		"parley":  {{CPU: 9, P99: 30}, {CPU: 3, P99: 10}, {CPU: 2, P99: 8}},
		"durable": {{CPU: 2, P99: 5}},
	}}
	table := write(all, servers, "a machine", time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), 3)
	for _, want := range []string{
		"Measured 2026-11-21 on a machine", "medians of 3",
		"| server CPU a delivery, us | 3.00 | 2.00 | – | 1.50 | – |", "| p99, ms | 10.00 | 5.00 | – | 2.00 | – |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
}

func TestTheTableReplacesTheOldOneAndNothingElse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(path, []byte("above\n"+begin+"old\n"+end+"\nbelow\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"first\n", "second\n"} {
		if err := insert(path, table); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "above\n" + begin + "second\n" + end + "\nbelow\n"; string(got) != want {
		t.Errorf("the page is %q, want %q", got, want)
	}
	if err := os.WriteFile(path, []byte("no marks"), 0o600); err != nil {
		t.Fatal(err)
	}
	if insert(path, "x") == nil {
		t.Error("a page without marks was written")
	}
}

func TestTheLineOfTheAcksHasTheMediansAndTheirRatio(t *testing.T) {
	t.Parallel()
	line := acks{ours: []float64{9, 3, 4}, bare: []float64{1, 8, 2}}.line()
	if !strings.Contains(line, "4.00 ms") || !strings.Contains(line, "2.00 ms: 2.00 times") || (acks{}).line() != "" {
		t.Errorf("the line is %q", line)
	}
}

func TestABareCommitTakesTime(t *testing.T) {
	t.Parallel()
	if p99, err := commitP99(filepath.Join(t.TempDir(), "bare.db"), 50*time.Millisecond); err != nil || p99 <= 0 {
		t.Errorf("a commit took %f ms (%v)", p99, err)
	}
}

func TestTheCounterCountsWhatTheServerSends(t *testing.T) {
	t.Parallel()
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		conn, err := server.Accept()
		if err != nil {
			return // the test is over
		}
		defer conn.Close()
		_, _ = io.CopyN(conn, conn, 3) // what did not come back fails below
		_, _ = conn.Write([]byte("and more"))
	}()
	c, err := newCounter()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", c.through(server.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("abc")); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	conn.Close()
	c.close()
	if err != nil || string(got) != "abcand more" || c.sent.Load() != int64(len(got)) {
		t.Errorf("%q came through and %d bytes were counted (%v)", got, c.sent.Load(), err)
	}
}

func TestTheLineOfThePagesHasTheMediansAndTheirRatio(t *testing.T) {
	t.Parallel()
	line := pages{ours: []float64{9, 3, 4}, stock: []float64{7, 8, 20}}.line()
	if !strings.Contains(line, "4.00 us of CPU") || !strings.Contains(line, "8.00 us: 0.50 times") || (pages{ours: []float64{1}}).line() != "" {
		t.Errorf("the line is %q", line)
	}
}

func TestTheCPUOfAProcessIsRead(t *testing.T) {
	t.Parallel()
	begin, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for now := begin; now == begin; {
		if now, err = cpuTime(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
}
