package socketio

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// Event is something that a client emitted.
type Event struct {
	Name        string
	Args        []json.RawMessage // with placeholders where attachments go
	Attachments [][]byte
	// Ack answers the client; nil where it wants no answer.
	Ack func(args []json.RawMessage, attachments ...[]byte)
}

// Listener is told what a client does. Its methods are called by one goroutine at a time.
type Listener interface {
	Event(e Event)
	// Drained is called once for each NotifyDrained of the connection.
	Drained()
	// Left is called once, when the client has left the namespace or is gone.
	Left()
}

// App decides who may enter which namespace.
type App interface {
	// Has reports whether there is such a namespace.
	Has(namespace string) bool
	// Connect admits a client; auth is what it sent along, an object. The text of an error is shown to it. The client
	// is greeted before the listener hears of events, and after greet was called nothing may fail.
	Connect(c *Client, auth json.RawMessage, greet func()) (Listener, error)
}

// Options tune a server.
type Options struct {
	Engine         EngineOptions
	ConnectTimeout time.Duration // how long a connection may stay without a namespace; 0: 10 s
	Namespaces     int           // how many one connection may enter; 0: 5
}

// Server is the server's side of Socket.IO 5: namespaces on an engine's connections.
type Server struct {
	engine  *Engine
	app     App
	timeout time.Duration
	limit   int
}

// NewServer returns a server for an app.
func NewServer(o Options, app App) *Server {
	s := &Server{app: app, timeout: o.ConnectTimeout, limit: o.Namespaces}
	if s.timeout == 0 {
		s.timeout = 10 * time.Second
	}
	if s.limit == 0 {
		s.limit = 5
	}
	s.engine = NewEngine(o.Engine, s.open)
	return s
}

// Serve answers one request; see Engine.Serve.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, owner Owner) {
	s.engine.Serve(w, r, owner)
}

// Drain and Close are the engine's.
func (s *Server) Drain() { s.engine.Drain() }

// Close ends every connection, and waits until they are gone or ctx is.
func (s *Server) Close(ctx context.Context) { s.engine.Close(ctx) }

// Draining reports whether Drain was called.
func (s *Server) Draining() bool { return s.engine.Draining() }

func (s *Server) open(c *Conn) Peer {
	p := &peer{server: s, conn: c, clients: map[string]*Client{}}
	p.unused = time.AfterFunc(s.timeout, func() {
		if p.idle() {
			c.Close(1008, "no namespace was entered")
		}
	})
	return p
}

// peer is the clients of one connection, and the packet that is coming in.
type peer struct {
	server *Server
	conn   *Conn
	unused *time.Timer

	coming packet // waits for its attachments where there is want
	want   int
	got    [][]byte

	mu      sync.Mutex
	clients map[string]*Client // by namespace
}

func (p *peer) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.clients) == 0
}

func (p *peer) client(namespace string) *Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clients[namespace]
}

// Text implements Peer.
func (p *peer) Text(data []byte) error {
	if p.want > 0 {
		return errPacket // an attachment was due
	}
	in, err := parsePacket(data)
	if err != nil {
		return err
	}
	if in.attachments > 0 {
		in.data = append([]byte(nil), in.data...) // the reader's buffer is used again before the attachments are there
		p.coming, p.want, p.got = in, in.attachments, nil
		return nil
	}
	return p.packet(in, nil)
}

// Binary implements Peer.
func (p *peer) Binary(data []byte) error {
	if p.want == 0 {
		return errPacket
	}
	p.got = append(p.got, data)
	if p.want--; p.want > 0 {
		return nil
	}
	in, got := p.coming, p.got
	p.coming, p.got = packet{}, nil
	return p.packet(in, got)
}

func (p *peer) packet(in packet, attachments [][]byte) error {
	c := p.client(in.namespace)
	switch in.kind {
	case packetConnect:
		return p.connect(in, c)
	case packetDisconnect:
		if c != nil {
			p.leave(c)
		}
		return nil
	case packetAck, packetBinaryAck:
		args, err := in.args()
		if err == nil && c != nil {
			c.answered(in.id, args)
		}
		return err
	}
	name, args, err := in.event()
	if err != nil {
		return err
	}
	if c == nil {
		return nil // it crossed the server's own goodbye
	}
	e := Event{Name: name, Args: args, Attachments: attachments}
	if in.id != noID {
		e.Ack = func(args []json.RawMessage, attachments ...[]byte) { c.reply(in.id, args, attachments) }
	}
	c.listener.Event(e)
	return nil
}

// connect lets a client into a namespace, or says why not.
func (p *peer) connect(in packet, known *Client) error {
	if known != nil {
		return errPacket
	}
	if !p.server.app.Has(in.namespace) {
		p.refuse(in.namespace, "Invalid namespace")
		return nil
	}
	p.mu.Lock()
	full := len(p.clients) >= p.server.limit
	p.mu.Unlock()
	if full {
		p.refuse(in.namespace, "Too many namespaces")
		return nil
	}
	auth := json.RawMessage(in.data)
	if len(auth) == 0 {
		auth = json.RawMessage("{}")
	}
	c := &Client{ID: rand.Text(), Namespace: in.namespace, conn: p.conn, peer: p}
	greet := func() {
		b, err := json.Marshal(struct {
			Sid string `json:"sid"`
		}{c.ID})
		if err != nil {
			b = []byte("{}") // a text is always encoded
		}
		c.Send(appendPacket(nil, packetConnect, c.Namespace, noID, b))
	}
	listener, err := p.server.app.Connect(c, append(json.RawMessage(nil), auth...), greet)
	if err != nil {
		p.refuse(in.namespace, err.Error())
		return nil
	}
	c.listener = listener
	p.mu.Lock()
	p.clients[in.namespace] = c
	p.mu.Unlock()
	return nil
}

func (p *peer) refuse(namespace, why string) {
	b, err := json.Marshal(struct {
		Message string `json:"message"`
	}{why})
	if err != nil {
		b = []byte("{}") // a text is always encoded
	}
	p.conn.Send(appendPacket(nil, packetConnectError, namespace, noID, b))
}

func (p *peer) leave(c *Client) {
	p.mu.Lock()
	delete(p.clients, c.Namespace)
	none := len(p.clients) == 0
	p.mu.Unlock()
	c.listener.Left()
	if none {
		p.unused.Reset(p.server.timeout)
	}
}

// Drained implements Peer. A client that does not wait for it takes it for nothing.
func (p *peer) Drained() {
	p.mu.Lock()
	clients := make([]*Client, 0, len(p.clients))
	for _, c := range p.clients {
		clients = append(clients, c)
	}
	p.mu.Unlock()
	for _, c := range clients {
		c.listener.Drained()
	}
}

// Ended implements Peer.
func (p *peer) Ended() {
	p.unused.Stop()
	p.mu.Lock()
	clients := p.clients
	p.clients = map[string]*Client{}
	p.mu.Unlock()
	for _, c := range clients {
		c.listener.Left()
	}
}
