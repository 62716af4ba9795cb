package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// contactFor is how long a security.txt is said to hold; RFC 9116, section 2.5.5 advises less than a year.
const contactFor = 180 * 24 * time.Hour

// securityText says where to report a security problem (RFC 9116).
func (s *site) securityText(c echo.Context) error {
	if s.Config.SecurityContact == "" {
		return echo.ErrNotFound
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Contact: %s\n", s.Config.SecurityContact)
	fmt.Fprintf(&b, "Expires: %s\n", s.Now().Add(contactFor).UTC().Truncate(24*time.Hour).Format(time.RFC3339))
	b.WriteString("Preferred-Languages: en, zh\n")
	if s.Config.URL != "" {
		fmt.Fprintf(&b, "Canonical: %s/.well-known/security.txt\n", s.Config.URL)
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "max-age=86400")
	return c.String(http.StatusOK, b.String())
}

// changePasswordPage leads password managers to the form (https://www.w3.org/TR/change-password-url/).
func (s *site) changePasswordPage(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, "/settings#s-password")
}
