package tests

import (
	"fmt"
	"testing"

	"parley/tests/testkit"
)

const focused = `document.activeElement`

func TestTheKeyboardAloneDoesEverything(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	bob := srv.SignUp("bob") // the owner
	general := bob.General().ID
	for i := range 4 {
		bob.Send(general, ids("m", i), fmt.Sprintf("message %d of bob", i))
	}
	ada := browser.Person("ada")

	// Signing up, from the address bar on.
	ada.Go(srv.URL + "/signup")
	ada.Wait("the first field has the focus", focused+`.name === "username"`)
	ada.Write("ada")
	for range 3 {
		if ada.Eval(focused+`.name`) == "password" {
			break
		}
		ada.Press("Tab")
	}
	ada.Write(testkit.Password)
	ada.Press("Enter")
	ada.Wait("the composer has the focus in the room", focused+`?.id === "composer" && `+row("message 3"))

	// Regions, and the way past them.
	regions := `["sidebar", "room-header", "timeline", "compose"].find(id => document.getElementById(id).contains(` + focused + `))`
	for _, want := range []string{"sidebar", "room-header", "timeline", "compose"} {
		ada.Press("F6")
		ada.Wait("F6 comes to "+want, regions+` === "`+want+`"`)
	}
	ada.Press("Shift+F6")
	ada.Wait("Shift+F6 goes back", regions+` === "timeline"`)
	ada.Go(srv.URL + "/rooms/" + general)
	ada.Wait("the room", row("message 3"))
	ada.Eval(`(document.activeElement.blur(), document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute("tabindex"))`)
	ada.Press("Tab")
	ada.Wait("the first stop is the way past everything", focused+`.matches(".skip") && `+focused+`.getBoundingClientRect().top >= 0`)
	ada.Press("Enter")
	ada.Wait("which ends in the composer", focused+`?.id === "composer"`)

	// Messages are one stop, walked with arrows.
	ada.Press("Shift+F6")
	ada.Wait("the timeline has the focus", regions+` === "timeline"`)
	ada.Press("ArrowUp")
	ada.Wait("the newest message", focused+`.matches(".row") && `+focused+`.textContent.includes("message 3")`)
	ada.Press("ArrowUp", "ArrowUp")
	ada.Wait("two further up", focused+`.textContent.includes("message 1")`)
	ada.Press("ArrowDown")
	ada.Wait("one down", focused+`.textContent.includes("message 2")`)
	if stops := ada.Eval(`document.querySelectorAll("#timeline .row[tabindex='0']").length`); stops != "1" {
		t.Errorf("%s messages are stops of the Tab key, want one", stops)
	}
	ada.Press("Home")
	ada.Wait("the first message", focused+`.textContent.includes("message 0")`)
	ada.Press("End")
	ada.Wait("the last message", focused+`.textContent.includes("message 3")`)

	// A row that changes keeps the focus.
	ada.Eval(`(window.held = document.activeElement)`)
	last := bob.History(general)[3]
	bob.Edit(last.ID, "message 3 of bob, mended")
	bob.Send(general, "more", "and one more")
	ada.Wait("the edit is there", row("mended"))
	ada.Wait("the new row is there", row("and one more"))
	if ada.Eval(`document.activeElement === window.held`) != "true" {
		t.Error("a row that was edited lost the focus")
	}

	// Its menu, and a dialog from it; both give the focus back.
	ada.Press("Enter")
	ada.Wait("the menu of the message", `document.querySelector(".menu:popover-open")?.contains(`+focused+`)`)
	ada.Press("ArrowDown", "ArrowDown", "Escape")
	ada.Wait("back on the row", focused+` === window.held && !document.querySelector(".menu:popover-open")`)
	ada.Press("Control+k")
	ada.Wait("the jump box", `document.querySelector("dialog[open]")?.contains(`+focused+`)`)
	for range 6 {
		ada.Press("Tab")
		if out := ada.Eval(`document.hasFocus() && ` + focused + ` !== document.body && !document.querySelector("dialog[open]").contains(` + focused + `)`); out == "true" {
			t.Error("the Tab key leaves an open dialog")
		}
	}
	ada.Press("Escape")
	ada.Wait("back on the row", focused+` === window.held && !document.querySelector("dialog[open]")`)

	// Making a room from the sidebar.
	ada.Eval(`document.querySelector(".side-head .icon-button").focus()`)
	ada.Press("Enter")
	ada.Wait("the menu", `document.querySelector(".menu:popover-open")?.contains(`+focused+`)`)
	ada.Press("Enter")
	ada.Wait("the dialog, with the focus in its first field", focused+`.name === "name" && `+focused+`.closest("dialog")`)
	ada.Write("by keys")
	ada.Press("Enter")
	ada.Wait("the new room, with the focus where one writes", `document.querySelector("#room-title")?.textContent.includes("by keys") && `+focused+`?.id === "composer"`)
	ada.Silent(t)
}

func TestTheTimelineIsReadOutAsItShouldBe(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	bob := srv.SignUp("bob")
	general := bob.General().ID
	for i := range 120 {
		bob.Send(general, ids("m", i), fmt.Sprintf("message %d of bob", i))
	}
	ada := browser.Person("ada")
	signUpInBrowser(srv, ada, "/signup")
	// What a screen reader would hear: rows that come into a log while it is polite.
	ada.Eval(`(window.said = el => { const c = el.cloneNode(true); c.querySelectorAll("[aria-hidden=true]").forEach(x => x.remove()); return c.textContent.trim().replace(/\s+/g, " ") }, log => { window.heard = []; window.silent = 0; new MutationObserver(list => { for (const m of list) for (const el of m.addedNodes) if (el.matches?.(".row")) {
		if (log.getAttribute("aria-live") === "polite") heard.push(said(el)); else silent++ } }).observe(log, {childList: true, subtree: true}) })(document.querySelector("[role=log]"))`)
	bob.Send(general, "live", "said just now")
	bob.Send(general, "live-2", "and this")
	ada.Wait("the live rows", row("and this"))
	ada.Wait("both were heard, their author first", `heard.length === 2 && heard[0].startsWith("bob") && heard[0].includes("said just now") && heard[1].startsWith("bob: ") && heard[1].endsWith("and this")`)
	before := ada.Eval("heard.length")
	ada.Eval(`(document.querySelector("[role=log]").scrollTop = 0)`)
	ada.Wait("history came in", row("message 30 of bob")+` && silent > 20`)
	if after := ada.Eval("heard.length"); after != before {
		t.Errorf("history is read out: %s rows heard before it came, %s after", before, after)
	}
	ada.Wait("who is typing is in no live region", `!document.querySelector("#typing").closest("[aria-live], [role=status], [role=alert], [role=log]")`)
}
