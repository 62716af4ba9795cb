package poll

import (
	"encoding/binary"

	"parley/server/hub"
	"parley/server/wire"
)

// records is the protocol of both transports: the event's JSON behind a head that says what it does to a cursor, so that
// the bytes can be shared while every client's cursor is its own.
type records struct{}

// Kind implements hub.Protocol.
func (records) Kind() hub.Kind { return hub.KindPoll }

// The ways in which an event moves a cursor.
const (
	leaves byte = iota // it has no seq, and is not made up for
	moves              // its room stands at its seq now
	drops              // its room is not the client's any more
)

// headSize is the length of a record's head: the way, the room, the seq, the length of the JSON.
const headSize = 1 + 8 + 8 + 4

// Append implements hub.Protocol.
func (records) Append(b []byte, e *wire.Event, json []byte) []byte {
	way, seq := leaves, e.Seq
	switch e.Type {
	case wire.RoomRemoved:
		way = drops
	case wire.RoomAdded:
		// What follows is the caller's own member.joined, at the seq that the room shows: it must not be skipped.
		way, seq = moves, max(e.Room.Seq-1, 0)
	case wire.Synced, wire.Reset:
		way = moves
	default:
		if e.Seq > 0 {
			way = moves
		}
	}
	return appendRecord(b, way, e.RoomID, seq, json)
}

func appendRecord(b []byte, way byte, room wire.ID, seq int64, json []byte) []byte {
	b = append(b, way)
	b = binary.BigEndian.AppendUint64(b, uint64(room))
	b = binary.BigEndian.AppendUint64(b, uint64(seq))
	b = binary.BigEndian.AppendUint32(b, uint32(len(json)))
	return append(b, json...)
}

// record is one event on its way out.
type record struct {
	way  byte
	room wire.ID
	seq  int64
	json []byte
}

// next takes the first record off b, which appendRecord has written.
func next(b []byte) (record, []byte) {
	size := int(binary.BigEndian.Uint32(b[17:]))
	r := record{way: b[0], room: wire.ID(binary.BigEndian.Uint64(b[1:])), seq: int64(binary.BigEndian.Uint64(b[9:])), json: b[headSize : headSize+size]}
	return r, b[headSize+size:]
}

// apply moves a cursor past the record, and reports whether that changed it.
func (r record) apply(c *cursor) bool {
	switch r.way {
	case moves:
		c.set(r.room, r.seq)
	case drops:
		c.drop(r.room)
	}
	return r.way != leaves
}
