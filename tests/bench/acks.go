package main

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	_ "github.com/mattn/go-sqlite3" // the same SQLite as the server's
)

// acksWork is a room of a small team that talks much.
var acksWork = work{name: "20 members, 200 messages a second", args: []string{"-n", "20", "-rooms", "1", "-rate", "200"}}

const acksRate = 200 // a second, of acksWork

// acks are the p99 of this server's acks, and of one row that is inserted and committed alone at the same rate on the
// same disk just before, in milliseconds.
type acks struct{ ours, bare []float64 }

func (b *bench) measureAcks(runs int) (acks, error) {
	var a acks
	for range runs {
		select {
		case <-b.interrupted:
			return a, nil
		default:
		}
		bare, err := commitP99(filepath.Join(b.dir, "bare.db"), b.length)
		if err != nil {
			return a, err
		}
		f, err := b.once(b.servers[0], acksWork)
		if err != nil {
			return a, err
		}
		fmt.Printf("%s: acks p99 %.2f ms, a bare commit p99 %.2f ms\n", acksWork.name, f.AckP99, bare)
		a.ours, a.bare = append(a.ours, f.AckP99), append(a.bare, bare)
	}
	return a, nil
}

// commitP99 inserts and commits one row acksRate times a second, with synchronous=FULL as the server has it.
func commitP99(path string, length time.Duration) (p99 float64, err error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.Exec(`CREATE TABLE IF NOT EXISTS m (id INTEGER PRIMARY KEY, body TEXT NOT NULL)`); err != nil {
		return 0, err
	}
	insert, err := db.Prepare(`INSERT INTO m (body) VALUES ('The quick brown fox jumps over the lazy dog.')`)
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	tick := time.NewTicker(time.Second / acksRate)
	defer tick.Stop()
	var took []float64
	for end := time.Now().Add(length); time.Now().Before(end); {
		<-tick.C
		began := time.Now()
		if _, err := insert.Exec(); err != nil {
			return 0, err
		}
		took = append(took, float64(time.Since(began))/float64(time.Millisecond))
	}
	slices.Sort(took)
	return took[len(took)*99/100], nil
}

// line says it in a sentence for below the table.
func (a acks) line() string {
	if len(a.ours) == 0 {
		return ""
	}
	slices.Sort(a.ours)
	slices.Sort(a.bare)
	ours, bare := a.ours[len(a.ours)/2], a.bare[len(a.bare)/2]
	return fmt.Sprintf("\n%s: p99 of the acks %.2f ms; of one row that is inserted and committed alone at that rate on the same disk, in the same runs, %.2f ms: %.2f times.\n",
		acksWork.name, ours, bare, ours/max(bare, 1e-9))
}
