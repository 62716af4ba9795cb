package auth

import (
	"context"

	"parley/models"
	"parley/server/limits"
	"parley/server/store"
)

// maxLogin is the longest e-mail address, in bytes; no more of a name that was tried is kept in memory.
const maxLogin = 254

// verified is an account whose password was right.
type verified struct {
	user   *models.User
	factor *models.SecondFactor // nil: the password is enough
	fresh  string               // a new hash of the password where the stored one was made at other costs, else ""
	pair   pair
}

// Login signs in with a username or an e-mail address. Every way in which the two can be wrong is the same
// CodeInvalidCredentials after the same work: an unknown name, a wrong password, an account that is switched off or has
// no password. Where the account has a second factor, code is one of the app or a recovery code; CodeSecondFactor asks
// for it. The token is for the cookie.
func (s *Service) Login(ctx context.Context, login, password, code string, from Client) (Identity, string, error) {
	v, err := s.verifyLogin(ctx, login, password, from)
	if err != nil {
		return Identity{}, "", err
	}
	var shown proof
	if v.factor != nil {
		if code == "" {
			return Identity{}, "", errCodeNeeded()
		}
		if shown, err = s.prove(v.factor, code); err != nil {
			s.noteRefused(ctx, models.AuditSignInRefused, v.user, from.IP)
			return Identity{}, "", err
		}
	}
	return s.begin(ctx, v, shown, from)
}

// verifyLogin checks the password.
func (s *Service) verifyLogin(ctx context.Context, login, password string, from Client) (verified, error) {
	if err := s.throttle.signIn(from.IP); err != nil {
		return verified{}, err
	}
	q := s.store.Read(ctx)
	u, err := q.UserByLogin(login)
	if err != nil && !models.IsCode(err, models.CodeNotFound) {
		return verified{}, err
	}
	v := verified{user: u, pair: pairOf(u, login, from)}
	if err := s.throttle.wait(v.pair); err != nil {
		return verified{}, err
	}
	if err := s.verify(ctx, u, password); err != nil {
		if models.IsCode(err, models.CodeInvalidCredentials) {
			s.throttle.failed(v.pair)
			s.opts.Log.InfoContext(ctx, "a sign-in was refused", "account", accountOf(u), "ip", from.IP)
			s.noteRefused(ctx, models.AuditSignInRefused, u, from.IP)
		}
		return verified{}, err
	}
	if v.factor, err = factorOf(q, u.ID); err != nil {
		return verified{}, err
	}
	v.fresh, err = s.freshHash(ctx, u.PasswordHash, password)
	return v, err
}

// verify spends the same time on every account and on none.
func (s *Service) verify(ctx context.Context, u *models.User, password string) error {
	hash := ""
	if u != nil && u.DisabledAt == 0 {
		hash = u.PasswordHash
	}
	ok, _, err := s.hasher.verify(ctx, hash, password)
	if err == nil && !ok {
		err = errCredentials()
	}
	return err
}

func errCredentials() error {
	return models.NewError(models.CodeInvalidCredentials, "The name or the password is not right.")
}

// begin writes the new session. The account is read again in the transaction: a sign-in that overlaps a change of the
// password, or the switching on of a second factor, must not outlive it.
func (s *Service) begin(ctx context.Context, v verified, shown proof, from Client) (Identity, string, error) {
	session, token, err := s.newSession(v.user, from)
	if err != nil {
		return Identity{}, "", err
	}
	var u *models.User
	err = s.store.Write(ctx, func(t *store.Tx) error {
		if u, err = t.User(v.user.ID); err != nil {
			return err
		}
		if u.PasswordHash != v.user.PasswordHash || u.DisabledAt != 0 {
			return errCredentials()
		}
		if err := takeProof(t, u, shown); err != nil {
			return err
		}
		if v.fresh != "" {
			if err := t.SetPasswordHash(u.ID, v.fresh); err != nil {
				return err
			}
		}
		session.SessionEpoch = u.SessionEpoch
		now := s.now()
		if err := t.DeleteStaleSessionsOf(u.ID, now, now-models.Millis(idleEnd.Milliseconds())); err != nil {
			return err
		}
		if err := t.InsertSession(session); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: u.ID, Action: models.AuditSignIn, Target: session.ID.String(), IP: from.IP})
	})
	if err != nil {
		return Identity{}, "", err
	}
	s.throttle.succeeded(v.pair)
	return Identity{User: u, SessionID: session.ID}, token, nil
}

// takeProof takes the second factor that was shown; none is no way in where the account has one by now.
func takeProof(t *store.Tx, u *models.User, shown proof) error {
	if shown != nil {
		return shown(t)
	}
	f, err := factorOf(&t.Queries, u.ID)
	if err == nil && f != nil {
		err = errCodeNeeded()
	}
	return err
}

// freshHash returns a new hash of the password where the stored one was made at other costs, else "".
func (s *Service) freshHash(ctx context.Context, stored, password string) (string, error) {
	p, err := parsePHC(stored)
	if err != nil || p.Hashing == s.opts.Hashing {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// pairOf is what a failure counts against: the account where there is one, so that its name and its e-mail address are
// one target, else the name that was tried.
func pairOf(u *models.User, login string, from Client) pair {
	if u != nil {
		return pair{u.ID.String(), limits.Network(from.IP)}
	}
	return pair{"name " + models.FoldKey(shorten(login, maxLogin)), limits.Network(from.IP)}
}

// noteRefused writes a wrong password into the audit log, beside the request and in the same time for every account and
// for none. The limits on sign-in bound how many such lines an address can cause. The name that was tried is no part of it.
func (s *Service) noteRefused(ctx context.Context, action models.AuditAction, u *models.User, ip string) {
	e := models.AuditEntry{Action: action, Target: accountOf(u), IP: ip}
	failed := func(err error) {
		if err != nil {
			s.opts.Log.WarnContext(ctx, "a refusal was not written to the audit log", "error", err)
		}
	}
	if err := s.store.Submit(func(t *store.Tx) error { return t.Audit(e) }, failed); err != nil {
		failed(err)
	}
}

// accountOf is what a log line may say: never the name that was tried, which is now and then a password.
func accountOf(u *models.User) string {
	if u == nil {
		return "none"
	}
	return u.ID.String()
}
