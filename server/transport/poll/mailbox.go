package poll

import (
	"sync"

	"parley/server/hub"
)

const (
	// maxWaiting bounds what waits for a client that reads too slowly; above it, room events are left out and caught up
	// from the store later.
	maxWaiting = 256 << 10
	// maxEphemera is how much may wait before typing and presence are left out.
	maxEphemera = 8 << 10
)

// mailbox is the hub's Sink of one stream or poll: events wait in it for the goroutine of the request.
type mailbox struct {
	session *hub.Session
	wake    chan struct{} // has a token when there is something to look at

	mu      sync.Mutex
	waiting []byte
	flight  int // bytes that are being written now; part of the bound
	notify  bool
	ended   int // the close code; 0 while open
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// Write implements hub.Sink.
func (m *mailbox) Write(events []byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended != 0 || len(events) == 0 {
		return true
	}
	if held := len(m.waiting) + m.flight; held > 0 && held+len(events) > maxWaiting {
		return false
	}
	m.waiting = append(m.waiting, events...)
	m.ring()
	return true
}

// WriteEphemeral implements hub.Sink.
func (m *mailbox) WriteEphemeral(events []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended == 0 && len(events) > 0 && len(m.waiting)+m.flight < maxEphemera {
		m.waiting = append(m.waiting, events...)
		m.ring()
	}
}

// NotifyDrained implements hub.Sink.
func (m *mailbox) NotifyDrained() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waiting)+m.flight > 0 {
		m.notify = true
		return
	}
	go m.session.Drained()
}

// Close implements hub.Sink.
func (m *mailbox) Close(code int, _ string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended == 0 {
		m.ended = code
		m.ring()
	}
}

func (m *mailbox) ring() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take returns all that waits, and the close code where the stream is over; sent must follow.
func (m *mailbox) take() (events []byte, ended int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	events, m.waiting = m.waiting, nil
	m.flight = len(events)
	return events, m.ended
}

// sent says that what take returned is with the client.
func (m *mailbox) sent() {
	m.mu.Lock()
	m.flight = 0
	notify := m.notify && len(m.waiting) == 0
	if notify {
		m.notify = false
	}
	m.mu.Unlock()
	if notify {
		m.session.Drained()
	}
}
