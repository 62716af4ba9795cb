package auth

import (
	"context"

	"parley/models"
	"parley/server/store"
)

// ChangePassword replaces the caller's password and ends every session of the account but the caller's own; its
// connections close once that is on disk. A wrong current password is CodeInvalidCredentials.
func (s *Service) ChangePassword(ctx context.Context, who Identity, current, next string) error {
	if err := bySession(who); err != nil {
		return err
	}
	if err := s.checkNewPassword("new_password", next, who.User.Username); err != nil {
		return err
	}
	u, err := s.confirmed(ctx, who, current)
	if err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		now, err := t.User(u.ID)
		if err != nil {
			return err
		}
		if now.PasswordHash != u.PasswordHash { // changed by somebody else in between
			return wrongCurrent()
		}
		return s.replacePassword(t, u.ID, hash, who, models.AuditPasswordChange)
	})
}

// confirmed returns the caller's account once its current password was shown. Guessing it from a stolen session is
// slowed like signing in.
func (s *Service) confirmed(ctx context.Context, who Identity, password string) (*models.User, error) {
	guess := pair{who.User.ID.String(), "credential " + who.CredentialID().String()}
	if err := s.throttle.wait(guess); err != nil {
		return nil, err
	}
	u, err := s.store.Read(ctx).User(who.User.ID)
	if err != nil {
		return nil, err
	}
	if err := s.verify(ctx, u, password); err != nil {
		if models.IsCode(err, models.CodeInvalidCredentials) {
			s.throttle.failed(guess)
			s.noteRefused(ctx, models.AuditPasswordRefused, u, models.AddressOf(ctx))
			return nil, wrongCurrent()
		}
		return nil, err
	}
	return u, nil
}

// replacePassword writes the hash and ends every session of the account but that of the one who does it.
func (s *Service) replacePassword(t *store.Tx, user models.ID, hash string, by Identity, action models.AuditAction) error {
	if err := t.SetPasswordHash(user, hash); err != nil {
		return err
	}
	if _, err := t.DeleteSessionsOf(user, by.SessionID); err != nil {
		return err
	}
	if err := t.DeleteResetLinksOf(user); err != nil { // one that is out opens the account whatever its password is
		return err
	}
	t.AfterCommit(func() { s.live.EndUser(user, by.CredentialID()) })
	var actor models.ID
	if by.User != nil {
		actor = by.User.ID
	}
	return t.Audit(models.AuditEntry{ActorID: actor, Action: action, Target: user.String()})
}

func wrongCurrent() error {
	e := models.NewError(models.CodeInvalidCredentials, "The current password is not right.")
	e.Fields = []models.FieldError{{Field: "current_password", Code: "invalid", Detail: e.Detail}}
	return e
}
