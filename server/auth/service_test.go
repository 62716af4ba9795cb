package auth

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/server/store"
)

// bench is a service on a real store, on a clock that moves only when told.
type bench struct {
	*Service
	t     *testing.T
	store *store.Store
	live  *liveLog
	clock *clock
	logs  *logText
}

const password = "correct horse battery staple"

func home() Client { return Client{UserAgent: "Firefox", IP: "192.0.2.1"} }
func away() Client { return Client{UserAgent: "curl", IP: "198.51.100.9"} }

func newBench(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	c := &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	st, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	logs := &logText{}
	opts := Options{
		SignUp: SignUpOpen, RateLimits: true, Now: c.now,
		Log:     slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Hashing: Hashing{MemoryKiB: 64, Passes: 1, Lanes: 1}, // the costs are not what these tests are about
	}
	for _, f := range change {
		f(&opts)
	}
	live := &liveLog{}
	return &bench{Service: New(st, live, noRooms{}, opts), t: t, store: st, live: live, clock: c, logs: logs}
}

// noRooms is a team without any.
type noRooms struct{}

func (noRooms) Welcome(*store.Tx, *models.User, ...models.ID) error  { return nil }
func (noRooms) MayInvite(*store.Tx, *models.User, []models.ID) error { return nil }
func (noRooms) Forget(models.ID)                                     {}

// member signs somebody up and returns who that is, with the cookie's token.
func (b *bench) member(username string) (Identity, string) {
	b.t.Helper()
	id, token, err := b.SignUp(b.t.Context(), SignUp{Username: username, Password: password}, home())
	if err != nil {
		b.t.Fatalf("signing %s up: %v", username, err)
	}
	return id, token
}

func (b *bench) login(login, password string, from Client) error {
	_, _, err := b.Login(b.t.Context(), login, password, "", from)
	return err
}

// settle waits until every write submitted so far is on disk.
func (b *bench) settle() {
	b.t.Helper()
	if err := b.store.Write(b.t.Context(), func(*store.Tx) error { return nil }); err != nil {
		b.t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code models.Code) {
	t.Helper()
	if models.CodeOf(err) != code {
		t.Fatalf("error is %v, want the code %q", err, code)
	}
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// liveLog notes what would be closed.
type liveLog struct {
	mu    sync.Mutex
	ended []models.ID
	users [][2]models.ID
}

func (l *liveLog) EndSession(id models.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = append(l.ended, id)
}

func (l *liveLog) EndUser(user, except models.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.users = append(l.users, [2]models.ID{user, except})
}

func (l *liveLog) closed(id models.ID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.ended, id)
}

func (l *liveLog) endedUser(user, except models.ID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.users, [2]models.ID{user, except})
}

type logText struct {
	mu   sync.Mutex
	text []byte
}

func (l *logText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	return len(b), nil
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

// audited returns the actions in the audit log, oldest first.
func (b *bench) audited() []models.AuditAction {
	b.t.Helper()
	entries, err := b.store.Read(context.Background()).AuditLog(store.AuditFilter{}, 100)
	if err != nil {
		b.t.Fatal(err)
	}
	var actions []models.AuditAction
	for _, e := range slices.Backward(entries) {
		actions = append(actions, e.Action)
	}
	return actions
}
