package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"parley/models"
)

// GORM's cache of statements keeps one goroutine for as long as the process lives; it has no way to end it.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("gorm.io/gorm/internal/lru.NewLRU[...].func1"))
}

func mustOpen(tb testing.TB, dir string) *Store {
	tb.Helper()
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() }) // some tests have closed it already
	return s
}

func setMeta(t *Tx, k string) error {
	return t.db.Exec(`INSERT INTO meta (k, v) VALUES (?, '')`, k).Error
}

func hasMeta(tb testing.TB, s *Store, k string) bool {
	tb.Helper()
	var n int64
	if err := s.Read(context.Background()).db.Raw(`SELECT count(*) FROM meta WHERE k = ?`, k).Scan(&n).Error; err != nil {
		tb.Fatal(err)
	}
	return n == 1
}

// hold keeps the writer busy until the returned function is called, so that what is submitted meanwhile is one batch.
func hold(tb testing.TB, s *Store) (release func()) {
	tb.Helper()
	started, let := make(chan struct{}), make(chan struct{})
	err := s.Submit(func(*Tx) error { close(started); <-let; return nil }, func(error) {})
	if err != nil {
		tb.Fatal(err)
	}
	<-started
	return func() { close(let) }
}

func TestAWriteThatFailsHalfWayFailsAloneInItsBatch(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	broken := errors.New("broken")
	release := hold(t, s)
	answers := make(chan error, 9)
	var after []int
	for i := range 9 {
		err := s.Submit(func(tx *Tx) error {
			tx.AfterCommit(func() { after = append(after, i) })
			if err := setMeta(tx, fmt.Sprint("k", i)); err != nil {
				return err
			}
			switch i {
			case 4:
				return broken
			case 6:
				panic("a fault in a write")
			}
			return nil
		}, func(err error) { answers <- err })
		if err != nil {
			t.Fatal(err)
		}
	}
	release()
	for i := range 9 {
		err := <-answers
		bad := i == 4 || i == 6
		if (err != nil) != bad || i == 4 && !errors.Is(err, broken) {
			t.Errorf("write %d was answered %v", i, err)
		}
		if hasMeta(t, s, fmt.Sprint("k", i)) == bad {
			t.Errorf("write %d: stored is %v", i, !bad)
		}
	}
	s.Drain()
	if want := []int{0, 1, 2, 3, 5, 7, 8}; !slices.Equal(after, want) {
		t.Errorf("effects ran for %v, want %v in commit order", after, want)
	}
}

func TestNobodyIsAnsweredBeforeTheCommit(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for i := range 50 {
		key := fmt.Sprint("k", i)
		seen := make(chan bool, 1)
		err := s.Submit(func(tx *Tx) error { return setMeta(tx, key) }, func(error) {
			// A reader of its own sees it: the commit has happened.
			var n int64
			s.reads.Raw(`SELECT count(*) FROM meta WHERE k = ?`, key).Scan(&n)
			seen <- n == 1
		})
		if err != nil {
			t.Fatal(err)
		}
		if !<-seen {
			t.Fatal("a write was answered before others could see it")
		}
	}
}

func TestEveryAcceptedWriteIsAnsweredOnceWhileTheStoreCloses(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	var wg sync.WaitGroup
	var mu sync.Mutex
	answered := map[string]int{}
	accepted := map[string]bool{}
	for w := range 8 {
		wg.Go(func() {
			for i := range 200 {
				key := fmt.Sprintf("%d-%d", w, i)
				err := s.Submit(func(tx *Tx) error { return setMeta(tx, key) }, func(err error) {
					mu.Lock()
					defer mu.Unlock()
					answered[key]++
					if err != nil {
						t.Errorf("an accepted write failed: %v", err)
					}
				})
				if err != nil {
					if !models.IsCode(err, models.CodeBusy) {
						t.Errorf("refused with %v, want busy", err)
					}
					return
				}
				mu.Lock()
				accepted[key] = true
				mu.Unlock()
				if w == 0 && i == 100 {
					go s.Drain()
				}
			}
		})
	}
	wg.Wait()
	s.Drain()
	if len(answered) != len(accepted) {
		t.Errorf("%d writes were accepted and %d answered", len(accepted), len(answered))
	}
	for key, n := range answered {
		if n != 1 || !hasMeta(t, s, key) {
			t.Errorf("%s was answered %d times, stored: %v", key, n, hasMeta(t, s, key))
		}
	}
	if err := s.Submit(func(*Tx) error { return nil }, nil); !models.IsCode(err, models.CodeBusy) {
		t.Errorf("a write after the close was answered %v", err)
	}
}

func TestAFullQueueAnswersBusyAtOnce(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	release := hold(t, s)
	var err error
	taken := 0
	for err == nil && taken <= queueSize {
		if err = s.Submit(func(*Tx) error { return nil }, func(error) {}); err == nil {
			taken++
		}
	}
	release()
	var e *models.Error
	if !errors.As(err, &e) || e.Code != models.CodeBusy || e.RetryAfter <= 0 {
		t.Errorf("the write beyond the queue was answered %v", err)
	}
	if taken != queueSize {
		t.Errorf("%d writes were taken, want %d", taken, queueSize)
	}
}

func TestEveryConnectionKeepsItsPragmas(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	ctx := context.Background()
	for i := range 4 {
		conn, err := s.readDB.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, p := range pragmas {
			var got string
			if err := conn.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil || got != p.want {
				t.Errorf("reader %d has %s=%s (%v), want %s", i, p.name, got, err, p.want)
			}
		}
		if _, err := conn.ExecContext(ctx, `INSERT INTO meta VALUES ('a reader', 'writes')`); err == nil {
			t.Error("a reader could write")
		}
	}
}

func TestOnlyOneProcessMayHaveTheFolder(t *testing.T) {
	dir := t.TempDir()
	mustOpen(t, dir)
	if _, err := Open(context.Background(), Options{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Errorf("a second open of the folder answered %v", err)
	}
}

func TestTheEpochStaysAcrossRestarts(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	first := s.Epoch()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if again.Epoch() != first || first == "" {
		t.Errorf("the epoch was %q and is %q", first, again.Epoch())
	}
}

// TestCloseWaitsForWhoReads closes the store while views of it are read, and looks at one afterwards.
func TestCloseWaitsForWhoReads(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	ctx := context.Background()
	reading, let := make(chan struct{}), make(chan struct{})
	read := make(chan error, 1)
	go func() {
		read <- s.Snapshot(ctx, func(q *Queries) error {
			close(reading)
			<-let
			_, err := q.HasUsers()
			return err
		})
	}()
	<-reading
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	<-s.closed
	select {
	case err := <-closed:
		t.Fatalf("it was closed (%v) under somebody who reads", err)
	default:
	}
	close(let)
	if err := <-read; err != nil {
		t.Errorf("who read at the close got %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("closing: %v", err)
	}
	if err := s.Snapshot(ctx, func(*Queries) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("a view after the close: %v, want %v", err, ErrClosed)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}
