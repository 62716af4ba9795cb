package hub

import "parley/server/wire"

const (
	// ringEvents and ringBytes bound what a room remembers: enough for a reconnect of some seconds in a busy room.
	// Whatever lies further back comes from the store.
	ringEvents = 256
	ringBytes  = 128 << 10
)

// entry is one event that was handed out.
type entry struct {
	event *wire.Event
	json  []byte
}

// ring holds a room's last events in rising seq without a hole. Its owner locks.
type ring struct {
	entries []entry
	bytes   int
}

func (r *ring) add(e entry) {
	r.entries = append(r.entries, e)
	r.bytes += len(e.json)
	drop := 0
	for len(r.entries)-drop > ringEvents || r.bytes > ringBytes && len(r.entries)-drop > 1 {
		r.bytes -= len(r.entries[drop].json)
		drop++
	}
	if drop > 0 {
		n := copy(r.entries, r.entries[drop:])
		clear(r.entries[n:])
		r.entries = r.entries[:n]
	}
}

func (r *ring) forget() { *r = ring{} }

// after returns the events above seq, and whether the ring reaches back that far. head is the last seq that the room
// has handed out, 0 where it has handed out none since the process began.
func (r *ring) after(seq, head int64) ([]entry, bool) {
	if seq >= head {
		return nil, true
	}
	if len(r.entries) == 0 || r.entries[0].event.Seq > seq+1 {
		return nil, false
	}
	return r.entries[seq+1-r.entries[0].event.Seq:], true
}
