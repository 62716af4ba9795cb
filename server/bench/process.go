package bench

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is what a server says of itself in its metrics.
type process struct {
	known    bool
	cpu      time.Duration // user and system, since it started
	resident int64         // bytes
}

// lookAt reads a server's metrics. A server that does not show them to us is not known, and no figure is made up.
func lookAt(ctx context.Context, client *http.Client, base string) process {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/metrics", nil)
	if err != nil {
		return process{}
	}
	res, err := client.Do(req)
	if err != nil {
		return process{}
	}
	defer res.Body.Close()
	var p process
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			continue
		}
		switch name {
		case "process_cpu_seconds_total":
			p.cpu, p.known = time.Duration(n*float64(time.Second)), true
		case "process_resident_memory_bytes":
			p.resident = int64(n)
		}
	}
	return p
}

// ownCPU is what this process has used so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
