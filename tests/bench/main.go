// Command bench measures the server beside reference servers on this machine and writes the medians, with their ratios,
// into docs/performance.md.
//
// The references and the load generator are not part of this repository: PARLEY_BENCH_REFERENCES names a folder that
// holds limit/durable (a chat that only commits and fans out), socketio-peer (Socket.IO on Node) and loadgen. What is
// missing there is said and left out. Runs of one kind of work are interleaved, because a machine's mood changes by the
// minute, and a run whose client was at its limit is thrown away.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	runs := flag.Int("runs", 3, "runs of each kind of work for each server; medians are written")
	length := flag.Duration("dur", 8*time.Second, "measured time of a run")
	doc := flag.String("doc", filepath.Join("docs", "performance.md"), "the page to write the table into; empty: print it only")
	pages := flag.Bool("socketio", false, "only compare a room of Socket.IO clients with the stock server's, and write nothing")
	flag.Parse()
	if *pages {
		*doc = ""
	}
	if err := run(*runs, *length, *doc, *pages); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(runs int, length time.Duration, doc string, pagesOnly bool) error {
	references := os.Getenv("PARLEY_BENCH_REFERENCES")
	if references == "" {
		fmt.Println("PARLEY_BENCH_REFERENCES names no folder with loadgen, limit/durable and socketio-peer: nothing is compared.")
		return nil
	}
	dir, err := os.MkdirTemp("", "parley-side-by-side-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	b := &bench{dir: dir, references: references, length: length, interrupted: interrupted}
	if err := b.build(); err != nil {
		return err
	}
	table := ""
	if !pagesOnly {
		results := b.measure(runs)
		acks, err := b.measureAcks(runs)
		if err != nil {
			return err
		}
		table = write(results, b.servers, machine(), time.Now(), runs) + b.bytesLine() + acks.line()
	}
	table += b.measurePages(runs).line()
	fmt.Print(table)
	if doc == "" {
		return nil
	}
	return insert(doc, table)
}
