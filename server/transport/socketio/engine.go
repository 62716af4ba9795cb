package socketio

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"parley/server/transport/ws"
)

// Observer is told what the transport does; for metrics.
type Observer interface {
	Opened()
	Gone()
	Stalled()
	Received(bytes int)
	Sent(bytes int)
}

type nobody struct{}

func (nobody) Opened()      {}
func (nobody) Gone()        {}
func (nobody) Stalled()     {}
func (nobody) Received(int) {}
func (nobody) Sent(int)     {}

// EngineOptions tune an engine. The zero value of each field stands for what Parley uses.
type EngineOptions struct {
	PingInterval time.Duration // 25 s
	PingTimeout  time.Duration // 20 s
	MaxPayload   int           // bytes of one request or frame of a client: 1,000,000
	MaxWaiting   int           // bytes that wait for a client before it counts as too slow: 512 KiB
	PerOwner     int           // connections of one person, also those that entered no namespace: no limit
	Log          *slog.Logger
	Observer     Observer
}

const (
	// maxPackets is how many packets one POST may bring. Clients put all that they have into one, and know of no bound
	// but the payload's.
	maxPackets = 5000
	// upgradeWait is how long a change to WebSocket may take.
	upgradeWait = 10 * time.Second
	// lingers is how long a closed connection is kept for the poll that fetches the end of it.
	lingers = time.Second
	// A poller's requests are answered at this rate at most, in requests a second, with this burst.
	requestRate  = 100
	requestBurst = 300
)

// Peer is what stands on a connection. Its methods are called by one goroutine at a time.
type Peer interface {
	// Text and Binary take a message; an error closes the connection.
	Text(data []byte) error
	Binary(data []byte) error
	// Drained is called once for each NotifyDrained.
	Drained()
	// Ended is called once, when the connection is over.
	Ended()
}

// Engine keeps connections: it is the server's side of Engine.IO 4.
type Engine struct {
	opts      EngineOptions
	open      func(*Conn) Peer
	handshake *ws.Handshake
	draining  atomic.Bool
	released  atomic.Bool // polls are not held any more
	messages  sync.Pool   // room for messages that are being read

	mu    sync.Mutex
	conns map[string]*Conn
	owned map[any]int // connections by their owner's person
}

// NewEngine returns an engine; open is called for each new connection and returns what stands on it.
func NewEngine(o EngineOptions, open func(*Conn) Peer) *Engine {
	if o.PingInterval == 0 {
		o.PingInterval = 25 * time.Second
	}
	if o.PingTimeout == 0 {
		o.PingTimeout = 20 * time.Second
	}
	if o.MaxPayload == 0 {
		o.MaxPayload = 1_000_000
	}
	if o.MaxWaiting == 0 {
		o.MaxWaiting = 512 << 10
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observer == nil {
		o.Observer = nobody{}
	}
	e := &Engine{opts: o, open: open, handshake: ws.NewHandshake(false), conns: map[string]*Conn{}, owned: map[any]int{}}
	e.messages.New = func() any { b := make([]byte, 0, 1024); return &b }
	return e
}

// The faults that a request can have, numbered as everywhere in Engine.IO.
const (
	faultTransport = 0
	faultSid       = 1
	faultMethod    = 2
	faultRequest   = 3
	faultForbidden = 4
	faultVersion   = 5
)

func faultText(fault int) string {
	return [...]string{"Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version"}[fault]
}

// refuse answers 400 with a numbered fault.
func refuse(w http.ResponseWriter, fault int) {
	b, err := json.Marshal(struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}{fault, faultText(fault)})
	if err != nil {
		b = nil // a struct of a number and a text is always encoded
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(b) // whoever asked has gone, or reads it
}

// Owner is the sign-in that a request came with.
type Owner interface {
	Same(other Owner) bool
	// Person is the same for all sign-ins of one person, and can be compared.
	Person() any
}

// Serve answers one request; owner is nil where it brought no sign-in. A connection that was opened with one answers to
// no other.
func (e *Engine) Serve(w http.ResponseWriter, r *http.Request, owner Owner) {
	q := r.URL.Query()
	transport, sid := q.Get("transport"), q.Get("sid")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case q.Get("EIO") != "4":
		refuse(w, faultVersion)
	case transport != "polling" && transport != "websocket":
		refuse(w, faultTransport)
	case sid == "" && r.Method != http.MethodGet:
		refuse(w, faultMethod)
	case sid == "" && e.draining.Load():
		w.Header().Set("Retry-After", "1")
		http.Error(w, "The server is stopping.", http.StatusServiceUnavailable)
	case sid == "" && !e.reserve(owner):
		w.Header().Set("Retry-After", "10")
		http.Error(w, "This account has too many connections.", http.StatusTooManyRequests)
	case sid == "" && transport == "polling":
		e.begin(owner).greetPoll(w)
	case sid == "":
		e.beginSocket(w, r, owner)
	default:
		e.goOn(w, r, e.find(sid), transport, owner)
	}
}

func (e *Engine) goOn(w http.ResponseWriter, r *http.Request, c *Conn, transport string, owner Owner) {
	switch {
	case c == nil:
		refuse(w, faultSid)
	case c.overdue():
		c.abandon()
		refuse(w, faultSid)
	case c.owner != nil && (owner == nil || !c.owner.Same(owner)):
		refuse(w, faultForbidden)
	case transport == "websocket":
		c.upgrade(w, r)
	case r.Method == http.MethodGet:
		c.poll(w, r)
	case r.Method == http.MethodPost:
		c.post(w, r)
	default:
		refuse(w, faultMethod)
	}
}

func (e *Engine) find(sid string) *Conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.conns[sid]
}

// begin makes a connection.
func (e *Engine) begin(owner Owner) *Conn {
	c := newConn(e, rand.Text(), owner)
	c.mu.Lock()
	c.peer = e.open(c)
	c.due = time.Now().Add(e.opts.PingInterval)
	c.beat = time.AfterFunc(e.opts.PingInterval, c.ping)
	c.mu.Unlock()
	e.mu.Lock()
	e.conns[c.ID] = c
	e.mu.Unlock()
	e.opts.Observer.Opened()
	return c
}

// reserve counts a connection of the owner's that is about to begin; false where that is one too many.
func (e *Engine) reserve(owner Owner) bool {
	if owner == nil {
		return true // strangers are limited before they come here
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	person := owner.Person()
	if e.opts.PerOwner > 0 && e.owned[person] >= e.opts.PerOwner {
		return false
	}
	e.owned[person]++
	return true
}

// release undoes reserve.
func (e *Engine) release(owner Owner) {
	if owner == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	person := owner.Person()
	if e.owned[person]--; e.owned[person] <= 0 {
		delete(e.owned, person)
	}
}

func (e *Engine) forget(c *Conn) {
	e.mu.Lock()
	_, known := e.conns[c.ID]
	delete(e.conns, c.ID)
	e.mu.Unlock()
	if known {
		e.release(c.owner)
		e.opts.Observer.Gone()
	}
}

// greeting is the first packet of a connection.
func (e *Engine) greeting(sid string, upgrades ...string) []byte {
	if upgrades == nil {
		upgrades = []string{}
	}
	b, err := json.Marshal(struct {
		Sid          string   `json:"sid"`
		Upgrades     []string `json:"upgrades"`
		PingInterval int64    `json:"pingInterval"`
		PingTimeout  int64    `json:"pingTimeout"`
		MaxPayload   int      `json:"maxPayload"`
	}{sid, upgrades, e.opts.PingInterval.Milliseconds(), e.opts.PingTimeout.Milliseconds(), e.opts.MaxPayload})
	if err != nil {
		e.opts.Log.Error("encoding a greeting", "error", err)
	}
	return appendEngine(nil, engineOpen, b)
}

// acksAtStop is how long polls are still held when the server stops, for the acks that are due.
const acksAtStop = 150 * time.Millisecond

// Drain refuses new connections, and lets polls go soon.
func (e *Engine) Drain() {
	e.draining.Store(true)
	time.AfterFunc(acksAtStop, func() {
		e.released.Store(true)
		for _, c := range e.all() {
			c.wakePoll()
		}
	})
}

// Draining reports whether Drain was called.
func (e *Engine) Draining() bool { return e.draining.Load() }

func (e *Engine) all() []*Conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	cs := make([]*Conn, 0, len(e.conns))
	for _, c := range e.conns {
		cs = append(cs, c)
	}
	return cs
}

// Close ends every connection, and waits until they are gone or ctx is.
func (e *Engine) Close(ctx context.Context) {
	e.draining.Store(true)
	e.released.Store(true)
	for _, c := range e.all() {
		c.Close(1012, "restarting")
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for len(e.sockets()) > 0 && ctx.Err() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	for _, c := range e.all() {
		c.abandon()
	}
}

// sockets are the connections over WebSocket: pollers have nobody to wait for.
func (e *Engine) sockets() []*Conn {
	var cs []*Conn
	for _, c := range e.all() {
		if c.onSocket() {
			cs = append(cs, c)
		}
	}
	return cs
}
