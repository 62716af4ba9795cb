package app

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/handlers"
	"parley/server/auth"
	"parley/server/hub"
	"parley/server/wire"
)

// routes puts the handlers over the parts.
func (p *parts) routes() http.Handler {
	e := echo.New()
	handlers.Register(e, handlers.Deps{
		Auth: p.auth, Chat: p.chat, Config: p.cfg, Log: p.log, Metrics: p.metrics, Ready: p.ready, Socket: p.socket,
	})
	return e
}

// socket hands a handshake that was let in to the WebSocket transport.
func (p *parts) socket(c echo.Context, id auth.Identity) error {
	return p.sockets.Serve(c.Response(), c.Request(), hub.Identity{
		User: wire.NewPerson(id.User), UserID: id.User.ID, Credential: id.CredentialID(),
	})
}
