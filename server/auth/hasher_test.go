package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
)

func TestAHashIsArgon2idWithTheHouseCostsInPHCForm(t *testing.T) {
	h := newHasher(DefaultHashing(), rand.Reader)
	hash, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("the hash begins %.40s", hash)
	}
	p, err := parsePHC(hash)
	if err != nil || len(p.salt) != 16 || len(p.key) != 32 {
		t.Fatalf("salt %d, key %d bytes, error %v", len(p.salt), len(p.key), err)
	}
	again, err := h.hash(t.Context(), password)
	if err != nil || again == hash {
		t.Fatalf("the same password gave the same hash: no salt (error %v)", err)
	}
}

func TestAPasswordIsTakenExactly(t *testing.T) {
	h := newHasher(Hashing{64, 1, 1}, rand.Reader)
	long := strings.Repeat("x", 72)
	for name, c := range map[string]struct{ set, tried string }{
		"the 73rd byte counts":         {long + "y", long + "z"},
		"what follows a NUL counts":    {"pass\x00word one", "pass\x00word two"},
		"case counts":                  {"Correct horse", "correct horse"},
		"a trailing space counts":      {"correct horse ", "correct horse"},
		"the form of an accent counts": {"caf\u00e9 au lait", "cafe\u0301 au lait"},
		"the last of 1,024 counts":     {strings.Repeat("é", 511) + "ab", strings.Repeat("é", 511) + "ac"},
		"64 runes are not too many":    {strings.Repeat("界", 64), strings.Repeat("界", 63)},
	} {
		t.Run(name, func(t *testing.T) {
			hash, err := h.hash(t.Context(), c.set)
			if err != nil {
				t.Fatal(err)
			}
			if ok, _, err := h.verify(t.Context(), hash, c.set); !ok || err != nil {
				t.Fatalf("the password itself is refused: %v", err)
			}
			if ok, _, err := h.verify(t.Context(), hash, c.tried); ok || err != nil {
				t.Fatalf("another password opens it (error %v)", err)
			}
		})
	}
}

func TestNoPasswordOpensAnAccountThatHasNone(t *testing.T) {
	h := newHasher(Hashing{64, 1, 1}, rand.Reader)
	for _, tried := range []string{"", "password", h.nobody} {
		if ok, _, err := h.verify(t.Context(), "", tried); ok || err != nil {
			t.Fatalf("%q opened it (error %v)", tried, err)
		}
	}
}

func TestAHashWithOtherCostsIsValidAndStale(t *testing.T) {
	old, err := newHasher(Hashing{32, 2, 1}, rand.Reader).hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	ok, stale, err := newHasher(Hashing{64, 1, 1}, rand.Reader).verify(t.Context(), old, password)
	if !ok || !stale || err != nil {
		t.Fatalf("ok %v, stale %v, error %v; want a valid hash that is stale", ok, stale, err)
	}
}

func TestAStoredHashThatIsNoneIsAnErrorAndNotAPanic(t *testing.T) {
	good := phc{Hashing{64, 1, 1}, make([]byte, 16), make([]byte, 32)}.String()
	for _, s := range []string{
		"x", "$", "$argon2id$", "$2a$10$abcdefghijklmnopqrstuv", strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "m=64", "m=4294967295", 1), strings.Replace(good, "m=64", "m=-1", 1), good[:len(good)-4], good + "!",
	} {
		if _, err := parsePHC(s); !errors.Is(err, errHash) {
			t.Errorf("parsePHC(%.30q) = %v, want errHash", s, err)
		}
	}
	if _, err := parsePHC(good); err != nil {
		t.Fatalf("a good hash is refused: %v", err)
	}
}

func TestWhoComesWhileTooManyWaitIsToldThatTheServerIsBusy(t *testing.T) {
	h := newHasher(Hashing{64, 1, 1}, rand.Reader)
	for range cap(h.slots) { // everybody who hashes takes for ever
		h.slots <- struct{}{}
		h.waiting.Add(1)
	}
	ctx, stop := context.WithCancel(t.Context())
	var waiters sync.WaitGroup
	for range maxWaiting {
		waiters.Go(func() {
			if _, err := h.hash(ctx, password); !errors.Is(err, context.Canceled) {
				t.Errorf("a waiter got %v", err)
			}
		})
	}
	for deadline := time.Now().Add(10 * time.Second); h.waiting.Load() < int64(cap(h.slots)+maxWaiting); {
		if time.Now().After(deadline) {
			t.Fatal("the waiters never queued up")
		}
		time.Sleep(time.Millisecond)
	}
	if _, err := h.hash(t.Context(), password); !models.IsCode(err, models.CodeBusy) {
		t.Fatalf("one more got %v, want busy", err)
	}
	stop()
	waiters.Wait()
	if n := h.waiting.Load(); n != int64(cap(h.slots)) {
		t.Fatalf("%d are counted as waiting, want the %d that hash", n, cap(h.slots))
	}
}

// An unknown name must cost what a known one costs. Time on a shared machine is noise, so what is compared is the work:
// both run argon2 once, with the same costs.
func TestAnUnknownNameCostsAHashLikeAKnownOne(t *testing.T) {
	h := newHasher(DefaultHashing(), rand.Reader)
	p, err := parsePHC(h.nobody)
	if err != nil || p.Hashing != DefaultHashing() || len(p.salt) != saltBytes || len(p.key) != keyBytes {
		t.Fatalf("the stand-in for nobody has other costs: %+v, %v", p.Hashing, err)
	}
}
