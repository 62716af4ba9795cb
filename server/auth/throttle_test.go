package auth

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/models"
)

func TestTheEleventhSignInFromAnAddressWaitsAndAnotherAddressDoesNot(t *testing.T) {
	b := newBench(t)
	b.member("ada")
	for i := range signInsPerAddress {
		if err := b.login("ada", password, away()); err != nil {
			t.Fatalf("sign-in %d: %v", i+1, err)
		}
	}
	err := b.login("ada", password, away())
	wantCode(t, err, models.CodeRateLimited)
	var e *models.Error
	if errors.As(err, &e); e.RetryAfter != signInsWindow {
		t.Fatalf("told to wait %v, want %v", e.RetryAfter, signInsWindow)
	}
	if err := b.login("ada", password, home()); err != nil {
		t.Fatalf("another address: %v", err)
	}
	b.clock.advance(signInsWindow)
	if err := b.login("ada", password, away()); err != nil {
		t.Fatalf("after the wait: %v", err)
	}
}

func TestWrongPasswordsMakeAnAddressWaitTwiceAsLongEachTime(t *testing.T) {
	for _, c := range []struct {
		failures, everywhere int
		want                 time.Duration
	}{
		{1, 1, 0},
		{10, 10, 0},
		{11, 11, time.Second},
		{12, 12, 2 * time.Second},
		{15, 15, 16 * time.Second},
		{40, 40, longestWait},
		{1000, 1000, longestWait},
		{1, 10_000, 0}, // pressure from everywhere lengthens the waits of who keeps failing, not of who fails once
		{5, 10_000, time.Second},
		{10, 16, time.Second},
		{10, 32, 2 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d own, %d in all", c.failures, c.everywhere), func(t *testing.T) {
			if got := waitAfter(c.failures, c.everywhere); got != c.want {
				t.Fatalf("wait %v, want %v", got, c.want)
			}
		})
	}
}

func TestAGuesserWaitsAndTheWaitEnds(t *testing.T) {
	b := newBench(t)
	b.member("ada")
	b.guess("ada", away())
	wantCode(t, b.login("ada", "wrong password", away()), models.CodeRateLimited)
	wantCode(t, b.login("ADA", password, away()), models.CodeRateLimited)
	b.clock.advance(time.Second)
	if err := b.login("ada", password, away()); err != nil {
		t.Fatalf("the right password after the wait: %v", err)
	}
}

// guess fails as often as it takes to be made to wait, slowly enough for the limit of the address.
func (b *bench) guess(login string, from Client) {
	b.t.Helper()
	for i := range freeFailures + 1 {
		if err := b.login(login, "wrong password", from); !models.IsCode(err, models.CodeInvalidCredentials) {
			b.t.Fatalf("%s, try %d: %v", login, i, err)
		}
		if i == freeFailures-1 {
			b.clock.advance(signInsWindow)
		}
	}
}

func TestAStrangerCannotLockTheOwnerOut(t *testing.T) {
	b := newBench(t)
	b.member("ada") // from home
	for i := range 2000 {
		stranger := Client{IP: fmt.Sprintf("203.0.%d.%d", i/250, i%250)}
		if err := b.login("ada", "wrong password", stranger); !models.IsCode(err, models.CodeInvalidCredentials) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	for range 5 { // and one who sits behind the same address as the owner
		if err := b.login("ada", "wrong password", home()); !models.IsCode(err, models.CodeInvalidCredentials) {
			t.Fatal(err)
		}
	}
	if err := b.login("ada", password, home()); err != nil {
		t.Fatalf("from home: %v", err)
	}
	if err := b.login("ada", password, Client{IP: "192.0.2.77"}); err != nil {
		t.Fatalf("from a place never seen before: %v", err)
	}
}

func TestAnUnknownNameIsSlowedLikeAKnownOne(t *testing.T) {
	b := newBench(t)
	b.member("ada")
	for _, name := range []string{"ada", "nobody"} {
		from := Client{IP: "203.0.113." + fmt.Sprint(len(name))}
		b.guess(name, from)
		err := b.login(name, "wrong password", from)
		var e *models.Error
		if !errors.As(err, &e) || e.Code != models.CodeRateLimited || e.RetryAfter != time.Second {
			t.Fatalf("%s: %v, want a wait of a second", name, err)
		}
	}
}

func TestTwentyAccountsAnHourFromOneAddress(t *testing.T) {
	b := newBench(t)
	for i := range signUpsPerAddress {
		b.member(fmt.Sprintf("user%d", i))
	}
	_, _, err := b.SignUp(t.Context(), SignUp{Username: "one.more", Password: password}, home())
	wantCode(t, err, models.CodeRateLimited)
	if _, _, err := b.SignUp(t.Context(), SignUp{Username: "one.more", Password: password}, away()); err != nil {
		t.Fatalf("another address: %v", err)
	}
	b.clock.advance(signUpsWindow)
	b.member("and.one")
}

func TestWithoutRateLimitsNothingWaits(t *testing.T) {
	b := newBench(t, func(o *Options) { o.RateLimits = false })
	b.member("ada")
	for range 40 {
		wantCode(t, b.login("ada", "wrong password", away()), models.CodeInvalidCredentials)
	}
	for i := range 40 {
		b.member(fmt.Sprintf("user%d", i))
	}
}
