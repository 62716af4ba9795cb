package tests

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// room is what one package of the house may import of the others, and why no more.
type room struct {
	of  string   // the package; "/..." behind it means with everything below
	may []string // in the same form
	why string
}

// house is the plan. A package that is not in it fails the test: whoever adds one says here where it stands.
var house = []room{
	{"parley/models", nil, "the nouns stand alone, so that everything else can share them without a circle"},
	{"parley/migrations", nil, "migrations are text that the store runs; the names in them must not follow the Go code"},
	{"parley/templates", nil, "templates show what they are handed; a template that can fetch can also leak"},
	{"parley/static/...", nil, "static files are served as they are"},

	{"parley/server", []string{"parley/server/app"}, "main starts the program and does nothing else"},
	{"parley/server/config", nil, "settings are settled before anything else exists"},
	{"parley/server/telemetry", nil, "whoever is measured imports the measure, never the other way round"},
	{"parley/server/certs", nil, "which certificate is shown depends on files and an authority, never on who asks"},
	{"parley/server/limits", nil, "a limit counts keys and does not know what they stand for"},
	{"parley/server/locale", nil, "a catalogue of sentences knows nobody who speaks them"},
	{"parley/server/markup", nil, "rendering is a pure function of the text: that is what makes it safe to do once"},
	{"parley/server/emoji", nil, "a table of names is the same for whoever asks"},
	{"parley/server/qr", nil, "a picture of a text needs nothing but the text"},
	{"parley/server/search", nil, "one tokenizer serves every database, so it can know none"},
	{"parley/server/wire", []string{"parley/models"}, "wire is the shape of the contract; a shape that knows its senders changes with them"},
	{
		"parley/server/store",
		[]string{"parley/models", "parley/migrations", "parley/server/search", "parley/server/telemetry"},
		"the store answers questions and keeps promises; rules belong to chat, and news to the hub after the commit",
	},
	{
		"parley/server/hub",
		[]string{"parley/models", "parley/server/wire", "parley/server/telemetry"},
		"the hub knows no database, no socket and no HTTP: nothing under a room's lock can wait for them",
	},
	{
		"parley/server/chat",
		[]string{"parley/models", "parley/server/store", "parley/server/wire", "parley/server/markup", "parley/server/search", "parley/server/emoji", "parley/server/limits", "parley/server/telemetry"},
		"chat sees the hub through an interface of its own, so that every rule can be tested without a connection",
	},
	{
		"parley/server/auth",
		[]string{"parley/models", "parley/server/store", "parley/server/wire", "parley/server/limits", "parley/server/telemetry"},
		"who somebody is must not depend on rooms, sockets or pages",
	},
	{
		"parley/server/admin",
		[]string{"parley/models", "parley/server/store"},
		"what administrators read is put together here; what they change stays under the rules of auth and chat",
	},
	{
		"parley/server/transport/...",
		[]string{"parley/models", "parley/server/hub", "parley/server/wire", "parley/server/limits", "parley/server/telemetry", "parley/server/transport/..."},
		"a transport turns bytes into hub sessions and reaches chat through an interface: a rule in a transport would hold on that transport alone",
	},
	{
		"parley/handlers",
		[]string{
			"parley/models", "parley/server/admin", "parley/server/chat", "parley/server/auth", "parley/server/wire", "parley/server/limits",
			"parley/server/emoji", "parley/server/locale", "parley/server/qr", "parley/server/config", "parley/server/telemetry", "parley/templates", "parley/static/...",
		},
		"a handler translates HTTP; past chat and auth it would go around their rules",
	},
	{
		"parley/server/bench",
		[]string{"parley/models", "parley/server/auth", "parley/server/chat", "parley/server/store", "parley/server/wire"},
		"a measure drives a server from outside; only a folder that nobody else has open is filled from within",
	},
	{"parley/server/app", []string{"parley/..."}, "app wires everything"},

	{
		"parley/tests/sockethost",
		[]string{"parley/server/transport/socketio"},
		"the host of the official suites is the transport without Parley behind it, and nothing else",
	},
	{"parley/tests/...", []string{"parley/tests/..."}, "the tests here are a black box: they know the program only as everybody else does"},
}

// guest is a module from outside that only some of ours may import.
type guest struct {
	module string
	only   []string
	why    string
}

var guests = []guest{
	{"gorm.io", []string{"parley/server/store"}, "SQL in a second place means a second set of rules for errors, transactions and dialects"},
	{"github.com/mattn/go-sqlite3", []string{"parley/server/store", "parley/tests/bench"}, "only the store may know which database this is, and who measures what a bare commit of it takes"},
	{"database/sql", []string{"parley/server/store", "parley/tests/bench"}, "only the store may know that there is a database, and who measures what a bare commit takes"},
	{"github.com/pressly/goose", []string{"parley/server/store"}, "only the store may change the schema"},
	{"github.com/gorilla/websocket", []string{"parley/server/transport/ws", "parley/server/transport/socketio", "parley/tests/..."}, "gorilla's traps are handled once, in transport/ws"},
	{"github.com/labstack/echo", []string{"parley/handlers", "parley/server/app"}, "a use case that knows HTTP cannot be reached from a socket"},
	{"github.com/yuin/goldmark", []string{"parley/server/markup"}, "HTML that people wrote is made safe in one place"},
	{"github.com/microcosm-cc/bluemonday", []string{"parley/server/markup"}, "HTML that people wrote is made safe in one place"},
	{"github.com/prometheus", []string{"parley/server/telemetry"}, "metrics are declared in one place; others add to what they are handed"},
	{"golang.org/x/crypto", []string{"parley/server/auth", "parley/server/certs"}, "passwords are handled in one place, and so are certificates"},
	{"github.com/pquerna/otp", []string{"parley/server/auth", "parley/tests/..."}, "second factors are checked in one place"},
	{"github.com/boombuler/barcode", []string{"parley/server/qr"}, "QR codes are drawn in one place"},
	{"github.com/chromedp", []string{"parley/tests/..."}, "a browser is for tests; it must not be linked into the program"},
}

// listed is what `go list` says of one of our packages.
type listed struct {
	ImportPath string
	Imports    []string
}

func TestTheArrowsOfTheDesignHold(t *testing.T) {
	t.Parallel()
	for _, p := range ourPackages(t) {
		home := roomOf(p.ImportPath)
		if home == nil {
			t.Errorf("%s has no place in the house: add it to the plan in architecture_test.go, with what it may import and why no more", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			if breach := crossed(p.ImportPath, *home, imp); breach != "" {
				t.Error(breach)
			}
		}
	}
}

func TestThePlanCatchesBreaches(t *testing.T) {
	t.Parallel()
	cases := []struct {
		from, imports string
		breach        bool
	}{
		{"parley/server/hub", "parley/server/wire", false},
		{"parley/server/hub", "parley/models", false},
		{"parley/server/hub", "parley/server/store", true},
		{"parley/server/chat", "parley/server/hub", true},
		{"parley/server/transport/ws", "parley/server/chat", true},
		{"parley/server/transport/socketio", "parley/server/transport/ws", false},
		{"parley/server/store", "gorm.io/gorm/clause", false},
		{"parley/handlers", "gorm.io/gorm", true},
		{"parley/handlers", "parley/server/store", true},
		{"parley/handlers", "github.com/labstack/echo/v4/middleware", false},
		{"parley/server/chat", "github.com/labstack/echo/v4", true},
		{"parley/models", "golang.org/x/text/unicode/norm", true},
		{"parley/models", "strings", false},
		{"parley/server/app", "parley/server/transport/ws", false},
		{"parley/tests/testkit", "parley/server/wire", true},
		{"parley/server/chat", "database/sql/driver", true},
		{"parley/server/search", "parley/models", true},
		{"parley/static/build", "parley/models", true},
	}
	for _, c := range cases {
		if got := crossed(c.from, *roomOf(c.from), c.imports); (got != "") != c.breach {
			t.Errorf("%s imports %s: breach %t, want %t (%s)", c.from, c.imports, got != "", c.breach, got)
		}
	}
	if roomOf("parley/server/util") != nil {
		t.Error("a package nobody planned has a place in the house")
	}
}

// crossed returns a sentence that says which arrow an import crosses, or "".
func crossed(from string, home room, imp string) string {
	if within("parley/...", imp) {
		if matches(home.may, imp) {
			return ""
		}
		may := "nothing of ours"
		if len(home.may) > 0 {
			may = strings.Join(home.may, ", ")
		}
		return from + " imports " + imp + ", and may not: " + home.why + ". It may import " + may + "."
	}
	if from == "parley/models" && strings.Contains(strings.Split(imp, "/")[0], ".") {
		return "parley/models imports " + imp + ", and may import the standard library only: whoever imports a noun must not get a library with it."
	}
	for _, g := range guests {
		if within(g.module+"/...", imp) && !matches(g.only, from) {
			return from + " imports " + imp + ", which only " + strings.Join(g.only, " and ") + " may: " + g.why + "."
		}
	}
	return ""
}

func roomOf(path string) *room {
	i := slices.IndexFunc(house, func(r room) bool { return within(r.of, path) })
	if i < 0 {
		return nil
	}
	return &house[i]
}

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return within(p, path) })
}

// within reports whether path is the pattern, or below it where the pattern ends in "/...".
func within(pattern, path string) bool {
	base, deep := strings.CutSuffix(pattern, "/...")
	return path == base || deep && strings.HasPrefix(path, base+"/")
}

// ourPackages asks Go itself, because build tags and generated files decide what is compiled. Imports of tests beside
// the code are not looked at: a test may use the real thing where the code sees an interface.
func ourPackages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = testkit.Root()
	out, err := cmd.Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			t.Fatalf("go list: %v\n%s", err, failed.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	packages := []listed{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}
