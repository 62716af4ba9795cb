package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/admin"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/config"
	"parley/server/limits"
	"parley/server/telemetry"
)

// Deps are what the handlers stand on. All but SignedIn and Now are needed.
type Deps struct {
	Auth    *auth.Service
	Chat    *chat.Service
	Admin   *admin.Service
	Config  config.Config
	Log     *slog.Logger
	Metrics *telemetry.Metrics
	Version string
	// Connections returns how many connections are open now.
	Connections func() int
	// Ready returns an error while the server cannot take work: the database cannot be written, or it drains.
	Ready func(context.Context) error
	// SignedIn is told the context of a request that a signed-in account made; nil: nobody wants to know.
	SignedIn func(context.Context)
	// Socket takes over a handshake whose origin and caller have been checked. An error means that nothing has been
	// answered yet.
	Socket func(echo.Context, auth.Identity) error
	// Events answers a request for events. An error means that nothing has been answered yet.
	Events func(echo.Context, auth.Identity, Follow) error
	// Typing tells a room that the account is writing. It reports false where none of its connections hears the room.
	Typing func(auth.Identity, models.ID) bool
	// SocketIO answers a request of Socket.IO; the identity is nil where it brought no sign-in.
	SocketIO       func(echo.Context, *auth.Identity) error
	SocketIOClient http.Handler
	// Echo takes over the handshake of a conformance suite.
	Echo func(echo.Context) error
	Now  func() time.Time // nil: the clock; for rate limits
}

const (
	restPerSecond = 50
	restBurst     = 200
	// A handshake without a session costs a look into the database and gives nothing.
	handshakesPerMinute = 100
	typingPerSecond     = 2
	typingBurst         = 5

	maxBody = 1 << 20 // bytes of JSON, or of a form
	// A password has at most 1,024 bytes. One that is far longer is not worth hashing, and not a mistake of a person.
	maxCredential = 64 << 10
)

// site is the deps and what the handlers keep between requests.
type site struct {
	Deps
	views      *views
	started    time.Time
	origins    origins
	public     map[string]bool // the patterns of the public routes
	rest       *limits.Keyed[string]
	handshakes *limits.Window[string]
	typed      *limits.Keyed[string] // what is more often than this is not passed on
}

// Register puts every route and what stands before it on e.
func Register(e *echo.Echo, d Deps) {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.SignedIn == nil {
		d.SignedIn = func(context.Context) {}
	}
	s := &site{
		Deps:       d,
		views:      newViews(),
		started:    d.Now(),
		origins:    newOrigins(d.Config),
		public:     map[string]bool{},
		rest:       limits.NewKeyed[string](restPerSecond, restBurst, d.Now),
		handshakes: limits.NewWindow[string](handshakesPerMinute, time.Minute, d.Now),
		typed:      limits.NewKeyed[string](typingPerSecond, typingBurst, d.Now),
	}
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.Use(s.observe, s.headers, s.compress(), s.sameSite)
	if d.Config.DebugEcho {
		e.GET(echoPath, d.Echo)
		s.public[echoPath] = true
	}
	for _, r := range s.routes() {
		s.public[r.Path] = r.access == accessPublic
		h := s.admit(r)(r.handler)
		e.Add(r.Method, r.Path, h)
		if r.Method == http.MethodGet && r.access != accessSocket && r.access != accessCarrier {
			e.HEAD(r.Path, h) // net/http leaves the body out
		}
	}
}

// admit finds out who asks, refuses who may not, and bounds how often and how much.
func (s *site) admit(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if r.access == accessPublic {
			return next
		}
		return func(c echo.Context) error {
			c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
			c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxBody)
			if r.access == accessSocket || r.access == accessCarrier {
				return next(c)
			}
			id, err := s.identify(c)
			if err != nil && (r.access == accessSignedIn || !models.IsCode(err, models.CodeNotSignedIn) || hasBearer(c.Request())) {
				return err
			}
			c.Set(identityKey, id)
			if err := s.allowRequest(c, id); err != nil {
				return err
			}
			if err := covered(id, c.Request().Method); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// allowRequest counts a request for the account, or for the address where there is none.
func (s *site) allowRequest(c echo.Context, id auth.Identity) error {
	if !s.Config.RateLimits {
		return nil
	}
	key := "address " + limits.Network(address(c))
	if id.User != nil {
		key = id.User.ID.String()
	}
	if ok, wait := s.rest.Allow(key); !ok {
		s.Metrics.RateLimited("rest")
		return models.RateLimited("Too many requests in a short time.", wait)
	}
	return nil
}
