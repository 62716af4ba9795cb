package ws

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"parley/server/hub"
)

const (
	// maxWaiting bounds what waits for a connection that reads too slowly. Above it, room events are left out and
	// caught up later from the store.
	maxWaiting = 256 << 10
	// maxWaitingTLS is the same where nothing is handed to the kernel at once, as over TLS: what waits there is no sign of a
	// slow reader before the pump had its turn. Under 256 KiB a sender of fifty messages of 4 KiB was cut off for its acks.
	maxWaitingTLS = 1 << 20
	// writeStall is how long a connection may take nothing at all before it is given up.
	writeStall = 10 * time.Second
	// closeWait is how long the peer may take to answer a close frame.
	closeWait = time.Second
	// writeChunk is how much is written under one deadline, so that a slow but living peer makes progress.
	writeChunk = 32 << 10
)

// conn is one WebSocket's way out, the hub's Sink. Whoever has something to send writes it to the socket at once,
// without waiting; what the socket does not take is kept, and finished by a goroutine that exists only as long as there
// is something left. Measured on chat rates: 20 to 40 % less CPU than a writer goroutine for each connection.
type conn struct {
	server  *Server
	nc      net.Conn
	in      *Reader
	session *hub.Session
	message *[]byte // what the message that is being read lies in, the reader's own; nil between messages

	bound int // of what waits

	mu      sync.Mutex
	held    []byte // frames that leave with the next write, at the latest when release is called
	waiting []byte // taken, not written
	flight  int    // bytes that the pump is writing now; part of the bound
	pumping bool
	closing bool // a close frame was queued: nothing may follow it
	dead    bool
	notify  bool // Drained is wanted
	direct  Direct

	greeted atomic.Bool  // its hello was answered
	heard   atomic.Bool  // something came since the last ping
	unacked atomic.Int32 // sends that are with the store
	wake    chan struct{}

	refusals atomic.Int32 // sends that were turned down
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{server: s, nc: nc, wake: make(chan struct{}, 1), bound: maxWaitingTLS}
	if c.direct.Open(nc); c.direct.Ready() {
		c.bound = maxWaiting
	}
	return c
}

// Write implements hub.Sink.
func (c *conn) Write(frames []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.write(frames)
}

func (c *conn) write(frames []byte) bool {
	if c.dead || c.closing {
		return true // its reader is about to end it; there is nobody to tell
	}
	if c.full(len(frames)) {
		return false
	}
	c.put(frames)
	return true
}

// full reports whether so many bytes more are too many. c.mu is held.
func (c *conn) full(more int) bool {
	kept := len(c.held) + len(c.waiting) + c.flight
	return kept > 0 && kept+more > c.bound
}

// hold takes a message to be sent with whatever is written next; where later is false that is now. It reports false where
// the connection takes no more.
func (c *conn) hold(message []byte, later bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.dead || c.closing:
		return true
	case c.full(len(message)):
		return false
	}
	c.held = appendFrame(c.held, finText, message)
	if !later {
		c.put(nil)
	}
	return true
}

// release writes what is held.
func (c *conn) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.held) > 0 && !c.dead && !c.closing {
		c.put(nil)
	}
}

// put writes what the socket takes and keeps the rest. c.mu is held.
func (c *conn) put(frames []byte) {
	if len(c.held) > 0 {
		frames = append(c.held, frames...)
		c.held = nil
	}
	c.server.observe.Sent(len(frames))
	if !c.pumping && c.direct.Ready() {
		frames = frames[c.try(frames):]
		if len(frames) == 0 || c.dead {
			return
		}
	}
	c.waiting = append(c.waiting, frames...)
	if !c.pumping {
		c.pumping = true
		go c.pump()
	}
}

// try writes without waiting and returns how many bytes went. c.mu is held.
func (c *conn) try(frames []byte) int {
	n, err := c.direct.Write(frames)
	if err != nil {
		c.fail()
		return 0
	}
	return n
}

// pump writes what waits until nothing does.
func (c *conn) pump() {
	for {
		c.mu.Lock()
		chunk := c.waiting
		c.waiting, c.flight = nil, len(chunk)
		if len(chunk) == 0 || c.dead {
			c.pumping, c.flight = false, 0
			notify := c.notify
			c.notify = false
			c.mu.Unlock()
			if notify {
				c.session.Drained()
			}
			return
		}
		c.mu.Unlock()
		if err := c.writeAll(chunk); err != nil {
			c.mu.Lock()
			if !c.closing && !c.dead {
				c.server.observe.Stalled()
			}
			c.fail()
			c.mu.Unlock()
		}
	}
}

func (c *conn) writeAll(b []byte) error {
	nc := c.nc
	for len(b) > 0 {
		part := b[:min(len(b), writeChunk)]
		if err := nc.SetWriteDeadline(time.Now().Add(writeStall)); err != nil {
			return err
		}
		if _, err := nc.Write(part); err != nil {
			return err
		}
		b = b[len(part):]
		c.mu.Lock()
		c.flight = len(b)
		c.mu.Unlock()
	}
	return nil
}

// fail gives the connection up. Its reader notices, and ends the session. c.mu is held.
func (c *conn) fail() {
	if c.dead {
		return
	}
	c.dead = true
	c.held, c.waiting = nil, nil
	hangUp(c.nc)
}

// hangUp ends a connection without a word. Over TLS, closing would first write an alert and wait up to five seconds for a
// peer that reads nothing, and here the room waits with it.
func hangUp(nc net.Conn) {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	_ = nc.Close()
}

// WriteEphemeral implements hub.Sink.
func (c *conn) WriteEphemeral(frames []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(frames) > 0 && len(c.waiting)+c.flight == 0 {
		c.write(frames)
	}
}

// NotifyDrained implements hub.Sink.
func (c *conn) NotifyDrained() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pumping {
		c.notify = true
		return
	}
	go c.session.Drained()
}

// Close implements hub.Sink: what waits goes out, then the close frame, then the peer has closeWait to answer.
func (c *conn) Close(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing || c.dead {
		return
	}
	c.put(closeFrame(code, reason))
	c.closing = true
	c.server.observe.Closed(code)
	if code == hub.CloseTooSlow {
		// It reads nothing, so it would not read the close frame either: take no longer over it than over an answer.
		time.AfterFunc(closeWait, c.abandon)
		return
	}
	// The reader sees the deadline, or the peer's close frame, and ends the connection.
	c.nc.SetReadDeadline(time.Now().Add(closeWait))
}

func (c *conn) abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail()
}

func (c *conn) isClosing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing || c.dead
}

// beginAck counts a send that goes to the store, and waits while too many are there: the peer's own TCP window then
// holds it back.
func (c *conn) beginAck() {
	for c.unacked.Add(1) > maxUnacked {
		c.unacked.Add(-1)
		<-c.wake
	}
}

// endAck is called when the store has answered a send.
func (c *conn) endAck() {
	c.unacked.Add(-1)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
