package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/templates"
)

// styleguidePage shows every component in both themes, to those who run the team and may wish to change one.
func (s *site) styleguidePage(c echo.Context, _ auth.Identity) error {
	page := templates.Styleguide{Frame: s.frame(c, "styleguide.heading")}
	for _, theme := range []string{"light", "dark"} {
		one := templates.Specimen{Frame: page.Frame, Hues: make([]int, models.Hues)}
		one.Theme = theme
		for i := range one.Hues {
			one.Hues[i] = i
		}
		page.Specimens = append(page.Specimens, one)
	}
	return s.show(c, http.StatusOK, "styleguide", page)
}
