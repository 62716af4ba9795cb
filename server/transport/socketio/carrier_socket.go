package socketio

import (
	"errors"
	"net"
	"net/http"
	"time"

	"parley/server/transport/ws"
)

const (
	// writeStall is how long a client may take nothing at all before it is given up.
	writeStall = 10 * time.Second
	// writeChunk is how much is written under one deadline.
	writeChunk = 32 << 10
	// noStatus is the code of a close frame that names none (RFC 6455, section 7.1.5).
	noStatus = 1005
)

func closeSocket(code int, reason string) []byte { return ws.AppendClose(nil, code, reason) }

// beginSocket opens a connection on a WebSocket.
func (e *Engine) beginSocket(w http.ResponseWriter, r *http.Request, owner Owner) {
	nc, _, err := e.handshake.Accept(w, r)
	if err != nil {
		e.release(owner)
		return // it has been answered
	}
	c := e.begin(owner)
	c.mu.Lock()
	c.settle(nc)
	c.put(e.greeting(c.ID))
	c.mu.Unlock()
	go c.read(ws.NewReader(nc, e.opts.MaxPayload, nil))
}

// upgrade tries a WebSocket beside the polls, and changes to it once the client says so.
func (c *Conn) upgrade(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	taken := c.carrier != polling || c.closing
	if !taken { // before the client hears that its handshake went well: what it sends next counts on it
		c.carrier, c.changed = upgrading, make(chan struct{})
	}
	c.mu.Unlock()
	nc, _, err := c.engine.handshake.Accept(w, r)
	switch {
	case err != nil && !taken:
		c.stay() // the handshake has been answered
	case err != nil:
	case taken:
		_ = nc.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = nc.Write(closeSocket(1008, "this connection has a socket"))
		_ = nc.Close()
	default:
		go c.tryOut(nc)
	}
}

// tryOut waits for the probe and for the word to change over. Where it does not come, the polls go on.
func (c *Conn) tryOut(nc net.Conn) {
	_ = nc.SetDeadline(time.Now().Add(upgradeWait))
	in := ws.NewReader(nc, c.engine.opts.MaxPayload, nil)
	if c.probe(nc, in) {
		_ = nc.SetDeadline(time.Time{})
		c.read(in)
		return
	}
	_ = nc.Close()
	c.stay()
}

// stay ends the trial of a socket: the polls go on.
func (c *Conn) stay() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.carrier, c.probed = polling, false
	close(c.changed)
}

func (c *Conn) probe(nc net.Conn, in *ws.Reader) bool {
	op, message, err := in.Next(nil)
	if err != nil || op != ws.OpText || string(message) != "2probe" {
		return false
	}
	if _, err := nc.Write(appendEngine(nil, enginePong, []byte("probe"))); err != nil {
		return false
	}
	c.mu.Lock()
	c.probed = true
	c.signal() // the poll that is held ends with a noop, and the client holds no other
	c.mu.Unlock()
	op, message, err = in.Next(message)
	if err != nil || op != ws.OpText || string(message) != string(engineUpgrade) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return false
	}
	c.settle(nc)
	if c.polled != nil {
		c.signal() // what that poll takes goes before what the socket brings
		return true
	}
	c.resume()
	return true
}

// resume lets what waits go out on the socket. c.mu is held.
func (c *Conn) resume() {
	if len(c.waiting) > 0 {
		c.startPump()
	}
}

// settle makes the socket the connection's carrier. c.mu is held.
func (c *Conn) settle(nc net.Conn) {
	c.carrier, c.socket = onSocket, nc
	c.direct.Open(nc)
	if c.changed != nil {
		close(c.changed)
	}
}

// control answers WebSocket's own pings, which proxies send.
func (c *Conn) control(op byte, payload []byte) error {
	if op == ws.OpPing {
		if !c.requests.Allow() {
			return &ws.Violation{Code: 1008, Reason: "too many pings"}
		}
		c.Send(ws.AppendFrame(nil, ws.OpPong, payload))
	}
	return nil
}

// kept is the longest room for a message that is used again, by whichever connection comes next.
const kept = 16 << 10

// read hands packets to the peer until the socket ends. Between messages it keeps no room for one.
func (c *Conn) read(in *ws.Reader) {
	defer c.hangUp()
	var room *[]byte
	in.Control = c.control
	in.Began = func([]byte) []byte {
		room = c.engine.messages.Get().(*[]byte)
		return (*room)[:0]
	}
	for {
		op, m, err := in.Next(nil)
		if err != nil {
			c.ended(err)
			return
		}
		p := enginePacket{kind: engineMessage, binary: true, data: m}
		if op == ws.OpText {
			if p, err = decodeEngine(m); err != nil || p.binary {
				p.kind = 0 // none that there is
			}
		}
		// After the connection's own close nothing is taken; the client's close frame still is.
		c.take(p)
		if op == ws.OpText && cap(m) <= kept { // a binary is the peer's now
			*room = m[:0]
			c.engine.messages.Put(room)
		}
		room = nil
	}
}

// ended answers a close frame, or a breach of the protocol.
func (c *Conn) ended(err error) {
	var closed *ws.PeerClosed
	var breach *ws.Violation
	switch {
	case errors.As(err, &closed):
		code := closed.Code
		if code == noStatus {
			code = 1000
		}
		c.Close(code, "")
	case errors.As(err, &breach):
		c.Close(breach.Code, breach.Reason)
	}
}

// hangUp ends a connection of which nothing more is read, once what waits has been written.
func (c *Conn) hangUp() {
	c.mu.Lock()
	c.deaf = true
	writing := c.pumping && c.closing
	c.mu.Unlock()
	if !writing {
		c.abandon()
	}
}

// pump writes what waits until nothing does.
func (c *Conn) pump() {
	for {
		frames, nc := c.next()
		if len(frames) == 0 {
			return
		}
		if err := writeAll(nc, frames); err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				c.engine.opts.Observer.Stalled()
			}
			c.abandon()
			return // pumping stays set: nothing is written any more
		}
	}
}

// next takes what is to be written, after what was taken before has been.
func (c *Conn) next() ([]byte, net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flight > 0 {
		c.drained()
	}
	if c.polled != nil { // the last poll took what was before this, and goes on from here
		c.pumping = false
		return nil, nil
	}
	frames := c.waiting
	c.waiting, c.flight = nil, len(frames)
	if len(frames) > 0 {
		return frames, c.socket
	}
	c.pumping = false
	if c.closing {
		c.farewell()
	}
	return nil, nil
}

// farewell is called when the close frame has gone out. The client gets a moment to answer it: a socket that is closed
// with unread bytes is reset, and the reset takes the close frame with it. c.mu is held.
func (c *Conn) farewell() {
	if tcp, ok := c.socket.(*net.TCPConn); ok && !c.deaf && tcp.CloseWrite() == nil {
		return // its reader sees the client go, or the time is up
	}
	go c.abandon()
}

func writeAll(nc net.Conn, b []byte) error {
	for len(b) > 0 {
		part := b[:min(len(b), writeChunk)]
		if err := nc.SetWriteDeadline(time.Now().Add(writeStall)); err != nil {
			return err
		}
		if _, err := nc.Write(part); err != nil {
			return err
		}
		b = b[len(part):]
	}
	return nil
}
