package socketio

import (
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parley/server/transport/ws"
)

// carrier is what brings a connection's packets.
type carrier uint8

const (
	polling   carrier = iota
	upgrading         // polls still, while a socket is tried
	onSocket
)

// Conn is one connection of a client, over whatever carries it. Its methods are safe for concurrent use and never wait.
type Conn struct {
	ID string

	engine *Engine
	owner  Owner
	peer   Peer

	taking   sync.Mutex // held while a packet is with the peer: packets come one at a time and in order
	requests *rate.Limiter

	mu      sync.Mutex
	carrier carrier
	socket  net.Conn // on a socket
	direct  ws.Direct
	waiting []byte // frames that were not sent
	flight  int    // bytes that are being written; part of the bound
	pumping bool
	notify  bool
	polled  chan struct{} // of the poll that is held; nil where none is
	beat    *time.Timer
	due     time.Time     // when the beat fires
	pinged  bool          // a ping is out
	probed  bool          // a socket that is tried has carried something: no poll is held any more
	changed chan struct{} // closed when the trial of a socket is over
	closing bool          // nothing more is taken
	deaf    bool          // nothing is read from the socket any more
	over    bool          // the peer was told
}

func newConn(e *Engine, id string, owner Owner) *Conn {
	return &Conn{ID: id, engine: e, owner: owner, requests: rate.NewLimiter(requestRate, requestBurst)}
}

// Send queues frames, all or none; false means that the client takes too little.
func (c *Conn) Send(frames []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing || len(frames) == 0 {
		return true // its end is under way; there is nobody to tell
	}
	if held := len(c.waiting) + c.flight; held > 0 && held+len(frames) > c.engine.opts.MaxWaiting {
		return false
	}
	c.put(frames)
	return true
}

// ephemeral is how much may wait before what may be lost is.
const ephemeral = 16 << 10

// SendEphemeral is Send for what may be lost.
func (c *Conn) SendEphemeral(frames []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closing && len(frames) > 0 && len(c.waiting)+c.flight < ephemeral {
		c.put(frames)
	}
}

// put writes frames to the socket at once, as far as it takes them, and keeps the rest; for polls it keeps them until
// they are fetched. c.mu is held. A goroutine for each write instead costs a third more CPU a delivery.
func (c *Conn) put(frames []byte) {
	c.engine.opts.Observer.Sent(len(frames))
	if c.carrier != onSocket {
		c.waiting = append(c.waiting, frames...)
		c.signal()
		return
	}
	if !c.pumping && c.polled == nil && len(c.waiting) == 0 && c.direct.Ready() {
		n, err := c.direct.Write(frames)
		if err != nil {
			c.closing = true
			go c.abandon()
			return
		}
		if frames = frames[n:]; len(frames) == 0 {
			return
		}
	}
	c.waiting = append(c.waiting, frames...)
	c.startPump()
}

// startPump makes sure that what waits is being written. c.mu is held.
func (c *Conn) startPump() {
	if !c.pumping {
		c.pumping = true
		go c.pump()
	}
}

// signal lets the poll that is held look again. c.mu is held.
func (c *Conn) signal() {
	if c.polled != nil {
		select {
		case c.polled <- struct{}{}:
		default:
		}
	}
}

func (c *Conn) wakePoll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.signal()
}

// NotifyDrained asks for one call of the peer's Drained when nothing waits.
func (c *Conn) NotifyDrained() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting)+c.flight > 0 {
		c.notify = true
		return
	}
	go c.peer.Drained()
}

// drained says that flight is with the client. c.mu is held.
func (c *Conn) drained() {
	c.flight = 0
	if c.notify && len(c.waiting) == 0 {
		c.notify = false
		go c.peer.Drained()
	}
}

// take hands one packet to the peer. false means that the connection is over.
func (c *Conn) take(p enginePacket) bool {
	c.taking.Lock()
	defer c.taking.Unlock()
	if c.isClosing() {
		return false
	}
	c.engine.opts.Observer.Received(len(p.data) + 1)
	var err error
	switch p.kind {
	case engineMessage:
		if p.binary {
			err = c.peer.Binary(p.data)
		} else {
			err = c.peer.Text(p.data)
		}
	case enginePong:
		c.heard()
	case engineClose:
		c.closedByClient()
		return false
	case enginePing, engineUpgrade, engineNoop:
		// A ping is the server's to send; an upgrade is the probe's. What is out of place does no harm.
	default:
		err = errPacket
	}
	if err != nil {
		c.Close(1002, "not a packet")
		return false
	}
	return true
}

// ping asks whether the client is there; one that does not answer is given up.
func (c *Conn) ping() {
	c.mu.Lock()
	if c.closing {
		c.mu.Unlock()
		return
	}
	if c.pinged {
		c.mu.Unlock()
		c.abandon()
		return
	}
	c.pinged = true
	if now := time.Now(); now.Sub(c.due) > c.engine.opts.PingTimeout/4 {
		c.due = now // this process was held up, and the client is not to blame
	}
	c.wait(c.due.Add(c.engine.opts.PingTimeout))
	c.put(appendEngine(nil, enginePing, nil))
	c.mu.Unlock()
}

// wait sets when the beat fires. c.mu is held.
func (c *Conn) wait(until time.Time) {
	c.due = until
	c.beat.Reset(time.Until(until))
}

// heard is called for each pong.
func (c *Conn) heard() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pinged && !c.closing {
		c.pinged = false
		c.wait(time.Now().Add(c.engine.opts.PingInterval))
	}
}

// overdue reports whether the time for a pong is up, which a request may find before the beat does.
func (c *Conn) overdue() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pinged && !time.Now().Before(c.due)
}

func (c *Conn) isClosing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing
}

func (c *Conn) onSocket() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.carrier == onSocket
}

// Close ends the connection: what waits goes out, then the end.
func (c *Conn) Close(code int, reason string) {
	c.mu.Lock()
	if c.closing {
		c.mu.Unlock()
		return
	}
	if c.carrier == onSocket {
		c.put(closeSocket(code, reason))
		c.startPump() // it says farewell when the close frame has gone out
	} else {
		c.put(appendEngine(nil, engineClose, nil))
	}
	c.closing = true
	c.mu.Unlock()
	time.AfterFunc(lingers, c.abandon)
	go c.tell()
}

// crossing is how long the poll may take that a client sent beside its own goodbye.
const crossing = 100 * time.Millisecond

// closedByClient is Close for a client that said so itself: its poll, held or still on its way, ends with nothing (a
// noop) and takes the connection with it.
func (c *Conn) closedByClient() {
	c.mu.Lock()
	socket := c.carrier == onSocket
	if !c.closing {
		if !socket {
			c.put(appendEngine(nil, engineNoop, nil))
		}
		c.closing = true
	}
	c.mu.Unlock()
	if socket {
		c.abandon()
		return
	}
	time.AfterFunc(crossing, c.abandon)
	go c.tell()
}

// abandon ends the connection at once.
func (c *Conn) abandon() {
	c.mu.Lock()
	c.closing = true
	c.signal()
	socket := c.socket
	c.beat.Stop()
	c.mu.Unlock()
	if socket != nil {
		_ = socket.Close() // its reader and its writer notice
	}
	c.engine.forget(c)
	go c.tell()
}

// tell lets the peer know of the end, once, in a goroutine of its own: who ends a connection may hold locks that the
// peer needs.
func (c *Conn) tell() {
	c.mu.Lock()
	again := c.over
	c.over = true
	c.mu.Unlock()
	if !again {
		c.taking.Lock()
		defer c.taking.Unlock()
		c.peer.Ended()
	}
}

// TextMessage returns a message of Engine.IO, to be sent.
func TextMessage(data []byte) []byte { return appendEngine(nil, engineMessage, data) }

// BinaryMessage returns a binary message of Engine.IO, to be sent.
func BinaryMessage(data []byte) []byte { return appendBinary(nil, data) }
