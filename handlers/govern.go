package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
)

// governUser changes somebody else's account.
func (s *site) governUser(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Role     *models.Role `json:"role"`
		Disabled *bool        `json:"disabled"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	user, err := s.Auth.Govern(within(c), who(c), id, auth.UserPatch(in))
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("user", user))
}

func (s *site) createResetLink(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	link, err := s.Auth.CreateResetLink(within(c), who(c), id)
	if err != nil {
		return err
	}
	link.URL = s.Config.Origin() + "/reset/" + link.Code
	return respond(c, http.StatusCreated, link)
}

// resetPassword needs no sign-in: the code is all that is asked for.
func (s *site) resetPassword(c echo.Context) error {
	var in struct {
		Code string `json:"code"`
		Next string `json:"new_password"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := notHuge(in.Code, in.Next); err != nil {
		return err
	}
	if err := s.Auth.UseResetLink(within(c), in.Code, in.Next); err != nil {
		return err
	}
	return nothing(c)
}

// signOutUser ends every session of somebody else.
func (s *site) signOutUser(c echo.Context) error {
	return s.onUser(c, s.Auth.SignOutUser)
}

func (s *site) resetSecondFactor(c echo.Context) error {
	return s.onUser(c, s.Auth.ResetSecondFactor)
}

// onUser runs a use case on the account that the path names.
func (s *site) onUser(c echo.Context, act func(context.Context, auth.Identity, models.ID) error) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := act(within(c), who(c), id); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) createBot(c echo.Context) error {
	var in struct {
		Username    string   `json:"username"`
		DisplayName string   `json:"display_name"`
		RoomIDs     []string `json:"room_ids"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	rooms, err := idList("room_ids", in.RoomIDs)
	if err != nil {
		return err
	}
	bot, token, err := s.Auth.CreateBot(within(c), who(c), in.Username, in.DisplayName, rooms)
	if err != nil {
		return err
	}
	return respond(c, http.StatusCreated, map[string]any{"user": bot, "token": token})
}

func (s *site) renewBotToken(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	token, err := s.Auth.RenewBotToken(within(c), who(c), id)
	if err != nil {
		return err
	}
	return respond(c, http.StatusCreated, token)
}
