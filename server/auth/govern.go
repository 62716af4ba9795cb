package auth

import (
	"context"
	"slices"
	"strconv"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// UserPatch holds what an administrator changes of somebody else's account; nil leaves a thing as it is.
type UserPatch struct {
	Role     *models.Role
	Disabled *bool
}

// Govern changes an account's role, or switches it off or on again. Owners act on everybody, admins on members, guests
// and bots; only owners make owners and admins, and the last owner stays one. It holds from the commit on: rights are
// looked up with each request, and what an account that is switched off has open is closed.
func (s *Service) Govern(ctx context.Context, who Identity, user models.ID, p UserPatch) (wire.User, error) {
	if p.Role != nil && !slices.Contains([]models.Role{models.RoleOwner, models.RoleAdmin, models.RoleMember, models.RoleGuest}, *p.Role) {
		return wire.User{}, models.Invalid("role", "invalid", "A role is one of owner, admin, member, guest.")
	}
	var after *models.User
	err := s.store.Write(ctx, func(t *store.Tx) error {
		u, err := s.governed(t, who, user)
		if err != nil {
			return err
		}
		if p.Role != nil {
			if err := s.setRole(t, who, u, *p.Role); err != nil {
				return err
			}
		}
		if p.Disabled != nil {
			if err := s.setDisabled(t, who, u, *p.Disabled); err != nil {
				return err
			}
		}
		after = u
		t.AfterCommit(func() { s.rooms.Forget(u.ID) })
		return nil
	})
	if err != nil {
		return wire.User{}, err
	}
	return wire.NewUser(after, true), nil
}

// governor returns the caller, who has to be an administrator, with the rights that this transaction finds.
func governor(t *store.Tx, who Identity) (*models.User, error) {
	by, err := t.User(who.User.ID)
	if err != nil {
		return nil, err
	}
	if by = narrowed(by, who); !by.Governs() || by.DisabledAt != 0 {
		return nil, models.Forbidden("Only administrators may do this.")
	}
	return by, nil
}

// governed returns an account that the caller may act upon, the rights of both as they are in this transaction.
func (s *Service) governed(t *store.Tx, who Identity, user models.ID) (*models.User, error) {
	by, err := governor(t, who)
	if err != nil {
		return nil, err
	}
	u, err := t.User(user)
	if err != nil {
		return nil, err
	}
	if u.Governs() && by.Role != models.RoleOwner {
		return nil, models.Forbidden("Only owners act upon owners and admins.")
	}
	return u, nil
}

func (s *Service) setRole(t *store.Tx, who Identity, u *models.User, role models.Role) error {
	switch {
	case u.Role == role:
		return nil
	case u.Role == models.RoleBot:
		return models.Forbidden("A bot stays a bot.")
	case role == models.RoleOwner || role == models.RoleAdmin:
		by, err := t.User(who.User.ID)
		if err != nil {
			return err
		}
		if by.Role != models.RoleOwner {
			return models.Forbidden("Only owners make owners and admins.")
		}
	}
	if err := keepAnOwner(t, u); err != nil {
		return err
	}
	// A link to the account was made by somebody who might act upon it as it was, and may not as it is now.
	if err := t.DeleteResetLinksOf(u.ID); err != nil {
		return err
	}
	demoted := rank(role) < rank(u.Role)
	detail := models.AuditDetail("from", string(u.Role), "to", string(role))
	if err := t.SetRole(u.ID, role); err != nil {
		return err
	}
	u.Role = role
	if demoted {
		if err := s.withdraw(t, u.ID); err != nil {
			return err
		}
	}
	return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditRoleChange, Target: u.ID.String(), Detail: detail})
}

// rank orders the roles by power.
func rank(r models.Role) int {
	return slices.Index([]models.Role{models.RoleBot, models.RoleGuest, models.RoleMember, models.RoleAdmin, models.RoleOwner}, r)
}

// keepAnOwner refuses what would leave the server without an owner who can sign in.
func keepAnOwner(t *store.Tx, u *models.User) error {
	if u.Role != models.RoleOwner || u.DisabledAt != 0 {
		return nil
	}
	n, err := t.CountOwners()
	if err == nil && n < 2 {
		err = models.NewError(models.CodeConflict, "The last owner stays one: make somebody else an owner first.")
	}
	return err
}

// withdraw takes back what somebody who has lost rights gave to others: an invitation or a reset link that is still
// out would be a way around the loss.
func (s *Service) withdraw(t *store.Tx, user models.ID) error {
	if err := t.RevokeInvitesOf(user, s.now()); err != nil {
		return err
	}
	return t.DeleteResetLinksBy(user)
}

func (s *Service) setDisabled(t *store.Tx, who Identity, u *models.User, off bool) error {
	if (u.DisabledAt != 0) == off {
		return nil
	}
	entry := models.AuditEntry{ActorID: who.User.ID, Action: models.AuditReactivated, Target: u.ID.String()}
	if !off {
		u.DisabledAt = 0
		if err := t.SetDisabled(u.ID, 0); err != nil {
			return err
		}
		return t.Audit(entry)
	}
	if u.ID == who.User.ID {
		return models.Forbidden("Nobody switches his own account off.")
	}
	if err := keepAnOwner(t, u); err != nil {
		return err
	}
	u.DisabledAt = s.now()
	if err := t.SetDisabled(u.ID, u.DisabledAt); err != nil {
		return err
	}
	if err := s.endEverything(t, u.ID); err != nil {
		return err
	}
	entry.Action = models.AuditDeactivated
	return t.Audit(entry)
}

// endEverything leaves nothing that speaks for the account, now or once it is switched on again: its sessions, its
// tokens, links that open it, and what it gave to others. Its connections close once that is on disk.
func (s *Service) endEverything(t *store.Tx, user models.ID) error {
	for _, end := range []func(models.ID) error{
		t.RaiseSessionEpoch,
		func(id models.ID) error { _, err := t.DeleteSessionsOf(id, 0); return err },
		t.DeleteTokensOf,
		t.DeleteResetLinksOf,
		func(id models.ID) error { return s.withdraw(t, id) },
	} {
		if err := end(user); err != nil {
			return err
		}
	}
	t.AfterCommit(func() { s.live.EndUser(user, 0) })
	return nil
}

// SignOutEverybody ends every session on the server but the caller's own; tokens stay. It returns how many ended.
func (s *Service) SignOutEverybody(ctx context.Context, who Identity) (int, error) {
	var ended []models.ID
	err := s.store.Write(ctx, func(t *store.Tx) error {
		_, err := governor(t, who)
		if err != nil {
			return err
		}
		if ended, err = t.DeleteAllSessions(who.SessionID); err != nil {
			return err
		}
		t.AfterCommit(func() {
			for _, id := range ended {
				s.live.EndSession(id)
			}
		})
		detail := models.AuditDetail("sessions", strconv.Itoa(len(ended)))
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditSignedOutAll, Detail: detail})
	})
	return len(ended), err
}

// SessionsOfUser lists somebody's sessions for an administrator who may act upon the account, the last used first.
func (s *Service) SessionsOfUser(ctx context.Context, who Identity, user models.ID) ([]wire.Session, error) {
	u, err := s.store.Read(ctx).User(user)
	switch {
	case err != nil:
		return nil, err
	case !who.User.Governs() || u.Governs() && who.User.Role != models.RoleOwner && u.ID != who.User.ID:
		return nil, models.Forbidden("Only owners look after owners and admins.")
	}
	list, err := s.Sessions(ctx, Identity{User: u})
	for i := range list {
		list[i].Current = list[i].ID == who.SessionID.String()
	}
	return list, err
}

// SignOutUser ends every session of an account that the caller may act upon; its tokens stay.
func (s *Service) SignOutUser(ctx context.Context, who Identity, user models.ID) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		u, err := s.governed(t, who, user)
		if err != nil {
			return err
		}
		if err := t.RaiseSessionEpoch(u.ID); err != nil {
			return err
		}
		if _, err := t.DeleteSessionsOf(u.ID, 0); err != nil {
			return err
		}
		t.AfterCommit(func() { s.live.EndUser(u.ID, 0) })
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditSessionsEnded, Target: u.ID.String()})
	})
}
