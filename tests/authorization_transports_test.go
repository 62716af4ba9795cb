package tests

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// columns calls try for every kind of caller that can have a connection, with what the row says of it.
func columns(open, private, kind string, try func(caller, want string)) {
	expected := open
	if kind == "private" {
		expected = private
	}
	for i, caller := range callers[1:] {
		try(caller, strings.Fields(expected)[i])
	}
	for _, role := range roles {
		of := expected
		if role.name == "visitor" {
			of = private
		}
		try(role.name, strings.Fields(of)[slices.Index(callers, role.like)-1])
	}
}

func TestEverySocketCommandAnswersEveryCallerAsTheTableSays(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for _, row := range socketAuthorization {
		for _, kind := range []string{"open", "private"} {
			t.Run(fmt.Sprintf("%v in an %s room", row.command, kind), func(t *testing.T) {
				names := c.room(t, kind)
				columns(row.open, row.private, kind, func(caller, want string) {
					if got := c.command(t, caller, fill(t, row.command, names, ids("cmd", c.rooms, caller)), want == "quiet"); got != want {
						t.Errorf("%s gets %s, want %s", caller, got, want)
					}
				})
			})
		}
	}
}

// command sends one command on a fresh socket and says how it was answered. Silence can only be told by what is
// answered after it, so only where it is expected does a fence take the place of waiting.
func (c *cast) command(t *testing.T, caller string, filled any, silence bool) string {
	t.Helper()
	command := unfilled(t, filled)
	s := c.clients[caller].On(t).Connect()
	defer s.Cut()
	command["ref"] = "asked"
	if room, ok := command["room_id"].(string); ok && silence && command["since"] != nil {
		s.Expecting(map[string]int64{room: 0})
	}
	s.Write(command)
	var answer testkit.Frame
	if silence {
		s.Fence()
		answers := s.Frames(func(f testkit.Frame) bool { return f.Ref == "asked" })
		if len(answers) == 0 {
			return "quiet"
		}
		answer = answers[0]
	} else {
		answer = s.Answer("asked")
	}
	if answer.Type == "error" {
		return answer.Code
	}
	return answer.Type
}

func unfilled(t *testing.T, filled any) testkit.Object {
	t.Helper()
	var o testkit.Object
	if err := json.Unmarshal([]byte(filled.(testkit.Raw).Body), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// onSocketIO opens a connection of Socket.IO with whatever the caller signs in by.
func (c *cast) onSocketIO(t *testing.T, caller string) *ioPerson {
	t.Helper()
	if token := c.clients[caller].BearerToken(); token != "" {
		return dialSocketIOAs(t, c.srv, token)
	}
	return openIOByCookie(t, c.srv, c.clients[caller])
}

func TestEveryEventOfSocketIOAnswersEveryCallerAsTheTableSays(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	people := map[string]*ioPerson{}
	for caller := range c.clients {
		if caller != "nobody" {
			people[caller] = c.onSocketIO(t, caller)
		}
	}
	for _, row := range socketIOAuthorization {
		for _, kind := range []string{"open", "private"} {
			t.Run(fmt.Sprintf("%s %v in an %s room", row.event, row.arg, kind), func(t *testing.T) {
				names := c.room(t, kind)
				columns(row.open, row.private, kind, func(caller, want string) {
					if row.joined && want == "ok" {
						people[caller].ask("join", names.Replace("ROOM"))
					}
					ack := people[caller].ask(row.event, unfilled(t, fill(t, row.arg, names, ids("io", c.rooms, caller))))
					if got := ackOf(t, ack); got != want {
						t.Errorf("%s gets %s, want %s", caller, ack, want)
					}
					if row.event == "rooms" && strings.Contains(ack, names.Replace("ROOM")) {
						t.Errorf("%s hears a room that it has not joined: %s", caller, ack)
					}
				})
			})
		}
	}
}

// ackOf is "ok" or the code of an ack.
func ackOf(t *testing.T, packet string) string {
	t.Helper()
	_, body, _ := strings.Cut(packet, "[")
	var ack []struct {
		OK   bool
		Code string
	}
	if err := json.Unmarshal([]byte("["+body), &ack); err != nil || len(ack) != 1 {
		t.Fatalf("an ack is %q: %v", packet, err)
	}
	if ack[0].OK {
		return "ok"
	}
	return ack[0].Code
}

// TestEveryCommandHasARowInTheTables reads the names of commands and events where the server has them, so that one
// without a row fails.
func TestEveryCommandHasARowInTheTables(t *testing.T) {
	t.Parallel()
	var sockets, events []string
	for _, row := range socketAuthorization {
		sockets = append(sockets, row.command["type"].(string))
	}
	for _, row := range socketIOAuthorization {
		events = append(events, row.event)
	}
	for _, c := range []struct {
		table, file string
		has         []string
		named       func(ast.Node) []ast.Expr
		least       int
	}{
		{"socketAuthorization", "server/wire/command.go", sockets, constantsOf("CommandType"), 7},
		{"socketIOAuthorization", "server/transport/socketio/commands.go", events, casesOf("Name"), 7},
	} {
		names := literals(t, c.file, c.named)
		if len(names) < c.least {
			t.Errorf("only %d names are found in %s: %v", len(names), c.file, names)
		}
		for _, name := range names {
			if !slices.Contains(c.has, name) {
				t.Errorf("%s has no row in %s: say what each caller gets from it", name, c.table)
			}
		}
	}
}

func literals(t *testing.T, file string, named func(ast.Node) []ast.Expr) (texts []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(testkit.Root(), file), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		for _, e := range named(n) {
			if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if text, err := strconv.Unquote(l.Value); err == nil {
					texts = append(texts, text)
				}
			}
		}
		return true
	})
	return texts
}

// constantsOf finds the values of the constants of a type.
func constantsOf(typeName string) func(ast.Node) []ast.Expr {
	return func(n ast.Node) []ast.Expr {
		if v, ok := n.(*ast.ValueSpec); ok {
			if of, ok := v.Type.(*ast.Ident); ok && of.Name == typeName {
				return v.Values
			}
		}
		return nil
	}
}

// casesOf finds the cases of the switches over a field.
func casesOf(field string) func(ast.Node) []ast.Expr {
	return func(n ast.Node) (cases []ast.Expr) {
		s, ok := n.(*ast.SwitchStmt)
		if !ok {
			return nil
		}
		if tag, ok := s.Tag.(*ast.SelectorExpr); !ok || tag.Sel.Name != field {
			return nil
		}
		for _, c := range s.Body.List {
			cases = append(cases, c.(*ast.CaseClause).List...)
		}
		return cases
	}
}

// hearers says who hears a room, open or private, on every transport: whoever is in it today.
var hearers = map[string]bool{
	"nobody": false, "outsider": false, "former": false, "member": true, "manager": true, "owner": false, "token": true,
	"admin": false, "guest": true, "visitor": false, "bot": true,
}

// ears is one caller, who listens over everything and asks for all that a room ever said.
type ears struct {
	who    *testkit.Client
	socket *testkit.Socket
	stream *testkit.Stream
	sio    *ioPerson
	polled testkit.Reply
}

// listen begins to listen. Over Socket.IO a join makes a member of whoever may be one, so joins says who joins.
func (c *cast) listen(t *testing.T, caller, room, meeting string, joins bool) *ears {
	t.Helper()
	e := &ears{who: c.clients[caller].On(t)}
	e.socket = e.who.Dial()
	e.socket.Hello("", map[string]int64{room: 0})
	e.stream = e.who.Stream("since="+room+":0", "")
	e.polled = e.who.Get("/api/v1/events?wait=0&since="+room+":0").Want(t, http.StatusOK)
	e.sio = c.onSocketIO(t, caller)
	if joins {
		e.sio.ask("join", testkit.Object{"room": room, "since": 0})
	}
	e.sio.ask("join", meeting)
	return e
}

// heard is all that came over each transport once the marker had come.
func (e *ears) heard(t *testing.T, marker string) map[string]string {
	t.Helper()
	e.socket.Await("the marker", func(f testkit.Frame) bool { return f.Message != nil && f.Message.Text == marker })
	testkit.Eventually(t, "the marker on the stream", func() bool { return mentions(e.stream.All(), marker) })
	e.sio.expect(marker)
	streamed := ""
	for _, event := range e.stream.All() {
		streamed += string(event.Raw) + "\n"
	}
	cursor := testkit.Decode[testkit.Polled](e.polled).Cursor
	later := e.who.Get("/api/v1/events?wait=0&cursor="+testkit.Query(cursor)).Want(t, http.StatusOK)
	return map[string]string{
		"the socket": e.socket.Transcript(), "the stream": streamed, "the poll": string(e.polled.Body) + string(later.Body), "Socket.IO": e.sio.transcript(),
	}
}

func TestEveryCallerHearsHisRoomsAndNoOthersOnEveryTransport(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for _, kind := range []string{"open", "private"} {
		t.Run(kind, func(t *testing.T) {
			names := c.room(t, kind)
			room := names.Replace("ROOM")
			owner, member := c.clients["owner"].On(t), c.clients["member"].On(t)
			meeting := owner.CreateRoom("Meeting before the "+kind+" room", "private").ID
			all := map[string]*ears{}
			for caller := range hearers {
				if caller == "nobody" {
					c.hearsNothing(t, room)
					continue
				}
				if caller != "owner" {
					owner.AddMember(meeting, c.clients[caller].User.ID)
				}
				all[caller] = c.listen(t, caller, room, meeting, kind == "private" || hearers[caller])
			}
			member.Send(room, "live-"+kind, "spoken aloud in the "+kind+" room")
			owner.Send(meeting, "marker-"+kind, "the marker of the "+kind+" room")
			for caller, e := range all {
				for transport, text := range e.heard(t, "the marker of the "+kind+" room") {
					before, live := strings.Contains(text, "said by the member"), strings.Contains(text, "spoken aloud")
					if want := hearers[caller]; before != want || live != want {
						t.Errorf("%s heard over %s what was before: %v, what came then: %v; want %v:\n%s", caller, transport, before, live, want, text)
					}
				}
			}
		})
	}
}

// hearsNothing is the column of nobody.
func (c *cast) hearsNothing(t *testing.T, room string) {
	t.Helper()
	nobody := c.clients["nobody"].On(t)
	if _, res, err := nobody.TryDial(testkit.Dialing{}); err == nil || res == nil || res.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody's handshake: %v", err)
	}
	for _, accept := range []string{"text/event-stream", "application/json"} {
		nobody.With("Accept", accept).Get("/api/v1/events?since="+room+":0").WantProblem(t, http.StatusUnauthorized, "")
	}
	q := openSocketIO(t, nobody)
	postPacket(t, nobody, q, fmt.Sprintf(`40{"since":{"%s":0}}`, room)).Want(t, http.StatusOK)
	if got := string(nobody.Get(q).Want(t, http.StatusOK).Body); !strings.Contains(got, "not authorized") {
		t.Errorf("nobody's CONNECT: %s", got)
	}
}
