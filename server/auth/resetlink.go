package auth

import (
	"context"
	"time"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// resetLife is how long a reset link is good: long enough to be handed over, short enough to be forgotten safely.
const resetLife = 24 * time.Hour

// CreateResetLink makes a link by which somebody chooses a new password once. The caller must be one who may act upon
// the account; the link before it is void. The code is in this one answer alone.
func (s *Service) CreateResetLink(ctx context.Context, who Identity, user models.ID) (wire.ResetLink, error) {
	code, err := newSecret(s.opts.Rand)
	if err != nil {
		return wire.ResetLink{}, err
	}
	now := s.now()
	l := &models.ResetLink{
		ID: s.store.NewID(), CodeHash: hashSecret(code), UserID: user, CreatedBy: who.User.ID,
		CreatedAt: now, ExpiresAt: now + models.Millis(resetLife.Milliseconds()),
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		u, err := s.governed(t, who, user)
		if err != nil {
			return err
		}
		if u.Role == models.RoleBot {
			return models.Forbidden("A bot has no password.")
		}
		if u.DisabledAt != 0 {
			return models.NewError(models.CodeConflict, "This account is switched off.")
		}
		if err := t.PutResetLink(l); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditResetLinkMade, Target: u.ID.String()})
	})
	if err != nil {
		return wire.ResetLink{}, err
	}
	return wire.ResetLink{Code: code, ExpiresAt: wire.Time(l.ExpiresAt)}, nil
}

// Resettable reports whether the code of a reset link can be used now.
func (s *Service) Resettable(ctx context.Context, code string) (bool, error) {
	_, _, err := s.resetLink(ctx, code)
	if models.IsCode(err, models.CodeNotFound) {
		return false, nil
	}
	return err == nil, err
}

// UseResetLink gives the link's account a new password and ends every session that it has; of many who come with one
// code, one wins. A code that is unknown, used or over, or whose account is switched off, is CodeNotFound. A second factor stays.
func (s *Service) UseResetLink(ctx context.Context, code, password string) error {
	l, u, err := s.resetLink(ctx, code)
	if err != nil {
		return err
	}
	if err := s.checkNewPassword("new_password", password, u.Username); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		won, err := t.UseResetLink(l.ID)
		if err != nil {
			return err
		}
		now, err := t.User(u.ID)
		if err != nil {
			return err
		}
		if !won || now.DisabledAt != 0 {
			return errResetLink()
		}
		if err := t.RaiseSessionEpoch(u.ID); err != nil {
			return err
		}
		return s.replacePassword(t, u.ID, hash, Identity{User: u}, models.AuditResetLinkUsed)
	})
}

func (s *Service) resetLink(ctx context.Context, code string) (*models.ResetLink, *models.User, error) {
	q := s.store.Read(ctx)
	l, err := q.ResetLink(hashSecret(code), s.now())
	if err != nil {
		return nil, nil, err
	}
	u, err := q.User(l.UserID)
	if err == nil && u.DisabledAt != 0 {
		err = errResetLink()
	}
	return l, u, err
}

func errResetLink() error { return models.NotFound("This link cannot be used, or not any more.") }
