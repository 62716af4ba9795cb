package socketio

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// greetPoll answers the request that began a connection.
func (c *Conn) greetPoll(w http.ResponseWriter) {
	answer(w, c.engine.greeting(c.ID, "websocket"))
}

func answer(w http.ResponseWriter, frames []byte) {
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(appendPayload(make([]byte, 0, len(frames)), frames)) // a client that is gone will miss its pong
}

// poll holds a GET until there is something to send. A second one at the same time means that two think they are the
// client, or that the client has lost count: the connection cannot be saved.
func (c *Conn) poll(w http.ResponseWriter, r *http.Request) {
	c.letSocketSettle(r)
	c.mu.Lock()
	if c.carrier == onSocket || !c.requests.Allow() || c.closing && len(c.waiting) == 0 {
		c.mu.Unlock()
		refuse(w, faultRequest)
		return
	}
	if c.polled != nil {
		c.mu.Unlock()
		c.Close(1002, "two polls at once")
		refuse(w, faultRequest)
		return
	}
	polled := make(chan struct{}, 1)
	c.polled = polled
	c.mu.Unlock()
	if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		c.engine.opts.Log.Debug("holding a poll", "error", err)
	}
	for {
		frames, closing := c.fetch()
		if len(frames) > 0 {
			answer(w, frames)
			c.fetched(closing)
			return
		}
		select {
		case <-polled:
		case <-r.Context().Done():
			c.cancelled()
			return
		}
	}
}

// settling is how long a poll that comes while a socket is tried waits for the outcome: a client that changed over
// without waiting for answers may have sent the last word before it.
const settling = 50 * time.Millisecond

func (c *Conn) letSocketSettle(r *http.Request) {
	c.mu.Lock()
	trial, changed := c.carrier == upgrading, c.changed
	c.mu.Unlock()
	if !trial {
		return
	}
	timer := time.NewTimer(settling)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// cancelled is called when a client has dropped a poll. Nobody can tell what it has seen, unless it is on a socket by
// now: the connection ends, as in every other server.
func (c *Conn) cancelled() {
	c.mu.Lock()
	c.polled = nil
	over := c.carrier != onSocket
	if !over {
		c.resume()
	}
	c.mu.Unlock()
	if over {
		c.abandon()
	}
}

// maxAnswer is how many packets the answer to a poll holds: python-engineio takes a longer one for an attack.
const maxAnswer = 16

// cutAnswer splits frames after the first maxAnswer of them.
func cutAnswer(frames []byte) (answer, rest []byte) {
	rest = frames
	for n := 0; n < maxAnswer && len(rest) > 0; n++ {
		_, _, rest = unframe(rest)
	}
	return frames[:len(frames)-len(rest)], rest
}

// fetch takes as much as one answer holds. Where a poll must not be held any longer, that is a noop.
func (c *Conn) fetch() (frames []byte, closing bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	frames, c.waiting = cutAnswer(c.waiting)
	if len(frames) == 0 && (c.carrier == onSocket || c.probed || c.closing || c.engine.released.Load()) {
		frames = appendEngine(nil, engineNoop, nil)
	}
	c.flight = len(frames)
	return frames, c.closing && len(c.waiting) == 0
}

func (c *Conn) fetched(closing bool) {
	c.mu.Lock()
	c.polled = nil
	c.drained()
	if c.carrier == onSocket {
		c.resume()
	}
	c.mu.Unlock()
	if closing {
		c.abandon()
	}
}

// post takes the packets of a request, in their order.
func (c *Conn) post(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	refused := c.carrier == onSocket || c.closing || !c.requests.Allow()
	c.mu.Unlock()
	if refused {
		refuse(w, faultRequest)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(c.engine.opts.MaxPayload)))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		c.Close(1009, "too big")
		http.Error(w, "The payload is too large.", http.StatusRequestEntityTooLarge)
		return
	}
	var packets []enginePacket
	if err == nil {
		packets, err = decodePayload(body, maxPackets)
	}
	if err != nil {
		c.abandon()
		refuse(w, faultRequest)
		return
	}
	for _, p := range packets {
		if !c.take(p) {
			break
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, "ok")
}
