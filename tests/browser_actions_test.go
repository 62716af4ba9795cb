package tests

import (
	"testing"

	"parley/tests/testkit"
)

// TestAMessageShowsWhatCanBeDoneWithIt reaches for the same actions with a mouse, with keys and with a finger.
func TestAMessageShowsWhatCanBeDoneWithIt(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	bob.Send(general, "1", "the first message")
	bob.Send(general, "2", "the second message")
	labels := func(of string) string {
		return `[...` + of + `.querySelectorAll(".actions button")].map(b => b.ariaLabel).join()`
	}
	const all = "Add a reaction,Reply in thread,Copy link,More actions"

	p := browser.SignedIn(ada)
	open(srv, p, "/rooms/"+general)
	second := row("the second message")
	// A machine without a mouse has no pointer of its own: the page is told of one that hovers.
	p.Eval(second + `.dispatchEvent(new PointerEvent("pointerover", {bubbles: true, pointerType: "mouse"}))`)
	p.Wait("the actions stand on the row under the mouse", labels(second)+` === "`+all+`"`)
	p.Eval(row("the first message") + `.dispatchEvent(new PointerEvent("pointerover", {bubbles: true, pointerType: "mouse"}))`)
	p.Wait("they go with it", labels(row("the first message"))+` === "`+all+`" && !`+second+`.querySelector(".actions")`)
	p.Eval(theLog + `.dispatchEvent(new PointerEvent("pointerleave", {pointerType: "mouse"}))`)
	p.Wait("without the mouse there are none", `!document.querySelector(".actions")`)

	p.Eval(theLog + `.focus()`)
	p.Press("ArrowUp")
	p.Wait("a row that has the focus shows them", `document.activeElement === `+second+` && `+labels(second)+` === "`+all+`"`)
	p.Press("Enter")
	p.Wait("Enter opens all of them", `document.querySelector(".menu:popover-open [role=menuitem]") === document.activeElement`)
	p.Press("Escape")
	p.Wait("and Escape gives the row back", `!document.querySelector(".menu:popover-open") && document.activeElement === `+second)

	phone := browser.Person("ada on her phone")
	phone.Look(testkit.Phone)
	phone.SignIn(ada)
	phone.Focused(true)
	open(srv, phone, "/rooms/"+general)
	phone.Wait("both messages", second)
	phone.Touch(second + `.querySelector(".text")`)
	sheet := `document.querySelector(".menu:popover-open")`
	phone.Wait("a long press opens a sheet", sheet)
	phone.Lift()
	phone.Wait("it stays when the finger is lifted, at the bottom and as wide as the screen", `(b => b && b.left === 0 && b.width === innerWidth && Math.abs(b.bottom - innerHeight) < 2)(`+sheet+`?.getBoundingClientRect())`)
	if small := phone.Eval(`[...` + sheet + `.querySelectorAll("button")].filter(b => b.offsetHeight < 44).length`); small != "0" {
		t.Errorf("%s entries of the sheet are lower than 44 px", small)
	}
	phone.Eval(`[...` + sheet + `.querySelectorAll("button")].find(b => b.textContent.trim() === "Reply in thread").click()`)
	phone.Wait("its entries work", `document.querySelector("#pane textarea")`)
	for _, who := range []*testkit.Tab{p, phone} {
		who.Silent(t)
	}
}
