package handlers

import (
	"errors"

	"github.com/labstack/echo/v4"
)

// pages are the routes that answer with HTML.
func (s *site) pages() []route { return nil }

var errNoPage = errors.New("there is no page for this error")

// failPage shows a problem as a page; an error means that nothing was answered.
func (s *site) failPage(echo.Context, problem) error { return errNoPage }
