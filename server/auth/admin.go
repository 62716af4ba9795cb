package auth

import (
	"context"
	"slices"
	"time"

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
		if err := s.addUser(t, u); err != nil {
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

// CreateInvite makes an invitation that lets uses people in, with a role, within life. Owners and admins may; the code
// is shown once. An invitation never makes an owner.
func (s *Service) CreateInvite(ctx context.Context, who Identity, role models.Role, uses int, life time.Duration) (code string, err error) {
	switch {
	case !who.User.Governs():
		return "", models.Forbidden("Invitations are made by administrators.")
	case !slices.Contains([]models.Role{models.RoleAdmin, models.RoleMember, models.RoleGuest}, role):
		return "", models.Invalid("role", "invalid", "An invitation is for an admin, a member or a guest.")
	case uses < 1 || uses > 1000:
		return "", models.Invalid("uses", "range", "An invitation is for 1 to 1,000 people.")
	case life <= 0 || life > 365*24*time.Hour:
		return "", models.Invalid("life", "range", "An invitation lives for at most a year.")
	}
	if code, err = newSecret(s.opts.Rand); err != nil {
		return "", err
	}
	now := s.now()
	i := &models.Invite{
		ID: s.store.NewID(), CodeHash: hashSecret(code), Role: role, CreatedBy: who.User.ID, UsesLeft: int64(uses),
		CreatedAt: now, ExpiresAt: now + models.Millis(life.Milliseconds()),
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		if err := t.InsertInvite(i); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditInviteMade, Target: i.ID.String(), Detail: models.AuditDetail("role", string(role))})
	})
	if err != nil {
		return "", err
	}
	return code, nil
}
