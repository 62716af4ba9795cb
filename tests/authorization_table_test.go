package tests

import "parley/tests/testkit"

// asked is one row of the truth table: a route, and what each kind of caller gets from it. The columns are
//
//	nobody  outsider  former  member  manager  owner  token
//
// nobody has no session; outsider never was in the room; former was put out of it; member wrote MESSAGE; manager made
// the room; owner owns the server and is not in the room; token is another member's bearer token. "204|404" takes
// either, where the contract leaves it open. A row without a room has the open column only.
type asked struct {
	method, path  string
	body          any
	open, private string
	fresh         bool // every caller gets a room of its own, for the call leaves nothing to the next
}

// In paths and bodies ROOM, MESSAGE and VICTIM (a member to be acted on) stand for the ids of the row's room.
var authorization = []asked{
	// Accounts.
	{"POST", "/api/v1/signup", testkit.Object{"username": "x"}, "400|422 400|422 400|422 400|422 400|422 400|422 400|422", "", false},
	{"POST", "/api/v1/login", testkit.Object{"username": "nobody", "password": "wrong password"}, "401 401 401 401 401 401 401", "", false},
	{"GET", "/api/v1/me", nil, "401 200 200 200 200 200 200", "", false},
	{"PATCH", "/api/v1/me", testkit.Object{"display_name": "Somebody"}, "401 200 200 200 200 200 200", "", false},
	{"POST", "/api/v1/me/password", testkit.Object{"current_password": "wrong", "new_password": "quite long enough"}, refusedAll, "", false},
	{"GET", "/api/v1/me/sessions", nil, "401 200 200 200 200 200 200|403", "", false},
	{"DELETE", "/api/v1/me/sessions/1", nil, "401 404 404 404 404 404 404|403", "", false},
	{"GET", "/api/v1/me/tokens", nil, "401 200 200 200 200 200 200|403", "", false},
	{"POST", "/api/v1/me/tokens", testkit.Object{"name": "another"}, "401 201 201 201 201 201 201|403", "", false},
	{"DELETE", "/api/v1/me/tokens/1", nil, "401 404 404 404 404 404 404|403", "", false},
	{"DELETE", "/api/v1/me/sessions", nil, "401 204 204 204 204 204 403", "", false},
	{"GET", "/api/v1/me/second-factor", nil, "401 200 200 200 200 200 200", "", false},
	{"POST", "/api/v1/me/second-factor", testkit.Object{"current_password": "wrong"}, "401 401 401 401 401 401 403", "", false},
	{"POST", "/api/v1/me/second-factor/confirm", testkit.Object{"code": "000000"}, "401 409 409 409 409 409 403", "", false},
	{"POST", "/api/v1/me/second-factor/disable", testkit.Object{"current_password": "wrong"}, "401 401 401 401 401 401 403", "", false},
	{"POST", "/api/v1/me/second-factor/recovery-codes", testkit.Object{"current_password": "wrong"}, "401 401 401 401 401 401 403", "", false},
	{"POST", "/api/v1/reset", testkit.Object{"code": "made up", "new_password": "quite long enough"}, "404 404 404 404 404 404 404", "", false},
	{"GET", "/api/v1/me/blocks", nil, "401 200 200 200 200 200 200", "", false},
	{"PUT", "/api/v1/me/blocks/VICTIM", nil, "401 204 204 204 204 204 204", "", false},
	{"DELETE", "/api/v1/me/blocks/VICTIM", nil, "401 204 204 204 204 204 204", "", false},
	{"GET", "/api/v1/users", nil, "401 200 200 200 200 200 200", "", false},
	{"GET", "/api/v1/users/VICTIM", nil, "401 200 200 200 200 200 200", "", false},
	{"PATCH", "/api/v1/users/VICTIM", testkit.Object{"role": "member"}, "401 403 403 403 403 200 403", "", false},
	{"POST", "/api/v1/users/VICTIM/reset-link", nil, "401 403 403 403 403 201 403", "", false},
	{"DELETE", "/api/v1/users/VICTIM/sessions", nil, "401 403 403 403 403 204 403", "", false},
	{"DELETE", "/api/v1/users/VICTIM/second-factor", nil, "401 403 403 403 403 204 403", "", false},
	{"POST", "/api/v1/bots", testkit.Object{"username": "bot.CLIENT"}, "401 403 403 403 403 201 403", "", false},
	{"POST", "/api/v1/bots/VICTIM/token", nil, "401 403 403 403 403 403 403", "", false},
	{"POST", "/api/v1/invites", testkit.Object{"role": "guest"}, "401 403 403 403 403 201 403", "", false},
	{"GET", "/api/v1/invites", nil, "401 403 403 403 403 200 403", "", false},
	{"DELETE", "/api/v1/invites/1", nil, "401 404 404 404 404 404 404", "", false},
	{"GET", "/api/v1/invites/policy", nil, "401 200 200 200 200 200 200", "", false},
	{"PUT", "/api/v1/invites/policy", testkit.Object{"who": "admins"}, "401 403 403 403 403 200 403", "", false},

	// Rooms.
	{"GET", "/api/v1/rooms", nil, "401 200 200 200 200 200 200", "", false},
	{"POST", "/api/v1/rooms", testkit.Object{"name": ""}, "401 422|400 422|400 422|400 422|400 422|400 422|400", "", false},
	{"POST", "/api/v1/rooms/direct", testkit.Object{"user_ids": []string{"VICTIM"}}, "401 200|201 200|201 200|201 200|201 200|201 200|201", "", false},
	{"GET", "/api/v1/rooms/ROOM", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"PATCH", "/api/v1/rooms/ROOM", testkit.Object{"topic": "new"}, "401 403 403 403 200 200 403", "401 404 404 403 200 404 403", false},
	{"DELETE", "/api/v1/rooms/ROOM", nil, "401 403 403 403 200 200 403", "401 404 404 403 200 404 403", true},
	{"POST", "/api/v1/rooms/ROOM/join", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", true},
	{"POST", "/api/v1/rooms/ROOM/leave", nil, "401 204 204 204 204 204 204", "401 404 204|404 204 204 404 204", true},
	{"GET", "/api/v1/rooms/ROOM/members", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"PUT", "/api/v1/rooms/ROOM/members/VICTIM", nil, "401 403 403 204 204 204|403 204", "401 404 404 403 204 404 403", true},
	{"DELETE", "/api/v1/rooms/ROOM/members/VICTIM", nil, "401 403 403 403 204 204 403", "401 404 404 403 204 404 403", true},
	{"PUT", "/api/v1/rooms/ROOM/members/VICTIM/mute", nil, "401 403 403 403 204 204 403", "401 404 404 403 204 404 403", true},
	{"DELETE", "/api/v1/rooms/ROOM/members/VICTIM/mute", nil, "401 403 403 403 204 204 403", "401 404 404 403 204 404 403", true},
	{"POST", "/api/v1/rooms/ROOM/read", testkit.Object{"num": 1}, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},
	{"POST", "/api/v1/rooms/ROOM/typing", nil, "401 403 403 204 204 403 204", "401 404 404 204 204 404 204", false},
	{"PATCH", "/api/v1/rooms/ROOM/me", testkit.Object{"muted": true}, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},

	// Messages.
	{"GET", "/api/v1/rooms/ROOM/messages", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"POST", "/api/v1/rooms/ROOM/messages", testkit.Object{"text": "x", "client_id": "CLIENT"}, "401 403 403 201 201 403 201", "401 404 404 201 201 404 201", false},
	{"GET", "/api/v1/rooms/ROOM/messages?at=2026-01-01T00:00:00Z", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"GET", "/api/v1/rooms/ROOM/messages?num=1", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"POST", "/api/v1/rooms/ROOM/preview", testkit.Object{"text": "**x**"}, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},
	{"GET", "/api/v1/rooms/ROOM/changes", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"PATCH", "/api/v1/messages/MESSAGE", testkit.Object{"text": "changed"}, "401 403 403 200 403 403 403", "401 404 404 200 403 404 403", false},
	{"DELETE", "/api/v1/messages/MESSAGE", nil, "401 403 403 200 200 200|403 403", "401 404 404 200 200 404 403", true},
	{"GET", "/api/v1/messages/MESSAGE/revisions", nil, "401 403 403 200 403 200 403", "401 404 404 200 403 404 403", false},

	{"PUT", "/api/v1/messages/MESSAGE/reactions/%F0%9F%8E%89", nil, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},
	{"DELETE", "/api/v1/messages/MESSAGE/reactions/%F0%9F%8E%89", nil, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},
	{"PUT", "/api/v1/messages/MESSAGE/pin", nil, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},
	{"DELETE", "/api/v1/messages/MESSAGE/pin", nil, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},
	{"GET", "/api/v1/rooms/ROOM/pins", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"GET", "/api/v1/threads/MESSAGE", nil, "401 200 200 200 200 200 200", "401 404 404 200 200 404 200", false},
	{"POST", "/api/v1/threads/MESSAGE/read", testkit.Object{"seq": 1}, "401 403 403 200 200 403 200", "401 404 404 200 200 404 200", false},
	{"PUT", "/api/v1/threads/MESSAGE/follow", nil, "401 403 403 204 204 403 204", "401 404 404 204 204 404 204", false},
	{"DELETE", "/api/v1/threads/MESSAGE/follow", nil, "401 403 403 204 204 403 204", "401 404 404 204 204 404 204", false},
	{"PUT", "/api/v1/me/saved/MESSAGE", nil, "401 204 204 204 204 204 204", "401 404 404 204 204 404 204", false},
	{"DELETE", "/api/v1/me/saved/MESSAGE", nil, "401 204 204 204 204 204 204", "", false},
	{"POST", "/api/v1/me/read", testkit.Object{}, "401 200 200 200 200 200 200", "", false},
	{"GET", "/api/v1/me/threads", nil, "401 200 200 200 200 200 200", "", false},
	{"GET", "/api/v1/me/mentions", nil, "401 200 200 200 200 200 200", "", false},
	{"GET", "/api/v1/me/saved", nil, "401 200 200 200 200 200 200", "", false},
	{"GET", "/api/v1/search?q=hello", nil, "401 200 200 200 200 200 200", "", false},
	{"GET", "/api/v1/emoji", nil, "401 200 200 200 200 200 200", "", false},

	// Sockets: without an upgrade the handshake goes no further than who is asking.
	{"GET", "/ws", nil, "400|401|426 400|426 400|426 400|426 400|426 400|426 400|426", "", false},

	{"GET", "/api/v1/events", nil, "401 200 200 200 200 200 200", "", false},

	{"GET", "/socket.io/", nil, "400 400 400 400 400 400 400", "", false},
	{"POST", "/socket.io/", nil, "400 400 400 400 400 400 400", "", false},
	{"GET", "/socket.io/socket.io.js", nil, "200 200 200 200 200 200 200", "", false},
	{"GET", "/socket.io/socket.io.min.js", nil, "200 200 200 200 200 200 200", "", false},

	// The operator's.
	{"GET", "/livez", nil, "200 200 200 200 200 200 200", "", false},
	{"GET", "/readyz", nil, "200 200 200 200 200 200 200", "", false},
	{"GET", "/metrics", nil, "200 200 200 200 200 200 200", "", false},

	// Pages: a browser without a session is led to the sign-in page.
	{"GET", "/", nil, "303 200 200 200 200 200 200", "", false},
	{"GET", "/rooms/ROOM", nil, "303 200 200 200 200 200 200", "303 404 404 200 200 404 200", false},
	{"GET", "/rooms/ROOM/1", nil, "303 200 200 200 200 200 200", "303 404 404 200 200 404 200", false},
	{"GET", "/setup", nil, "303 303 303 303 303 303 303", "", false},
	{"POST", "/setup", someForm, "303 303 303 303 303 303 303", "", false},
	{"GET", "/login", nil, "200 303 303 303 303 303 303", "", false},
	{"POST", "/login", someForm, "401 401 401 401 401 401 401", "", false},
	{"GET", "/login/code", nil, "303 303 303 303 303 303 303", "", false},
	{"POST", "/login/code", someForm, "303 303 303 303 303 303 303", "", false},
	{"GET", "/reset/1", nil, "404 404 404 404 404 404 404", "", false},
	{"POST", "/reset/1", someForm, "404 404 404 404 404 404 404", "", false},
	{"GET", "/signup", nil, "200 303 303 303 303 303 303", "", false},
	{"POST", "/signup", someForm, "400 400 400 400 400 400 400", "", false},
	{"GET", "/invite/1", nil, "200|404 303 303 303 303 303 303", "", false},
	{"GET", "/search?q=hello", nil, "303 200 200 200 200 200 200", "", false},
	{"GET", "/settings", nil, "303 200 200 200 200 200 200", "", false},
	{"POST", "/settings/profile", someForm, "303 303 303 303 303 303 303", "", false},
	{"POST", "/settings/look", someForm, "303 303 303 303 303 303 303", "", false},
	{"POST", "/settings/password", someForm, "303 400 400 400 400 400 403", "", false},
	{"POST", "/settings/sessions/1/end", someForm, "303 404 404 404 404 404 403", "", false},
	{"POST", "/settings/sessions/end-others", someForm, "303 303 303 303 303 303 403", "", false},
	{"GET", "/settings/second-factor", nil, "303 200 200 200 200 200 200", "", false},
	{"POST", "/settings/second-factor", someForm, "303 401 401 401 401 401 403", "", false},
	{"POST", "/settings/second-factor/confirm", someForm, "303 409 409 409 409 409 403", "", false},
	{"POST", "/settings/second-factor/disable", someForm, "303 401 401 401 401 401 403", "", false},
	{"POST", "/settings/second-factor/codes", someForm, "303 401 401 401 401 401 403", "", false},
	{"GET", "/admin/invites", nil, "303 403 403 403 403 200 403", "", false},
	{"POST", "/admin/invites", testkit.Raw{Type: someForm.Type, Body: "role=guest&uses=1&hours=1"}, "303 403 403 403 403 201 403", "", false},
	{"POST", "/admin/invites/1/revoke", someForm, "303 404 404 404 404 404 404", "", false},
	{"POST", "/admin/invites/policy", testkit.Raw{Type: someForm.Type, Body: "who=admins"}, "303 403 403 403 403 303 403", "", false},
	{"POST", "/settings/tokens", someForm, "303 201 201 201 201 201 403", "", false},
	{"POST", "/settings/tokens/1/delete", someForm, "303 404 404 404 404 404 403", "", false},
	// Administration: a page for owners and admins, 403 for everybody else.
	{"GET", "/admin", nil, "303 403 403 403 403 200 403", "", false},
	{"POST", "/admin/rules", someForm, "303 403 403 403 403 303 403", "", false},
	{"POST", "/admin/sign-out-everybody", someForm, "303 403 403 403 403 400 403", "", false},
	{"GET", "/admin/people?q=a", nil, "303 403 403 403 403 200 403", "", false},
	{"GET", "/admin/people/VICTIM", nil, "303 403 403 403 403 200 403", "", false},
	{"POST", "/admin/people/VICTIM/role", someForm, "303 403 403 403 403 400 403", "", false},
	{"POST", "/admin/people/1/deactivate", someForm, "303 403 403 403 403 404 403", "", false},
	{"POST", "/admin/people/1/reactivate", someForm, "303 403 403 403 403 404 403", "", false},
	{"POST", "/admin/people/VICTIM/sign-out", someForm, "303 403 403 403 403 303 403", "", false},
	{"POST", "/admin/people/VICTIM/reset-link", someForm, "303 403 403 403 403 201 403", "", false},
	{"GET", "/admin/rooms", nil, "303 403 403 403 403 200 403", "", false},
	{"POST", "/admin/rooms/ROOM/archive", someForm, "303 403 403 403 403 303 403", "303 403 403 403 403 404 403", true},
	{"GET", "/admin/audit", nil, "303 403 403 403 403 200 403", "", false},
	{"POST", "/admin/audit/verify", someForm, "303 403 403 403 403 200 403", "", false},
	{"GET", "/admin/audit.csv", nil, "303 403 403 403 403 200 403", "", false},
	{"GET", "/settings/styleguide", nil, "303 403 403 403 403 200 403", "", false},
	{"GET", "/connection", nil, "303 200 200 200 200 200 200", "", false},
	{"GET", "/.well-known/security.txt", nil, "404 404 404 404 404 404 404", "", false},
	{"GET", "/.well-known/change-password", nil, "303 303 303 303 303 303 303", "", false},
	{"GET", "/offline", nil, "200 200 200 200 200 200 200", "", false},
	{"GET", "/static/*", nil, "404 404 404 404 404 404 404", "", false},
	{"GET", "/sw.js", nil, "200 200 200 200 200 200 200", "", false},
	{"GET", "/manifest.webmanifest", nil, "200 200 200 200 200 200 200", "", false},

	// Signing out: the callers sign in again after each.
	{"POST", "/api/v1/logout", nil, "204|401 204 204 204 204 204 204|403", "", false},
	{"POST", "/logout", someForm, "303 303 303 303 303 303 303", "", false},
}

// someForm is a form that nothing accepts as it is but what asks for no more than a name.
var someForm = testkit.Raw{Type: "application/x-www-form-urlencoded", Body: "name=table&username=x&password=wrong+password"}

const refusedAll = "401 400|401|403|422 400|401|403|422 400|401|403|422 400|401|403|422 400|401|403|422 400|401|403|422"
