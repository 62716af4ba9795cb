package tests

import (
	"testing"

	"parley/tests/testkit"
)

// press hovers over the row that holds a text and presses the button of that name in its bar. The events are made here: a
// machine without a mouse tells the page so, which then shows no bar.
func press(p *testkit.Tab, text, name string) {
	p.Wait("the row of "+text, row(text)+`?.dataset.messageId`)
	p.Eval(`(r => {
		r.dispatchEvent(new PointerEvent("pointerover", {bubbles: true, pointerType: "mouse"}))
		r.querySelector('.actions button[aria-label="` + name + `"]').click()
	})(` + row(text) + `)`)
}

// choose presses an entry of the open menu.
func choose(p *testkit.Tab, name string) {
	p.Wait("the menu", `document.querySelector(".menu:popover-open")`)
	p.Eval(`[...document.querySelectorAll(".menu button")].find(b => b.textContent.trim() === "` + name + `").click()`)
}

func TestTwoPeopleHaveAThreadReactMentionEditDeleteAndSearch(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := browser.Person("ada"), browser.Person("bob")
	signUpInBrowser(srv, ada, "/setup")
	signUpInBrowser(srv, bob, "/signup")
	ada.Type("#composer", "Shall we release today?")
	ada.Enter()

	press(bob, "Shall we release today?", "Reply in thread")
	bob.Type("#pane textarea", "After the tests")
	bob.Enter()
	bob.Wait("the reply is in the thread", `[...document.querySelectorAll("#pane [data-message-id]")].some(r => r.textContent.includes("After the tests"))`)
	ada.Wait("the root counts its reply", row("Shall we release today?")+`?.querySelector(".replies")?.textContent.includes("1 reply")`)
	if ada.Eval(`Boolean(`+row("After the tests")+`)`) != "false" {
		t.Error("a reply that was not sent to the room stands in the room")
	}
	ada.Click(".replies")
	ada.Wait("ada sees the reply in the pane", `document.querySelector("#pane")?.textContent.includes("After the tests")`)
	ada.Type("#pane textarea", "Agreed, both of us")
	ada.Click(".also input")
	ada.Click(`#pane button[aria-label="Send reply"]`)
	bob.Wait("ada's reply is in bob's pane", `document.querySelector("#pane")?.textContent.includes("Agreed, both of us")`)
	bob.Wait("and in the room, as she wished", row("Agreed, both of us"))
	bob.Click(`#pane button[aria-label="Close the thread"]`)

	press(bob, "Shall we release today?", "Add a reaction")
	bob.Type(".dialog-emoji input", "rocket")
	bob.Wait("the emoji of that name", `document.querySelector(".emojis button")?.title === "rocket"`)
	bob.Enter()
	ada.Wait("ada sees who reacted", row("Shall we release today?")+`?.querySelector(".reactions button")?.getAttribute("aria-label").includes("bob")`)
	ada.Click(`[role=log] .reactions button`)
	bob.Wait("two people reacted", row("Shall we release today?")+`?.querySelector(".reactions button")?.textContent.includes("2")`)

	bob.Click("#composer")
	bob.Type("#composer", "thanks @ad")
	bob.Wait("ada is offered", `document.querySelector(".names [role=option]")?.textContent.includes("@ada")`)
	bob.Enter() // takes the name
	bob.Enter()
	ada.Wait("ada is called", row("thanks @ada")+`?.matches(".called")`)

	press(bob, "thanks @ada", "Edit")
	bob.Type(".edit textarea", "tomorrow")
	bob.Enter()
	ada.Wait("the edited text", row("tomorrow")+`?.querySelector(".edited")`)
	press(bob, "tomorrow", "More actions")
	choose(bob, "Edit history")
	bob.Wait("what it said before", `document.querySelectorAll(".dialog-history .find").length > 0`)
	bob.Click(`.dialog-history button[aria-label="Close"]`)
	press(bob, "tomorrow", "More actions")
	choose(bob, "Delete")
	bob.Click(".dialog-delete .danger")
	ada.Wait("nothing is left but a stub", `document.querySelector("[role=log] .stub") && !`+row("thanks @ada"))

	press(ada, "Shall we release today?", "More actions")
	choose(ada, "Mark unread from here")
	ada.Wait("the line stands before it", `document.querySelector(".new-line")?.nextElementSibling === `+row("Shall we release today?"))
	client := srv.Login("ada")
	testkit.Eventually(t, "the server counts it as unread", func() bool { return client.General().Unread > 0 })

	client.Send(client.General().ID, "party", "🎉")
	bob.Wait("a lone emoji is shown large", row("🎉")+`?.querySelector(".text.signs")`)

	ada.Click(`#room-header a[href^="/search"]`)
	ada.Wait("the search beside the room", `document.querySelector("#find input")?.value.includes("in:general")`)
	ada.Type("#find input", "release ")
	ada.Enter()
	ada.Wait("the hit is marked", `document.querySelector("#find mark")?.textContent === "release"`)
	ada.Click("#find .find a")
	ada.Wait("the message in its place", `/^\/rooms\/\d+\/1$/.test(location.pathname) && `+row("Shall we release today?"))
	for _, p := range []*testkit.Tab{ada, bob} {
		p.Silent(t)
	}
}
