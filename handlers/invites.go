package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/wire"
)

// inviteLife is how long an invitation lives whose maker does not say.
const inviteLife = 7 * 24 * time.Hour

func (s *site) createInvite(c echo.Context) error {
	var in struct {
		Role      models.Role `json:"role"`
		Uses      *int        `json:"uses"`
		ExpiresAt string      `json:"expires_at"`
		RoomIDs   []string    `json:"room_ids"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	n := auth.NewInvite{Role: in.Role, Uses: 1, Life: inviteLife}
	if n.Role == "" {
		n.Role = models.RoleMember
	}
	if in.Uses != nil {
		n.Uses = *in.Uses
	}
	expires, err := momentOf("expires_at", in.ExpiresAt)
	if err != nil {
		return err
	}
	if expires != 0 {
		n.Life = time.Until(expires.Time())
	}
	if n.Rooms, err = idList("room_ids", in.RoomIDs); err != nil {
		return err
	}
	invite, err := s.makeInvite(c, n)
	if err != nil {
		return err
	}
	return respond(c, http.StatusCreated, one("invite", invite))
}

// makeInvite makes an invitation with the link to it.
func (s *site) makeInvite(c echo.Context, n auth.NewInvite) (wire.Invite, error) {
	invite, err := s.Auth.CreateInvite(within(c), who(c), n)
	invite.URL = s.Config.Origin() + "/invite/" + invite.Code
	return invite, err
}

func idList(field string, texts []string) ([]models.ID, error) {
	var ids []models.ID
	for _, text := range texts {
		id, err := models.ParseID(text)
		if err != nil {
			return nil, models.Invalid(field, "invalid", field+" is a list of ids.")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (s *site) invites(c echo.Context) error {
	invites, err := s.Auth.ListInvites(within(c), who(c))
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("invites", invites))
}

func (s *site) revokeInvite(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.RevokeInvite(within(c), who(c), id); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) invitePolicy(c echo.Context) error {
	p, err := s.Auth.Invites(within(c))
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("who", p))
}

func (s *site) setInvitePolicy(c echo.Context) error {
	var in struct {
		Who auth.InvitePolicy `json:"who"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.Auth.SetInvites(within(c), who(c), in.Who); err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("who", in.Who))
}
