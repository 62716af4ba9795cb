package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
)

const (
	socketIOPath   = "/socket.io/"
	socketIOScript = "/socket.io/socket.io.js"
	socketIOMin    = "/socket.io/socket.io.min.js"
)

// socketIO checks where a request of Socket.IO comes from and who asks. Somebody without a sign-in may open a
// connection, and is asked for a token on it; how many such an address can open is bounded.
func (s *site) socketIO(c echo.Context) error {
	r := c.Request()
	if err := s.sameOrigin(r); err != nil {
		return err
	}
	if origin := r.Header.Get(echo.HeaderOrigin); origin != "" && origin != s.origins.own(r) {
		h := c.Response().Header() // a page of another site, which the settings name
		h.Set(echo.HeaderAccessControlAllowOrigin, origin)
		h.Set(echo.HeaderAccessControlAllowCredentials, "true")
		h.Add(echo.HeaderVary, echo.HeaderOrigin)
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	id, err := s.identify(c)
	if models.IsCode(err, models.CodeNotSignedIn) {
		if c.QueryParam("sid") == "" {
			if err := s.refuseStranger(c, nil); err != nil {
				return err
			}
		}
		return s.SocketIO(c, nil)
	}
	if err != nil {
		return err
	}
	c.Set(identityKey, id)
	if err := covered(id, http.MethodGet); err != nil { // its posts carry what a reader sends too
		return err
	}
	return s.SocketIO(c, &id)
}

// socketIOClient serves the client library, where every page of Socket.IO looks for it.
func (s *site) socketIOClient(c echo.Context) error {
	s.SocketIOClient.ServeHTTP(c.Response(), c.Request())
	return nil
}
