package handlers

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/config"
	"parley/server/store"
	"parley/server/telemetry"
	"parley/server/wire"
)

const password = "correct horse battery staple"

// served is the handlers on real services and a real store, behind a real listener. Only the hub is missing: what goes
// over sockets is tested where sockets are.
type served struct {
	*httptest.Server
	t       testing.TB
	auth    *auth.Service
	metrics *telemetry.Metrics
	ready   atomic.Pointer[error]
	sockets atomic.Int64 // handshakes that were let in
}

func serve(t testing.TB, change ...func(*config.Config)) *served {
	t.Helper()
	cfg := config.Config{Signup: config.SignupOpen}
	for _, f := range change {
		f(&cfg)
	}
	st, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s := &served{t: t, metrics: telemetry.NewMetrics("test")}
	rooms := chat.New(st, silence{}, chat.Options{})
	s.auth = auth.New(st, nil, rooms, auth.Options{
		SignUp: auth.SignUpMode(cfg.Signup), RateLimits: cfg.RateLimits, Hashing: auth.Hashing{MemoryKiB: 64, Passes: 1, Lanes: 1},
	})
	e := echo.New()
	Register(e, Deps{
		Auth: s.auth, Chat: rooms, Config: cfg, Metrics: s.metrics,
		Log: slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelError})),
		Ready: func(context.Context) error {
			if err := s.ready.Load(); err != nil {
				return *err
			}
			return nil
		},
		SocketIO:       func(c echo.Context, _ *auth.Identity) error { return c.NoContent(http.StatusBadRequest) },
		SocketIOClient: http.NotFoundHandler(),
		Typing:         func(auth.Identity, models.ID) bool { return false },
		Socket: func(c echo.Context, _ auth.Identity) error {
			s.sockets.Add(1)
			return c.NoContent(http.StatusSwitchingProtocols)
		},
	})
	e.GET("/test/panic", func(echo.Context) error { panic("on purpose") })
	s.Server = httptest.NewServer(e)
	t.Cleanup(func() {
		s.Server.Close()
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// silence is the hub of a server that nobody listens to.
type silence struct{}

func (silence) Publish(*wire.Event)                   {}
func (silence) ToUser(models.ID, *wire.Event, uint64) {}

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	if _, fuzzing := l.t.(*testing.F); !fuzzing { // a fuzz target may not log to the function around it
		l.t.Logf("server: %s", b)
	}
	return len(b), nil
}

// caller is a browser or a script.
type caller struct {
	s      *served
	http   *http.Client
	header http.Header
}

func (s *served) anonymous() *caller {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &caller{s: s, header: http.Header{}, http: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

func (s *served) member(username string) *caller {
	s.t.Helper()
	c := s.anonymous()
	c.call("POST", "/api/v1/signup", map[string]string{"username": username, "password": password}).want(http.StatusCreated)
	return c
}

// with is the same caller, sending more headers, given in pairs.
func (c *caller) with(pairs ...string) *caller {
	again := *c
	again.header = c.header.Clone()
	for i := 0; i < len(pairs); i += 2 {
		again.header.Set(pairs[i], pairs[i+1])
	}
	return &again
}

// answer is what came back, read to its end.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// call sends a body (a string as it is, anything else as JSON, nil none) and reads the answer.
func (c *caller) call(method, path string, body any) answer {
	c.s.t.Helper()
	var reader io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case string:
		reader, kind = strings.NewReader(b), "application/json"
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			c.s.t.Fatal(err)
		}
		reader, kind = strings.NewReader(string(encoded)), "application/json"
	}
	r, err := http.NewRequestWithContext(c.s.t.Context(), method, c.s.URL+path, reader)
	if err != nil {
		c.s.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.s.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		c.s.t.Fatal(err)
	}
	return answer{c.s.t, res.StatusCode, res.Header, data}
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.300s", a.status, status, a.body)
	}
	return a
}

// problem checks that the answer is problem+json with the status and the code, whole and true to itself.
func (a answer) problem(status int, code models.Code) problem {
	a.t.Helper()
	a.want(status)
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		a.t.Fatalf("the problem comes as %q", kind)
	}
	var p problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		a.t.Fatal(err)
	}
	if p.Status != status || p.Code != code || p.Type != "about:blank" || p.Title != http.StatusText(status) || p.Detail == "" {
		a.t.Fatalf("the problem is %s, want status %d and code %s", a.body, status, code)
	}
	return p
}

// into decodes the answer.
func into[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("%v: %.300s", err, a.body)
	}
	return v
}
