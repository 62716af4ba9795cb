package tests

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// attacks is the corpus that the renderer's own tests use, one a line.
func attacks(t *testing.T) []string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(testkit.Root(), "server", "markup", "testdata", "xss.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if text, err := strconv.Unquote(line); err == nil && strings.HasPrefix(line, `"`) {
			line = text
		}
		all = append(all, line)
	}
	if len(all) < 100 {
		t.Fatalf("only %d attacks", len(all))
	}
	return all
}

// oneLine is an attack as a name can hold it: a line of at most so many characters.
func oneLine(attack string, most int) string {
	clean := []rune(strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, attack))
	return strings.TrimSpace(string(clean[:min(len(clean), most)]))
}

// watchDialogs makes a script that opens a dialog known by a mark that unharmed looks for.
func watchDialogs(p *testkit.Tab) {
	p.Eval(`(window.alert = window.confirm = window.prompt = window.print = () => { window.attacked = true }, 1)`)
}

// unharmed fails the test where a script of the corpus ran in the page, or could once somebody touches it.
func unharmed(t *testing.T, p *testkit.Tab, where string) {
	t.Helper()
	if p.Eval("window.attacked") != "undefined" {
		t.Errorf("%s: a script ran", where)
	}
	if n := p.Eval(`document.querySelectorAll("iframe, object, embed, base, [onerror], [onload], [onclick], [onmouseover], [onfocus], a[href^='javascript' i], a[href^='data:' i], a[href^='vbscript' i]").length`); n != "0" {
		t.Errorf("%s: %s hostile elements are in the page", where, n)
	}
}

// TestTheCorpusRunsNowhereInTheBrowser puts every attack of the corpus into every field that is shown, and looks with a
// real browser: no dialog opens, no handler runs, nothing is refused by the policy, for nothing got so far.
func TestTheCorpusRunsNowhereInTheBrowser(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	reader := browser.Person("reader")
	signUpInBrowser(srv, reader, "/setup")
	me := srv.Login("reader")
	ada := srv.SignUp("ada")
	corpus := attacks(t)
	shown := map[string]int{}
	put := func(field string, r testkit.Reply) {
		if r.Status >= http.StatusInternalServerError {
			t.Errorf("%s: %d %s", field, r.Status, r.Body)
		}
		if r.Status < 300 {
			shown[field]++
		}
	}
	watch := func() { watchDialogs(reader) }
	unharmed := func(where string) { t.Helper(); unharmed(t, reader, where) }

	// Live, in a room on screen: messages by a person of a hostile name and status, under a hostile topic.
	room := ada.CreateRoom("The stage", "open").ID
	me.Join(room)
	reader.Go(srv.URL + "/rooms/" + room)
	reader.Wait("the room", `document.querySelector("[role=log]")`)
	watch()
	for i, attack := range corpus {
		put("a display name", ada.Patch("/api/v1/me", testkit.Object{"display_name": oneLine(attack, 64), "status": oneLine(attack, 100)}))
		put("a topic", ada.Patch("/api/v1/rooms/"+room, testkit.Object{"topic": oneLine(attack, 200)}))
		put("a message", ada.PostMessage(room, ids("live", i), attack))
	}
	ada.Patch("/api/v1/me", testkit.Object{"display_name": oneLine(corpus[10], 64)})
	last := ada.Send(room, "live-end", "the end of the corpus")
	reader.Wait("the live corpus", row("the end of the corpus"))
	unharmed("live")

	// The same with the page, edited, and in a thread; every room's name in the sidebar.
	for i, attack := range corpus {
		put("a room's name", ada.Post("/api/v1/rooms", testkit.Object{"name": fmt.Sprint(i, " ", oneLine(attack, 58)), "topic": oneLine(attack, 200)}))
		if i < 40 {
			put("a reply", ada.Post("/api/v1/rooms/"+room+"/messages", testkit.Object{"text": attack, "client_id": ids("reply", i), "thread_id": last.ID}))
		}
	}
	for _, r := range testkit.Decode[struct{ Rooms []testkit.Room }](me.Get("/api/v1/rooms?browse=1")).Rooms {
		if r.Me == nil {
			me.Join(r.ID)
		}
	}
	me.Mark(room, last.Num)
	reader.Go(srv.URL + "/rooms/" + room)
	reader.Wait("the corpus that comes with the page", row("the end of the corpus"))
	watch()
	reader.Wait("the sidebar with every room", `document.querySelectorAll("nav a[href^='/rooms/']").length > 100`)
	unharmed("the page of the room")

	// What was asked for stands in the page of a search, and so do the names of tokens and devices in the settings.
	for i, attack := range corpus[:min(80, len(corpus))] {
		put("a token's name", me.Post("/api/v1/me/tokens", testkit.Object{"name": oneLine(attack, 60)}))
		if i < 30 {
			put("a device", srv.Anonymous().With("User-Agent", oneLine(attack, 200)).Post("/api/v1/login", testkit.Object{"username": "reader", "password": testkit.Password}))
		}
		for _, fault := range activeContent(string(me.With("Accept", "text/html").Get("/search?q=" + testkit.Query(attack)).Body)) {
			t.Errorf("the page of a search for %q: %s", attack, fault)
		}
	}
	for i := 0; i < len(corpus); i += 12 {
		reader.Go(srv.URL + "/search?q=" + testkit.Query(corpus[i]))
		unharmed("a search for " + corpus[i])
	}
	reader.Go(srv.URL + "/settings")
	reader.Wait("the settings", `document.querySelectorAll("form").length > 3`)
	unharmed("the settings")
	reader.Silent(t)
	t.Logf("%d attacks; shown %v", len(corpus), shown)
	for _, field := range []string{"a message", "a topic", "a display name", "a room's name", "a reply", "a token's name", "a device"} {
		if shown[field] < 20 {
			t.Errorf("%s was taken %d times: the field was hardly tried", field, shown[field])
		}
	}
}
