package store

import (
	"fmt"
	"runtime/debug"

	"gorm.io/gorm"

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

// rowCache keeps the rooms and memberships that a batch has read, and writes those that changed once, at its end: a
// batch of 64 messages in one room updates the room's counters once and not 64 times.
type rowCache struct {
	rooms   map[models.ID]*cachedRoom
	members map[memberKey]*cachedMember
}

type memberKey struct{ room, user models.ID }

type cachedRoom struct {
	models.Room
	dirty bool
}

type cachedMember struct {
	models.Membership
	found bool
	dirty bool
}

func newRowCache() *rowCache {
	return &rowCache{rooms: map[models.ID]*cachedRoom{}, members: map[memberKey]*cachedMember{}}
}

func (c *rowCache) flush(tx *gorm.DB) error {
	for _, r := range c.rooms {
		if !r.dirty {
			continue
		}
		err := tx.Exec(`UPDATE rooms SET last_seq = ?, last_num = ?, last_message_at = ?, updated_seq = ? WHERE id = ?`,
			r.LastSeq, r.LastNum, r.LastMessageAt, r.UpdatedSeq, r.ID).Error
		if err != nil {
			return fmt.Errorf("writing a room's counters: %w", err)
		}
		r.dirty = false
	}
	for _, m := range c.members {
		if !m.dirty {
			continue
		}
		err := tx.Exec(`UPDATE memberships SET last_read_num = ? WHERE room_id = ? AND user_id = ?`,
			m.LastReadNum, m.RoomID, m.UserID).Error
		if err != nil {
			return fmt.Errorf("writing a read mark: %w", err)
		}
		m.dirty = false
	}
	return nil
}
