package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"parley/models"
)

// A message's search row is written in the message's own transaction, but only into the plain table search_rows; the
// full-text index message_index is brought up to the newest rows several hundred at a time, and knows its rows from there
// (content=). FTS4 makes a piece of each of its three indexes for every commit, and merges the pieces again and again:
// measured, a message that commits alone costs 213 us of CPU with its row in the index and 103 us with its row waiting,
// indexing included; 83 and 44 us in commits of 4, 32 and 24 us in commits of 64. A search reads both (Queries.Search), in
// one view, so that a message is found from its commit on.
//
// Ids rise in the order of commits, so one id says how far the index reaches: the row "indexed" of meta.
const (
	// indexAtRest is how many waiting rows are indexed at a time when no write is waiting; some 4 ms, or less where a write comes.
	indexAtRest = 512
	// indexStep is after how many rows it is looked whether a write has come; some 0.3 ms.
	indexStep = 64
	// indexAtMost is how many are indexed even while writes wait: some 40 ms, which only a server that is saturated sees. It
	// bounds what a search has to read through, to about a millisecond.
	indexAtMost = 4096
	// indexAgain is how many more batches pass before what failed is tried again.
	indexAgain = 256
)

// indexIfDue brings the index further when enough rows wait. What fails is tried again later: until then searches find
// the rows where they are.
func (w *writer) indexIfDue() {
	if w.indexLater > 0 {
		w.indexLater--
		return
	}
	if w.waiting >= indexAtMost {
		w.index(w.waiting, false)
	}
	for w.waiting >= indexAtRest && len(w.queue) == 0 && w.indexLater == 0 {
		w.index(indexAtRest, true)
	}
}

// index indexes the oldest waiting rows in a transaction of its own, which, where it is polite, ends early when a write
// comes.
func (w *writer) index(rows int, polite bool) {
	done, upTo := 0, w.indexed
	err := w.transaction(func() error {
		for done < rows {
			n := min(indexStep, rows-done)
			if !polite {
				n = rows
			}
			var err error
			if upTo, err = w.conn.indexAfter(upTo, n); err != nil {
				return err
			}
			done += n
			runtime.Gosched() // on one core nobody could have queued anything meanwhile
			if polite && len(w.queue) > 0 {
				break
			}
		}
		_, err := w.conn.exec(`UPDATE meta SET v = ? WHERE k = 'indexed'`, upTo)
		return err
	})
	if err != nil {
		w.store.opts.Log.Error("the search index was not brought further", "rows", rows, "error", err)
		w.indexLater = indexAgain
		return
	}
	w.waiting -= done
	w.indexed = upTo
}

// indexAfter indexes the first rows behind a message, in the order of their ids, so that the index only appends, and
// answers the last of them.
func (p *pinned) indexAfter(message models.ID, rows int) (last models.ID, err error) {
	const these = ` FROM search_rows WHERE docid > ? ORDER BY docid LIMIT ?`
	if _, err := p.exec(`INSERT INTO message_index (docid, body) SELECT docid, body`+these, message, rows); err != nil {
		return 0, fmt.Errorf("indexing: %w", err)
	}
	err = p.QueryRowContext(context.Background(), `SELECT coalesce(max(docid), ?) FROM (SELECT docid`+these+`)`, message, message, rows).Scan(&last)
	return last, err
}

// findWaiting reads how far an earlier process came.
func (w *writer) findWaiting(ctx context.Context) error {
	err := w.conn.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = 'indexed'`).Scan(&w.indexed)
	if err != nil {
		return err
	}
	return w.conn.QueryRowContext(ctx, `SELECT count(*) FROM search_rows WHERE docid > ?`, w.indexed).Scan(&w.waiting)
}

// addSearchRow makes a new message findable; an empty body is no row.
func (t *Tx) addSearchRow(message models.ID, body string) error {
	if body == "" {
		return nil
	}
	t.store.writer.waiting++ // too many where the batch is undone, which only makes the next indexing come earlier
	if _, err := t.exec(`INSERT INTO search_rows (docid, body) VALUES (?, ?)`, message, body); err != nil {
		return fmt.Errorf("storing a search row: %w", err)
	}
	return nil
}

// replaceSearchRow makes a changed message findable by its new words alone; an empty body takes it out.
func (t *Tx) replaceSearchRow(message models.ID, body string) error {
	indexed := message <= t.store.writer.indexed
	if indexed { // while its row is there: the index reads from it which words to forget
		if _, err := t.exec(`DELETE FROM message_index WHERE docid = ?`, message); err != nil {
			return fmt.Errorf("taking a message out of the index: %w", err)
		}
	}
	if _, err := t.exec(`DELETE FROM search_rows WHERE docid = ?`, message); err != nil {
		return fmt.Errorf("taking a search row away: %w", err)
	}
	if body == "" {
		return nil
	}
	if _, err := t.exec(`INSERT INTO search_rows (docid, body) VALUES (?, ?)`, message, body); err != nil {
		return fmt.Errorf("storing a search row: %w", err)
	}
	if indexed {
		if _, err := t.exec(`INSERT INTO message_index (docid, body) VALUES (?, ?)`, message, body); err != nil {
			return fmt.Errorf("indexing a message: %w", err)
		}
	}
	return nil
}

// CompactSearch rewrites the search index as one piece. Until then the words of what was edited or deleted stay in its
// older pieces, where no search finds them and somebody with the file could. Writing waits meanwhile: 2 s for each
// million messages.
func (s *Store) CompactSearch(ctx context.Context) error {
	return s.Write(ctx, func(t *Tx) error {
		return t.db.Exec(`INSERT INTO message_index (message_index) VALUES ('optimize')`).Error
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
