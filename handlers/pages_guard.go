package handlers

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
)

// personal answers somebody who is signed in.
type personal func(echo.Context, auth.Identity) error

// afterSignIn sends everybody else to where he can sign in.
func (s *site) afterSignIn(h personal) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, ok := visitor(c)
		if !ok {
			return s.toSignIn(c)
		}
		return h(c, id)
	}
}

// governing lets administrators through, and answers everybody else 403.
func (s *site) governing(h personal) echo.HandlerFunc {
	h = s.inLanguage(h)
	return s.afterSignIn(func(c echo.Context, id auth.Identity) error {
		if !id.User.Governs() {
			return models.Forbidden("Only administrators may do this.")
		}
		return h(c, id)
	})
}

// inLanguage keeps the language that a page was asked for in before it is shown.
func (s *site) inLanguage(h personal) personal {
	return func(c echo.Context, id auth.Identity) error {
		if safe(c.Request().Method) && s.languageChosen(c) {
			return nil
		}
		return h(c, id)
	}
}

// languageChosen answers a page that was asked for with ?lang=: the choice is kept, the page comes again without it.
func (s *site) languageChosen(c echo.Context) bool {
	tag := c.QueryParam("lang")
	if s.views.words.Lookup(tag) == nil {
		return false
	}
	s.choose(c, langCookie, tag)
	q := c.QueryParams()
	q.Del("lang")
	to := url.URL{Path: c.Request().URL.Path, RawQuery: q.Encode()}
	return c.Redirect(http.StatusSeeOther, local(to.String())) == nil
}

// toSignIn sends somebody who is not signed in where he can be, and then back here.
func (s *site) toSignIn(c echo.Context) error {
	needed, err := s.Auth.SetupNeeded(within(c))
	if err != nil {
		return fmt.Errorf("looking for an owner: %w", err)
	}
	if needed {
		return c.Redirect(http.StatusSeeOther, "/setup")
	}
	to := "/login"
	if here := c.Request().URL.RequestURI(); here != "/" && c.Request().Method == http.MethodGet {
		to += "?next=" + url.QueryEscape(here)
	}
	return c.Redirect(http.StatusSeeOther, to)
}
