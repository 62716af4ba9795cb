package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

func (s *site) users(c echo.Context) error {
	limit, err := limitOf(c)
	if err != nil {
		return err
	}
	q, cursor, err := soughtOf(c)
	if err != nil {
		return err
	}
	page, err := s.Chat.Users(within(c), who(c).User, q, limit, cursor)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, page)
}

func (s *site) user(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	user, err := s.Chat.User(within(c), who(c).User, id)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("user", user))
}
