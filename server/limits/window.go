package limits

import (
	"sync"
	"time"
)

// Window allows each key a number of events in any stretch of time, exactly: after 10 in 3 minutes the 11th waits until
// the first is 3 minutes old. A bucket would let one more through every 18 seconds. It is safe for concurrent use.
type Window[K comparable] struct {
	events int
	per    time.Duration
	now    func() time.Time

	mu     sync.Mutex
	recent *Recent[K, *stamps]
}

// stamps are the last moments at which an event was allowed, a ring once it is full.
type stamps struct {
	at   []int64 // Unix nanoseconds
	next int
}

// NewWindow returns a limit of events per key in any stretch as long as per.
func NewWindow[K comparable](events int, per time.Duration, now func() time.Time) *Window[K] {
	return &Window[K]{events: events, per: per, now: now, recent: NewRecent[K, *stamps](per, maxKeys)}
}

// Allow counts one event for the key. Where the limit is reached it counts nothing and says after what time the next
// will be let through.
func (w *Window[K]) Allow(key K) (ok bool, retryAfter time.Duration) {
	now := w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	s, there := w.recent.Get(now, key)
	if !there {
		s = &stamps{}
		w.recent.Put(now, key, s)
	}
	if len(s.at) < w.events {
		s.at = append(s.at, now.UnixNano())
		return true, 0
	}
	if wait := w.per - now.Sub(time.Unix(0, s.at[s.next])); wait > 0 {
		return false, min(wait, w.per) // never longer, also when the clock was set back
	}
	s.at[s.next] = now.UnixNano()
	s.next = (s.next + 1) % w.events
	return true, 0
}
