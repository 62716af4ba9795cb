package ws

import (
	"runtime/debug"
	"sync/atomic"
)

const (
	// stormSize is how many handshakes leave enough behind to be worth a collection: each some 20 KiB.
	stormSize = 512
	// stormOver is at how many handshakes in a beat (a second) the storm is taken for over.
	stormOver = 64
)

// relief hands memory back to the system after many connections have come at once, as when a network comes back:
// handshakes and greetings need twice as much as the connections that they end in, and the runtime would keep it.
type relief struct {
	opened atomic.Int64 // handshakes since the last tick
	due    int64        // since memory was last handed back; the ticking goroutine's own
}

func (r *relief) tick() {
	n := r.opened.Swap(0)
	r.due += n
	if r.due < stormSize || n > stormOver {
		return
	}
	r.due = 0
	debug.FreeOSMemory()
}
