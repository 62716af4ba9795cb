package app

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/handlers"
	"parley/models"
	"parley/server/admin"
	"parley/server/auth"
	"parley/server/hub"
	"parley/server/transport/poll"
	"parley/server/transport/socketio"
	"parley/server/wire"
)

// routes puts the handlers over the parts.
func (p *parts) routes() http.Handler {
	e := echo.New()
	handlers.Register(e, handlers.Deps{
		Auth: p.auth, Chat: p.chat, Admin: admin.New(p.store), Version: Version(), Connections: p.hub.Connections, Config: p.cfg, Log: p.log, Metrics: p.metrics, Ready: p.ready, Socket: p.socket, SignedIn: signedIn,
		Events: p.follow, Typing: p.typing, Echo: p.echo,
		SocketIO: p.socketIO, SocketIOClient: socketio.NewBundle(),
	})
	return e
}

// socket hands a handshake that was let in to the WebSocket transport.
func (p *parts) socket(c echo.Context, id auth.Identity) error {
	return p.sockets.Serve(c.Response(), c.Request(), hubIdentity(id))
}

// socketIO hands a request to Socket.IO.
func (p *parts) socketIO(c echo.Context, id *auth.Identity) error {
	var who *hub.Identity
	if id != nil {
		h := hubIdentity(*id)
		who = &h
	}
	p.socketsIO.Serve(c.Response(), c.Request(), who)
	return nil
}

// echo hands a handshake to the echo for conformance suites.
func (p *parts) echo(c echo.Context) error {
	p.sockets.Echo(c.Response(), c.Request())
	return nil
}

// follow hands a request for events to the transport that it asks for.
func (p *parts) follow(c echo.Context, id auth.Identity, f handlers.Follow) error {
	q := poll.Request{Cursor: f.Cursor, Open: f.Open, Hello: f.Hello, Epoch: f.Epoch, Since: f.Since}
	if f.Stream {
		return p.events.Stream(c.Response(), c.Request(), hubIdentity(id), q)
	}
	return p.events.Poll(c.Response(), c.Request(), hubIdentity(id), q, f.Wait)
}

// typing tells a room that the account is writing.
func (p *parts) typing(id auth.Identity, room models.ID) bool {
	return p.hub.Typing(id.User.ID, room)
}

func hubIdentity(id auth.Identity) hub.Identity {
	return hub.Identity{
		User: wire.NewPerson(id.User), UserID: id.User.ID, Credential: id.CredentialID(), ReadOnly: !id.May(auth.ScopeWrite), AsOf: id.AsOf,
	}
}
