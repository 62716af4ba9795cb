package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/limits"
)

const (
	socketPath = "/ws"
	// echoPath is served only where a setting asks for it, so it is none of Routes.
	echoPath = "/debug/echo"
)

// socket checks a WebSocket handshake before it is taken over: that it is one, where it comes from, and who asks. A
// browser sends the cookie along with a handshake from any page, and no preflight asks first, so the Origin is all that
// tells a page of ours from another's.
func (s *site) socket(c echo.Context) error {
	r := c.Request()
	if !isHandshake(r) {
		c.Response().Header().Set(echo.HeaderUpgrade, "websocket") // RFC 9110, section 15.5.22
		return models.NewError(codeUpgradeRequired, "This address speaks WebSocket only.")
	}
	origin := r.Header.Get(echo.HeaderOrigin)
	if origin != "" && !s.origins.allows(r, origin) {
		return models.Forbidden("A page of another site may not connect.")
	}
	id, err := s.identify(c)
	if models.IsCode(err, models.CodeNotSignedIn) {
		return s.refuseStranger(c, err)
	}
	if err != nil {
		return err
	}
	c.Set(identityKey, id)
	if err := covered(id, r.Method); err != nil {
		return err
	}
	if origin == "" && id.SessionID != 0 {
		return models.Forbidden("A connection with a cookie must name its Origin.")
	}
	return s.Socket(c, id)
}

// refuseStranger answers a handshake without a session, and bounds how many an address can make.
func (s *site) refuseStranger(c echo.Context, err error) error {
	if !s.Config.RateLimits {
		return err
	}
	if ok, wait := s.handshakes.Allow(limits.Network(address(c))); !ok {
		s.Metrics.RateLimited("handshakes")
		return models.RateLimited("Too many connections without a session from this address.", wait)
	}
	return err
}

// isHandshake reports whether the request asks to become a WebSocket (RFC 6455, section 4.1); the rest of the handshake
// is the transport's to judge.
func isHandshake(r *http.Request) bool {
	return hasToken(r.Header.Values(echo.HeaderConnection), "upgrade") && hasToken(r.Header.Values(echo.HeaderUpgrade), "websocket")
}

func hasToken(values []string, token string) bool {
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}
