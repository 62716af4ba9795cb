package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/templates"
)

// styleguidePage shows every component in both themes, to those who run the team and may wish to change one.
func (s *site) styleguidePage(c echo.Context) error {
	id, ok := visitor(c)
	if !ok {
		return s.toSignIn(c)
	}
	if !id.User.Governs() {
		return models.Forbidden("Only admins see the components.")
	}
	if s.languageChosen(c) {
		return nil
	}
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
