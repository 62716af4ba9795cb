package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"parley/models"
)

// The benchmarks here come in pairs that do the same to the same disk in the same run, the second with nothing but
// database/sql: what matters is their ratio.

// benchRoom makes a room with one member who speaks.
func benchRoom(b testing.TB, s *Store) (room models.ID, by *models.User) {
	b.Helper()
	by = &models.User{ID: s.NewID(), Username: "ada", NameKey: "ada", Role: models.RoleMember, CreatedAt: s.Now()}
	r := &models.Room{ID: s.NewID(), Kind: models.KindPrivate, Name: "Tea", CreatedAt: s.Now(), CreatedBy: by.ID}
	err := s.Write(context.Background(), func(t *Tx) error {
		if err := t.InsertUser(by); err != nil {
			return err
		}
		return t.InsertRoom(r)
	})
	if err != nil {
		b.Fatal(err)
	}
	return r.ID, by
}

func benchRow(id, room, by models.ID, n int64) models.Message {
	client := fmt.Sprint("c", n)
	return models.Message{ID: id, RoomID: room, Seq: n, ChangedSeq: n, Num: &n, SenderID: by, ClientID: &client, Text: benchText, HTML: "<p>" + benchText + "</p>", CreatedAt: 1}
}

// benchText is what BenchmarkSend of package chat sends, and benchBody what a search finds it by.
const (
	benchText = "The quick brown fox jumps over the lazy dog, again and again, until it is about one hundred and twenty-eight bytes."
	benchBody = "the quick brown fox jumps over the lazy dog again and again until it is about one hundred and twenty eight bytes qz1wdifzu8cdmo"
)

// BenchmarkGroupCommit is 64 writers that insert a message and its search row each and wait for the disk.
func BenchmarkGroupCommit(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	room, by := benchRoom(b, s)
	inParallel(b, 64, func(n int64) error {
		return s.Write(context.Background(), func(t *Tx) error {
			m := benchRow(t.NewID(), room, by.ID, n)
			_, err := t.InsertMessage(&m, benchBody)
			return err
		})
	})
}

// BenchmarkGroupCommitRaw is the same rows in batches of 64 through prepared statements of database/sql.
func BenchmarkGroupCommitRaw(b *testing.B) {
	dir := b.TempDir()
	s := mustOpen(b, dir)
	room, by := benchRoom(b, s)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	_, db, err := openPool(filepath.Join(dir, FileName), 1, true)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	insert := mustPrepare(b, db, `INSERT INTO messages (id, room_id, seq, num, changed_seq, sender_id, client_id, text, html, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	find := mustPrepare(b, db, `INSERT INTO search_rows (docid, body) VALUES (?, ?)`)
	defer reportCPU(b)()
	b.ResetTimer()
	for n := 0; n < b.N; {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for end := min(n+64, b.N); n < end; n++ {
			m := benchRow(models.ID(n+1_000), room, by.ID, int64(n+1))
			if _, err := tx.Stmt(insert).Exec(m.ID, m.RoomID, m.Seq, m.Num, m.ChangedSeq, m.SenderID, m.ClientID, m.Text, m.HTML, m.CreatedAt); err != nil {
				b.Fatal(err)
			}
			if _, err := tx.Stmt(find).Exec(m.ID, benchBody); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

// inParallel runs do b.N times from so many goroutines, with numbers from 1.
func inParallel(b *testing.B, writers int, do func(n int64) error) {
	b.Helper()
	var wg sync.WaitGroup
	defer reportCPU(b)()
	b.ResetTimer()
	for w := range writers {
		wg.Go(func() {
			for n := w; n < b.N; n += writers {
				if err := do(int64(n + 1)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// reportCPU adds the CPU time of the whole process to a benchmark: on a machine that others use too it says more than the
// time that passed.
func reportCPU(b *testing.B) func() {
	cpu := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	start := cpu()
	return func() { b.ReportMetric(float64(cpu()-start)/float64(b.N), "cpu-ns/op") }
}

func mustPrepare(b *testing.B, db *sql.DB, query string) *sql.Stmt {
	b.Helper()
	s, err := db.Prepare(query)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// benchHistory fills one room with so many messages.
const benchHistory = 100_000

func seedHistory(b *testing.B, s *Store) (room models.ID) {
	b.Helper()
	room, by := benchRoom(b, s)
	for from := int64(1); from <= benchHistory; from += 10_000 {
		err := s.Write(context.Background(), func(t *Tx) error {
			rows, bodies := make([]models.Message, 10_000), make([]string, 10_000)
			for i := range rows {
				rows[i] = benchRow(t.NewID(), room, by.ID, from+int64(i))
			}
			return t.ImportMessages(rows, bodies)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return room
}

// BenchmarkHistoryPage reads 50 messages from a place that jumps through the room, as the use case does.
func BenchmarkHistoryPage(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	room := seedHistory(b, s)
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		n++
		err := s.Snapshot(context.Background(), func(q *Queries) error {
			ms, err := q.MessagesBefore(room, 50+n*7919%(benchHistory-50), 50)
			if err == nil && len(ms) != 50 && n > 50 {
				err = fmt.Errorf("a page of %d", len(ms))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHistoryPageRaw reads the same rows and columns with a prepared statement of database/sql.
func BenchmarkHistoryPageRaw(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	room := seedHistory(b, s)
	page := mustPrepare(b, s.readDB, `SELECT `+storedColumns+` FROM messages WHERE room_id = ? AND seq < ? ORDER BY seq DESC LIMIT 50`)
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		n++
		rows, err := page.Query(room, 50+n*7919%(benchHistory-50))
		if err != nil {
			b.Fatal(err)
		}
		var m models.Message
		for rows.Next() {
			if err := rows.Scan(messageFields(&m)...); err != nil {
				b.Fatal(err)
			}
		}
		if err := rows.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
