package socketio

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"

	"golang.org/x/time/rate"

	"parley/models"
	"parley/server/hub"
	"parley/server/wire"
)

// UseCases is what the transport asks of Parley.
type UseCases interface {
	// Hello returns the account's rooms in one view, or an error when the identity no longer holds.
	Hello(ctx context.Context, who hub.Identity) (wire.Hello, error)
	// Bearer returns whose token this is.
	Bearer(ctx context.Context, token string) (hub.Identity, error)
	// Submit sends a message; done is called once, in the order of commits, and must not block.
	Submit(user wire.ID, d wire.Draft, done func(m *wire.Message, duplicate bool, err error))
	// Read moves the account's mark in a room, and tells its other connections.
	Read(ctx context.Context, user, room wire.ID, num int64, except uint64) error
	// Find returns a room that the account may see, by id or by name, with its own side of it.
	Find(ctx context.Context, user wire.ID, room string) (wire.Room, error)
	// MayRelay says why the account may not pass an event of its own on to the room.
	MayRelay(ctx context.Context, user, room wire.ID) error
	// Join makes the account a member of an open room.
	Join(ctx context.Context, user, room wire.ID) (wire.Room, error)
}

// The namespaces.
const (
	namespaceCompatible = "/"
	namespaceFull       = "/chat"
)

const (
	// everybodysRoom is where every client is from the start.
	everybodysRoom = "general"
	// Events that are no messages, typing and custom ones for example, are taken at this rate at most, in events a
	// second, with this burst.
	eventRate  = 50
	eventBurst = 200
	// maxBad and maxRefused end a connection that keeps sending what cannot be taken.
	maxBad     = 100
	maxRefused = 1000
	// maxUnacked is how many sends of one client may be with the store at once.
	maxUnacked = 256
	// maxNames is how many names of rooms are remembered for one client.
	maxNames = 100
	// maxSince is how many rooms a client can resume at the connect.
	maxSince = 100
)

// ChatOptions are what a chat is made of.
type ChatOptions struct {
	Hub      *hub.Hub
	UseCases UseCases
	Log      *slog.Logger
	Observer Observer
	// MaxConnections is how many connections an account may have before it enters a namespace, which the hub counts; 0: no
	// limit.
	MaxConnections int
}

// Chat is Parley behind Socket.IO.
type Chat struct {
	server   *Server
	hub      *hub.Hub
	cases    UseCases
	log      *slog.Logger
	shapes   *shapes
	ctx      context.Context
	cancel   context.CancelFunc
	draining atomic.Bool
}

// NewChat returns a chat; Close ends it.
func NewChat(o ChatOptions) *Chat {
	c := &Chat{hub: o.Hub, cases: o.UseCases, log: o.Log, shapes: newShapes()}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.server = NewServer(Options{Engine: EngineOptions{Log: c.log, Observer: o.Observer, PerOwner: o.MaxConnections}}, c)
	return c
}

// Serve answers one request. who is nil where the request brought no sign-in.
func (c *Chat) Serve(w http.ResponseWriter, r *http.Request, who *hub.Identity) {
	var owner Owner
	if who != nil {
		owner = signIn{*who}
	}
	c.server.Serve(w, r, owner)
}

// signIn is what a connection belongs to.
type signIn struct{ hub.Identity }

// Same implements Owner.
func (s signIn) Same(other Owner) bool {
	o, ok := other.(signIn)
	return ok && o.UserID == s.UserID && o.Credential == s.Credential
}

// Person implements Owner.
func (s signIn) Person() any { return s.UserID }

// Drain answers every further command with busy, and lets polls go.
func (c *Chat) Drain() {
	c.draining.Store(true)
	c.server.Drain()
}

// Close ends every connection, and waits until they are gone or ctx is.
func (c *Chat) Close(ctx context.Context) {
	c.server.Close(ctx)
	c.cancel()
}

// Has implements App.
func (c *Chat) Has(namespace string) bool {
	return namespace == namespaceCompatible || namespace == namespaceFull
}

// The refusals of a CONNECT, as clients see them.
var (
	errNotAuthorized = errors.New("not authorized")
	errTooMany       = errors.New("too many connections")
	errTryAgain      = errors.New("try again")
)

// credentials are what a client sends along with its CONNECT.
type credentials struct {
	Token string           `json:"token"`
	Epoch string           `json:"epoch"`
	Since map[string]int64 `json:"since"`
}

// Connect implements App.
func (c *Chat) Connect(client *Client, auth json.RawMessage, greet func()) (Listener, error) {
	var sent credentials
	if json.Unmarshal(auth, &sent) != nil || len(sent.Since) > maxSince {
		return nil, errNotAuthorized
	}
	who, err := c.who(client, sent.Token)
	if err != nil {
		return nil, errNotAuthorized
	}
	if c.draining.Load() {
		return nil, errTryAgain
	}
	if !c.hub.Admit(who.UserID) {
		return nil, errTooMany
	}
	m := &member{
		chat: c, client: client, user: who.UserID,
		protocol: events{namespace: client.Namespace}, allowance: rate.NewLimiter(eventRate, eventBurst), names: map[string]wire.ID{},
		unacked: make(chan struct{}, maxUnacked),
	}
	if client.Namespace == namespaceCompatible {
		m.protocol.shapes = c.shapes
	}
	m.session = c.hub.OpenPicky(who, m.protocol, m)
	hello, err := c.cases.Hello(c.ctx, who)
	if err != nil {
		m.session.Close()
		if models.IsCode(err, models.CodeNotSignedIn) {
			return nil, errNotAuthorized
		}
		c.log.Error("greeting", "user", who.UserID, "error", err)
		return nil, errTryAgain
	}
	greet()
	m.begin(hello, sent)
	return m, nil
}

// who returns whose client this is: the token's, where there is one, else the owner of the connection.
func (c *Chat) who(client *Client, token string) (hub.Identity, error) {
	if token != "" {
		return c.cases.Bearer(c.ctx, token)
	}
	if owner, ok := client.conn.owner.(signIn); ok {
		return owner.Identity, nil
	}
	return hub.Identity{}, errNotAuthorized
}

// begin puts the client into general, and into the rooms that it wants to go on in.
func (m *member) begin(hello wire.Hello, sent credentials) {
	m.session.Start(m.chat.ctx, nil, nil, nil, true)
	sameEpoch := sent.Epoch == "" || sent.Epoch == hello.Epoch
	for i := range hello.Rooms {
		r := &hello.Rooms[i]
		since, named := sent.Since[r.ID]
		if !named && (r.Name != everybodysRoom || r.Kind != models.KindOpen) {
			continue
		}
		id, err := parseID(r.ID)
		if err != nil {
			continue // the server's own ids parse
		}
		switch {
		case named && !sameEpoch:
			since = -1 // no cursor of this lifetime: a reset
			m.enter(id, r.Seq, &since)
		case named:
			m.enter(id, r.Seq, &since)
		default:
			m.enter(id, r.Seq, nil)
		}
		if r.Name == everybodysRoom && r.Kind == models.KindOpen {
			m.general = id
		}
	}
}

func parseID(s string) (wire.ID, error) { return models.ParseID(s) }

// member is one client's session: the hub's Sink, and the listener to its events.
type member struct {
	chat      *Chat
	client    *Client
	session   *hub.Session
	protocol  events
	user      wire.ID
	general   wire.ID
	names     map[string]wire.ID // of the rooms that were entered by name
	allowance *rate.Limiter
	bad       int           // events that could not be understood
	unacked   chan struct{} // holds a token for each send that is with the store
	refusals  atomic.Int32
}

// enter makes the client hear a room, and its typing.
func (m *member) enter(room wire.ID, seq int64, since *int64) {
	m.session.Enter(m.chat.ctx, room, seq, since)
	if m.protocol.shapes == nil {
		m.session.OpenRoom(room)
	} else {
		m.session.Watch(room) // a classic page is not told of everybody who is there already
	}
}

// Write implements hub.Sink.
func (m *member) Write(frames []byte) bool { return m.client.Send(frames) }

// WriteEphemeral implements hub.Sink.
func (m *member) WriteEphemeral(frames []byte) { m.client.conn.SendEphemeral(frames) }

// NotifyDrained implements hub.Sink.
func (m *member) NotifyDrained() { m.client.conn.NotifyDrained() }

// Close implements hub.Sink. Only the end of a sign-in is told as the server's own wish: after anything else the client
// should come back.
func (m *member) Close(code int, reason string) {
	if code == hub.CloseSignedOut {
		m.client.Disconnect()
	}
	m.client.conn.Close(code, reason)
}

// Drained implements Listener.
func (m *member) Drained() { m.session.Drained() }

// Left implements Listener.
func (m *member) Left() { m.session.Close() }
