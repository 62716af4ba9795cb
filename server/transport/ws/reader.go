package ws

import (
	"errors"
	"io"
	"net"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"parley/models"
	"parley/server/hub"
	"parley/server/wire"
)

// run reads a connection until it ends.
func (c *conn) run(who hub.Identity) {
	defer func() {
		c.session.Close()
		c.abandon()
		c.server.forget(c)
	}()
	// The bound on what is announced; what comes out of an inflater is bounded by readAll. Text that deflate cannot
	// shrink grows by a few bytes for each block.
	c.ws.SetReadLimit(MaxFrame + 1024)
	c.ws.SetPingHandler(c.ping())
	c.ws.SetPongHandler(func(string) error { c.heard.Store(true); return nil })
	c.ws.SetCloseHandler(c.closed)
	if !c.greet(who) {
		return
	}
	r := reader{conn: c, user: who.UserID}
	for {
		b := c.server.messages.Get().(*[]byte)
		frame, ok := c.next((*b)[:0], messageWait)
		if ok {
			c.server.observe.Received(len(frame))
			r.handle(frame)
		}
		if cap(frame) <= 16<<10 { // a rare long message must not stay in the pool for ever
			*b = frame[:0]
			c.server.messages.Put(b)
		}
		if !ok {
			return
		}
	}
}

// next reads one text message into b. Where it cannot be taken, the connection is closed with the code that says why.
func (c *conn) next(b []byte, wait time.Duration) ([]byte, bool) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		c.ended(err)
		return b, false
	}
	c.heard.Store(true)
	if kind != websocket.TextMessage {
		c.refuse(websocket.CloseUnsupportedData, "text only")
		return b, false
	}
	if c.isClosing() {
		return b, c.skip(r)
	}
	nc := c.ws.NetConn()
	nc.SetReadDeadline(time.Now().Add(wait))
	b, err = readAll(b, r)
	switch {
	case errors.Is(err, errTooBig):
		c.refuse(hub.CloseTooBig, "too big")
		return b, false
	case err != nil:
		c.ended(err)
		return b, false
	}
	if !utf8.Valid(b) {
		c.refuse(hub.CloseNotUTF8, "not UTF-8")
		return b, false
	}
	if c.isClosing() {
		return b[:0], true // keep the deadline that the close has set
	}
	nc.SetReadDeadline(time.Time{})
	return b, true
}

func (c *conn) skip(r io.Reader) bool {
	_, err := io.Copy(io.Discard, io.LimitReader(r, MaxFrame))
	return err == nil
}

var errTooBig = errors.New("message too big")

// readAll is io.ReadAll into b, with the bound on what comes out of the inflater, which gorilla's SetReadLimit does not
// see: it counts compressed bytes.
func readAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):min(cap(b), MaxFrame+1)])
		b = b[:len(b)+n]
		if len(b) > MaxFrame {
			return b, errTooBig
		}
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// ended answers what gorilla could not read. For most breaches of the protocol gorilla has sent the close frame itself.
func (c *conn) ended(err error) {
	var closed *websocket.CloseError
	var timeout net.Error
	switch {
	case errors.As(err, &closed):
	case errors.As(err, &timeout) && timeout.Timeout():
		if !c.isClosing() {
			c.refuse(hub.ClosePolicy, "too slow a message")
		}
	default:
		code := hub.CloseProtocol
		if errors.Is(err, websocket.ErrReadLimit) {
			code = hub.CloseTooBig
		}
		// Where gorilla has sent a close frame, it refuses to send another.
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeWait))
		c.mu.Lock()
		c.closing = true
		c.mu.Unlock()
		c.linger()
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
	nc := c.ws.NetConn()
	if nc.SetReadDeadline(time.Now().Add(closeWait)) == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(nc, 1<<20)) // the connection is over whatever it says
	}
}

// ping answers pings through the queue, and ends a connection that sends them without measure.
func (c *conn) ping() func(string) error {
	var allowance *rate.Limiter // made at the first ping: most clients send none
	return func(payload string) error {
		c.heard.Store(true)
		if allowance == nil {
			allowance = rate.NewLimiter(controlRate, controlBurst)
		}
		if !allowance.Allow() {
			c.Close(hub.CloseBadFlood, "too many pings")
			return nil
		}
		if !c.Write(appendFrame(nil, finPong, []byte(payload))) {
			c.Close(hub.CloseTooSlow, "too slow")
		}
		return nil
	}
}

// closed answers the peer's close frame with its own code (RFC 6455, section 5.5.1).
func (c *conn) closed(code int, _ string) error {
	if code == websocket.CloseNoStatusReceived {
		code = hub.CloseNormal
	}
	c.Close(code, "")
	return nil
}

// greet waits for the hello and starts the session.
func (c *conn) greet(who hub.Identity) bool {
	c.ws.NetConn().SetReadDeadline(time.Now().Add(helloWait))
	frame, ok := c.next(nil, helloWait)
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
	return true
}

// cut shortens what a client sent for an answer that repeats it.
func cut(s string) string { return s[:min(len(s), 24)] }
