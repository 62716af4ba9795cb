package tests

import (
	"strconv"
	"testing"

	"parley/tests/testkit"
)

// pressUntil presses a key again and again until an expression is true, at most 30 times.
func pressUntil(t *testing.T, p *testkit.Tab, key, what, expression string) {
	t.Helper()
	for range 30 {
		if p.Eval(`Boolean(`+expression+`)`) == "true" {
			return
		}
		p.Press(key)
	}
	t.Fatalf("%s: 30 times %s did not lead to %s; the focus is on %s", p.Name, key, what, p.Eval(`document.activeElement.outerHTML.slice(0, 300)`))
}

// toRow walks from wherever the focus is to the row of a text.
func toRow(t *testing.T, p *testkit.Tab, text string) {
	t.Helper()
	p.Wait("the row of "+text, row(text)+`?.dataset.messageId`)
	pressUntil(t, p, "Shift+F6", "the timeline", `document.activeElement.closest("#timeline")`)
	p.Press("End")
	pressUntil(t, p, "ArrowUp", text, `document.activeElement === `+row(text))
}

// fromMenu opens the menu of a row by Enter and takes an entry.
func fromMenu(t *testing.T, p *testkit.Tab, text, entry string) {
	t.Helper()
	toRow(t, p, text)
	p.Press("Enter")
	p.Wait("the menu", `document.activeElement?.closest(".menu:popover-open")`)
	pressUntil(t, p, "ArrowDown", entry, `document.activeElement.textContent.trim() === `+strconv.Quote(entry))
	p.Press("Enter")
}

// TestTwoPeopleConverseByKeyboardAlone touches no mouse: every step is a key, wherever the focus then is.
func TestTwoPeopleConverseByKeyboardAlone(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := browser.Person("ada"), browser.Person("bob")
	signUpInBrowser(srv, ada, "/setup")
	signUpInBrowser(srv, bob, "/signup")
	for _, p := range []*testkit.Tab{ada, bob} {
		p.Wait("the composer has the focus", `document.activeElement?.id === "composer"`)
	}
	ada.Write("Shall we release today?")
	ada.Press("Enter")

	// A thread.
	fromMenu(t, bob, "Shall we release today?", "Reply in thread")
	bob.Wait("the thread's box has the focus", `document.activeElement?.matches("#pane textarea")`)
	bob.Write("After the tests")
	bob.Press("Enter")
	ada.Wait("the root counts the reply and shows whose it is", row("Shall we release today?")+`?.querySelector(".replies")?.textContent.includes("1 reply") && `+row("Shall we release today?")+`.querySelector(".faces")?.title === "bob"`)
	bob.Press("ArrowUp")
	bob.Wait("Up edits the last reply", `document.activeElement?.closest("#pane .edit")`)
	bob.Press("End")
	bob.Write(", yes")
	bob.Press("Enter")
	bob.Wait("the reply is changed and the box has the focus again", `document.querySelector("#pane .edited") && document.activeElement?.matches("#pane .compose textarea")`)
	toRow(t, ada, "Shall we release today?")
	pressUntil(t, ada, "Tab", "the thread's button", `document.activeElement.matches(".replies")`)
	ada.Press("Enter")
	ada.Wait("ada reads the reply in the pane", `document.querySelector("#pane")?.textContent.includes("After the tests, yes")`)
	ada.Press("Escape")
	ada.Wait("Escape closes the pane", `document.querySelector("#pane").hidden && document.activeElement?.id === "composer"`)
	bob.Press("Escape")

	// A reaction.
	fromMenu(t, bob, "Shall we release today?", "Add a reaction")
	bob.Wait("the search for an emoji", `document.activeElement?.matches(".dialog-emoji input")`)
	bob.Write("rocket")
	bob.Wait("the emoji of that name", `document.querySelector(".emojis button")?.title === "rocket"`)
	bob.Press("Enter")
	ada.Wait("ada sees who reacted", row("Shall we release today?")+`?.querySelector(".reactions button")?.getAttribute("aria-label").includes("bob")`)
	toRow(t, ada, "Shall we release today?")
	pressUntil(t, ada, "Tab", "the reaction", `document.activeElement.matches(".reactions button")`)
	ada.Press("Enter")
	bob.Wait("two people reacted", row("Shall we release today?")+`?.querySelector(".reactions button")?.textContent.includes("2")`)

	// A mention, an edit, a deletion.
	bob.Wait("the dialog is closed", `!document.querySelector("dialog[open]")`)
	bob.Write("thanks @ad")
	bob.Wait("ada is offered", `document.querySelector(".names [role=option]")?.textContent.includes("@ada")`)
	bob.Press("Enter")
	bob.Write("for asking")
	bob.Press("Enter")
	ada.Wait("ada is called", row("thanks @ada for asking")+`?.matches(".called")`)
	bob.Press("ArrowUp")
	bob.Wait("Up edits the last message", `document.activeElement?.closest("#timeline .edit")`)
	bob.Press("End")
	bob.Write(" today")
	bob.Press("Enter")
	ada.Wait("the edited text", row("for asking today")+`?.querySelector(".edited")`)
	bob.Write("a slip")
	bob.Press("Enter")
	fromMenu(t, bob, "a slip", "Delete")
	bob.Wait("the question", `document.activeElement?.matches(".dialog-delete .danger")`)
	bob.Press("Enter")
	ada.Wait("nothing is left but a stub", `document.querySelector("[role=log] .stub") && !`+row("a slip"))

	// Unread again, and read.
	fromMenu(t, ada, "for asking today", "Mark unread from here")
	ada.Wait("the line stands before it", `document.querySelector(".new-line")?.nextElementSibling === `+row("for asking today"))
	client := srv.Login("ada")
	general := client.General().ID
	testkit.Eventually(t, "the server knows two unread messages, one of them a mention", func() bool {
		r := client.Room(general)
		return r.Unread == 2 && r.Mentions == 1
	})
	ada.Wait("the sidebar and the title count the mention", `document.querySelector('nav a[aria-current=page] .badge') && document.title.startsWith("(1) ")`)
	ada.Press("Escape")
	testkit.Eventually(t, "Escape marks the room as read", func() bool { return client.Room(general).Unread == 0 })

	// Search, and jump to what is found.
	ada.Press("Control+k")
	ada.Wait("the jump box", `document.activeElement?.matches(".jump-input")`)
	ada.Write("release")
	ada.Press("Enter")
	ada.Wait("the hit is marked beside the room", `document.querySelector("#find mark")?.textContent === "release" && document.activeElement?.matches("#find input")`)
	pressUntil(t, ada, "Tab", "the hit", `document.activeElement.matches("#find .find a")`)
	ada.Press("Enter")
	ada.Wait("the message in its place", `/^\/rooms\/\d+\/1$/.test(location.pathname) && `+row("Shall we release today?"))
	ada.Press("Escape")
	ada.Wait("Escape closes the search, and writing is next", `document.querySelector("#find").hidden && document.activeElement?.id === "composer"`)

	for _, p := range []*testkit.Tab{ada, bob} {
		p.Silent(t)
	}
}
