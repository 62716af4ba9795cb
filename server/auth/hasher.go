package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"parley/models"
)

// Hashing are the costs of one password hash (RFC 9106). Hashes made with other costs stay valid and are made anew at
// the next sign-in.
type Hashing struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// DefaultHashing is OWASP's least: 19 MiB, two passes, one lane; some 25 ms.
func DefaultHashing() Hashing { return Hashing{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1} }

const (
	saltBytes = 16
	keyBytes  = 32

	// Two hashes at once bound the memory at 38 MiB. One where there are two cores: the other is for everybody who is
	// signed in already. A rush of sign-ins on both made an ack wait for half a second.
	maxHashing = 2
	// 64 waiters are about a second of work; whoever comes then is told to come back.
	maxWaiting = 64
	// Every hash leaves 19 MiB of garbage, which Go would keep: 130 MiB after a rush of sign-ins, measured. So once nobody
	// has hashed for this long, it goes back to the system.
	reliefAfter = 3 * time.Second
)

// hasher makes and checks password hashes in the PHC string form, few at a time.
type hasher struct {
	costs   Hashing
	rand    io.Reader
	slots   chan struct{}
	waiting atomic.Int64
	relief  *time.Timer // hands memory back when the last hash is a while ago
	nobody  string      // a hash that no password opens, as dear as a real one
}

func newHasher(costs Hashing, random io.Reader) *hasher {
	h := &hasher{costs: costs, rand: random, slots: make(chan struct{}, min(maxHashing, max(1, runtime.GOMAXPROCS(0)-1)))}
	h.relief = time.AfterFunc(time.Hour, debug.FreeOSMemory)
	h.relief.Stop()
	// A key of zeros is as good as any: nobody knows a password for it, and no hash is computed at the start.
	h.nobody = phc{Hashing: costs, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}.String()
	return h
}

// hash returns the hash of a password under a fresh salt. CodeBusy: too many are waiting.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		return "", fmt.Errorf("drawing a salt: %w", err)
	}
	key, err := h.compute(ctx, password, salt, h.costs)
	if err != nil {
		return "", err
	}
	return phc{Hashing: h.costs, salt: salt, key: key}.String(), nil
}

// verify reports whether the password is the one that was hashed, and whether the hash should be made anew. An account
// without a password ("") costs the same time as one with a wrong password, and so must an account that does not exist.
func (h *hasher) verify(ctx context.Context, hash, password string) (ok, stale bool, err error) {
	real := hash != ""
	if !real {
		hash = h.nobody
	}
	p, err := parsePHC(hash)
	if err != nil {
		return false, false, err
	}
	key, err := h.compute(ctx, password, p.salt, p.Hashing)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(key, p.key) == 1 && real
	return ok, p.Hashing != h.costs || len(p.salt) != saltBytes, nil
}

// compute runs argon2id once it is its turn.
func (h *hasher) compute(ctx context.Context, password string, salt []byte, costs Hashing) ([]byte, error) {
	if h.waiting.Add(1) > int64(maxWaiting+cap(h.slots)) {
		h.waiting.Add(-1)
		return nil, models.Busy("Too many people are signing in at this moment.", nil)
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting to hash: %w", ctx.Err())
	}
	defer func() { <-h.slots; h.relief.Reset(reliefAfter) }()
	return argon2.IDKey([]byte(password), salt, costs.Passes, costs.MemoryKiB, costs.Lanes, keyBytes), nil
}

// phc is a hash as `$argon2id$v=19$m=19456,t=2,p=1$salt$key`, the form that other software reads too.
type phc struct {
	Hashing
	salt, key []byte
}

func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.MemoryKiB, p.Passes, p.Lanes,
		b64.EncodeToString(p.salt), b64.EncodeToString(p.key))
}

// errHash names no part of what was read: it would stand in a log.
var errHash = errors.New("a stored password hash is not argon2id in PHC form")

func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errHash
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.MemoryKiB, &p.Passes, &p.Lanes); err != nil {
		return phc{}, errHash
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	// A row that asks for a gigabyte is a damaged or a planted one.
	if err1 != nil || err2 != nil || len(p.key) != keyBytes || p.Passes < 1 || p.Passes > 16 || p.Lanes < 1 || p.MemoryKiB > 1<<20 {
		return phc{}, errHash
	}
	return p, nil
}
