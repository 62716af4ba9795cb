package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

const (
	stepSeconds = 30 // RFC 6238's, and what every app assumes
	// drift is how many steps a person's clock, or slowness, may be off, to both sides.
	drift  = 1
	issuer = "Parley"
)

// SecondFactor says whether the caller signs in with a second factor, and how many recovery codes are left.
func (s *Service) SecondFactor(ctx context.Context, who Identity) (wire.SecondFactor, error) {
	q := s.store.Read(ctx)
	f, err := factorOf(q, who.User.ID)
	if err != nil || f == nil {
		return wire.SecondFactor{}, err
	}
	n, err := q.CountRecoveryCodes(who.User.ID)
	return wire.SecondFactor{Enabled: true, RecoveryCodes: n, Since: wire.Time(f.EnabledAt)}, err
}

// factorOf returns the account's confirmed second factor, nil where it has none.
func factorOf(q *store.Queries, user models.ID) (*models.SecondFactor, error) {
	f, err := q.SecondFactor(user)
	switch {
	case models.IsCode(err, models.CodeNotFound):
		return nil, nil //nolint:nilnil // none is an answer
	case err != nil:
		return nil, err
	case f.EnabledAt == 0:
		return nil, nil //nolint:nilnil // begun and left
	}
	return f, nil
}

// WithSecondFactor returns those of the accounts that sign in with a second factor.
func (s *Service) WithSecondFactor(ctx context.Context, users []models.ID) ([]models.ID, error) {
	return s.store.Read(ctx).WithSecondFactor(users)
}

// BeginSecondFactor draws the secret of a second factor, which counts once ConfirmSecondFactor has seen a code of it. It
// asks for the current password: whoever finds a browser open must not lock its owner out.
func (s *Service) BeginSecondFactor(ctx context.Context, who Identity, password string) (wire.NewSecondFactor, error) {
	if err := bySession(who); err != nil {
		return wire.NewSecondFactor{}, err
	}
	u, err := s.confirmed(ctx, who, password)
	if err != nil {
		return wire.NewSecondFactor{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: u.Username, Rand: s.opts.Rand})
	if err != nil {
		return wire.NewSecondFactor{}, fmt.Errorf("drawing a second factor: %w", err)
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		switch f, err := factorOf(&t.Queries, u.ID); {
		case err != nil:
			return err
		case f != nil:
			return models.NewError(models.CodeConflict, "The second factor is on already.")
		}
		return t.PutSecondFactor(&models.SecondFactor{UserID: u.ID, Secret: key.Secret(), CreatedAt: s.now()})
	})
	if err != nil {
		return wire.NewSecondFactor{}, err
	}
	return wire.NewSecondFactor{Secret: key.Secret(), URL: key.URL()}, nil
}

// SecondFactorURL is the address in the QR code of a secret that BeginSecondFactor drew; "" where that is none.
func SecondFactorURL(u *models.User, secret string) string {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(raw) == 0 || len(raw) > 64 {
		return ""
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: u.Username, Secret: raw})
	if err != nil {
		return ""
	}
	return key.URL()
}

// ConfirmSecondFactor switches on what BeginSecondFactor began, by a code of it, and returns the recovery codes, which
// are never to be had again. The account's other sessions end: they were begun without it.
func (s *Service) ConfirmSecondFactor(ctx context.Context, who Identity, code string) ([]string, error) {
	if err := bySession(who); err != nil {
		return nil, err
	}
	q := s.store.Read(ctx)
	f, err := q.SecondFactor(who.User.ID)
	if models.IsCode(err, models.CodeNotFound) || err == nil && f.EnabledAt != 0 {
		return nil, errNotBegun()
	}
	if err != nil {
		return nil, err
	}
	step, err := s.guessed(f, code)
	if err != nil {
		return nil, err
	}
	codes, hashes, err := newRecoveryCodes(s.opts.Rand)
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		now, err := t.SecondFactor(f.UserID)
		if err != nil {
			return err
		}
		if now.Secret != f.Secret || now.EnabledAt != 0 {
			return errNotBegun()
		}
		now.EnabledAt, now.LastStep = s.now(), step
		if err := t.PutSecondFactor(now); err != nil {
			return err
		}
		if err := t.SetRecoveryCodes(f.UserID, hashes); err != nil {
			return err
		}
		if _, err := t.DeleteSessionsOf(f.UserID, who.SessionID); err != nil {
			return err
		}
		t.AfterCommit(func() { s.live.EndUser(f.UserID, who.CredentialID()) })
		return t.Audit(models.AuditEntry{ActorID: f.UserID, Action: models.AuditFactorOn, Target: f.UserID.String()})
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// DisableSecondFactor takes the caller's second factor away; it asks for the current password.
func (s *Service) DisableSecondFactor(ctx context.Context, who Identity, password string) error {
	if err := bySession(who); err != nil {
		return err
	}
	if _, err := s.confirmed(ctx, who, password); err != nil {
		return err
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		return s.dropFactor(t, who, who.User.ID, models.AuditFactorOff)
	})
}

// ResetSecondFactor takes somebody's second factor away who has lost it; the caller must be one who may act upon the account.
func (s *Service) ResetSecondFactor(ctx context.Context, who Identity, user models.ID) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		u, err := s.governed(t, who, user)
		if err != nil {
			return err
		}
		return s.dropFactor(t, who, u.ID, models.AuditFactorReset)
	})
}

func (s *Service) dropFactor(t *store.Tx, by Identity, user models.ID, action models.AuditAction) error {
	had, err := t.DeleteSecondFactor(user)
	if err != nil || !had {
		return err
	}
	return t.Audit(models.AuditEntry{ActorID: by.User.ID, Action: action, Target: user.String()})
}

// RenewRecoveryCodes replaces the caller's recovery codes; it asks for the current password.
func (s *Service) RenewRecoveryCodes(ctx context.Context, who Identity, password string) ([]string, error) {
	if err := bySession(who); err != nil {
		return nil, err
	}
	u, err := s.confirmed(ctx, who, password)
	if err != nil {
		return nil, err
	}
	codes, hashes, err := newRecoveryCodes(s.opts.Rand)
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		f, err := factorOf(&t.Queries, u.ID)
		if err != nil {
			return err
		}
		if f == nil {
			return models.NewError(models.CodeConflict, "The second factor is off.")
		}
		if err := t.SetRecoveryCodes(u.ID, hashes); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: u.ID, Action: models.AuditRecoveryMade, Target: u.ID.String()})
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// proof is a second factor that was shown, to be taken in the transaction that begins the session: what was taken by
// somebody faster counts no more. Nil: none was shown, because none is needed.
type proof func(*store.Tx) error

// prove checks a code against the account's second factor: six digits of the app, or a recovery code.
func (s *Service) prove(f *models.SecondFactor, code string) (proof, error) {
	user := f.UserID
	if hash, ok := recoveryHash(code); ok {
		guess := codeGuess(user)
		if err := s.throttle.wait(guess); err != nil {
			return nil, err
		}
		s.throttle.failed(guess) // until it is found to be right
		return func(t *store.Tx) error {
			found, err := t.UseRecoveryCode(user, hash)
			if err != nil {
				return err
			}
			if !found {
				return errCode()
			}
			t.AfterCommit(func() { s.throttle.cleared(guess) })
			return t.Audit(models.AuditEntry{ActorID: user, Action: models.AuditRecoveryUsed, Target: user.String()})
		}, nil
	}
	step, err := s.guessed(f, code)
	if err != nil {
		return nil, err
	}
	return func(t *store.Tx) error {
		fresh, err := t.UseStep(user, step)
		if err == nil && !fresh {
			err = errCode()
		}
		return err
	}, nil
}

// guessed returns the time step whose code this is, later than the last that was used. Guessing is slowed for the account,
// wherever it comes from: who gets as far as here has its password, so no stranger can hold its owner up.
func (s *Service) guessed(f *models.SecondFactor, code string) (step int64, err error) {
	guess := codeGuess(f.UserID)
	if err := s.throttle.wait(guess); err != nil {
		return 0, err
	}
	s.throttle.failed(guess) // first, so that a thousand guesses at once count as a thousand
	now := s.opts.Now().Unix() / stepSeconds
	for step := now - drift; step <= now+drift; step++ {
		want, err := hotp.GenerateCode(f.Secret, uint64(step))
		if err != nil {
			return 0, fmt.Errorf("computing a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(digits(code))) == 1 && step > f.LastStep {
			s.throttle.cleared(guess)
			return step, nil
		}
	}
	return 0, errCode()
}

func codeGuess(user models.ID) pair { return pair{"code " + user.String(), ""} }

// digits leaves out the spaces that apps show in the middle of a code.
func digits(code string) string { return strings.ReplaceAll(code, " ", "") }

func errNotBegun() error {
	return models.NewError(models.CodeConflict, "There is nothing to confirm: begin anew.")
}

func errCode() error {
	e := models.NewError(models.CodeInvalidCredentials, "The code is not right, or was used before.")
	e.Fields = []models.FieldError{{Field: "code", Code: "invalid", Detail: e.Detail}}
	return e
}

func errCodeNeeded() error {
	e := models.NewError(models.CodeSecondFactor, "A code of the authenticator app is needed, or a recovery code.")
	e.Fields = []models.FieldError{{Field: "code", Code: "required", Detail: e.Detail}}
	return e
}
