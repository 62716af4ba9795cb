package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/emoji"
	"parley/server/wire"
)

// react puts the caller's emoji on a message, unreact takes it off; both answer with the message.
func (s *site) react(c echo.Context) error { return s.setReaction(c, true) }

func (s *site) unreact(c echo.Context) error { return s.setReaction(c, false) }

func (s *site) setReaction(c echo.Context, on bool) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	// Echo leaves a parameter escaped where the path was, as every emoji's is.
	symbol, err := url.PathUnescape(c.Param("emoji"))
	if err != nil {
		return models.Invalid("emoji", "invalid", "This is not an emoji.")
	}
	return answerMessage(c, func() (wire.Message, error) {
		return s.Chat.React(within(c), who(c).User, id, symbol, on)
	})
}

func (s *site) pin(c echo.Context) error { return s.setPin(c, true) }

func (s *site) unpin(c echo.Context) error { return s.setPin(c, false) }

func (s *site) setPin(c echo.Context, on bool) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return answerMessage(c, func() (wire.Message, error) { return s.Chat.Pin(within(c), who(c).User, id, on) })
}

func answerMessage(c echo.Context, do func() (wire.Message, error)) error {
	message, err := do()
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("message", message))
}

func (s *site) pins(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	messages, err := s.Chat.Pins(within(c), who(c).User, id)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("messages", messages))
}

// emoji answers with the table of emoji and their names, the same that the server reads names by.
func (s *site) emoji(c echo.Context) error {
	table, err := emoji.JSON()
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, max-age=86400")
	return c.JSONBlob(http.StatusOK, table)
}
