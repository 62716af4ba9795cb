package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
)

// mute takes the word from a member for so many seconds, or until it is lifted where the body names none.
func (s *site) mute(c echo.Context) error {
	room, user, err := roomAndUser(c)
	if err != nil {
		return err
	}
	var in struct {
		Seconds *int64 `json:"seconds"`
	}
	if c.Request().ContentLength != 0 {
		if err := decode(c, &in); err != nil {
			return err
		}
	}
	life := time.Duration(0)
	if in.Seconds != nil {
		const year = 365 * 24 * 60 * 60
		if *in.Seconds < 1 || *in.Seconds > year {
			return models.Invalid("seconds", "range", "A mute lasts for 1 second to a year, or until it is lifted.")
		}
		life = time.Duration(*in.Seconds) * time.Second
	}
	if err := s.Chat.Mute(within(c), who(c).User, room, user, life); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) unmute(c echo.Context) error {
	room, user, err := roomAndUser(c)
	if err != nil {
		return err
	}
	if err := s.Chat.Unmute(within(c), who(c).User, room, user); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) blocks(c echo.Context) error {
	users, err := s.Chat.Blocked(within(c), who(c).User)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("users", users))
}

func (s *site) block(c echo.Context) error {
	user, err := idOf(c, "user_id")
	if err != nil {
		return err
	}
	if err := s.Chat.Block(within(c), who(c).User, user); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) unblock(c echo.Context) error {
	user, err := idOf(c, "user_id")
	if err != nil {
		return err
	}
	if err := s.Chat.Unblock(within(c), who(c).User, user); err != nil {
		return err
	}
	return nothing(c)
}
