package auth

import (
	"slices"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"parley/models"
)

// enrolled switches somebody's second factor on and returns its secret and the recovery codes.
func (b *bench) enrolled(who Identity) (secret string, recovery []string) {
	b.t.Helper()
	f, err := b.BeginSecondFactor(b.t.Context(), who, password)
	if err != nil {
		b.t.Fatal(err)
	}
	recovery, err = b.ConfirmSecondFactor(b.t.Context(), who, b.code(f.Secret))
	if err != nil {
		b.t.Fatal(err)
	}
	return f.Secret, recovery
}

func (b *bench) code(secret string) string {
	b.t.Helper()
	code, err := totp.GenerateCode(secret, b.clock.now())
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}

func TestACodeIsGoodForAStepToBothSidesAndNeverBackwards(t *testing.T) {
	b := newBench(t, func(o *Options) { o.RateLimits = false })
	ada, _ := b.member("ada")
	secret, _ := b.enrolled(ada)
	now := b.code(secret)
	b.clock.advance(30 * time.Second)
	next := b.code(secret)
	b.clock.advance(30 * time.Second)
	after := b.code(secret)
	b.clock.advance(-30 * time.Second)
	for _, c := range []struct {
		name, code string
		want       models.Code
	}{
		{"the one that confirmed it", now, models.CodeInvalidCredentials},
		{"a step that is yet to come", after, ""},
		{"the step before the one that was used", next, models.CodeInvalidCredentials},
	} {
		_, _, err := b.Login(t.Context(), "ada", password, c.code, home())
		if models.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	b.clock.advance(5 * time.Minute)
	_, _, err := b.Login(t.Context(), "ada", password, after, home())
	wantCode(t, err, models.CodeInvalidCredentials)
}

func TestATicketEndsAfterFiveMinutesAndAfterFiveWrongCodes(t *testing.T) {
	b := newBench(t, func(o *Options) { o.RateLimits = false })
	ada, _ := b.member("ada")
	secret, recovery := b.enrolled(ada)
	b.clock.advance(time.Minute)
	ticket := func() string {
		_, _, ticket, err := b.LoginByForm(t.Context(), "ada", password, home())
		if err != nil || ticket == "" {
			t.Fatalf("ticket %q, %v", ticket, err)
		}
		return ticket
	}
	late := ticket()
	b.clock.advance(pendingLife)
	_, _, err := b.FinishLogin(t.Context(), late, recovery[0], home())
	wantCode(t, err, models.CodeNotSignedIn)

	tired := ticket()
	for range pendingTries {
		_, _, err := b.FinishLogin(t.Context(), tired, "000000", home())
		wantCode(t, err, models.CodeInvalidCredentials)
	}
	_, _, err = b.FinishLogin(t.Context(), tired, b.code(secret), home())
	wantCode(t, err, models.CodeNotSignedIn)

	good := ticket()
	if _, _, err := b.FinishLogin(t.Context(), good, b.code(secret), home()); err != nil {
		t.Fatal(err)
	}
	_, _, err = b.FinishLogin(t.Context(), good, recovery[0], home())
	wantCode(t, err, models.CodeNotSignedIn)
}

func TestAPasswordChangedBetweenTheStepsEndsThem(t *testing.T) {
	b := newBench(t, func(o *Options) { o.RateLimits = false })
	ada, _ := b.member("ada")
	_, recovery := b.enrolled(ada)
	_, _, ticket, err := b.LoginByForm(t.Context(), "ada", password, away())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.ChangePassword(t.Context(), ada, password, "a much better password"); err != nil {
		t.Fatal(err)
	}
	_, _, err = b.FinishLogin(t.Context(), ticket, recovery[0], away())
	wantCode(t, err, models.CodeInvalidCredentials)
}

func TestASignInThatOverlapsASecondFactorDoesNotGoAroundIt(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	before, err := b.store.Read(t.Context()).User(ada.User.ID) // as Login read it, without a second factor
	if err != nil {
		t.Fatal(err)
	}
	b.enrolled(ada)
	_, _, err = b.begin(t.Context(), verified{user: before}, nil, away())
	wantCode(t, err, models.CodeSecondFactor)
}

// TestOfTwoWhoShowTheSameCodeAtOnceOneSignsIn shows a code twice before either is taken, as two requests at once do.
func TestOfTwoWhoShowTheSameCodeAtOnceOneSignsIn(t *testing.T) {
	b := newBench(t, func(o *Options) { o.RateLimits = false })
	ada, _ := b.member("ada")
	secret, recovery := b.enrolled(ada)
	b.clock.advance(time.Minute)
	f, err := b.store.Read(t.Context()).SecondFactor(ada.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	for what, code := range map[string]string{"a code of the app": b.code(secret), "a recovery code": recovery[0]} {
		first, err := b.prove(f, code)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		second, err := b.prove(f, code)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if err := b.store.Write(t.Context(), first); err != nil {
			t.Errorf("%s: the first is refused: %v", what, err)
		}
		wantCode(t, b.store.Write(t.Context(), second), models.CodeInvalidCredentials)
	}
}

func TestTheAuditLogTellsOfSecondFactors(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	_, recovery := b.enrolled(ada)
	if _, _, err := b.Login(t.Context(), "ada", password, recovery[0], home()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.RenewRecoveryCodes(t.Context(), ada, password); err != nil {
		t.Fatal(err)
	}
	if err := b.DisableSecondFactor(t.Context(), ada, password); err != nil {
		t.Fatal(err)
	}
	want := []models.AuditAction{
		models.AuditSignUp, models.AuditFactorOn, models.AuditRecoveryUsed, models.AuditSignIn, models.AuditRecoveryMade, models.AuditFactorOff,
	}
	if got := b.audited(); !slices.Equal(got, want) {
		t.Fatalf("the log says %v, want %v", got, want)
	}
}
