package poll

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"parley/models"
	"parley/server/wire"
)

// cursor is how far a client has come in each of its rooms, in one lifetime of the database. All of it stands in the
// text that the client keeps, so that it outlives the connection, the process and the ring: about 12 characters a room.
type cursor struct {
	epoch string
	spots []spot // by room
}

type spot struct {
	room wire.ID
	seq  int64
}

const (
	cursorVersion = 1
	// maxSpots bounds what a client can make the server remember; with more rooms than this nobody reads.
	maxSpots = 10_000
)

var errCursor = models.Invalid("cursor", "invalid", "This cursor was not made by this server.")

// find returns where the room stands in spots, or would.
func (c *cursor) find(room wire.ID) (int, bool) {
	return slices.BinarySearchFunc(c.spots, room, func(s spot, id wire.ID) int { return cmp.Compare(s.room, id) })
}

func (c *cursor) seq(room wire.ID) (int64, bool) {
	if i, ok := c.find(room); ok {
		return c.spots[i].seq, true
	}
	return 0, false
}

func (c *cursor) set(room wire.ID, seq int64) {
	i, ok := c.find(room)
	if ok {
		c.spots[i].seq = seq
		return
	}
	c.spots = slices.Insert(c.spots, i, spot{room, seq})
}

func (c *cursor) drop(room wire.ID) {
	if i, ok := c.find(room); ok {
		c.spots = slices.Delete(c.spots, i, i+1)
	}
}

// append appends the cursor's text to b: version, epoch, then each room as the distance from the one before it, and its
// seq.
func (c *cursor) append(b []byte) []byte {
	raw := make([]byte, 0, 2+len(c.epoch)+12*len(c.spots))
	raw = append(raw, cursorVersion)
	raw = binary.AppendUvarint(raw, uint64(len(c.epoch)))
	raw = append(raw, c.epoch...)
	last := wire.ID(0)
	for _, s := range c.spots {
		raw = binary.AppendUvarint(raw, uint64(s.room-last))
		raw = binary.AppendUvarint(raw, uint64(s.seq))
		last = s.room
	}
	return base64.RawURLEncoding.AppendEncode(b, raw)
}

// parseCursor reads what append wrote, and refuses everything else.
func parseCursor(text string) (cursor, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) == 0 || raw[0] != cursorVersion {
		return cursor{}, errCursor
	}
	raw = raw[1:]
	size, n := binary.Uvarint(raw)
	if n <= 0 || size > uint64(len(raw)-n) {
		return cursor{}, errCursor
	}
	c := cursor{epoch: string(raw[n : n+int(size)])}
	raw = raw[n+int(size):]
	for last := uint64(0); len(raw) > 0; {
		step, n := binary.Uvarint(raw)
		if n <= 0 || step == 0 {
			return cursor{}, errCursor
		}
		seq, m := binary.Uvarint(raw[n:])
		room := last + step
		if m <= 0 || room < last || room > 1<<63-1 || seq > 1<<63-1 || len(c.spots) == maxSpots {
			return cursor{}, errCursor
		}
		c.spots = append(c.spots, spot{wire.ID(room), int64(seq)})
		raw, last = raw[n+m:], room
	}
	return c, nil
}
