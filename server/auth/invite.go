package auth

import (
	"context"
	"slices"
	"time"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

const (
	maxInviteUses  = 1000
	maxInviteLife  = 365 * 24 * time.Hour
	maxInviteRooms = 50
	// maxOpenInvites bounds what one account can fill the table with.
	maxOpenInvites = 200
	// invitesListed is how many invitations a list shows, the newest.
	invitesListed = 500
)

// InvitePolicy says who may invite besides owners and admins.
type InvitePolicy string

// The policies. Members invite members and guests, never admins.
const (
	InviteByAdmins  InvitePolicy = "admins"
	InviteByMembers InvitePolicy = "members"
)

// invitePolicyKey is where the policy stands; nothing there is InviteByAdmins.
const invitePolicyKey = "invites_by"

// NewInvite is an invitation to be made: for how many people, in which role, for how long, and into which rooms. No
// rooms: the general room, where everybody begins.
type NewInvite struct {
	Role  models.Role
	Uses  int           // 1 to 1,000
	Life  time.Duration // at most a year
	Rooms []models.ID
}

// Invites returns who may invite besides owners and admins.
func (s *Service) Invites(ctx context.Context) (InvitePolicy, error) {
	p, err := s.store.Read(ctx).GetText(invitePolicyKey)
	return policyOf(p), err
}

func policyOf(stored string) InvitePolicy {
	if InvitePolicy(stored) == InviteByMembers {
		return InviteByMembers
	}
	return InviteByAdmins
}

// SetInvites changes who may invite; owners and admins may.
func (s *Service) SetInvites(ctx context.Context, who Identity, p InvitePolicy) error {
	if !who.User.Governs() {
		return models.Forbidden("Only administrators say who may invite.")
	}
	if p != InviteByAdmins && p != InviteByMembers {
		return models.Invalid("who", "invalid", "who is admins or members.")
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		old, err := t.GetText(invitePolicyKey)
		if err != nil || policyOf(old) == p {
			return err
		}
		if err := t.SetText(invitePolicyKey, string(p)); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditInvitePolicy, Detail: models.AuditDetail("who", string(p))})
	})
}

// MayInvite reports whether the account may make invitations.
func (s *Service) MayInvite(ctx context.Context, who Identity) (bool, error) {
	return mayInvite(s.store.Read(ctx), who.User)
}

func mayInvite(q *store.Queries, u *models.User) (bool, error) {
	if u.Governs() || u.Role != models.RoleMember {
		return u.Governs(), nil
	}
	p, err := q.GetText(invitePolicyKey)
	return policyOf(p) == InviteByMembers, err
}

// CreateInvite makes an invitation. Owners, admins and, where the policy says so, members may; the code is in this one
// answer alone. An invitation never makes an owner, and only an owner's makes an admin.
func (s *Service) CreateInvite(ctx context.Context, who Identity, n NewInvite) (wire.Invite, error) {
	if err := checkInvite(n); err != nil {
		return wire.Invite{}, err
	}
	code, err := newSecret(s.opts.Rand)
	if err != nil {
		return wire.Invite{}, err
	}
	now := s.now()
	i := &models.Invite{
		ID: s.store.NewID(), CodeHash: hashSecret(code), Role: n.Role, CreatedBy: who.User.ID, Uses: int64(n.Uses), UsesLeft: int64(n.Uses),
		RoomIDs: models.JoinIDs(n.Rooms), CreatedAt: now, ExpiresAt: now + models.Millis(n.Life.Milliseconds()),
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		by, err := t.User(who.User.ID) // a demotion that is on its way is done by now
		if err != nil {
			return err
		}
		if err := s.allowInvite(t, narrowed(by, who), n); err != nil {
			return err
		}
		if err := t.InsertInvite(i); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: by.ID, Action: models.AuditInviteMade, Target: i.ID.String(), Detail: models.AuditDetail("role", string(n.Role))})
	})
	if err != nil {
		return wire.Invite{}, err
	}
	w := s.wireInvite(i)
	w.Code = code
	return w, nil
}

func checkInvite(n NewInvite) error {
	switch {
	case !slices.Contains([]models.Role{models.RoleAdmin, models.RoleMember, models.RoleGuest}, n.Role):
		return models.Invalid("role", "invalid", "An invitation is for an admin, a member or a guest.")
	case n.Uses < 1 || n.Uses > maxInviteUses:
		return models.Invalid("uses", "range", "An invitation is for 1 to 1,000 people.")
	case n.Life <= 0 || n.Life > maxInviteLife:
		return models.Invalid("expires_at", "range", "An invitation ends within a year, and not in the past.")
	case len(n.Rooms) > maxInviteRooms:
		return models.Invalid("room_ids", "length", "An invitation is for at most 50 rooms.")
	}
	return nil
}

func (s *Service) allowInvite(t *store.Tx, by *models.User, n NewInvite) error {
	ok, err := mayInvite(&t.Queries, by)
	switch {
	case err != nil:
		return err
	case !ok || by.DisabledAt != 0:
		return errMayNotInvite()
	case n.Role == models.RoleAdmin && by.Role != models.RoleOwner:
		return models.Forbidden("Only owners invite admins.")
	}
	open, err := t.CountOpenInvites(by.ID, s.now())
	if err != nil {
		return err
	}
	if open >= maxOpenInvites {
		return models.NewError(models.CodeConflict, "There are 200 open invitations of yours: withdraw one first.")
	}
	return s.rooms.MayInvite(t, by, n.Rooms)
}

func errMayNotInvite() error { return models.Forbidden("Invitations are made by administrators.") }

// ListInvites returns the newest invitations: all for owners and admins, one's own for members who may invite.
func (s *Service) ListInvites(ctx context.Context, who Identity) ([]wire.Invite, error) {
	q := s.store.Read(ctx)
	ok, err := mayInvite(q, who.User)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errMayNotInvite()
	}
	creator := who.User.ID
	if who.User.Governs() {
		creator = 0
	}
	found, err := q.Invites(creator, invitesListed)
	if err != nil {
		return nil, err
	}
	list := make([]wire.Invite, 0, len(found))
	for i := range found {
		list = append(list, s.wireInvite(&found[i]))
	}
	return list, nil
}

// RevokeInvite withdraws an invitation: any for owners and admins, one's own for everybody. Again: no error.
func (s *Service) RevokeInvite(ctx context.Context, who Identity, id models.ID) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		i, err := t.InviteByID(id)
		if err != nil {
			return err
		}
		if !who.User.Governs() && i.CreatedBy != who.User.ID {
			return models.NotFound("There is no such invitation.")
		}
		changed, err := t.RevokeInvite(id, s.now())
		if err != nil || !changed {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditInviteRevoked, Target: id.String()})
	})
}

// Invited reports whether the code of an invitation can be used now.
func (s *Service) Invited(ctx context.Context, code string) (bool, error) {
	_, err := s.store.Read(ctx).Invite(hashSecret(code), s.now())
	if models.IsCode(err, models.CodeNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) wireInvite(i *models.Invite) wire.Invite {
	w := wire.Invite{
		ID: i.ID.String(), Role: i.Role, Uses: i.Uses, UsesLeft: i.UsesLeft, RoomIDs: []string{}, CreatedBy: i.CreatedBy.String(),
		CreatedAt: wire.Time(i.CreatedAt), ExpiresAt: wire.Time(i.ExpiresAt), RevokedAt: wire.Time(i.RevokedAt),
		Usable: i.UsesLeft > 0 && i.RevokedAt == 0 && s.now() < i.ExpiresAt,
	}
	for _, id := range models.SplitIDs(i.RoomIDs) {
		w.RoomIDs = append(w.RoomIDs, id.String())
	}
	return w
}
