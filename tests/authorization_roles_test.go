package tests

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// roles are the further columns of the truth table, for accounts of other roles than a member's. Each says whose column
// it follows; where one does not, an exception says what it gets.
//
// admin is not in the room, like the owner; guest is in the room, like the member; visitor is a guest who is not in the
// room, for whom an open room is as private as any; bot is in the room and has its token alone.
var roles = []struct{ name, like string }{{"admin", "owner"}, {"guest", "member"}, {"visitor", "outsider"}, {"bot", "token"}}

// exception is where a role gets something else than the column that it follows. A path that ends in * stands for all
// that begin so; kind is open, private, or "" for both.
type exception struct{ role, method, path, kind, status string }

// follows is what a caller of this role gets from a route, as the row and the exceptions say.
func (row asked) follows(role, like, kind string) string {
	for _, e := range roleExceptions {
		prefix, whole := strings.CutSuffix(e.path, "*")
		if e.role == role && e.method == row.method && (e.kind == "" || e.kind == kind) && (e.path == row.path || whole && strings.HasPrefix(row.path, prefix)) {
			return e.status
		}
	}
	columns := row.open
	if kind == "private" || role == "visitor" {
		columns = cmp.Or(row.private, row.open)
	}
	return strings.Fields(columns)[slices.Index(callers, like)]
}

// addRoles makes the accounts of the further columns.
func (c *cast) addRoles(t *testing.T) {
	t.Helper()
	owner := c.clients["owner"].On(t)
	c.clients["admin"] = c.srv.SignUp("deputy")
	owner.Govern(c.clients["admin"].User.ID, testkit.Object{"role": "admin"}).Want(t, http.StatusOK)
	lobby := owner.CreateRoom("Lobby of guests", "private").ID
	for _, name := range []string{"guest", "visitor"} {
		c.clients[name] = c.srv.Join(name, owner.Invite(testkit.Object{"role": "guest", "room_ids": []string{lobby}}).Code)
	}
	made := testkit.Decode[struct {
		User  testkit.User
		Token struct{ Token string }
	}](owner.Post("/api/v1/bots", testkit.Object{"username": "robot"}).Want(t, http.StatusCreated))
	bot := c.srv.Anonymous().Bearer(made.Token.Token)
	bot.User = made.User
	c.clients["bot"] = bot
}

// uncached are the beginnings of paths that are the same for everybody, and may be kept.
var uncached = []string{"/static/", "/sw.js", "/manifest.webmanifest", "/offline", "/.well-known/", "/socket.io/socket.io", "/api/v1/emoji"}

// wantNoStore fails the test where an answer that a session got may be kept by a cache: HTML and JSON always, and what
// leads elsewhere too.
func wantNoStore(t *testing.T, row asked, reply testkit.Reply) {
	t.Helper()
	if slices.ContainsFunc(uncached, func(prefix string) bool { return strings.HasPrefix(row.path, prefix) }) || row.path == "/metrics" {
		return
	}
	if got := reply.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s %s answers %d with Cache-Control %q, want no-store", row.method, row.path, reply.Status, got)
	}
}

// roleExceptions is the data.
var roleExceptions = []exception{
	// A guest knows the people of his rooms, and no others.
	{"visitor", "GET", "/api/v1/users/VICTIM", "", "404"},
	{"visitor", "PUT", "/api/v1/me/blocks/VICTIM", "", "404"},
	{"visitor", "POST", "/api/v1/rooms/direct", "", "400"},
	// Guests and bots are brought in; they bring nobody in and make no rooms.
	{"guest", "POST", "/api/v1/rooms", "", "403"},
	{"visitor", "POST", "/api/v1/rooms", "", "403"},
	{"bot", "POST", "/api/v1/rooms", "", "403"},
	{"guest", "PUT", "/api/v1/rooms/ROOM/members/VICTIM", "", "403"},
	{"bot", "PUT", "/api/v1/rooms/ROOM/members/VICTIM", "", "403"},
	// MESSAGE is the member's, and not the guest's.
	{"guest", "PATCH", "/api/v1/messages/MESSAGE", "", "403"},
	{"guest", "DELETE", "/api/v1/messages/MESSAGE", "", "403"},
	{"guest", "GET", "/api/v1/messages/MESSAGE/revisions", "", "403"},
}
