package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"

	"parley/models"
)

const (
	// queueSize is how many writes may wait. At 1,024 a batch and some 25 ms a commit that is 100 ms of work.
	queueSize = 4096
	// maxBatch bounds how long one commit can hold everybody up; some 25 ms. Where everything is saturated it takes 3 % less
	// CPU of a send than 512, and that 8 % less than 256, because more messages of a room share its writes.
	maxBatch = 1024
)

// ErrClosed says that the store takes no more writes.
var ErrClosed = models.Busy("The server is stopping.", nil)

// write is one unit of work on its way through the writer.
type write struct {
	fn      func(*Tx) error
	done    func(error)
	address string // of the request that wants it
	err     error
	after   []func()
}

// writer is the one goroutine that changes the database. It takes all that is queued, without waiting for more, runs it
// in one transaction and commits it with one fsync; only then is anybody answered, in the order of the queue. Measured
// against one transaction a message: 9 to 11 times the rate.
type writer struct {
	db    *gorm.DB // speaks through conn
	conn  *pinned
	store *Store
	queue chan *write

	// gate stands between submit and close: whoever holds it for reading knows that the queue is still being emptied.
	gate   sync.RWMutex
	closed bool
	idle   chan struct{} // closed when the last write was answered

	// What follows belongs to the writer's goroutine.
	rows       *rowCache
	dirty      bool      // the write under way has changed something through GORM
	indexed    models.ID // up to which message the search index reaches
	waiting    int       // search rows behind it
	indexLater int       // batches that pass before an indexing that failed is tried again
}

// newWriter returns a writer that has not begun: run does that.
func newWriter(db *gorm.DB, conn *pinned, s *Store) *writer {
	w := &writer{db: db, conn: conn, store: s, queue: make(chan *write, queueSize), idle: make(chan struct{}), rows: newRowCache()}
	w.watch()
	return w
}

// watch marks the write under way as dirty whenever GORM is about to change something, so that no query has to
// remember to say so.
func (w *writer) watch() {
	mark := func(*gorm.DB) { w.dirty = true }
	c := w.db.Callback()
	for _, err := range []error{
		c.Create().Before("*").Register("parley:dirty", mark),
		c.Update().Before("*").Register("parley:dirty", mark),
		c.Delete().Before("*").Register("parley:dirty", mark),
		c.Raw().Before("*").Register("parley:dirty", mark),
	} {
		if err != nil {
			panic(fmt.Sprintf("GORM refuses a callback: %v", err)) // a fault of the build, not of its use
		}
	}
}

// Write runs fn in a transaction and returns once it is on disk, or with the error that undid it. fn runs in the
// writer's goroutine: it must only compute and use t. It may run twice, when another write of its batch failed: what
// it does beyond t belongs in t.AfterCommit. CodeBusy means that nothing was written and a later try may succeed.
// The context only lends the address of its request to the audit log.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	answer := make(chan error, 1)
	if err := s.writer.submit(&write{fn: fn, done: func(err error) { answer <- err }, address: models.AddressOf(ctx)}); err != nil {
		return err
	}
	return <-answer // a commit takes milliseconds, and an accepted write is always answered
}

// Submit is Write without waiting: done is called once, in the order of commits, from the writer's goroutine, and must
// not block. The error says that the write was not taken; done is then never called.
func (s *Store) Submit(fn func(*Tx) error, done func(error)) error {
	return s.writer.submit(&write{fn: fn, done: done})
}

// Queued returns how many writes are waiting.
func (s *Store) Queued() int { return len(s.writer.queue) }

func (w *writer) submit(wr *write) error {
	w.gate.RLock()
	defer w.gate.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.queue <- wr:
		return nil
	default:
		if o := w.store.opts.Observer; o != nil {
			o.QueueFull()
		}
		return models.Busy("Too many writes are waiting.", nil)
	}
}

// close refuses further writes and returns when all accepted ones were answered.
func (w *writer) close() {
	w.gate.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue) // safe: every sender holds the gate and has seen closed
	}
	w.gate.Unlock()
	<-w.idle
}

func (w *writer) run() {
	defer close(w.idle)
	batch := make([]*write, 0, maxBatch)
	for first := range w.queue {
		batch = w.fill(append(batch[:0], first))
		start := time.Now()
		w.commit(batch)
		if o := w.store.opts.Observer; o != nil {
			o.BatchCommitted(len(batch), time.Since(start))
		}
		for i, wr := range batch {
			wr.answer()
			batch[i] = nil
		}
		w.copyRest() // before the next transaction, which then begins the log anew
		w.indexIfDue()
		w.store.log.committed()
	}
}

// fill takes what is queued already. Waiting for more only makes it slower: while this batch commits, the next gathers.
func (w *writer) fill(batch []*write) []*write {
	for len(batch) < maxBatch {
		select {
		case wr, open := <-w.queue:
			if !open {
				return batch
			}
			batch = append(batch, wr)
		default:
			return batch
		}
	}
	return batch
}

// answer tells who asked, then runs what the write wanted to happen after its commit.
func (wr *write) answer() {
	wr.done(wr.err)
	if wr.err != nil {
		return
	}
	for _, fn := range wr.after {
		fn()
	}
}

// errApart says that the batch must be run again with each write apart from the others.
var errApart = errors.New("a write failed half-way")

// commit makes the batch durable. The first attempt runs the writes straight after one another: a write that is refused
// before it changed anything costs the others nothing. Where one fails half-way, all are undone and run again, each in a
// savepoint of its own, so that it fails alone.
func (w *writer) commit(batch []*write) {
	err := w.attempt(batch, false)
	if errors.Is(err, errApart) {
		err = w.attempt(batch, true)
	}
	if err == nil {
		return
	}
	w.store.opts.Log.Error("a batch was not committed", "writes", len(batch), "error", err)
	for _, wr := range batch {
		wr.err = models.Busy("The database cannot be written just now.", err)
	}
}

func (w *writer) attempt(batch []*write, apart bool) error {
	err := w.transaction(func() error {
		if apart {
			return w.runApart(batch)
		}
		return w.runTogether(batch)
	})
	if err != nil {
		w.rows.forget() // it tells of what was undone
	}
	return err
}

// runTogether runs the writes of a batch straight after one another.
func (w *writer) runTogether(batch []*write) error {
	known := true
	for _, wr := range batch {
		t := w.runOne(wr)
		if breaksBatch(wr.err) {
			return wr.err
		}
		if wr.err != nil && (w.dirty || t.changed) {
			return errApart
		}
		known = known && !w.dirty && wr.err == nil
	}
	if err := w.rows.flush(w.conn); err != nil {
		return err
	}
	w.rows.settle(known)
	return nil
}

// runApart runs each write of a batch in a savepoint of its own.
func (w *writer) runApart(batch []*write) error {
	for _, wr := range batch {
		w.rows.forget()
		if _, err := w.conn.exec("SAVEPOINT one_write"); err != nil {
			return err
		}
		w.runOne(wr)
		if wr.err == nil {
			wr.err = w.rows.flush(w.conn)
		}
		if breaksBatch(wr.err) {
			return wr.err
		}
		if wr.err != nil {
			if _, err := w.conn.exec("ROLLBACK TO one_write"); err != nil {
				return err
			}
		}
		if _, err := w.conn.exec("RELEASE one_write"); err != nil {
			return err
		}
	}
	w.rows.forget()
	return nil
}

func (w *writer) runOne(wr *write) *Tx {
	w.dirty = false
	t := &Tx{Queries: Queries{db: w.db}, store: w.store, rows: w.rows, address: wr.address}
	wr.err = t.call(wr.fn)
	wr.after = t.after
	return t
}
