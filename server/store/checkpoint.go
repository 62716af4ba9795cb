package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"
)

// A checkpoint copies what the log holds into the database and waits for the disk. Run by the writer, as SQLite does by
// default, it held up everybody's acks for 40 to 140 ms (measured at 200 messages a second: that was their p99). Here it
// runs beside the writer, which SQLite allows, on a connection of its own; only a log that a saturated server never lets
// it finish is copied by the writer (walAtMost).
const (
	// checkpointAt is how many pages of 4 KiB the log has when it is copied, and how many more before it is copied again
	// where the writer was faster.
	checkpointAt = 4000
	// walAtMost is when the writer copies the log itself: 64 MiB.
	walAtMost = 16000
	// checkpointTries is how often what came meanwhile is copied too, each time less of it: the log begins anew with the
	// first write that finds all of it copied.
	checkpointTries = 5
	// checkpointPause is the least time between two looks at the log.
	checkpointPause = 50 * time.Millisecond
)

// checkpointer copies the log while others write.
type checkpointer struct {
	conn *sql.Conn
	shm  string        // the log's index, which knows how many pages the log has
	wake chan struct{} // something was committed
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
	next, failed := checkpointAt, false
	for {
		select {
		case <-c.wake:
		case <-ctx.Done():
			return
		}
		pages, err := c.pages()
		if err == nil && pages < next-checkpointAt {
			next = checkpointAt // the log has begun anew
		}
		if err == nil && pages >= next {
			var left int
			left, err = c.copy(ctx)
			if next = checkpointAt; left > 0 {
				next = pages + checkpointAt
			}
		}
		if err != nil && !failed && ctx.Err() == nil {
			c.log.Warn("the log was not copied into the database; the writer will do it", "error", err)
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

// copy runs checkpoints that wait for nobody, and answers how many pages are left because more came.
func (c *checkpointer) copy(ctx context.Context) (left int, err error) {
	for range checkpointTries {
		var busy, pages, copied int
		if err := c.conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied); err != nil {
			return 0, err
		}
		left = pages - copied
		if left == 0 || left > checkpointAt/4 || busy != 0 {
			break
		}
	}
	return left, nil
}
