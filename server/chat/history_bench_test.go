package chat

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"parley/models"
	"parley/server/store"
)

// BenchmarkHistoryOfASeededFolder reads pages of 50 at random places of a folder that parley bench --seed-messages has
// filled and PARLEY_BENCH_DATA names, and beside each of them the same rows with nothing but SQL. What matters is the
// ratio of their p99s.
func BenchmarkHistoryOfASeededFolder(b *testing.B) {
	dir := os.Getenv("PARLEY_BENCH_DATA")
	if dir == "" {
		b.Skip("PARLEY_BENCH_DATA names no folder that parley bench --seed-messages has filled")
	}
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	rooms := New(st, &nobodyListens{}, Options{})
	plain := openPlain(b, filepath.Join(dir, store.FileName))
	reader, places := seededRooms(b, plain)
	by, err := st.Read(ctx).User(reader)
	if err != nil {
		b.Fatal(err)
	}
	page, err := plain.Prepare(`SELECT id, room_id, seq, num, changed_seq, sender_id, client_id, text, text_hash, html, thread_id, thread_num, also_in_room,
		reply_count, last_reply_at, mention_ids, reaction_count, revision, created_at, edited_at, deleted_at, pinned_at, pinned_by, repliers
		FROM messages WHERE room_id = ? AND seq < ? AND (thread_id IS NULL OR also_in_room = 1) ORDER BY seq DESC LIMIT 50`)
	if err != nil {
		b.Fatal(err)
	}
	defer page.Close()
	rnd := rand.New(rand.NewPCG(3, 4))
	var ours, theirs []time.Duration
	for b.Loop() {
		place := places[rnd.IntN(len(places))]
		before := 51 + rnd.Int64N(place.last-50)
		for _, first := range []bool{len(ours)%2 == 0, len(ours)%2 != 0} { // who reads second finds the pages in memory
			began := time.Now()
			if first {
				got, err := rooms.History(ctx, by, place.room, Page{Before: &before})
				if err != nil || len(got.Messages) != 50 {
					b.Fatal(len(got.Messages), err)
				}
				ours = append(ours, time.Since(began))
				continue
			}
			if n := readPlain(b, page, place.room, before); n != 50 {
				b.Fatal(n)
			}
			theirs = append(theirs, time.Since(began))
		}
	}
	at := func(of []time.Duration, share float64) float64 {
		slices.Sort(of)
		return float64(of[int(share*float64(len(of)-1))])
	}
	b.ReportMetric(at(ours, 0.5), "p50-ns")
	b.ReportMetric(at(ours, 0.99), "p99-ns")
	b.ReportMetric(at(theirs, 0.5), "plain-p50-ns")
	b.ReportMetric(at(theirs, 0.99), "plain-p99-ns")
	b.ReportMetric(at(ours, 0.99)/at(theirs, 0.99), "p99-ratio")
}

func openPlain(b *testing.B, path string) *sql.DB {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&_mutex=no&_cache_size=-4000")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	return db
}

type place struct {
	room models.ID
	last int64 // seq
}

// seededRooms returns somebody who reads, and the rooms that have a page at every place.
func seededRooms(b *testing.B, db *sql.DB) (reader models.ID, places []place) {
	b.Helper()
	if err := db.QueryRow(`SELECT created_by FROM rooms ORDER BY id LIMIT 1`).Scan(&reader); err != nil {
		b.Fatal(err)
	}
	rows, err := db.Query(`SELECT id, last_seq FROM rooms WHERE last_seq > 1000 ORDER BY id`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var p place
		if err := rows.Scan(&p.room, &p.last); err != nil {
			b.Fatal(err)
		}
		places = append(places, p)
	}
	if err := rows.Err(); err != nil || len(places) == 0 {
		b.Fatal("no room to read in: ", err)
	}
	return reader, places
}

// readPlain scans whole rows and makes nothing of them.
func readPlain(b *testing.B, page *sql.Stmt, room models.ID, before int64) (n int) {
	b.Helper()
	rows, err := page.Query(room, before)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var values [24]any
	var into []any
	for i := range values {
		into = append(into, &values[i])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return n
}
