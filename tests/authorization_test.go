package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

var callers = []string{"nobody", "outsider", "former", "member", "manager", "owner", "token"}

// cast is the people of the truth table, the same for every row.
type cast struct {
	srv     *testkit.Server
	clients map[string]*testkit.Client
	victim  *testkit.Client
	rooms   int
}

func newCast(t *testing.T) *cast {
	t.Helper()
	srv := testkit.Start(t)
	c := &cast{srv: srv, clients: map[string]*testkit.Client{"nobody": srv.Anonymous(), "owner": srv.SignUp("owner")}}
	for _, name := range []string{"outsider", "former", "member", "manager"} {
		c.clients[name] = srv.SignUp(name)
	}
	c.clients["token"] = srv.SignUp("scripted").Token("table")
	c.victim = srv.SignUp("victim")
	c.addRoles(t)
	return c
}

// room sets up a room of this kind with everybody in their place, and returns what the placeholders stand for.
func (c *cast) room(t *testing.T, kind string) *strings.Replacer {
	t.Helper()
	c.rooms++
	manager, member := c.clients["manager"].On(t), c.clients["member"].On(t)
	id := manager.CreateRoom(ids("Room", c.rooms), kind).ID
	for _, u := range []string{"member", "former", "token", "guest", "bot"} {
		manager.AddMember(id, c.clients[u].User.ID)
	}
	manager.AddMember(id, c.victim.User.ID)
	manager.RemoveMember(id, c.clients["former"].User.ID)
	m := member.Send(id, ids("seed", c.rooms), "said by the member")
	return strings.NewReplacer("ROOM", id, "MESSAGE", m.ID, "VICTIM", c.victim.User.ID)
}

func TestEveryRouteAnswersEveryCallerAsTheTableSays(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for _, row := range authorization {
		for kind, expected := range map[string]string{"open": row.open, "private": row.private} {
			if expected == "" {
				continue
			}
			t.Run(fmt.Sprintf("%s %s in an %s room", row.method, row.path, kind), func(t *testing.T) { c.ask(t, row, kind, strings.Fields(expected)) })
		}
	}
}

func (c *cast) ask(t *testing.T, row asked, kind string, expected []string) {
	if len(expected) != len(callers) {
		t.Fatalf("the row has %d columns, want %d", len(expected), len(callers))
	}
	var names *strings.Replacer
	once := func(caller, status string) {
		if names == nil || row.fresh {
			names = c.room(t, kind)
		}
		c.askAs(t, row, names, caller, status)
	}
	for i, caller := range callers {
		once(caller, expected[i])
	}
	for _, role := range roles {
		once(role.name, row.follows(role.name, role.like, kind))
	}
}

// askAs makes one call and compares its status with what the table says.
func (c *cast) askAs(t *testing.T, row asked, names *strings.Replacer, caller, expected string) {
	t.Helper()
	client := c.clients[caller].On(t)
	var body any
	if row.body != nil {
		body = fill(t, row.body, names, ids("table", c.rooms, caller))
	}
	reply := client.Do(row.method, names.Replace(row.path), body)
	if strings.HasSuffix(row.path, "/logout") && !slices.Contains([]string{"nobody", "token", "bot"}, caller) {
		c.clients[caller] = c.srv.Login(client.User.Username)
	}
	if !slices.Contains(strings.Split(expected, "|"), fmt.Sprint(reply.Status)) {
		t.Errorf("%s gets %d, want %s: %.300s", caller, reply.Status, expected, reply.Body)
	}
	if caller != "nobody" {
		wantNoStore(t, row, reply)
	}
}

// fill puts ids in the place of a body's placeholders.
func fill(t *testing.T, body any, names *strings.Replacer, clientID string) any {
	t.Helper()
	if raw, ok := body.(testkit.Raw); ok {
		return raw
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return testkit.RawJSON(strings.ReplaceAll(names.Replace(string(encoded)), "CLIENT", clientID))
}

// TestEveryRouteHasARowInTheTable compares the table with the program's own list, so that a route without a row fails.
func TestEveryRouteHasARowInTheTable(t *testing.T) {
	t.Parallel()
	routes := testkit.Routes(t)
	if len(routes) < 20 {
		t.Errorf("the program lists only %d routes", len(routes))
	}
	covered := map[testkit.Route]bool{}
	for _, row := range authorization {
		route, ok := routeOf(row, routes)
		if !ok {
			t.Errorf("the truth table has a row for %s %s, which the program does not list", row.method, row.path)
		}
		covered[route] = true
	}
	for _, r := range routes {
		if !covered[r] {
			t.Errorf("%s %s has no row in the truth table (authorization_table_test.go): say what each caller gets from it", r.Method, r.Path)
		}
	}
}

// routeOf finds the route that a row's path leads to: the one that fits with the fewest parameters.
func routeOf(row asked, routes []testkit.Route) (testkit.Route, bool) {
	path, _, _ := strings.Cut(row.path, "?")
	var best testkit.Route
	fewest := -1
	for _, r := range routes {
		parameters, fits := fit(strings.Split(r.Path, "/"), strings.Split(path, "/"))
		if r.Method == row.method && fits && (fewest < 0 || parameters < fewest) {
			best, fewest = r, parameters
		}
	}
	return best, fewest >= 0
}

func fit(pattern, path []string) (parameters int, fits bool) {
	if len(pattern) != len(path) {
		return 0, false
	}
	for i, part := range pattern {
		if strings.HasPrefix(part, ":") {
			parameters++
		} else if part != path[i] {
			return 0, false
		}
	}
	return parameters, true
}
