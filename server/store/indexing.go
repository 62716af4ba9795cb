package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"parley/models"
)

// A message's search row is written in the message's own transaction, but into the plain table search_pending; from
// there several hundred move into the full-text index at once. FTS4 makes a piece of each of its three indexes for every
// commit, and merges the pieces again and again: measured, a message that commits alone costs 213 us of CPU with its row
// in the index and 103 us with its row pending, moving included; 83 and 44 us in commits of 4, 32 and 24 us in commits of
// 64. A search reads both (Queries.Search), in one view, so that a message is found from its commit on.
const (
	// indexAtRest is how many pending rows move at a time when no write is waiting; some 4 ms, or less where a write comes.
	indexAtRest = 512
	// indexStep is after how many rows a move looks whether a write has come; some 0.3 ms.
	indexStep = 64
	// indexAtMost is how many move even while writes wait: some 40 ms, which only a server that is saturated sees. It
	// bounds what a search has to read through, to about a millisecond.
	indexAtMost = 4096
	// indexAgain is how many more batches pass before a move that failed is tried again.
	indexAgain = 256
)

// indexIfDue moves pending search rows into the index when there are enough of them. What fails is tried again later:
// until then the rows stay where searches find them too.
func (w *writer) indexIfDue() {
	if w.indexLater > 0 {
		w.indexLater--
		return
	}
	if w.pending >= indexAtMost {
		w.index(w.pending, false)
	}
	for w.pending >= indexAtRest && len(w.queue) == 0 && w.indexLater == 0 {
		w.index(indexAtRest, true)
	}
}

// index moves the oldest pending search rows in a transaction of its own; a polite move ends early where a write waits.
func (w *writer) index(rows int, polite bool) {
	moved := 0
	err := w.transaction(func() error {
		var last models.ID
		for moved < rows {
			n := min(indexStep, rows-moved)
			if !polite {
				n = rows
			}
			var err error
			if last, err = w.conn.indexAfter(last, n); err != nil {
				return err
			}
			moved += n
			runtime.Gosched() // on one core nobody could have queued anything meanwhile
			if polite && len(w.queue) > 0 {
				break
			}
		}
		_, err := w.conn.exec(`DELETE FROM search_pending WHERE docid <= ?`, last)
		return err
	})
	if err != nil {
		w.store.opts.Log.Error("search rows were not moved into the index", "rows", rows, "error", err)
		w.indexLater = indexAgain
		return
	}
	w.pending -= moved
}

// indexAfter puts the first pending rows after a message into the index, in the order of their ids, so that the index only
// appends, and answers the last of them.
func (p *pinned) indexAfter(message models.ID, rows int) (last models.ID, err error) {
	const these = ` FROM search_pending WHERE docid > ? ORDER BY docid LIMIT ?`
	if _, err := p.exec(`INSERT INTO message_search (docid, body) SELECT docid, body`+these, message, rows); err != nil {
		return 0, fmt.Errorf("indexing: %w", err)
	}
	err = p.QueryRowContext(context.Background(), `SELECT coalesce(max(docid), ?) FROM (SELECT docid`+these+`)`, message, message, rows).Scan(&last)
	return last, err
}

// countPending finds what an earlier process left.
func (w *writer) countPending(ctx context.Context) error {
	return w.conn.QueryRowContext(ctx, `SELECT count(*) FROM search_pending`).Scan(&w.pending)
}

// addSearchRow makes a new message findable; an empty body is no row.
func (t *Tx) addSearchRow(message models.ID, body string) error {
	if body == "" {
		return nil
	}
	t.store.writer.pending++ // too many where the batch is undone, which only makes the next move come earlier
	if _, err := t.exec(`INSERT INTO search_pending (docid, body) VALUES (?, ?)`, message, body); err != nil {
		return fmt.Errorf("indexing a message: %w", err)
	}
	return nil
}

// replaceSearchRow makes a changed message findable by its new words alone; an empty body takes it out.
func (t *Tx) replaceSearchRow(message models.ID, body string) error {
	r, err := t.exec(`DELETE FROM search_pending WHERE docid = ?`, message)
	if err != nil {
		return fmt.Errorf("taking a message out of the index: %w", err)
	}
	pending, err := r.RowsAffected()
	if err != nil {
		return err
	}
	if pending > 0 {
		return t.addSearchRow(message, body)
	}
	if _, err := t.exec(`DELETE FROM message_search WHERE docid = ?`, message); err != nil {
		return fmt.Errorf("taking a message out of the index: %w", err)
	}
	if body == "" {
		return nil
	}
	if _, err := t.exec(`INSERT INTO message_search (docid, body) VALUES (?, ?)`, message, body); err != nil {
		return fmt.Errorf("indexing a message: %w", err)
	}
	return nil
}

// CompactSearch rewrites the search index as one piece. Until then the words of what was edited or deleted stay in its
// older pieces, where no search finds them and somebody with the file could. Writing waits meanwhile: 2 s for each
// million messages.
func (s *Store) CompactSearch(ctx context.Context) error {
	return s.Write(ctx, func(t *Tx) error {
		return t.db.Exec(`INSERT INTO message_search (message_search) VALUES ('optimize')`).Error
	})
}

// transaction runs fn between BEGIN and COMMIT on the writer's connection.
func (w *writer) transaction(fn func() error) error {
	if _, err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	err := fn()
	if err == nil {
		if _, err = w.conn.exec("COMMIT"); err == nil {
			return nil
		}
		err = fmt.Errorf("committing: %w", err)
	}
	// After some errors SQLite has rolled back by itself, and says so here: that is no error of its own.
	if _, e := w.conn.exec("ROLLBACK"); e != nil && !breaksBatch(err) {
		err = errors.Join(err, e)
	}
	return err
}
