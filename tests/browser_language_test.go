package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// foreign lists what the page itself says (not what people said or are called) without a Chinese character.
const foreign = `(() => {
	const data = ".row, .team, .room-name, .name, .avatar, code, kbd, .brand, [lang], .me-name, .text, .hit, option, small, .type-12, [data-fact], .fact b, .rows b, .pick-text, .jump-list li, #room-title, .topic, .swatches, .specimen, time, .find, .tick span"
	const out = new Set()
	const check = (text, what) => { text = text.trim(); if (/\p{L}{2}/u.test(text) && !/\p{Script=Han}/u.test(text) && !/^(Ctrl|Parley|ada|bob|general|@\S+|Alt|Esc|Enter|Shift|F6|WebSocket|\d+ ms)$/.test(text)) out.add(what + ": " + text.slice(0, 60)) }
	for (const el of document.querySelectorAll("h1, h2, h3, button, label, legend, dt, p, a, .vh")) if (!el.closest(data) && !el.querySelector("h1, h2, button, p, a") && el.checkVisibility()) check([...el.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(" "), el.tagName.toLowerCase())
	for (const el of document.querySelectorAll("[aria-label], [title], [placeholder]")) if (!el.closest(".row, time")) for (const a of ["aria-label", "title", "placeholder"]) check(el.getAttribute(a) ?? "", a)
	check(document.title.replace(/·.*/, ""), "title")
	return [...out].join("\n")
})()`

func TestEveryPageSpeaksChineseToWhoReadsIt(t *testing.T) {
	t.Parallel()
	srv, _, _, root := household(t)
	zh := srv.Login("ada").CreateRoom("会议", "open").ID
	srv.Login("ada").Send(zh, "zh", "大家好")
	ada := testkit.NewBrowser(t).Person("ada")
	ada.Go(srv.URL + "/login")
	if ada.Eval(foreign) == "" {
		t.Fatal("an English page passes for a Chinese one: the test sees nothing")
	}
	ada.Watch(`document.cookie = "parley_lang=zh-CN; path=/"`)
	ada.Go(srv.URL + "/login")
	look := func(name string) {
		if lang := ada.Eval("document.documentElement.lang"); lang != "zh-CN" {
			t.Errorf("%s: the page is in %s", name, lang)
		}
		if words := ada.Eval(foreign); words != "" {
			t.Errorf("%s: not Chinese:\n%s", name, words)
		}
	}
	visit(ada, srv, entrySights(), look)
	signInInBrowser(srv, ada)
	there := `document.querySelector("[role=log] [data-message-id]")`
	visit(ada, srv, []sight{
		{"a room", "/rooms/" + zh, "", there},
		{"a menu", "", `document.querySelector("#room-header [aria-haspopup=menu]").click()`, `document.querySelector(".menu:popover-open")`},
		{"members", "", `document.querySelector("#room-header [aria-haspopup=dialog]").click()`, openDialog + ` && document.querySelector("dialog .pick")`},
		{"shortcuts", "", `document.dispatchEvent(new KeyboardEvent("keydown", {key: "/", ctrlKey: true, bubbles: true}))`, openDialog},
		{"a thread", "/rooms/" + srv.Login("ada").General().ID + "?thread=" + root, "", `document.querySelectorAll("#pane [data-message-id]").length > 1`},
		{"search", "/search?q=%E5%A4%A7%E5%AE%B6", "", `document.querySelector(".hit mark")`},
		{"settings", "/settings", "", `document.querySelector("#theme")`},
		{"the second factor", "/settings/second-factor", "", `document.querySelector("main form")`},
		{"invitations", "/admin/invites", "", `document.querySelector("main form")`},
		{"administration", "/admin", "", `document.querySelector("main h1")`},
		{"administration of people", "/admin/people", "", `document.querySelector("main h1")`},
		{"administration of rooms", "/admin/rooms", "", `document.querySelector("main h1")`},
		{"the audit log", "/admin/audit", "", `document.querySelector("main h1")`},
		{"the connection", "/connection", "", `document.querySelector("[data-fact=latency]").textContent !== "–"`},
		{"nothing there", "/rooms/1", "", `document.querySelector("h1")`},
	}, look)
	ada.Go(srv.URL + "/rooms/" + zh)
	ada.Wait("the day and the time are written as in Chinese", row("大家好")+` && document.querySelector(".day time").textContent === "今天" && /年.*月.*日/.test(`+row("大家好")+`.querySelector("time").title)`)
}

func TestRightToLeftTurnsThePageRound(t *testing.T) {
	t.Parallel()
	srv, room, _, _ := household(t)
	ada := testkit.NewBrowser(t).Person("ada")
	signInInBrowser(srv, ada)
	ada.Go(srv.URL + "/rooms/" + room)
	ada.Wait("the room", row("مرحبا"))
	at := func(css, side string) string {
		return `Math.round(document.querySelector("` + css + `").getBoundingClientRect().` + side + `)`
	}
	ada.Wait("from left to right the sidebar is on the left", at("#sidebar", "left")+" === 0")
	arabic := row("مرحبا") + `.querySelector(".text")`
	ada.Wait("Arabic words run from right to left, at the edge where all rows begin", `getComputedStyle(`+arabic+`).direction === "rtl" && getComputedStyle(`+arabic+`).textAlign === "left"`)
	ada.Eval(`(document.documentElement.dir = "rtl")`)
	ada.Wait("the sidebar is on the right", at("#sidebar", "right")+" === innerWidth")
	ada.Wait("faces are to the right of the words", `(r => r.querySelector(".avatar").getBoundingClientRect().left > r.querySelector(".text").getBoundingClientRect().right - 1)([...document.querySelectorAll("[role=log] .row.headed")].find(r => r.querySelector(".text")))`)
	ada.Wait("English words still run from left to right", `getComputedStyle([...document.querySelectorAll("[role=log] .text")].find(x => x.textContent.includes("Who wants"))).direction === "ltr"`)
	ada.Wait("the arrow sends up, and stands at the end of the line", at(".send", "right")+" < "+at("#composer", "left")+" + 1")
}

// TestStylesNameNoSideOfTheScreen: what says start and end turns round by itself for those who read from right to left.
func TestStylesNameNoSideOfTheScreen(t *testing.T) {
	t.Parallel()
	physical := regexp.MustCompile(`(?:^|[{;\s])((?:margin|padding|border)-(?:left|right)[\w-]*|left|right|float|text-align:\s*(?:left|right))\s*[:;}]`)
	files, err := filepath.Glob(filepath.Join(testkit.Root(), "static", "css", "*.css"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stylesheets: %v", err)
	}
	for _, file := range files {
		css, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(css)) {
			if found := physical.FindStringSubmatch(line); found != nil && !strings.HasPrefix(line, ".text .align-") {
				t.Errorf("%s: %s names a side: %s", filepath.Base(file), found[1], strings.TrimSpace(line))
			}
		}
	}
}

func TestEmptyPlacesSayTheNextStep(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := testkit.NewBrowser(t).Person("ada")
	signUpInBrowser(srv, ada, "/setup")
	ada.Wait("an empty room: write, or invite somebody", `document.querySelector(".beginning p").textContent.includes("Write the first message") && document.querySelector(".beginning a[href='/admin/invites']")`)
	kitchen := srv.Login("ada").CreateRoom("Kitchen", "private").ID
	ada.Wait("the room is in the list", `document.querySelector('nav a[href="/rooms/`+kitchen+`"]')`)
	ada.Click(`nav a[href="/rooms/` + kitchen + `"]`)
	ada.Wait("a room of one's own: add somebody", `document.querySelector(".beginning button")?.textContent === "Add somebody"`)
	ada.Click(".beginning button")
	ada.Wait("the name can be typed at once", `document.activeElement?.matches(".dialog-members input")`)
	ada.Eval(closeDialog)
	ada.Wait("the dialog is closed", `!document.querySelector("dialog[open]")`)
	srv.Login("ada").Post("/api/v1/rooms/"+kitchen+"/leave", nil).Want(t, 204)
	ada.Wait("no direct messages: write to somebody", `[...document.querySelectorAll("nav button")].some(b => b.textContent.trim() === "Write to somebody")`)
	for _, tt := range []struct{ inbox, says string }{
		{"Mentions", "Write @ and a name"}, {"Saved", "Save a message from its menu"}, {"Threads", "Reply to a message"},
	} {
		ada.Eval(pressing(tt.inbox))
		ada.Wait(tt.inbox+" is empty and says what to do", openDialog+` && document.querySelector("dialog[open]").textContent.includes("`+tt.says+`")`)
		ada.Eval(closeDialog)
		ada.Wait("the dialog is closed", `!document.querySelector("dialog[open]")`)
	}
	ada.Go(srv.URL + "/search?q=zebra")
	ada.Wait("nothing found: how to find", `document.querySelector("main").textContent.includes("Fewer words") && document.querySelector(".examples")`)
	general := srv.Login("ada").General().ID
	srv.Login("ada").Leave(general)
	ada.Go(srv.URL + "/")
	ada.Wait("no room: find one", `document.querySelector(".beginning button")?.textContent.trim() === "Browse rooms"`)
	ada.Click(".beginning button")
	ada.Wait("which leads to the rooms there are, and to making one", openDialog+` && document.querySelector("dialog .pick") && document.querySelector("dialog[open]").textContent.includes("Create a room")`)
	ada.Silent(t)
}
