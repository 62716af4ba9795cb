package auth

import (
	"context"
	"fmt"
	"strings"

	"parley/models"
	"parley/server/store"
)

// SignUp is what somebody gives to get an account. DisplayName, Email and Invite may be empty; SetupCode is for the
// first account, where the server asks for it.
type SignUp struct {
	Username, Password, DisplayName, Email, Invite, SetupCode string
}

// SignUp makes an account and signs it in. The first account ever is the owner, whatever the mode; of two that come at
// once, exactly one is. The token is the session's, for the cookie; it is never to be had again.
func (s *Service) SignUp(ctx context.Context, up SignUp, from Client) (Identity, string, error) {
	if err := s.checkSignUp(up); err != nil {
		return Identity{}, "", err
	}
	if err := s.throttle.signUp(from.IP); err != nil {
		return Identity{}, "", err
	}
	if err := s.mayStillSignUp(ctx, up, from); err != nil {
		return Identity{}, "", err
	}
	u, err := s.newUser(ctx, up)
	if err != nil {
		return Identity{}, "", err
	}
	session, token, err := s.newSession(u, from)
	if err != nil {
		return Identity{}, "", err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		invite, err := s.admit(t, u, up.Invite)
		if err != nil {
			return err
		}
		if err := s.addUser(t, u, models.SplitIDs(invite.RoomIDs)); err != nil {
			return err
		}
		if err := t.InsertSession(session); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: u.ID, Action: models.AuditSignUp, Target: u.ID.String(), Detail: models.AuditDetail("role", string(u.Role)), IP: from.IP})
	})
	if err != nil {
		return Identity{}, "", err
	}
	s.settled.Store(true)
	s.throttle.succeeded(pairOf(u, "", from))
	s.opts.Log.InfoContext(ctx, "an account was made", "user", u.ID, "role", string(u.Role))
	return Identity{User: u, SessionID: session.ID}, token, nil
}

func (s *Service) checkSignUp(up SignUp) error {
	var f fields
	f.check(models.CheckUsername(up.Username))
	f.check(s.checkNewPassword("password", up.Password, up.Username))
	f.check(models.CheckDisplayName(up.DisplayName))
	if up.Email != "" {
		f.check(models.CheckEmail(up.Email))
	}
	return f.err()
}

// mayStillSignUp refuses what is bound to fail before a password is hashed for it. The transaction asks all of it again.
func (s *Service) mayStillSignUp(ctx context.Context, up SignUp, from Client) error {
	q := s.store.Read(ctx)
	if err := s.mayAdmit(ctx, q, up, from); err != nil {
		return err
	}
	if _, err := q.UserByLogin(up.Username); err == nil {
		return taken(models.CodeUsernameTaken, "username", "Somebody else has this username.")
	} else if !models.IsCode(err, models.CodeNotFound) {
		return err
	}
	return nil
}

func (s *Service) mayAdmit(ctx context.Context, q *store.Queries, up SignUp, from Client) error {
	first, err := s.SetupNeeded(ctx)
	if err != nil {
		return err
	}
	if first {
		return s.checkSetup(up.SetupCode, from)
	}
	if up.Invite != "" {
		_, err := q.Invite(hashSecret(up.Invite), s.now())
		return refuseInvite(err)
	}
	return s.mayComeUninvited(q)
}

// admit decides, inside the transaction, whether a newcomer may come in and as what. An invitation that is offered is
// used in every mode but for the owner's account, because it may carry a role and rooms.
func (s *Service) admit(t *store.Tx, u *models.User, code string) (models.Invite, error) {
	some, err := t.HasUsers()
	if err != nil {
		return models.Invite{}, err
	}
	if !some {
		u.Role = models.RoleOwner
		return models.Invite{}, nil
	}
	if code == "" {
		u.Role = models.RoleMember
		return models.Invite{}, s.mayComeUninvited(&t.Queries)
	}
	i, err := t.UseInvite(hashSecret(code), s.now())
	if err != nil {
		return models.Invite{}, refuseInvite(err)
	}
	if err := s.stillGiven(t, i); err != nil {
		return models.Invite{}, err
	}
	u.Role = i.Role
	return *i, t.Audit(models.AuditEntry{ActorID: u.ID, Action: models.AuditInviteUsed, Target: i.ID.String()})
}

// stillGiven leaves out the rooms that the invitation's maker could not invite into any more: whoever was put out of a
// room must not come back by an invitation of his own. One that has no room left is refused. What is archived by now is
// left out by whoever welcomes.
func (s *Service) stillGiven(t *store.Tx, i *models.Invite) error {
	maker, err := t.User(i.CreatedBy)
	if err != nil {
		return err
	}
	var rooms []models.ID
	named := models.SplitIDs(i.RoomIDs)
	for _, room := range named {
		switch err := s.rooms.MayInvite(t, maker, []models.ID{room}); {
		case err == nil || models.IsCode(err, models.CodeArchived):
			rooms = append(rooms, room)
		case !models.IsCode(err, models.CodeForbidden) && !models.IsCode(err, models.CodeNotFound) && !models.IsCode(err, models.CodeNotAMember):
			return err
		}
	}
	if len(named) > 0 && len(rooms) == 0 {
		return refuseInvite(models.NotFound("The invitation leads nowhere."))
	}
	i.RoomIDs = models.JoinIDs(rooms)
	return nil
}

func (s *Service) mayComeUninvited(q *store.Queries) error {
	mode, err := s.mode(q)
	if err != nil {
		return err
	}
	switch mode {
	case SignUpOpen:
		return nil
	case SignUpInvite:
		return models.NewError(models.CodeSignupClosed, "An invitation is needed to make an account here.")
	default:
		return models.NewError(models.CodeSignupClosed, "Accounts are made by an administrator here.")
	}
}

// refuseInvite says the same about an invitation that is unknown, used up, withdrawn or over.
func refuseInvite(err error) error {
	if !models.IsCode(err, models.CodeNotFound) {
		return err
	}
	e := models.NewError(models.CodeSignupClosed, "This invitation cannot be used, or not any more.")
	e.Fields = []models.FieldError{{Field: "invite", Code: "invalid", Detail: e.Detail}}
	return e
}

// newUser returns the account to be, its password hashed, not yet written.
func (s *Service) newUser(ctx context.Context, up SignUp) (*models.User, error) {
	hash, err := s.hasher.hash(ctx, up.Password)
	if err != nil {
		return nil, err
	}
	u := &models.User{
		ID: s.store.NewID(), Username: up.Username, NameKey: models.FoldKey(up.Username), DisplayName: strings.TrimSpace(up.DisplayName),
		PasswordHash: hash, CreatedAt: s.now(),
	}
	if up.Email != "" {
		key := models.FoldKey(up.Email)
		u.Email, u.EmailKey = &up.Email, &key
	}
	return u, nil
}

// addUser writes the account and lets it be welcomed, into these rooms or, without any, into the general one.
func (s *Service) addUser(t *store.Tx, u *models.User, rooms []models.ID) error {
	if err := t.InsertUser(u); err != nil {
		return err
	}
	if err := s.rooms.Welcome(t, u, rooms...); err != nil {
		return fmt.Errorf("welcoming an account: %w", err)
	}
	return nil
}

func taken(code models.Code, field, detail string) error {
	e := models.NewError(code, detail)
	e.Fields = []models.FieldError{{Field: field, Code: "taken", Detail: detail}}
	return e
}
