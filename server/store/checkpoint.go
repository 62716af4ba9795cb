package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// A checkpoint copies what the log holds into the database and waits for the disk. Run by the writer, as SQLite does by
// default, it held up everybody's acks for 40 to 140 ms (measured at 200 messages a second: that was their p99). Here it
// runs beside the writer, which SQLite allows, on a connection of its own. The log begins anew only with a write that
// finds all of it copied, and while somebody writes there is always a little more: that rest the writer copies itself.
const (
	// checkpointAt is how many pages of 4 KiB the log has when it is copied.
	checkpointAt = 4000
	// checkpointAgain is how many more pages come before it is copied again where it did not begin anew, because somebody
	// was reading at that moment.
	checkpointAgain = 500
	// checkpointRest is how many pages are little enough for the writer: 1 to 3 ms, once in checkpointAt pages.
	checkpointRest = 250
	// checkpointTries is how often what came meanwhile is copied too, each time less of it.
	checkpointTries = 5
	// walAtMost is when the writer copies all of it, whatever it takes: 64 MiB. Only a reader who looks at one view of the
	// database for long lets it come to that.
	walAtMost = 16000
	// checkpointPause is the least time between two looks at the log.
	checkpointPause = 50 * time.Millisecond
)

// checkpointer copies the log while others write.
type checkpointer struct {
	conn *sql.Conn
	shm  string        // the log's index, which knows how many pages the log has
	wake chan struct{} // something was committed
	rest atomic.Bool   // the writer is asked to copy what came during the copying
	done chan struct{}
	log  *slog.Logger
}

// startCheckpointer runs until ctx ends; then done is closed.
func startCheckpointer(ctx context.Context, db *sql.DB, path string, log *slog.Logger) (*checkpointer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &checkpointer{conn: conn, shm: path + "-shm", wake: make(chan struct{}, 1), done: make(chan struct{}), log: log}
	go c.run(ctx)
	return c, nil
}

// committed never blocks.
func (c *checkpointer) committed() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *checkpointer) run(ctx context.Context) {
	defer close(c.done)
	defer c.conn.Close() // it only goes back to its pool
	last, next, failed := 0, checkpointAt, false
	for {
		select {
		case <-c.wake:
		case <-ctx.Done():
			return
		}
		pages, err := c.pages()
		if err == nil && pages < last {
			next = checkpointAt // the log has begun anew
		}
		if err == nil && pages >= next {
			pages, err = c.copy(ctx)
			next = pages + checkpointAgain
		}
		last = pages
		if err != nil && !failed && ctx.Err() == nil {
			c.log.Warn("the log was not copied into the database", "error", err)
		}
		failed = err != nil
		select {
		case <-time.After(checkpointPause):
		case <-ctx.Done():
			return
		}
	}
}

// pages reads how many pages the log has from its index (mxFrame, https://www.sqlite.org/walformat.html, section 2.1).
func (c *checkpointer) pages() (int, error) {
	f, err := os.Open(c.shm)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var header [20]byte
	if _, err := io.ReadFull(f, header[:]); err != nil {
		return 0, fmt.Errorf("%s: %w", c.shm, err)
	}
	return int(binary.NativeEndian.Uint32(header[16:])), nil
}

// copy runs checkpoints that wait for nobody until little is left, which it leaves to the writer, and answers how many
// pages the log had in the end.
func (c *checkpointer) copy(ctx context.Context) (pages int, err error) {
	for range checkpointTries {
		copied, err := c.copyOnce(ctx)
		if err != nil {
			return 0, err
		}
		if pages, err = c.pages(); err != nil {
			return 0, err
		}
		if pages-copied <= checkpointRest {
			c.rest.Store(true)
			return pages, nil
		}
	}
	return pages, nil
}

// copyOnce answers how many pages of the log are in the database now.
func (c *checkpointer) copyOnce(ctx context.Context) (copied int, err error) {
	var busy, pages int
	err = c.conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied)
	return copied, err
}

// copyRest copies the little that came while the checkpointer copied, so that the next write begins the log anew. What
// fails here is tried by the next checkpoint.
func (w *writer) copyRest() {
	if !w.store.log.rest.CompareAndSwap(true, false) {
		return
	}
	var busy, pages, copied int
	if err := w.conn.QueryRowContext(context.Background(), `PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied); err != nil {
		w.store.opts.Log.Warn("the end of the log was not copied into the database", "error", err)
	}
}
