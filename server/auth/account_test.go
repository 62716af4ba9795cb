package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/server/store"
)

func TestTheFirstAccountIsTheOwnerInEveryMode(t *testing.T) {
	for _, mode := range []SignUpMode{SignUpOpen, SignUpInvite, SignUpClosed} {
		t.Run(string(mode), func(t *testing.T) {
			b := newBench(t, func(o *Options) { o.SignUp = mode })
			if needed, err := b.SetupNeeded(t.Context()); !needed || err != nil {
				t.Fatalf("before: needed %v, error %v", needed, err)
			}
			id, _ := b.member("ada")
			if id.User.Role != models.RoleOwner {
				t.Fatalf("the first account is a %s", id.User.Role)
			}
			if needed, err := b.SetupNeeded(t.Context()); needed || err != nil {
				t.Fatalf("after: needed %v, error %v", needed, err)
			}
			_, _, err := b.SignUp(t.Context(), SignUp{Username: "ben", Password: password}, home())
			if mode == SignUpOpen {
				wantCode(t, err, "")
				return
			}
			wantCode(t, err, models.CodeSignupClosed)
		})
	}
}

func TestOfTwentyFirstSignUpsAtOnceExactlyOneIsTheOwner(t *testing.T) {
	b := newBench(t)
	roles := make([]models.Role, 20)
	var all sync.WaitGroup
	for i := range roles {
		all.Go(func() {
			id, _, err := b.SignUp(t.Context(), SignUp{Username: fmt.Sprintf("user%d", i), Password: password}, home())
			if err != nil {
				t.Error(err)
				return
			}
			roles[i] = id.User.Role
		})
	}
	all.Wait()
	owners := 0
	for _, r := range roles {
		if r == models.RoleOwner {
			owners++
		}
	}
	if owners != 1 {
		t.Fatalf("%d owners", owners)
	}
}

func TestAnInvitationUsedFiftyTimesAtOnceLetsOneIn(t *testing.T) {
	b := newBench(t, func(o *Options) { o.SignUp, o.RateLimits = SignUpInvite, false })
	owner, _ := b.member("ada")
	made, err := b.CreateInvite(t.Context(), owner, NewInvite{Role: models.RoleGuest, Uses: 1, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var in, refused int
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			id, _, err := b.SignUp(t.Context(), SignUp{Username: fmt.Sprintf("user%d", i), Password: password, Invite: made.Code}, home())
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && id.User.Role == models.RoleGuest:
				in++
			case models.IsCode(err, models.CodeSignupClosed):
				refused++
			default:
				t.Errorf("role %v, error %v", id.User, err)
			}
		})
	}
	all.Wait()
	if in != 1 || refused != 49 {
		t.Fatalf("%d came in, %d were refused", in, refused)
	}
}

func TestAnInvitationEnds(t *testing.T) {
	b := newBench(t, func(o *Options) { o.SignUp = SignUpInvite })
	owner, _ := b.member("ada")
	made, err := b.CreateInvite(t.Context(), owner, NewInvite{Role: models.RoleMember, Uses: 5, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	b.clock.advance(time.Hour)
	for _, code := range []string{made.Code, "made up", ""} {
		_, _, err := b.SignUp(t.Context(), SignUp{Username: "ben", Password: password, Invite: code}, home())
		wantCode(t, err, models.CodeSignupClosed)
	}
}

func TestANameOrAnAddressCanBeTakenOnce(t *testing.T) {
	b := newBench(t)
	if _, _, err := b.SignUp(t.Context(), SignUp{Username: "Ada", Password: password, Email: "Ada@Example.org"}, home()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		up    SignUp
		code  models.Code
		field string
	}{
		"the same name":             {SignUp{Username: "Ada"}, models.CodeUsernameTaken, "username"},
		"the name in another case":  {SignUp{Username: "aDA"}, models.CodeUsernameTaken, "username"},
		"the same address":          {SignUp{Username: "ben", Email: "Ada@Example.org"}, models.CodeEmailTaken, "email"},
		"the address in other case": {SignUp{Username: "ben", Email: "ada@example.ORG"}, models.CodeEmailTaken, "email"},
	} {
		t.Run(name, func(t *testing.T) {
			c.up.Password = password
			_, _, err := b.SignUp(t.Context(), c.up, home())
			wantCode(t, err, c.code)
			var e *models.Error
			if errors.As(err, &e); len(e.Fields) != 1 || e.Fields[0].Field != c.field {
				t.Fatalf("fields %+v, want %s", e.Fields, c.field)
			}
		})
	}
}

func TestTwoWhoTakeOneNameAtOnceAreToldApart(t *testing.T) {
	b := newBench(t)
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			_, _, errs[i] = b.SignUp(t.Context(), SignUp{Username: "ada", Password: password}, home())
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantCode(t, err, models.CodeUsernameTaken)
	}
	if won != 1 {
		t.Fatalf("%d took the name", won)
	}
}

func TestASignUpSaysEverythingThatIsWrongAtOnce(t *testing.T) {
	b := newBench(t)
	_, _, err := b.SignUp(t.Context(), SignUp{Username: "a b", Password: "short", DisplayName: "\u202eadA", Email: "nowhere"}, home())
	wantCode(t, err, models.CodeValidation)
	var e *models.Error
	errors.As(err, &e)
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field)
	}
	if want := []string{"username", "password", "display_name", "email"}; !slices.Equal(names, want) {
		t.Fatalf("fields %v, want %v", names, want)
	}
}

func TestPasswordsThatAnybodyWouldTryAreRefused(t *testing.T) {
	b := newBench(t)
	for _, p := range []string{"password", "12345678", "PassWord1", "qwertyuiop", "iloveyou", "ada.lovelace"} {
		_, _, err := b.SignUp(t.Context(), SignUp{Username: "ada.lovelace", Password: p}, home())
		var e *models.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Code != "too_common" {
			t.Errorf("%q: %v", p, err)
		}
	}
	if len(b.common) < 500 {
		t.Errorf("only %d passwords are on the list", len(b.common))
	}
	for p := range b.common {
		if len(p) < 8 || p != strings.ToLower(p) {
			t.Errorf("%q can never match", p)
		}
	}
}

func TestSigningInTakesTheNameOrTheAddressInAnyCase(t *testing.T) {
	b := newBench(t)
	if _, _, err := b.SignUp(t.Context(), SignUp{Username: "Ada", Password: password, Email: "ada@example.org"}, home()); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"Ada", "ada", "ADA", "ada@example.org", "ADA@EXAMPLE.ORG"} {
		if err := b.login(login, password, home()); err != nil {
			t.Errorf("%s: %v", login, err)
		}
	}
}

func TestEveryWrongSignInIsAnsweredAlike(t *testing.T) {
	b := newBench(t, func(o *Options) { o.RateLimits = false })
	b.member("ada")
	known := b.login("ada", "wrong password", home())
	wantCode(t, known, models.CodeInvalidCredentials)
	for _, login := range []string{"nobody", "", "nobody@example.org", "ada\x00", "ada'--", strings.Repeat("a", 60_000)} {
		if err := b.login(login, password, home()); err == nil || err.Error() != known.Error() {
			t.Errorf("%.20q: %v, want %v", login, err, known)
		}
	}
}

func TestASignInMakesAnOldHashAnew(t *testing.T) {
	b := newBench(t)
	id, _ := b.member("ada")
	b.opts.Hashing.Passes = 3
	b.hasher = newHasher(b.opts.Hashing, b.opts.Rand)
	for range 2 {
		if err := b.login("ada", password, home()); err != nil {
			t.Fatal(err)
		}
	}
	u, err := b.store.Read(t.Context()).User(id.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(u.PasswordHash, ",t=3,") {
		t.Fatalf("the hash is still %.40s", u.PasswordHash)
	}
}

func TestAnAccountThatIsSwitchedOffCannotSignInNorStaySignedIn(t *testing.T) {
	b := newBench(t)
	id, token := b.member("ada")
	err := b.store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetDisabled(id.User.ID, tx.Now()) })
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, b.login("ada", password, home()), models.CodeInvalidCredentials)
	_, err = b.Session(t.Context(), token)
	wantCode(t, err, models.CodeNotSignedIn)
}

func TestTheCommandLineMakesAccountsAndResetsPasswords(t *testing.T) {
	b := newBench(t, func(o *Options) { o.SignUp = SignUpClosed })
	u, err := b.CreateAccount(t.Context(), "ada", password, models.RoleMember)
	if err != nil || u.Role != models.RoleOwner {
		t.Fatalf("the first account: %+v, %v; want an owner", u, err)
	}
	u, err = b.CreateAccount(t.Context(), "ben", password, models.RoleGuest)
	if err != nil || u.Role != models.RoleGuest {
		t.Fatalf("the second account: %+v, %v; want a guest", u, err)
	}
	id, token, err := b.Login(t.Context(), "ben", password, "", home())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.ResetPassword(t.Context(), "ben", "another fine password"); err != nil {
		t.Fatal(err)
	}
	_, err = b.Session(t.Context(), token)
	wantCode(t, err, models.CodeNotSignedIn)
	wantCode(t, b.login("ben", password, home()), models.CodeInvalidCredentials)
	wantCode(t, b.login("ben", "another fine password", home()), "")
	b.settle()
	if !b.live.endedUser(id.User.ID, 0) {
		t.Error("the open connections were not closed")
	}
	wantCode(t, b.ResetPassword(t.Context(), "nobody", "another fine password"), models.CodeNotFound)
}

func TestNoSecretReachesALog(t *testing.T) {
	b := newBench(t)
	owner, session := b.member("ada")
	made, err := b.CreateInvite(t.Context(), owner, NewInvite{Role: models.RoleMember, Uses: 1, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	token, err := b.CreateToken(t.Context(), owner, NewToken{Name: "script"})
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, b.login("hunter2-typed-as-a-name", "wrong password", home()), models.CodeInvalidCredentials)
	b.settle()
	logs := b.logs.String()
	if logs == "" {
		t.Fatal("nothing was logged, so the test shows nothing")
	}
	for _, secret := range []string{password, session, made.Code, token.Token, "hunter2", "wrong password"} {
		if strings.Contains(logs, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
