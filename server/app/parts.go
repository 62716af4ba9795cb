package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/config"
	"parley/server/hub"
	"parley/server/limits"
	"parley/server/store"
	"parley/server/telemetry"
	"parley/server/transport/poll"
	"parley/server/transport/socketio"
	"parley/server/transport/ws"
	"parley/server/wire"
)

const (
	// messagesPerSecond and messageBurst bound what one account sends, on all transports together.
	messagesPerSecond = 10
	messageBurst      = 50
	// connectionsPerAccount bounds the sockets of one account.
	connectionsPerAccount = 20
)

// parts are the pieces of a running server.
type parts struct {
	cfg       config.Config
	log       *slog.Logger
	metrics   *telemetry.Metrics
	store     *store.Store
	hub       *hub.Hub
	chat      *chat.Service
	auth      *auth.Service
	sockets   *ws.Server
	events    *poll.Server
	socketsIO *socketio.Chat
	strangers *strangers
	handler   http.Handler
	setupCode string // asked for before the first account is made; "": it is not
	compactor *compactor
	draining  atomic.Bool
}

// build makes the pieces from the ground up: store, hub, use cases, transports, pages.
func build(ctx context.Context, cfg config.Config, log *slog.Logger) (*parts, error) {
	p := &parts{cfg: cfg, log: log, metrics: telemetry.NewMetrics(Version())}
	p.compactor = &compactor{log: log, now: time.Now}
	count := counter{p.metrics, p.compactor}
	var err error
	if p.store, err = store.Open(ctx, store.Options{Dir: cfg.Data, Log: log, Observer: count}); err != nil {
		return nil, err
	}
	if cfg.Strangers() {
		if p.setupCode, err = auth.NewSetupCode(rand.Reader); err != nil {
			return nil, errors.Join(err, p.store.Close())
		}
	}
	connections := connectionsPerAccount
	if !cfg.RateLimits {
		connections = 0
	}
	unknown := strangersPerNetwork
	if !cfg.RateLimits {
		unknown = 0
	}
	p.strangers = newStrangers(unknown, cfg.TrustedProxies, func() { p.metrics.RateLimited("connections") })
	p.compactor.store = p.store
	p.compactor.messages = func(ctx context.Context) (int64, error) { return p.store.Read(ctx).CountMessages() }
	p.metrics.WatchQueue(p.store.Queued)
	p.hub = hub.New(hub.Options{Log: log, Observer: count, MaxConnections: connections})
	p.chat = chat.New(p.store, p.hub, chat.Options{Allow: p.allowance()})
	p.hub.SetSource(p.chat)
	p.auth = auth.New(p.store, p.hub, p.chat, auth.Options{SignUp: auth.SignUpMode(cfg.Signup), SignUpSaid: cfg.SignupGiven, SetupCode: p.setupCode, RateLimits: cfg.RateLimits, Log: log})
	p.sockets = ws.New(ws.Options{Hub: p.hub, Chat: socketChat{p.chat, p.auth}, Log: log, Observer: traffic{p.metrics.WS}, Deflate: cfg.Compression})
	p.events = poll.New(poll.Options{
		Hub: p.hub, Chat: socketChat{p.chat, p.auth}, Log: log, Streams: traffic{p.metrics.SSE}, Polls: traffic{p.metrics.LongPoll},
	})
	p.socketsIO = socketio.NewChat(socketio.ChatOptions{
		Hub: p.hub, UseCases: socketChat{p.chat, p.auth}, Log: log, Observer: traffic{p.metrics.SocketIO}, MaxConnections: connections,
	})
	p.handler = p.routes()
	return p, nil
}

// close ends what build has begun.
func (p *parts) close() error {
	p.hub.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	p.socketsIO.Close(ctx)
	return errors.Join(p.sockets.Close(ctx), p.store.Close())
}

// allowance is the limit on messages, counted where it refuses.
func (p *parts) allowance() func(models.ID) (bool, time.Duration) {
	if !p.cfg.RateLimits {
		return nil
	}
	keyed := limits.NewKeyed[models.ID](messagesPerSecond, messageBurst, time.Now)
	return func(user models.ID) (bool, time.Duration) {
		ok, after := keyed.Allow(user)
		if !ok {
			p.metrics.RateLimited("messages")
		}
		return ok, after
	}
}

// ready says whether the server can take work: the database can be written, and no stop is under way.
func (p *parts) ready(ctx context.Context) error {
	if p.draining.Load() {
		return models.Busy("The server is stopping.", nil)
	}
	return p.store.Writable(ctx)
}

// socketChat is what the sockets see of the use cases. The sign-in is looked up once more at the hello, after the hub
// knows of the connection: a sign-out in between finds it, or is found.
type socketChat struct {
	*chat.Service
	auth *auth.Service
}

// Hello implements ws.Chat.
func (s socketChat) Hello(ctx context.Context, who hub.Identity) (wire.Hello, error) {
	stands, err := s.auth.StillStands(ctx, who.Credential, who.AsOf)
	if err != nil {
		return wire.Hello{}, err
	}
	if !stands {
		return wire.Hello{}, models.NewError(models.CodeNotSignedIn, "The sign-in has ended.")
	}
	return s.Service.Hello(ctx, who.UserID)
}

// Join implements socketio.UseCases.
func (s socketChat) Join(ctx context.Context, user, room models.ID) (wire.Room, error) {
	return s.JoinAs(ctx, user, room)
}

// Bearer implements socketio.UseCases.
func (s socketChat) Bearer(ctx context.Context, token string) (hub.Identity, error) {
	id, err := s.auth.Bearer(ctx, token)
	if err != nil {
		return hub.Identity{}, err
	}
	if !id.May(auth.ScopeRead) {
		return hub.Identity{}, models.Forbidden("This token may not read.")
	}
	return hubIdentity(id), nil
}

// counter turns what the parts observe into metrics.
type counter struct {
	m         *telemetry.Metrics
	compactor *compactor
}

func (c counter) BatchCommitted(writes int, took time.Duration) {
	c.m.CommitBatch.Observe(float64(writes))
	c.m.CommitSeconds.Observe(took.Seconds())
}
func (c counter) QueueFull() { c.m.StoreQueueFull.Inc() }
func (c counter) Published(e *wire.Event) {
	c.compactor.saw(e)
	if e.Type == wire.MessageCreated {
		c.m.MessagesSent.Inc()
	}
}

func (c counter) Delivered(k hub.Kind, n int) {
	c.m.Deliveries.Add(float64(n))
	switch k {
	case hub.KindWebSocket, hub.KindDeflated:
		c.m.WS.Events.Add(float64(n))
	case hub.KindSocketIO, hub.KindSocketIOFull:
		c.m.SocketIO.Events.Add(float64(n))
	}
	// Streams and polls share a kind, and count by themselves what they hand over.
}

func (c counter) CaughtUp(how string) {
	switch how {
	case "ring":
		c.m.CatchUpRing.Inc()
	case "store":
		c.m.CatchUpDelta.Inc()
	case "reset":
		c.m.CatchUpReset.Inc()
	}
}

// traffic counts what one transport does.
type traffic struct{ m *telemetry.TransportMetrics }

func (t traffic) Received(bytes int) { t.m.FramesIn.Inc(); t.m.BytesIn.Add(float64(bytes)) }
func (t traffic) Sent(bytes int)     { t.m.BytesOut.Add(float64(bytes)) }
func (t traffic) Told(events int)    { t.m.Events.Add(float64(events)) }
func (t traffic) Opened()            { t.m.Open.Inc(); t.m.Opened.Inc() }
func (t traffic) Gone()              { t.m.Open.Dec() }
func (t traffic) Stalled()           { t.m.SlowClose.Inc() }

func (t traffic) Closed(code int) {
	if code == hub.CloseTooSlow {
		t.m.SlowClose.Inc()
	}
}
