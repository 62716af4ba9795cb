package ws

import (
	"errors"
	"io"
	"net"
	"time"

	"golang.org/x/time/rate"

	"parley/models"
	"parley/server/hub"
	"parley/server/wire"
)

// run greets a connection and reads it until it ends. The greeting goes deep and leaves a goroutine with a stack of
// 8 KiB; one that only waits to read needs a quarter of it, so another one takes over.
func (c *conn) run(who hub.Identity) {
	c.in.Control = c.control()
	c.in.Began = c.began
	if !c.greet(who) {
		c.end()
		return
	}
	go c.read(who.UserID)
}

func (c *conn) end() {
	c.session.Close()
	c.abandon()
	c.server.forget(c)
}

func (c *conn) read(user wire.ID) {
	defer c.end()
	r := reader{conn: c, user: user}
	for {
		frame, ok := c.next()
		if ok {
			c.server.observe.Received(len(frame))
			r.handle(frame)
		}
		c.putBack(frame)
		if !ok {
			return
		}
	}
}

// began gives a message that has begun its room, and its time: endless fragments end at it.
func (c *conn) began([]byte) []byte {
	c.heard.Store(true)
	if !c.isClosing() { // or the deadline that the close has set stands
		c.nc.SetReadDeadline(time.Now().Add(messageWait))
	}
	c.message = c.server.messages.Get().(*[]byte)
	return (*c.message)[:0]
}

// putBack gives the room of a message to the next one of any connection.
func (c *conn) putBack(frame []byte) {
	if c.message != nil && cap(frame) <= 16<<10 { // a rare long message must not stay in the pool for ever
		*c.message = frame[:0]
		c.server.messages.Put(c.message)
	}
	c.message = nil
}

// next reads one text message. Where it cannot be taken, the connection is closed with the code that says why.
func (c *conn) next() ([]byte, bool) {
	op, b, err := c.in.Next(nil)
	if err != nil {
		c.ended(err)
		return b, false
	}
	if c.isClosing() {
		return b[:0], true
	}
	if op != OpText {
		c.refuse(closeUnsupported, "text only")
		return b, false
	}
	c.nc.SetReadDeadline(time.Time{})
	return b, true
}

// closeUnsupported answers a kind of data that is not taken (RFC 6455, section 7.4.1).
const closeUnsupported = 1003

// ended answers what ended the reading, where there is an answer.
func (c *conn) ended(err error) {
	var breach *Violation
	var closed *PeerClosed
	var timeout net.Error
	switch {
	case errors.As(err, &closed):
		c.closed(closed.Code)
	case c.isClosing():
	case errors.As(err, &breach):
		c.refuse(breach.Code, breach.Reason)
	case errors.As(err, &timeout) && timeout.Timeout():
		c.refuse(hub.ClosePolicy, "too slow a message")
	}
}

// refuse closes at once and gives the peer a moment to read why.
func (c *conn) refuse(code int, reason string) {
	c.Close(code, reason)
	c.linger()
}

// linger reads what the peer is still sending, for a moment: a socket closed with unread bytes is reset, and the reset
// takes the close frame with it.
func (c *conn) linger() {
	c.mu.Lock()
	if tcp, ok := c.nc.(*net.TCPConn); ok && !c.pumping && !c.dead {
		_ = tcp.CloseWrite() // tells the client that nothing follows; where it fails, the connection is gone
	}
	c.mu.Unlock()
	if c.nc.SetReadDeadline(time.Now().Add(closeWait)) == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(c.nc, 1<<20)) // the connection is over whatever it says
	}
}

// control answers pings through the queue, and ends a connection that sends them without measure.
func (c *conn) control() func(op byte, payload []byte) error {
	var allowance *rate.Limiter // made at the first ping: most clients send none
	return func(op byte, payload []byte) error {
		c.heard.Store(true)
		if op == OpPong {
			return nil
		}
		if allowance == nil {
			allowance = rate.NewLimiter(controlRate, controlBurst)
		}
		if !allowance.Allow() {
			c.Close(hub.CloseBadFlood, "too many pings")
			return nil
		}
		if !c.Write(appendFrame(nil, finPong, payload)) {
			c.Close(hub.CloseTooSlow, "too slow")
		}
		return nil
	}
}

// closed answers the client's close frame with its own code (RFC 6455, section 5.5.1).
func (c *conn) closed(code int) {
	if code == noStatus {
		code = hub.CloseNormal
	}
	c.Close(code, "")
}

// greet waits for the hello and starts the session.
func (c *conn) greet(who hub.Identity) bool {
	c.nc.SetReadDeadline(time.Now().Add(helloWait))
	frame, ok := c.next()
	defer c.putBack(frame)
	if !ok {
		return false
	}
	cmd, err := wire.DecodeCommand(frame)
	if err != nil || cmd.Type != wire.CmdHello {
		c.refuse(hub.ClosePolicy, "the first command must be hello")
		return false
	}
	hello, err := c.server.chat.Hello(c.server.ctx, who)
	switch {
	case models.IsCode(err, models.CodeNotSignedIn):
		c.refuse(hub.CloseSignedOut, "signed out")
		return false
	case err != nil:
		c.server.log.Error("greeting", "user", who.UserID, "error", err)
		c.refuse(hub.CloseInternal, "try again")
		return false
	}
	hello.HeartbeatS = int(c.server.heartbeat / time.Second)
	rooms := make([]hub.Joined, 0, len(hello.Rooms))
	for i := range hello.Rooms {
		id, err := models.ParseID(hello.Rooms[i].ID)
		if err == nil {
			rooms = append(rooms, hub.Joined{RoomID: id, Seq: hello.Rooms[i].Seq})
		}
	}
	cursors := make(map[wire.ID]int64, len(cmd.Rooms))
	for room, seq := range cmd.Rooms {
		id, err := models.ParseID(room)
		if err != nil {
			c.Write(appendFrame(nil, finText, wire.AppendError(nil, cmd.Ref, models.CodeNotFound, "There is no room "+cut(room)+".", 0)))
			continue
		}
		cursors[id] = seq
	}
	sameEpoch := cmd.Epoch == "" || cmd.Epoch == hello.Epoch
	c.session.Start(c.server.ctx, appendFrame(nil, finText, hello.JSON()), rooms, cursors, sameEpoch)
	c.greeted.Store(true)
	return true
}

// cut shortens what a client sent for an answer that repeats it.
func cut(s string) string { return s[:min(len(s), 24)] }
