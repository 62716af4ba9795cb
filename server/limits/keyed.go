// Package limits counts how often something happens per key (an account, an address) and says when it may happen again.
//
// It owns the arithmetic and bounded memory for it, nothing else: which limits exist, and what a refusal looks like, is
// decided where they are used. It imports nothing of ours. Counts live in memory and start anew with the process.
package limits

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxKeys bounds the keys of one generation: about 20 MiB at the worst, and more keys than a team has addresses.
const maxKeys = 100_000

// Keyed is a token bucket for every key: `burst` at once, then `perSecond` on average. It is safe for concurrent use.
type Keyed[K comparable] struct {
	limit rate.Limit
	burst int
	now   func() time.Time

	mu      sync.Mutex
	buckets *Recent[K, *rate.Limiter]
}

// NewKeyed returns buckets that fill with perSecond tokens a second up to burst. A key is forgotten once it has not
// been used for the time in which its bucket fills, so forgetting it changes nothing.
func NewKeyed[K comparable](perSecond float64, burst int, now func() time.Time) *Keyed[K] {
	fill := time.Duration(float64(burst) / perSecond * float64(time.Second))
	return &Keyed[K]{
		limit: rate.Limit(perSecond), burst: burst, now: now,
		buckets: NewRecent[K, *rate.Limiter](max(fill, time.Second), maxKeys),
	}
}

// Allow takes a token of the key's bucket. Where there is none it takes nothing and says after what time there will be
// one.
func (k *Keyed[K]) Allow(key K) (ok bool, retryAfter time.Duration) {
	now := k.now()
	r := k.bucket(now, key).ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return false, wait
	}
	return true, 0
}

func (k *Keyed[K]) bucket(now time.Time, key K) *rate.Limiter {
	k.mu.Lock()
	defer k.mu.Unlock()
	b, ok := k.buckets.Get(now, key)
	if !ok {
		b = rate.NewLimiter(k.limit, k.burst)
		k.buckets.Put(now, key, b)
	}
	return b
}
