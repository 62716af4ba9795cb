package store

import (
	"database/sql/driver"
	"fmt"
	"runtime/debug"

	"parley/models"
)

// Tx is one write inside a batch's transaction: the questions, and the changes.
type Tx struct {
	Queries
	store   *Store
	rows    *rowCache
	address string // of the request, for the audit log
	changed bool   // a cached row was changed, which GORM's callbacks cannot see
	after   []func()
}

// AfterCommit registers what happens once the transaction is on disk, in commit order. It never runs for a write that
// failed. It runs in the writer's goroutine and must not block.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// NewID returns a new row id.
func (t *Tx) NewID() models.ID { return t.store.NewID() }

// Now returns the present moment of the store's clock.
func (t *Tx) Now() models.Millis { return t.store.Now() }

// call runs fn and turns a panic into an error: one write's fault must not take the writer down with it.
func (t *Tx) call(fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.changed = true
			t.store.opts.Log.Error("a write panicked", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return fn(t)
}

// exec runs a statement past GORM, whose way of building one costs as much as an insert of SQLite's: for the statements of
// a send, and for no others. It must not change rooms or memberships, which the cache would not notice.
func (t *Tx) exec(query string, args ...any) (driver.Result, error) {
	t.changed = true
	return t.store.writer.conn.exec(query, args...)
}
