package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
)

// livez says that the process is up and answers.
func (s *site) livez(c echo.Context) error { return plain(c, "ok\n") }

// readyz says whether the server can take work: 503 while the database cannot be written, and while it drains.
func (s *site) readyz(c echo.Context) error {
	if err := s.Ready(within(c)); err != nil {
		if models.IsCode(err, models.CodeInternal) {
			err = models.Busy("The server cannot take work now.", err)
		}
		return err
	}
	return plain(c, "ready\n")
}

// metrics are for Prometheus.
func (s *site) metrics(c echo.Context) error {
	s.Metrics.Handler().ServeHTTP(c.Response(), c.Request())
	return nil
}

func plain(c echo.Context, text string) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.String(http.StatusOK, text)
}
