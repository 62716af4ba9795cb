package limits

import (
	"fmt"
	"testing"
	"time"
)

// clock is a clock that stands still until it is moved.
type clock struct{ at time.Time }

func newClock() *clock                   { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }
func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func TestABucketGivesItsBurstAndThenItsRate(t *testing.T) {
	c := newClock()
	l := NewKeyed[string](10, 50, c.now)
	for i := range 50 {
		if ok, _ := l.Allow("ada"); !ok {
			t.Fatalf("event %d of the burst was refused", i+1)
		}
	}
	ok, wait := l.Allow("ada")
	if ok || wait != 100*time.Millisecond {
		t.Fatalf("after the burst: allowed %v, wait %v; want a refusal for 100ms", ok, wait)
	}
	if ok, _ := l.Allow("ben"); !ok {
		t.Fatal("another key paid for the first one")
	}
	c.advance(wait)
	if ok, _ := l.Allow("ada"); !ok {
		t.Fatal("refused after waiting as long as it was told")
	}
	if ok, _ := l.Allow("ada"); ok {
		t.Fatal("a refusal had given a token away")
	}
}

func TestABucketThatIsForgottenWasFull(t *testing.T) {
	c := newClock()
	l := NewKeyed[int](1, 5, c.now)
	for range 5 {
		l.Allow(1)
	}
	c.advance(5 * time.Second) // the time to fill
	for range 5 {
		if ok, _ := l.Allow(1); !ok {
			t.Fatal("the bucket had not filled")
		}
	}
	if ok, _ := l.Allow(1); ok {
		t.Fatal("forgetting the key gave more than a full bucket")
	}
}

func TestTheEleventhInThreeMinutesWaitsForTheFirstToGrowOld(t *testing.T) {
	c := newClock()
	w := NewWindow[string](10, 3*time.Minute, c.now)
	for i := range 10 {
		if ok, _ := w.Allow("a"); !ok {
			t.Fatalf("number %d was refused", i+1)
		}
		c.advance(16 * time.Second) // slower than a bucket's rate would be
	}
	ok, wait := w.Allow("a")
	if want := 3*time.Minute - 160*time.Second; ok || wait != want {
		t.Fatalf("the 11th: allowed %v, wait %v; want a refusal for %v", ok, wait, want)
	}
	c.advance(wait)
	if ok, _ := w.Allow("a"); !ok {
		t.Fatal("refused after the first was three minutes old")
	}
	if ok, _ := w.Allow("a"); ok {
		t.Fatal("the second was not yet three minutes old")
	}
}

func TestAWindowForgetsAKeyOnlyWhenAllOfItIsOld(t *testing.T) {
	c := newClock()
	w := NewWindow[string](2, time.Minute, c.now)
	w.Allow("a")
	c.advance(59 * time.Second)
	w.Allow("a")
	c.advance(59 * time.Second) // the generations have turned; the second event is 59 s old
	if ok, _ := w.Allow("a"); !ok {
		t.Fatal("the first event still counted after 118 seconds")
	}
	if ok, _ := w.Allow("a"); ok {
		t.Fatal("the second event was forgotten after 59 seconds")
	}
}

func TestRecentNeverKeepsMoreThanTwiceItsBound(t *testing.T) {
	c := newClock()
	r := NewRecent[int, int](time.Hour, 100)
	for i := range 10_000 {
		r.Put(c.now(), i, i)
		if r.Len() > 200 {
			t.Fatalf("%d keys are kept", r.Len())
		}
	}
	if v, ok := r.Get(c.now(), 9_999); !ok || v != 9_999 {
		t.Fatal("the newest key was forgotten")
	}
}

func TestRecentKeepsWhatIsUsedAndForgetsTheRest(t *testing.T) {
	c := newClock()
	r := NewRecent[string, int](time.Minute, 100)
	r.Put(c.now(), "used", 1)
	r.Put(c.now(), "idle", 2)
	for range 5 {
		c.advance(50 * time.Second)
		if _, ok := r.Get(c.now(), "used"); !ok {
			t.Fatal("a key in use was forgotten")
		}
	}
	if _, ok := r.Get(c.now(), "idle"); ok {
		t.Fatal("an idle key was kept")
	}
	r.Delete("used")
	if _, ok := r.Get(c.now(), "used"); ok {
		t.Fatal("a deleted key was kept")
	}
}

func TestAnAddressCountsAsItsNetwork(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"192.0.2.7", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"", ""},
		{"not an address", "not an address"},
	} {
		t.Run(fmt.Sprintf("%q", c.in), func(t *testing.T) {
			if got := Network(c.in); got != c.want {
				t.Fatalf("Network = %q, want %q", got, c.want)
			}
		})
	}
}
