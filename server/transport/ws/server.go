package ws

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"parley/models"
	"parley/server/hub"
	"parley/server/wire"
)

// Chat is what the socket asks of the use cases.
type Chat interface {
	// Hello returns the account's rooms in one view, or an error when the identity no longer holds.
	Hello(ctx context.Context, who hub.Identity) (wire.Hello, error)
	// Submit sends a message; done is called once, in the order of commits, and must not block.
	Submit(user wire.ID, d wire.Draft, done func(m *wire.Message, duplicate bool, err error))
	// Read moves the account's mark in a room, and tells its other connections.
	Read(ctx context.Context, user, room wire.ID, num int64, except uint64) error
	// WhyNot says why an account cannot act in a room that it is not a member of.
	WhyNot(ctx context.Context, user, room wire.ID) error
}

// Observer is told what the transport does; for metrics.
type Observer interface {
	Opened()
	Gone()
	Closed(code int)
	Stalled()
	Received(bytes int)
	Sent(bytes int)
}

type nobody struct{}

func (nobody) Opened()      {}
func (nobody) Gone()        {}
func (nobody) Closed(int)   {}
func (nobody) Stalled()     {}
func (nobody) Received(int) {}
func (nobody) Sent(int)     {}

const (
	// MaxFrame is the longest message a client may send, after inflation, in bytes.
	MaxFrame = 128 << 10
	// helloWait is how long a client may take from the handshake to its hello.
	helloWait = 10 * time.Second
	// messageWait is how long one message may take from its first frame to its last.
	messageWait = 10 * time.Second
	// maxUnacked is how many sends of one connection may be with the store at once.
	maxUnacked = 256
	// maxBad and maxRefused end a connection that keeps sending what cannot be taken.
	maxBad     = 100
	maxRefused = 1000
	// Control frames are answered at this rate at most, in frames a second, with this burst.
	controlRate  = 20
	controlBurst = 200
	// readBuffer is small because an idle connection keeps it; a larger message is read in several steps.
	readBuffer = 512
)

// Options are what a server is made of.
type Options struct {
	Hub       *hub.Hub
	Chat      Chat
	Log       *slog.Logger
	Heartbeat time.Duration // between pings; 0: 25 s
	Observer  Observer      // nil: nobody looks
	Deflate   bool          // take offers of permessage-deflate
}

// Server makes sessions of WebSocket handshakes.
type Server struct {
	hub       *hub.Hub
	chat      Chat
	log       *slog.Logger
	heartbeat time.Duration
	observe   Observer
	handshake *Handshake
	deflated  deflated
	messages  sync.Pool
	draining  atomic.Bool
	ctx       context.Context
	cancel    context.CancelFunc

	relief relief

	mu    sync.Mutex
	conns map[*conn]struct{}
	empty *sync.Cond
}

// New returns a server whose heartbeat runs until Close.
func New(o Options) *Server {
	s := &Server{hub: o.Hub, chat: o.Chat, log: o.Log, heartbeat: o.Heartbeat, observe: o.Observer, conns: map[*conn]struct{}{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.heartbeat == 0 {
		s.heartbeat = 25 * time.Second
	}
	if s.observe == nil {
		s.observe = nobody{}
	}
	s.empty = sync.NewCond(&s.mu)
	s.deflated = newDeflated()
	s.messages.New = func() any { b := make([]byte, 0, 2048); return &b }
	s.handshake = NewHandshake(o.Deflate, "parley.v1")
	s.ctx, s.cancel = context.WithCancel(context.Background())
	go s.beat()
	return s
}

// ErrTooMany says that the account has as many connections as it may.
var ErrTooMany = models.RateLimited("This account has too many connections.", 10*time.Second)

// Serve answers a handshake whose caller is known to be who. It returns as soon as the connection stands: the
// connection lives on in a goroutine of its own, so that the handler's stack and request are freed. An error means that
// nothing has been answered yet.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, who hub.Identity) error {
	if s.draining.Load() {
		return models.Busy("The server is stopping.", nil)
	}
	if !s.hub.Admit(who.UserID) {
		return ErrTooMany
	}
	nc, inflater, err := s.handshake.Accept(w, r)
	if err != nil {
		s.hub.Dismiss(who.UserID)
		return nil // it has been answered
	}
	c := newConn(s, nc)
	c.in = NewReader(nc, MaxFrame, inflater)
	c.heard.Store(true)
	if inflater != nil {
		c.session = s.hub.Open(who, s.deflated, c)
	} else {
		c.session = s.hub.Open(who, plain{}, c)
	}
	s.mu.Lock()
	s.conns[c] = struct{}{}
	s.mu.Unlock()
	s.observe.Opened()
	s.relief.opened.Add(1)
	go c.run(who)
	return nil
}

func (s *Server) forget(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	if len(s.conns) == 0 {
		s.empty.Broadcast()
	}
	s.mu.Unlock()
	s.observe.Gone()
}

// beat pings every connection once in each heartbeat, spread over it, and gives up those that have been silent since
// the last ping: a dead peer is found within two.
func (s *Server) beat() {
	const slots = 25
	tick := time.NewTicker(s.heartbeat / slots)
	defer tick.Stop()
	ping := appendFrame(nil, finPing, nil)
	for slot := uint64(0); ; slot++ {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
		}
		s.relief.tick()
		for _, c := range s.due(slot%slots, slots) {
			if !c.heard.Swap(false) {
				c.abandon()
				continue
			}
			c.Write(ping)
		}
	}
}

func (s *Server) due(slot, slots uint64) []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var cs []*conn
	for c := range s.conns {
		if c.greeted.Load() && c.session.ID%slots == slot { // before its hello the reader has a deadline
			cs = append(cs, c)
		}
	}
	return cs
}

// Drain answers every further command with busy. Close then ends the connections.
func (s *Server) Drain() { s.draining.Store(true) }

// Close sends every connection a close frame, waits until they have ended or ctx has, and stops the heartbeat.
func (s *Server) Close(ctx context.Context) error {
	s.draining.Store(true)
	s.hub.CloseAll(hub.CloseRestart, "restarting")
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for c := range s.conns {
			go c.abandon()
		}
		s.empty.Broadcast()
	})
	defer stop()
	s.mu.Lock()
	for len(s.conns) > 0 && ctx.Err() == nil {
		s.empty.Wait()
	}
	left := len(s.conns)
	s.mu.Unlock()
	s.cancel()
	if left > 0 {
		return errors.New("some connections did not close in time")
	}
	return nil
}
