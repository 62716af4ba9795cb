package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// work is one kind of load.
type work struct {
	name string
	args []string // of loadgen
	show []column
}

// column is one figure of a kind of work, and its place in the table.
type column struct {
	name string
	of   func(figures) float64
}

func cpu(f figures) float64    { return f.CPU }
func p99(f figures) float64    { return f.P99 }
func rate(f figures) float64   { return f.Deliveries }
func perCPU(f figures) float64 { return 1e6 / max(f.CPU, 1e-9) }
func memory(f figures) float64 { return f.RSSPerConn }

func works() []work {
	cpuEach, slowest := column{"server CPU a delivery, us", cpu}, column{"p99, ms", p99}
	fast, much := column{"deliveries a server CPU second", perCPU}, column{"deliveries a second", rate}
	return []work{
		{"one room, 1,000 members, 20 messages a second", []string{"-n", "1000", "-rooms", "1", "-rate", "20"}, []column{cpuEach, slowest}},
		{"the same room, saturated", []string{"-n", "1000", "-rooms", "1", "-rate", "0"}, []column{fast, much}},
		{"100 rooms of 20, 5 messages a second each", []string{"-n", "2000", "-rooms", "100", "-rate", "5"}, []column{cpuEach, slowest}},
		{"the same 100 rooms, saturated", []string{"-n", "2000", "-rooms", "100", "-rate", "0"}, []column{fast, much}},
		{"9,000 idle connections in 9 rooms", []string{"-n", "9000", "-rooms", "9", "-idle"}, []column{{"resident KiB a connection", memory}}},
	}
}

// maxClient is the client's CPU, in percent of its core, beyond which a run measures the client.
const maxClient = 95

// results are the good runs by work and server.
type results map[string]map[string][]figures

// measure runs everything, the servers of one work in turn. An interrupt ends it with what there is.
func (b *bench) measure(runs int) results {
	all := results{}
	for _, w := range works() {
		all[w.name] = map[string][]figures{}
		for n := range runs {
			for _, s := range b.servers {
				select {
				case <-b.interrupted:
					return all
				default:
				}
				f, err := b.once(s, w)
				switch {
				case err != nil:
					fmt.Println("a run failed:", err)
				case f.ClientCPU > maxClient:
					fmt.Printf("%s, %s, run %d: thrown away, the client needed %.0f %% of its core\n", w.name, s.name, n+1, f.ClientCPU)
				default:
					fmt.Printf("%s, %s, run %d: %+v\n", w.name, s.name, n+1, f)
					all[w.name][s.name] = append(all[w.name][s.name], f)
				}
			}
		}
	}
	return all
}

func median(runs []figures, of func(figures) float64) (float64, bool) {
	if len(runs) == 0 {
		return 0, false
	}
	values := make([]float64, len(runs))
	for i, r := range runs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2], true
}

// write makes the table, in Markdown.
func write(all results, servers []server, machine string, at time.Time, runs int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured %s on %s; server and client on a core each; medians of %d interleaved runs.\n\n| work | figure |", at.Format("2006-01-02"), machine, runs)
	for _, s := range servers {
		fmt.Fprintf(&b, " %s |", s.name)
	}
	for _, s := range servers[1:] {
		fmt.Fprintf(&b, " %s ÷ %s |", servers[0].name, s.name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", 2*len(servers)-1) + "\n")
	for _, w := range works() {
		for _, c := range w.show {
			fmt.Fprintf(&b, "| %s | %s |", strings.TrimSpace(w.name), c.name)
			ours, known := median(all[w.name][servers[0].name], c.of)
			for _, s := range servers {
				v, ok := median(all[w.name][s.name], c.of)
				fmt.Fprintf(&b, " %s |", number(v, ok))
			}
			for _, s := range servers[1:] {
				v, ok := median(all[w.name][s.name], c.of)
				fmt.Fprintf(&b, " %s |", number(ours/max(v, 1e-9), ok && known))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func number(v float64, known bool) string {
	switch {
	case !known:
		return "–"
	case v >= 1000:
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// machine describes what everything ran on.
func machine() string {
	name := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores of %s, %s, %s", runtime.NumCPU(), name, runtime.GOOS, runtime.Version())
}

const begin, end = "<!-- side by side: begin -->\n", "<!-- side by side: end -->"

// insert replaces what stands between the marks of a page.
func insert(path, table string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s has no place for the table: it lacks the marks", path)
	}
	return os.WriteFile(path, []byte(before+begin+table+end+after), 0o644)
}
