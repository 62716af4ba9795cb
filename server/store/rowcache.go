package store

import (
	"fmt"

	"parley/models"
)

// rowCache keeps the rooms and memberships that the writer has read, and writes those that changed once, at the end of a
// batch: a batch of 64 messages in one room updates the room's counters once and not 64 times. Nobody else changes the
// database, so what a batch has read still holds for the next; measured, reading them anew was an eighth of a send.
type rowCache struct {
	rooms   map[models.ID]*cachedRoom
	members map[memberKey]*cachedMember

	// What this batch has changed, in the order of the changes.
	changedRooms   []*cachedRoom
	changedMembers []*cachedMember
}

// maxCached bounds each of the two maps between batches; a membership is some 200 bytes.
const maxCached = 8192

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
	c := &rowCache{}
	c.forget()
	return c
}

// forget drops everything, changes that were not written too.
func (c *rowCache) forget() {
	*c = rowCache{rooms: map[models.ID]*cachedRoom{}, members: map[memberKey]*cachedMember{}}
}

// settle decides what the next batch may still know. Where a write of this one was refused, or changed something that
// the cache cannot have seen, that is nothing.
func (c *rowCache) settle(known bool) {
	if !known || len(c.rooms) > maxCached || len(c.members) > maxCached {
		c.forget()
	}
}

func (c *rowCache) markRoom(id models.ID) {
	if r := c.rooms[id]; !r.dirty {
		r.dirty = true
		c.changedRooms = append(c.changedRooms, r)
	}
}

func (c *rowCache) markMember(key memberKey) {
	if m := c.members[key]; !m.dirty {
		m.dirty = true
		c.changedMembers = append(c.changedMembers, m)
	}
}

// put replaces what is known of a membership by what was just stored.
func (c *rowCache) put(m models.Membership) {
	key := memberKey{m.RoomID, m.UserID}
	if old := c.members[key]; old != nil {
		old.dirty = false
	}
	c.members[key] = &cachedMember{Membership: m, found: true}
}

// flush writes what has changed.
func (c *rowCache) flush(p *pinned) error {
	for _, r := range c.changedRooms {
		_, err := p.exec(`UPDATE rooms SET last_seq = ?, last_num = ?, last_message_at = ?, updated_seq = ? WHERE id = ?`,
			r.LastSeq, r.LastNum, r.LastMessageAt, r.UpdatedSeq, r.ID)
		if err != nil {
			return fmt.Errorf("writing a room's counters: %w", err)
		}
		r.dirty = false
	}
	for _, m := range c.changedMembers {
		if !m.dirty {
			continue // stored whole since
		}
		_, err := p.exec(`UPDATE memberships SET last_read_num = ? WHERE room_id = ? AND user_id = ?`, m.LastReadNum, m.RoomID, m.UserID)
		if err != nil {
			return fmt.Errorf("writing a read mark: %w", err)
		}
		m.dirty = false
	}
	clear(c.changedRooms)
	clear(c.changedMembers)
	c.changedRooms, c.changedMembers = c.changedRooms[:0], c.changedMembers[:0]
	return nil
}
