package tests

import (
	"testing"

	"parley/tests/testkit"
)

// sight is one state of a page that people see.
type sight struct {
	name, path string // path: "" stays where the sight before was
	act        string // a script that brings the state about
	ready      string // an expression that is true once it is there
}

const openDialog = `document.querySelector("dialog[open] h2")?.textContent !== "…" && document.querySelector("dialog[open]")`

// pressing is a script that presses a button by its accessible name, wherever it stands.
func pressing(name string) string {
	return `[...document.querySelectorAll("button, a")].find(b => (b.getAttribute("aria-label") || b.textContent).trim().startsWith("` + name + `") && b.checkVisibility()).click()`
}

const closeDialog = `document.querySelector("dialog[open]")?.close()`

// entrySights are seen by people who are not signed in, of a server that has an owner.
func entrySights() []sight {
	return []sight{
		{"signing in", "/login", "", `document.querySelector("#password")`},
		{"signing up", "/signup", "", `document.querySelector("#password")`},
		{"offline", "/offline", "", `document.querySelector("h1")`},
		{"an invitation that is over", "/invite/none", "", `document.querySelector("h1")`},
	}
}

// sights are seen by somebody who is signed in; ROOM has messages, EMPTY has none.
func sights(room, empty, root string) []sight {
	there := `document.querySelector("[role=log] [data-message-id]")`
	return []sight{
		{"a room", "/rooms/" + room, "", there},
		{"a menu", "", pressing("Room menu"), `document.querySelector(".menu:popover-open")`},
		{"the jump box", "", `document.querySelector(".menu:popover-open")?.hidePopover(); document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true}))`, `document.querySelector(".dialog-jump [role=option]")`},
		{"shortcuts", "", `document.dispatchEvent(new KeyboardEvent("keydown", {key: "/", ctrlKey: true, bubbles: true}))`, openDialog},
		{"members", "", closeDialog + ";" + pressing("Members"), openDialog + ` && document.querySelector("dialog .pick")`},
		{"a thread", "/rooms/" + room + "?thread=" + root, "", `document.querySelectorAll("#pane [data-message-id]").length > 1`},
		{"the list of rooms", "/", "", `document.querySelector("nav a.room")?.checkVisibility()`},
		{"an inbox", "", pressing("Mentions"), openDialog},
		{"making a room", "", closeDialog + ";" + pressing("Add a room") + `; [...document.querySelectorAll(".menu button")][0].click()`, openDialog + ` && document.querySelector("dialog input[name=name]")`},
		{"an empty room", "/rooms/" + empty, "", `document.querySelector(".beginning")`},
		{"results", "/search?q=tea", "", `document.querySelector(".hit mark")`},
		{"no results", "/search?q=zebra", "", `document.querySelector(".examples")`},
		{"settings", "/settings", "", `document.querySelector("#theme")`},
		{"administration", "/admin", "", `document.querySelector("main h1")`},
		{"administration of people", "/admin/people", "", `document.querySelector("main h1")`},
		{"administration of rooms", "/admin/rooms", "", `document.querySelector("main h1")`},
		{"the audit log", "/admin/audit", "", `document.querySelector("main h1")`},
		{"the components", "/settings/styleguide", "", `document.querySelectorAll(".specimen").length === 2`},
		{"the second factor", "/settings/second-factor", "", `document.querySelector("main form")`},
		{"invitations", "/admin/invites", "", `document.querySelector("main form")`},
		{"a new invitation", "", pressing("Make the link"), `document.querySelector(".qr")`},
		{"the connection", "/connection", "", `document.querySelector("[data-fact=latency]").textContent !== "–"`},
		{"nothing there", "/rooms/1", "", `document.querySelector("h1")`},
	}
}

// visit brings a page into each state and hands it on.
func visit(p *testkit.Tab, srv *testkit.Server, list []sight, look func(name string)) {
	for _, s := range list {
		if s.path != "" {
			p.Go(srv.URL + s.path)
			p.Wait(s.name+": the page", `document.readyState === "complete"`)
		}
		if s.act != "" {
			p.Eval("(() => {" + s.act + "})()")
		}
		p.Wait(s.name, s.ready)
		p.Wait("nothing moves any more", `document.getAnimations().every(a => a.playState !== "running")`)
		look(s.name)
	}
}

// household is a server with an owner, a room with all kinds of rows, a thread, and an empty room.
func household(t *testing.T, opts ...testkit.Option) (srv *testkit.Server, room, empty, root string) {
	t.Helper()
	srv = testkit.Start(t, opts...)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	long := ""
	for range 40 {
		long += "a line of a long message\n"
	}
	thread := bob.Send(general, "root", "Who wants **tea**? See https://example.org/"+long[:200])
	bob.Reply(thread, "reply", "Me")
	ada.Reply(thread, "reply-2", "Me too")
	for i, text := range []string{
		"- one\n- two\n\n> quoted\n\n```go\nfunc main() { fmt.Println(\"你好\") }\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |", long,
		"好的，@ada，下午三点见", "- [x] done\n- [ ] to do", "مرحبا بالجميع", "a-word-" + long[:10] + "without-any-place-to-break-it-" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	} {
		m := bob.Send(general, ids("row", i), text)
		ada.React(m.ID, "🎉")
	}
	edited := ada.Send(general, "edited", "first")
	ada.Edit(edited.ID, "second")
	gone := ada.Send(general, "gone", "gone")
	ada.DeleteMessage(gone.ID)
	return srv, general, ada.CreateRoom("a room nobody has said a word in so far", "private").ID, thread.ID
}

func signInInBrowser(srv *testkit.Server, p *testkit.Tab) {
	p.Go(srv.URL + "/login")
	p.Type(`form input[name=username]`, p.Name)
	p.Type(`form input[name=password]`, testkit.Password)
	p.Click(`form:has(input[name=password]) button:not([type=button])`)
	p.Wait("signed in", `document.querySelector("#composer")`)
}

func TestNothingIsWrongOnAnyPage(t *testing.T) {
	t.Parallel()
	testkit.Need(t, "npm")
	for _, tt := range []struct {
		name   string
		screen testkit.Screen
		theme  string
		rtl    bool
	}{
		{"desktop, light", testkit.Desktop, "light", false},
		{"phone, dark", testkit.Phone, "dark", false},
		{"desktop, dark, right to left", testkit.Desktop, "dark", true},
		{"phone, light, right to left", testkit.Phone, "light", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, room, empty, root := household(t)
			ada := testkit.NewBrowser(t).Person("ada")
			ada.Look(tt.screen)
			ada.Media("prefers-color-scheme", tt.theme, "prefers-reduced-motion", "reduce")
			if tt.rtl {
				ada.Watch(`addEventListener("DOMContentLoaded", () => { document.documentElement.dir = "rtl" })`)
			}
			look := func(name string) {
				if !tt.rtl { // what axe looks at does not turn round
					if fault := ada.AxeFaults(); fault != "" {
						t.Errorf("%s: axe: %s", name, fault)
					}
				}
				if fault := ada.LayoutFaults(tt.screen); fault != "" {
					t.Errorf("%s: %s", name, fault)
				}
			}
			visit(ada, srv, entrySights(), look)
			signInInBrowser(srv, ada)
			visit(ada, srv, sights(room, empty, root), look)
			ada.Silent(t, "404 (Not Found)")
		})
	}
}

// TestEverythingFitsIntoANarrowWindow is also what 200 % zoom makes of a window of 640 pixels, and 400 % of one of 1,280.
func TestEverythingFitsIntoANarrowWindow(t *testing.T) {
	t.Parallel()
	srv, room, empty, root := household(t)
	ada := testkit.NewBrowser(t).Person("ada")
	ada.Look(testkit.Narrow)
	for _, media := range [][]string{{"prefers-reduced-motion", "reduce"}, {"prefers-reduced-motion", "reduce", "forced-colors", "active"}} {
		ada.Media(media...)
		look := func(name string) {
			if fault := ada.LayoutFaults(testkit.Narrow); fault != "" {
				t.Errorf("%v: %s: %s", media, name, fault)
			}
		}
		if len(media) == 2 {
			visit(ada, srv, entrySights(), look)
			signInInBrowser(srv, ada)
		}
		visit(ada, srv, sights(room, empty, root), look)
	}
	ada.Go(srv.URL + "/rooms/" + room)
	ada.Wait("the room", row("下午三点"))
	ada.Media("forced-colors", "active")
	ada.Wait("the room that is open shows where colours are the system's", `(r => getComputedStyle(r).outlineStyle !== "none" || r.checkVisibility() === false)(document.querySelector("nav a[aria-current]"))`)
	ada.Media("prefers-reduced-motion", "reduce")
	if moving := ada.Eval(`[...document.querySelectorAll("button, a")].filter(el => parseFloat(getComputedStyle(el).transitionDuration) > 0).length`); moving != "0" {
		t.Errorf("%s controls move though less motion was asked for", moving)
	}
}
