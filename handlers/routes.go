package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Route is a line of the list of what the server answers. HEAD is answered wherever GET is.
type Route struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

// access says whom a route is for, as far as HTTP decides it.
type access string

const (
	accessPublic   access = "public"    // nobody is asked who he is, and nothing is counted
	accessAnyone   access = "anyone"    // who asks is found out where the request says so
	accessSignedIn access = "signed in" // 401 for everybody else
	accessSocket   access = "socket"    // the handshake has rules of its own
	accessCarrier  access = "carrier"   // so have the requests that carry Socket.IO, which asks on the connection
)

// route is a Route with what answers it.
type route struct {
	Route
	access  access
	handler echo.HandlerFunc
}

// Routes returns the list of routes, in the order of the contract.
func Routes() []Route {
	var s *site // the methods' names are all that is needed of it
	all := s.routes()
	list := make([]Route, len(all))
	for i := range all {
		list[i] = all[i].Route
	}
	return list
}

// routes is the one list of what is answered, to whom, and by what.
func (s *site) routes() []route {
	const (
		get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
		api                        = "/api/v1"
	)
	at := func(method, path string, a access, h echo.HandlerFunc) route {
		return route{Route: Route{method, path}, access: a, handler: h}
	}
	list := []route{
		at(post, api+"/signup", accessAnyone, s.signUp),
		at(post, api+"/login", accessAnyone, s.login),
		at(post, api+"/logout", accessSignedIn, s.logout),
		at(get, api+"/me", accessSignedIn, s.me),
		at(patch, api+"/me", accessSignedIn, s.changeMe),
		at(post, api+"/me/password", accessSignedIn, s.changePassword),
		at(get, api+"/me/sessions", accessSignedIn, s.sessions),
		at(del, api+"/me/sessions/:id", accessSignedIn, s.endSession),
		at(del, api+"/me/sessions", accessSignedIn, s.endOtherSessions),
		at(get, api+"/me/second-factor", accessSignedIn, s.secondFactor),
		at(post, api+"/me/second-factor", accessSignedIn, s.beginSecondFactor),
		at(post, api+"/me/second-factor/confirm", accessSignedIn, s.confirmSecondFactor),
		at(post, api+"/me/second-factor/disable", accessSignedIn, s.disableSecondFactor),
		at(post, api+"/me/second-factor/recovery-codes", accessSignedIn, s.renewRecoveryCodes),
		at(post, api+"/me/tokens", accessSignedIn, s.createToken),
		at(get, api+"/me/tokens", accessSignedIn, s.tokens),
		at(del, api+"/me/tokens/:id", accessSignedIn, s.deleteToken),
		at(get, api+"/me/blocks", accessSignedIn, s.blocks),
		at(put, api+"/me/blocks/:user_id", accessSignedIn, s.block),
		at(del, api+"/me/blocks/:user_id", accessSignedIn, s.unblock),
		at(get, api+"/users", accessSignedIn, s.users),
		at(get, api+"/users/:id", accessSignedIn, s.user),
		at(patch, api+"/users/:id", accessSignedIn, s.governUser),
		at(post, api+"/users/:id/reset-link", accessSignedIn, s.createResetLink),
		at(del, api+"/users/:id/sessions", accessSignedIn, s.signOutUser),
		at(del, api+"/users/:id/second-factor", accessSignedIn, s.resetSecondFactor),
		at(post, api+"/reset", accessAnyone, s.resetPassword),
		at(post, api+"/bots", accessSignedIn, s.createBot),
		at(post, api+"/bots/:id/token", accessSignedIn, s.renewBotToken),

		at(post, api+"/invites", accessSignedIn, s.createInvite),
		at(get, api+"/invites", accessSignedIn, s.invites),
		at(del, api+"/invites/:id", accessSignedIn, s.revokeInvite),
		at(get, api+"/invites/policy", accessSignedIn, s.invitePolicy),
		at(put, api+"/invites/policy", accessSignedIn, s.setInvitePolicy),

		at(get, api+"/rooms", accessSignedIn, s.rooms),
		at(post, api+"/rooms", accessSignedIn, s.createRoom),
		at(post, api+"/rooms/direct", accessSignedIn, s.direct),
		at(get, api+"/rooms/:id", accessSignedIn, s.room),
		at(patch, api+"/rooms/:id", accessSignedIn, s.updateRoom),
		at(del, api+"/rooms/:id", accessSignedIn, s.archiveRoom),
		at(post, api+"/rooms/:id/join", accessSignedIn, s.join),
		at(post, api+"/rooms/:id/leave", accessSignedIn, s.leave),
		at(get, api+"/rooms/:id/members", accessSignedIn, s.members),
		at(put, api+"/rooms/:id/members/:user_id", accessSignedIn, s.addMember),
		at(del, api+"/rooms/:id/members/:user_id", accessSignedIn, s.removeMember),
		at(put, api+"/rooms/:id/members/:user_id/mute", accessSignedIn, s.mute),
		at(del, api+"/rooms/:id/members/:user_id/mute", accessSignedIn, s.unmute),
		at(post, api+"/rooms/:id/read", accessSignedIn, s.markRead),
		at(post, api+"/rooms/:id/typing", accessSignedIn, s.typing),
		at(patch, api+"/rooms/:id/me", accessSignedIn, s.setPreferences),

		at(post, api+"/rooms/:id/messages", accessSignedIn, s.send),
		at(get, api+"/rooms/:id/messages", accessSignedIn, s.history),
		at(post, api+"/rooms/:id/preview", accessSignedIn, s.preview),
		at(get, api+"/rooms/:id/changes", accessSignedIn, s.changes),
		at(patch, api+"/messages/:id", accessSignedIn, s.edit),
		at(del, api+"/messages/:id", accessSignedIn, s.deleteMessage),
		at(get, api+"/messages/:id/revisions", accessSignedIn, s.revisions),
		at(put, api+"/messages/:id/reactions/:emoji", accessSignedIn, s.react),
		at(del, api+"/messages/:id/reactions/:emoji", accessSignedIn, s.unreact),
		at(put, api+"/messages/:id/pin", accessSignedIn, s.pin),
		at(del, api+"/messages/:id/pin", accessSignedIn, s.unpin),
		at(get, api+"/rooms/:id/pins", accessSignedIn, s.pins),
		at(get, api+"/threads/:message_id", accessSignedIn, s.thread),
		at(post, api+"/threads/:message_id/read", accessSignedIn, s.readThread),
		at(put, api+"/threads/:message_id/follow", accessSignedIn, s.followThread),
		at(del, api+"/threads/:message_id/follow", accessSignedIn, s.unfollowThread),
		at(post, api+"/me/read", accessSignedIn, s.markAll),
		at(get, api+"/me/threads", accessSignedIn, s.threads),
		at(get, api+"/me/mentions", accessSignedIn, s.mentions),
		at(get, api+"/me/saved", accessSignedIn, s.saved),
		at(put, api+"/me/saved/:message_id", accessSignedIn, s.save),
		at(del, api+"/me/saved/:message_id", accessSignedIn, s.unsave),
		at(get, api+"/search", accessSignedIn, s.search),
		at(get, api+"/emoji", accessSignedIn, s.emoji),

		at(get, socketPath, accessSocket, s.socket),
		at(get, eventsPath, accessSignedIn, s.events),
		at(get, socketIOPath, accessCarrier, s.socketIO),
		at(post, socketIOPath, accessCarrier, s.socketIO),
		at(get, socketIOScript, accessPublic, s.socketIOClient),
		at(get, socketIOMin, accessPublic, s.socketIOClient),

		at(get, "/livez", accessPublic, s.livez),
		at(get, "/readyz", accessPublic, s.readyz),
		at(get, "/metrics", accessPublic, s.metrics),
	}
	return append(list, s.pages()...)
}
