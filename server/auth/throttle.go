package auth

import (
	"math/bits"
	"sync"
	"time"

	"parley/models"
	"parley/server/limits"
)

const (
	signInsPerAddress = 10
	signInsWindow     = 3 * time.Minute
	signUpsPerAddress = 20
	signUpsWindow     = time.Hour

	freeFailures = 10               // wrong passwords before the first wait; who comes faster meets the first limit
	longestWait  = 15 * time.Minute // of one address for one account
	pressureStep = 16               // failures on an account, from everywhere, that begin to lengthen waits
	maxPressure  = 6
	forgetAfter  = time.Hour           // a failure counts until the account was left alone for so long
	knownFor     = 30 * 24 * time.Hour // as long as a session can live
	maxTallies   = 50_000
)

// throttle makes guessing passwords slow without letting a stranger lock anybody out. Three things make it so:
//
// An address has 10 sign-ins in 3 minutes, whatever the account. A wrong password makes the same address wait for the
// same account, twice as long each time; failures on the account from everywhere lengthen those waits, but the first try
// from another address never waits. And an address from which the account has signed in before does not wait at all: a
// stranger who shares it with the owner is held by the first limit alone.
type throttle struct {
	on      bool
	now     func() time.Time
	signIns *limits.Window[string]
	signUps *limits.Window[string]

	mu       sync.Mutex
	pairs    *limits.Recent[pair, tally]
	accounts *limits.Recent[string, int] // failures from everywhere
	known    *limits.Recent[pair, struct{}]
}

// pair is an account, by id or by the name that was tried, and what an address counts as.
type pair struct{ account, network string }

type tally struct {
	failures int
	until    time.Time
}

func newThrottle(on bool, now func() time.Time) *throttle {
	return &throttle{
		on: on, now: now,
		signIns:  limits.NewWindow[string](signInsPerAddress, signInsWindow, now),
		signUps:  limits.NewWindow[string](signUpsPerAddress, signUpsWindow, now),
		pairs:    limits.NewRecent[pair, tally](forgetAfter, maxTallies),
		accounts: limits.NewRecent[string, int](forgetAfter, maxTallies),
		known:    limits.NewRecent[pair, struct{}](knownFor, maxTallies),
	}
}

// signIn counts one attempt to sign in from the address.
func (t *throttle) signIn(ip string) error {
	return t.count(t.signIns, ip, "Too many sign-ins from this address.")
}

// signUp counts one attempt to make an account from the address.
func (t *throttle) signUp(ip string) error {
	return t.count(t.signUps, ip, "Too many accounts were made from this address.")
}

func (t *throttle) count(w *limits.Window[string], ip, detail string) error {
	if !t.on {
		return nil
	}
	if ok, wait := w.Allow(limits.Network(ip)); !ok {
		return models.RateLimited(detail, wait)
	}
	return nil
}

// wait refuses while the address has to wait for the account.
func (t *throttle) wait(p pair) error {
	if !t.on {
		return nil
	}
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.known.Get(now, p); ok {
		return nil
	}
	if had, ok := t.pairs.Get(now, p); ok && now.Before(had.until) {
		return models.RateLimited("Too many wrong passwords. Wait a little.", had.until.Sub(now))
	}
	return nil
}

// failed counts one wrong password.
func (t *throttle) failed(p pair) {
	if !t.on {
		return
	}
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	everywhere, _ := t.accounts.Get(now, p.account)
	everywhere++
	t.accounts.Put(now, p.account, everywhere)
	had, _ := t.pairs.Get(now, p)
	had.failures++
	had.until = now.Add(waitAfter(had.failures, everywhere))
	t.pairs.Put(now, p, had)
}

// seen remembers that the address is one of the account's: a session from there is in use. Sessions tell so after a
// restart, when sign-ins are forgotten.
func (t *throttle) seen(p pair) {
	if !t.on {
		return
	}
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.known.Get(now, p); !ok {
		t.known.Put(now, p, struct{}{})
	}
}

// succeeded forgets the address's failures on the account and remembers that it is one of the account's.
func (t *throttle) succeeded(p pair) {
	if !t.on {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pairs.Delete(p)
	t.known.Put(t.now(), p, struct{}{})
}

// cleared forgets the failures of a pair, and no more.
func (t *throttle) cleared(p pair) {
	if !t.on {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pairs.Delete(p)
}

// waitAfter is how long an address waits after so many failures of its own on an account that has seen so many from
// everywhere: nothing ten times, then 1 s, 2 s, 4 s … up to 15 minutes; sooner and longer under pressure.
func waitAfter(failures, everywhere int) time.Duration {
	pressure := min(bits.Len(uint(everywhere/pressureStep)), maxPressure)
	exponent := failures - freeFailures - 1 + pressure
	if exponent < 0 {
		return 0
	}
	return min(time.Second<<min(exponent, 20), longestWait)
}
