package auth

import (
	"context"
	"slices"

	"parley/models"
	"parley/server/store"
)

// CreateAccount makes an account from the server's own command line, where no limit and no sign-up mode counts. The
// first account ever is the owner, whatever role was asked for.
func (s *Service) CreateAccount(ctx context.Context, username, password string, role models.Role) (*models.User, error) {
	var f fields
	f.check(models.CheckUsername(username))
	f.check(s.checkNewPassword("password", password, username))
	if !slices.Contains([]models.Role{models.RoleOwner, models.RoleAdmin, models.RoleMember, models.RoleGuest}, role) {
		f.check(models.Invalid("role", "invalid", "A role is one of owner, admin, member, guest."))
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	u, err := s.newUser(ctx, SignUp{Username: username, Password: password})
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		some, err := t.HasUsers()
		if err != nil {
			return err
		}
		if u.Role = role; !some {
			u.Role = models.RoleOwner
		}
		if err := s.addUser(t, u, nil); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{Action: models.AuditAccountMade, Target: u.ID.String(), Detail: models.AuditDetail("role", string(u.Role))})
	})
	if err != nil {
		return nil, err
	}
	s.settled.Store(true)
	return u, nil
}

// ResetPassword gives the account (by username or e-mail) a new password from the server's own command line and ends
// every session that it has.
func (s *Service) ResetPassword(ctx context.Context, username, password string) error {
	u, err := s.store.Read(ctx).UserByLogin(username)
	if err != nil {
		return err
	}
	if err := s.checkNewPassword("password", password, u.Username); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		if err := t.RaiseSessionEpoch(u.ID); err != nil {
			return err
		}
		return s.replacePassword(t, u.ID, hash, Identity{}, models.AuditPasswordReset)
	})
}

// DropSecondFactor takes the second factor of the account (by username or e-mail) away from the server's own command
// line: for an owner who has lost it, whom nobody else may help.
func (s *Service) DropSecondFactor(ctx context.Context, username string) error {
	u, err := s.store.Read(ctx).UserByLogin(username)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		had, err := t.DeleteSecondFactor(u.ID)
		if err != nil || !had {
			return err
		}
		return t.Audit(models.AuditEntry{Action: models.AuditFactorReset, Target: u.ID.String()})
	})
}
