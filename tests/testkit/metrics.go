package testkit

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Metric reads the sum of a metric over all its label sets, and whether it is there at all.
func (s *Server) Metric(name string) (float64, bool) {
	s.t.Helper()
	body := s.Anonymous().Get("/metrics").Want(s.t, http.StatusOK).Body
	sum, found := 0.0, false
	for _, line := range strings.Split(string(body), "\n") {
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest == "" || (rest[0] != ' ' && rest[0] != '{') {
			continue
		}
		fields := strings.Fields(rest[strings.LastIndexByte(rest, '}')+1:])
		if len(fields) == 0 {
			continue
		}
		if v, err := strconv.ParseFloat(fields[0], 64); err == nil {
			sum, found = sum+v, true
		}
	}
	return sum, found
}

// Goroutines is the server's own count.
func (s *Server) Goroutines() int {
	s.t.Helper()
	n, ok := s.Metric("go_goroutines")
	if !ok {
		s.t.Fatal("/metrics has no go_goroutines")
	}
	return int(n)
}

// RSS is the process's resident memory in bytes, from the kernel.
func (s *Server) RSS(t testing.TB) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		t.Skipf("resident memory is read from /proc, which is not here: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(status))
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatalf("read VmRSS: %v", err)
			}
			return kib * 1024
		}
	}
	t.Fatal("no VmRSS in /proc/PID/status")
	return 0
}
