package testkit

import "fmt"

// order checks what the contract promises one connection about each room: live, seq rises strictly and without a
// hole; during catch-up it rises strictly; nothing of a room that was removed.
type order struct {
	rooms  map[string]*roomOrder
	faults []string
}

type roomOrder struct {
	last     int64 // the last seq seen, or where the server said that the connection stands
	exact    bool  // the next seq must be last+1; else it must be at most last+1, for last is only a promise
	catching bool  // holes are allowed until synced or reset
	removed  bool
}

func newOrder() *order { return &order{rooms: map[string]*roomOrder{}} }

// expect says which cursors a hello or an open names: their rooms answer with catch-up first.
func (o *order) expect(cursors map[string]int64) {
	for room, since := range cursors {
		o.rooms[room] = &roomOrder{last: since, catching: true}
	}
}

func (o *order) see(f Frame) {
	switch f.Type {
	case "hello":
		for _, r := range f.Rooms {
			o.begin(r)
		}
	case "room.added":
		if f.Room != nil {
			delete(o.rooms, f.Room.ID)
			o.begin(*f.Room)
		}
	case "room.removed":
		o.rooms[f.RoomID] = &roomOrder{removed: true}
	case "synced", "reset":
		o.settle(f)
	case "ack", "error", "pong", "read":
	default:
		if f.Seq != 0 {
			o.event(f)
		}
	}
}

// begin starts a room at the head that the server announced, unless a cursor was named for it.
func (o *order) begin(r Room) {
	if known := o.rooms[r.ID]; known == nil || known.removed {
		o.rooms[r.ID] = &roomOrder{last: r.Seq}
	}
}

func (o *order) settle(f Frame) {
	r := o.rooms[f.RoomID]
	if r == nil {
		o.fault("%s for a room that was never announced: %s", f.Type, f.Raw)
		return
	}
	if f.Type == "synced" && f.Seq < r.last {
		o.fault("synced at %d after an event with seq %d: %s", f.Seq, r.last, f.Raw)
	}
	*r = roomOrder{last: f.Seq, exact: f.Type == "synced"}
}

func (o *order) event(f Frame) {
	r := o.rooms[f.RoomID]
	switch {
	case f.RoomID == "":
		o.fault("an event with seq has no room_id: %s", f.Raw)
		return
	case r == nil:
		o.fault("an event of a room that was never announced: %s", f.Raw)
		return
	case r.removed:
		o.fault("an event of a room after room.removed: %s", f.Raw)
		return
	case r.catching && f.Seq <= r.last:
		o.fault("catch-up fell from %d to %d: %s", r.last, f.Seq, f.Raw)
	case !r.catching && r.exact && f.Seq != r.last+1:
		o.fault("live, seq went from %d to %d: %s", r.last, f.Seq, f.Raw)
	case !r.catching && f.Seq > r.last+1:
		o.fault("a hole at the start: the room stood at %d and the first event is %d: %s", r.last, f.Seq, f.Raw)
	}
	r.last = f.Seq
	r.exact = !r.catching
}

func (o *order) fault(format string, args ...any) {
	if len(o.faults) < 20 {
		o.faults = append(o.faults, fmt.Sprintf(format, args...))
	}
}
