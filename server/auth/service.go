// Package auth says who somebody is: it owns accounts' passwords, second factors, sessions, API tokens, invitations and
// reset links, the limits on guessing them, what ends them, and who may change whose account.
//
// It never decides what an account may do in a room (chat does), and knows no HTTP: cookies and headers are the
// handlers'. A secret that passes through it is stored only as a hash and never logged.
package auth

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"parley/models"
	"parley/server/limits"
	"parley/server/store"
)

// Live closes the open connections of sign-ins that have ended; the hub does. It must not block.
type Live interface {
	// EndSession closes the connections that were opened with this credential, a session's or an API token's id.
	EndSession(credentialID models.ID)
	// EndUser closes all connections of the account but those of one credential; 0 spares none.
	EndUser(userID, exceptCredential models.ID)
}

// SignUpMode says who may make an account. The very first account needs no leave in any mode.
type SignUpMode string

// The modes, as the configuration names them.
const (
	SignUpOpen   SignUpMode = "open"
	SignUpInvite SignUpMode = "invite"
	SignUpClosed SignUpMode = "closed"
)

// Rooms is what accounts ask of rooms. What is given a transaction works in it.
type Rooms interface {
	// Welcome lets a new account into the rooms it begins in; without any that is the general room.
	Welcome(t *store.Tx, u *models.User, rooms ...models.ID) error
	// MayInvite returns an error unless the account may put others into all of these rooms.
	MayInvite(t *store.Tx, by *models.User, rooms []models.ID) error
	// Forget is called after each change of an account.
	Forget(user models.ID)
}

// Options are what the service is told. Only SignUp and RateLimits have no usable zero value.
type Options struct {
	SignUp     SignUpMode
	SignUpSaid bool             // SignUp was said by the operator: what administrators chose does not count
	SetupCode  string           // asked for before the first account is made; "": it is not
	RateLimits bool             // false lifts every limit on sign-in and sign-up; for load tests
	Log        *slog.Logger     // nil: discarded
	Now        func() time.Time // nil: the clock
	Rand       io.Reader        // nil: crypto/rand
	Hashing    Hashing          // zero: DefaultHashing
}

// Client is the device at the other end, as its request shows it.
type Client struct {
	UserAgent string
	IP        string
	Here      bool // the request comes from this machine, through nobody
}

// Identity is who makes a request, and by which of the two credentials: one of SessionID and TokenID is 0.
type Identity struct {
	User      *models.User
	SessionID models.ID
	TokenID   models.ID
	Scopes    []Scope // of the token; none: all
	AsOf      uint64  // how many sign-ins had ended when this one was looked up, for StillStands
}

// CredentialID is the id of the session or the token. They are drawn from one maker, so it names one of them alone; it
// is what connections are known by to Live and StillValid.
func (i Identity) CredentialID() models.ID { return max(i.SessionID, i.TokenID) }

// Service is the one place where sign-ins begin and end. It is safe for concurrent use.
type Service struct {
	store    *store.Store
	live     *endings
	rooms    Rooms
	opts     Options
	hasher   *hasher
	common   map[string]bool // passwords that nobody may choose, in lower case
	throttle *throttle
	pendings *pendings
	touched  *limits.Keyed[models.ID]

	settled atomic.Bool // an account exists, which never becomes untrue again
}

// New returns the service; live may be nil where nobody is connected, as on the command line.
func New(st *store.Store, live Live, rooms Rooms, opts Options) *Service {
	if live == nil {
		live = nobodyConnected{}
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Rand == nil {
		opts.Rand = rand.Reader
	}
	if opts.Hashing == (Hashing{}) {
		opts.Hashing = DefaultHashing()
	}
	return &Service{
		store: st, live: &endings{Live: live}, rooms: rooms, opts: opts,
		hasher:   newHasher(opts.Hashing, opts.Rand),
		common:   commonPasswords(),
		throttle: newThrottle(opts.RateLimits, opts.Now),
		pendings: newPendings(),
		touched:  limits.NewKeyed[models.ID](1/touchEvery.Seconds(), 1, opts.Now),
	}
}

// SetupNeeded reports whether no account exists yet: then the next sign-up makes the owner.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	if s.settled.Load() {
		return false, nil
	}
	some, err := s.store.Read(ctx).HasUsers()
	if some {
		s.settled.Store(true)
	}
	return !some && err == nil, err
}

func (s *Service) now() models.Millis { return models.ToMillis(s.opts.Now()) }

type nobodyConnected struct{}

func (nobodyConnected) EndSession(models.ID)         {}
func (nobodyConnected) EndUser(models.ID, models.ID) {}
