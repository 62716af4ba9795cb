package auth

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

func TestASessionIsKnownByItsTokenAndNothingElse(t *testing.T) {
	b := newBench(t)
	id, token := b.member("ada")
	who, err := b.Session(t.Context(), token)
	if err != nil || who.User.ID != id.User.ID || who.SessionID != id.SessionID || who.TokenID != 0 {
		t.Fatalf("%+v, %v", who, err)
	}
	if who.User.PasswordHash != "" {
		t.Error("the password's hash travels with every request")
	}
	for _, wrong := range []string{"", "x", token + "x", token[1:], strings.ToUpper(token), strings.Repeat("A", secretLen)} {
		if _, err := b.Session(t.Context(), wrong); !models.IsCode(err, models.CodeNotSignedIn) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestASessionEndsAfterFourteenIdleDaysAndAfterThirtyInAll(t *testing.T) {
	const day = 24 * time.Hour
	b := newBench(t)
	_, idle := b.member("ada")
	_, used := b.member("ben")
	for range 2 {
		b.clock.advance(7*day - time.Second)
		if _, err := b.Session(t.Context(), used); err != nil {
			t.Fatal(err)
		}
		b.settle()
	}
	if _, err := b.Session(t.Context(), idle); err != nil {
		t.Fatalf("two seconds under fourteen days: %v", err)
	}
	b.settle() // that counted as use
	b.clock.advance(14 * day)
	_, err := b.Session(t.Context(), idle)
	wantCode(t, err, models.CodeNotSignedIn)

	b = newBench(t)
	_, token := b.member("ada")
	for range 29 {
		b.clock.advance(day)
		if _, err := b.Session(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		b.settle()
	}
	b.clock.advance(day)
	_, err = b.Session(t.Context(), token)
	wantCode(t, err, models.CodeNotSignedIn)
}

func TestTheLastUseIsWrittenOnceAMinute(t *testing.T) {
	b := newBench(t)
	who, token := b.member("ada")
	seen := func() string {
		b.settle()
		list, err := b.Sessions(t.Context(), who)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		return list[0].LastSeenAt
	}
	use := func() {
		if _, err := b.Session(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	start := seen()
	b.clock.advance(59 * time.Second)
	use()
	if seen() != start {
		t.Error("written within the minute")
	}
	b.clock.advance(time.Second)
	use()
	if got := seen(); got != "2026-03-04T05:07:07.000Z" {
		t.Errorf("last seen at %s", got)
	}
}

func TestSigningOutEndsTheSessionAndItsConnections(t *testing.T) {
	b := newBench(t)
	who, token := b.member("ada")
	for range 2 { // the second time nothing is left to do
		if err := b.Logout(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	_, err := b.Session(t.Context(), token)
	wantCode(t, err, models.CodeNotSignedIn)
	b.settle()
	if !b.live.closed(who.SessionID) {
		t.Error("its connections stay open")
	}
}

func TestASessionIsEndedOnlyByItsOwnAccount(t *testing.T) {
	b := newBench(t)
	ada, first := b.member("ada")
	ben, _ := b.member("ben")
	second, _, err := b.Login(t.Context(), "ada", password, "", away())
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, b.EndSession(t.Context(), ben, ada.SessionID), models.CodeNotFound)
	list, err := b.Sessions(t.Context(), second)
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	for _, s := range list {
		if s.Current != (s.ID == second.SessionID.String()) {
			t.Errorf("session %s says current %v", s.ID, s.Current)
		}
	}
	if i := slices.IndexFunc(list, func(s wire.Session) bool { return s.Current }); list[i].IP != away().IP || list[i].UserAgent != "curl" {
		t.Errorf("the device is not shown: %+v", list[i])
	}
	if err := b.EndSession(t.Context(), second, ada.SessionID); err != nil {
		t.Fatal(err)
	}
	_, err = b.Session(t.Context(), first)
	wantCode(t, err, models.CodeNotSignedIn)
	b.settle()
	if !b.live.closed(ada.SessionID) || b.live.closed(second.SessionID) {
		t.Error("the wrong connections were closed")
	}
}

func TestChangingThePasswordEndsEveryOtherSession(t *testing.T) {
	b := newBench(t)
	ada, mine := b.member("ada")
	_, other, err := b.Login(t.Context(), "ada", password, "", away())
	if err != nil {
		t.Fatal(err)
	}
	const next = "a much better password"
	wantCode(t, b.ChangePassword(t.Context(), ada, "not the password", next), models.CodeInvalidCredentials)
	wantCode(t, b.ChangePassword(t.Context(), ada, password, "short"), models.CodeValidation)
	wantCode(t, b.ChangePassword(t.Context(), ada, password, "password123"), models.CodeValidation)
	if err := b.ChangePassword(t.Context(), ada, password, next); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Session(t.Context(), mine); err != nil {
		t.Errorf("the session that changed it has ended: %v", err)
	}
	_, err = b.Session(t.Context(), other)
	wantCode(t, err, models.CodeNotSignedIn)
	b.settle()
	if !b.live.endedUser(ada.User.ID, ada.SessionID) {
		t.Error("the connections of the others stay open")
	}
	wantCode(t, b.login("ada", password, home()), models.CodeInvalidCredentials)
	wantCode(t, b.login("ada", next, home()), "")
}

func TestASignInThatOverlapsAChangeOfThePasswordDoesNotOutliveIt(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	before, err := b.store.Read(t.Context()).User(ada.User.ID) // as Login read it
	if err != nil {
		t.Fatal(err)
	}
	if err := b.ChangePassword(t.Context(), ada, password, "a much better password"); err != nil {
		t.Fatal(err)
	}
	_, _, err = b.begin(t.Context(), verified{user: before}, nil, away())
	wantCode(t, err, models.CodeInvalidCredentials)
}

func TestGuessingTheCurrentPasswordFromAStolenSessionIsSlowed(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	for range freeFailures + 1 {
		wantCode(t, b.ChangePassword(t.Context(), ada, "not the password", "a much better password"), models.CodeInvalidCredentials)
	}
	wantCode(t, b.ChangePassword(t.Context(), ada, "not the password", "a much better password"), models.CodeRateLimited)
	b.clock.advance(time.Minute)
	wantCode(t, b.ChangePassword(t.Context(), ada, password, "a much better password"), "")
}

func TestATokenSpeaksForItsAccountUntilItIsDeleted(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	ben, _ := b.member("ben")
	made, err := b.CreateToken(t.Context(), ada, NewToken{Name: "backup script"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(made.Token, "parley_") || len(made.Token) != len("parley_")+43 {
		t.Fatalf("the token is %q", made.Token)
	}
	who, err := b.Bearer(t.Context(), made.Token)
	if err != nil || who.User.ID != ada.User.ID || who.TokenID.String() != made.ID || who.SessionID != 0 {
		t.Fatalf("%+v, %v", who, err)
	}
	for _, wrong := range []string{"", "parley_", made.Token + "x", made.Token[:20], strings.TrimPrefix(made.Token, "parley_"), "parley_" + strings.Repeat("A", 43)} {
		if _, err := b.Bearer(t.Context(), wrong); !models.IsCode(err, models.CodeNotSignedIn) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	b.settle()
	list, err := b.Tokens(t.Context(), ada)
	if err != nil || len(list) != 1 || list[0].Token != "" || list[0].LastUsedAt == "" || list[0].Name != "backup script" {
		t.Fatalf("the list is %+v, %v", list, err)
	}
	if list, err := b.Tokens(t.Context(), ben); err != nil || list == nil || len(list) != 0 {
		t.Fatalf("somebody else's list is %+v, %v", list, err)
	}
	wantCode(t, b.DeleteToken(t.Context(), ben, who.TokenID), models.CodeNotFound)
	if err := b.DeleteToken(t.Context(), ada, who.TokenID); err != nil {
		t.Fatal(err)
	}
	_, err = b.Bearer(t.Context(), made.Token)
	wantCode(t, err, models.CodeNotSignedIn)
	b.settle()
	if !b.live.closed(who.TokenID) {
		t.Error("what it opened stays open")
	}
}

func TestATokenNeedsANameAndAnAccountHasAHundred(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	for _, name := range []string{"", "  ", strings.Repeat("x", 65), "two\nlines", "nul\x00"} {
		_, err := b.CreateToken(t.Context(), ada, NewToken{Name: name})
		wantCode(t, err, models.CodeValidation)
	}
	for range maxTokens {
		if _, err := b.CreateToken(t.Context(), ada, NewToken{Name: "script"}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := b.CreateToken(t.Context(), ada, NewToken{Name: "script"})
	wantCode(t, err, models.CodeConflict)
}

func TestOpenConnectionsAreAskedAfterByCredential(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	ben, _ := b.member("ben")
	made, err := b.CreateToken(t.Context(), ada, NewToken{Name: "script"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := b.Bearer(t.Context(), made.Token)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Logout(t.Context(), ben); err != nil {
		t.Fatal(err)
	}
	ids := []models.ID{ada.CredentialID(), ben.CredentialID(), token.CredentialID(), 12345}
	gone, err := b.StillValid(t.Context(), ids)
	if want := []models.ID{ben.SessionID, 12345}; err != nil || !slices.Equal(gone, want) {
		t.Fatalf("gone %v, %v; want %v", gone, err, want)
	}
	b.clock.advance(absoluteEnd)
	gone, err = b.StillValid(t.Context(), ids)
	if want := []models.ID{ada.SessionID, ben.SessionID, 12345}; err != nil || !slices.Equal(gone, want) {
		t.Fatalf("after thirty days gone %v, %v; want %v", gone, err, want)
	}
}

func TestASignInStandsUntilItEnds(t *testing.T) {
	b := newBench(t)
	_, cookie := b.member("ada")
	ben, _ := b.member("ben")
	ada, err := b.Session(t.Context(), cookie)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := b.Login(t.Context(), "ada", password, "", away())
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after string
		end   func() error
		want  bool
	}{
		{"nothing", func() error { return nil }, true},
		{"somebody else's sign-out", func() error { return b.Logout(t.Context(), ben) }, true},
		{"the end of the account's other sessions, from it", func() error { return b.EndOtherSessions(t.Context(), ada) }, true},
		{"the end of the account's other sessions, from another", func() error { return b.EndOtherSessions(t.Context(), other) }, false},
	} {
		if err := step.end(); err != nil {
			t.Fatal(err)
		}
		b.settle()
		if stands, err := b.StillStands(t.Context(), ada.CredentialID(), ada.AsOf); err != nil || stands != step.want {
			t.Errorf("after %s the sign-in stands: %t (%v), want %t", step.after, stands, err, step.want)
		}
	}
}

func TestStaleSessionsAreSweptAtTheNextSignIn(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	b.clock.advance(idleEnd + time.Second)
	if err := b.login("ada", password, home()); err != nil {
		t.Fatal(err)
	}
	rows, err := b.store.Read(t.Context()).SessionsOf(ada.User.ID)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
}

func TestTheAuditLogTellsWhatWasDone(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	made, err := b.CreateToken(t.Context(), ada, NewToken{Name: "script"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := models.ParseID(made.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		b.login("ada", password, away()),
		b.DeleteToken(t.Context(), ada, id),
		b.ChangePassword(t.Context(), ada, password, "a much better password"),
		b.Logout(t.Context(), ada),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []models.AuditAction{
		models.AuditSignUp, models.AuditTokenMade, models.AuditSignIn, models.AuditTokenDeleted, models.AuditPasswordChange, models.AuditSignOut,
	}
	if got := b.audited(); !slices.Equal(got, want) {
		t.Fatalf("the log says %v, want %v", got, want)
	}
}

// TestARefusedSignInIsInTheAuditLogWithoutTheNameThatWasTried looks at an account's line and at nobody's.
func TestARefusedSignInIsInTheAuditLogWithoutTheNameThatWasTried(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	for _, name := range []string{"ada", "hunter2-typed-as-a-name"} {
		if err := b.login(name, "wrong password", away()); !models.IsCode(err, models.CodeInvalidCredentials) {
			t.Fatal(err)
		}
	}
	if err := b.Logout(t.Context(), ada); err != nil { // whose line comes after theirs
		t.Fatal(err)
	}
	lines, err := b.store.Read(t.Context()).AuditLog(store.AuditFilter{Action: models.AuditSignInRefused}, 10)
	if err != nil || len(lines) != 2 {
		t.Fatalf("%v, %v", lines, err)
	}
	if l := lines[1]; l.Target != ada.User.ID.String() || l.ActorID != 0 || l.IP != away().IP {
		t.Errorf("the account's line is %+v", l)
	}
	if l := lines[0]; l.Target != "none" || l.Detail != "" {
		t.Errorf("nobody's line is %+v", l)
	}
}

func TestAUserAgentIsCutAtACharactersEdge(t *testing.T) {
	for in, want := range map[string]string{"abc": "abc", "abcdé": "abcd", "ab界": "ab界", "a\xffb": "a\uFFFDb"} {
		if got := shorten(in, 5); got != want {
			t.Errorf("shorten(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTheAuditLogTellsWhatAdministratorsDid(t *testing.T) {
	b := newBench(t)
	ada, _ := b.member("ada")
	ben, _ := b.member("ben")
	guest, off, on := models.RoleGuest, true, false
	invite, err := b.CreateInvite(t.Context(), ada, NewInvite{Role: models.RoleMember, Uses: 2, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.SignUp(t.Context(), SignUp{Username: "cyd", Password: password, Invite: invite.Code}, away()); err != nil {
		t.Fatal(err)
	}
	id, err := models.ParseID(invite.ID)
	if err != nil {
		t.Fatal(err)
	}
	govern := func(p UserPatch) error {
		_, err := b.Govern(t.Context(), ada, ben.User.ID, p)
		return err
	}
	link, err := b.CreateResetLink(t.Context(), ada, ben.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		b.UseResetLink(t.Context(), link.Code, "a much better password"),
		b.RevokeInvite(t.Context(), ada, id),
		b.RevokeInvite(t.Context(), ada, id), // nothing happens, so nothing is told
		b.SetInvites(t.Context(), ada, InviteByMembers),
		govern(UserPatch{Role: &guest}),
		govern(UserPatch{Role: &guest}),
		govern(UserPatch{Disabled: &off}),
		govern(UserPatch{Disabled: &on}),
		b.SignOutUser(t.Context(), ada, ben.User.ID),
		b.ResetSecondFactor(t.Context(), ada, ben.User.ID), // he has none
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []models.AuditAction{
		models.AuditSignUp, models.AuditSignUp, models.AuditInviteMade, models.AuditInviteUsed, models.AuditSignUp, models.AuditResetLinkMade,
		models.AuditResetLinkUsed, models.AuditInviteRevoked, models.AuditInvitePolicy, models.AuditRoleChange, models.AuditDeactivated,
		models.AuditReactivated, models.AuditSessionsEnded,
	}
	if got := b.audited(); !slices.Equal(got, want) {
		t.Fatalf("the log says %v, want %v", got, want)
	}
}
