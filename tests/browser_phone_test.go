package tests

import (
	"testing"

	"parley/tests/testkit"
)

func TestThePhoneHasPagesAndGoesBack(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := browser.Person("ada")
	ada.Look(testkit.Phone)
	ada.Go(srv.URL + "/setup")
	ada.Type(`form input[name=username]`, "ada")
	ada.Type(`form input[name=password]`, testkit.Password)
	ada.Click(`form:has(input[name=password]) button:not([type=button])`)
	ada.Wait("the list of rooms is the first page", `location.pathname === "/" && document.querySelector("nav a.room")?.checkVisibility() && !document.querySelector("#composer").checkVisibility()`)
	bob := srv.SignUp("bob")
	general := bob.General().ID
	bob.Send(general, "1", "hello on the phone")

	ada.Click("nav a.room")
	ada.Wait("the room is a page of its own", `location.pathname === "/rooms/`+general+`" && document.querySelector("#composer").checkVisibility() && !document.querySelector("#sidebar").checkVisibility() && `+row("hello on the phone"))
	if took := ada.Eval(focused + `.id`); took == "composer" {
		t.Error("the composer took the focus, which brings up the keyboard unasked")
	}
	ada.Eval("history.back()")
	ada.Wait("Back is the list", `location.pathname === "/" && document.querySelector("nav a.room").checkVisibility()`)
	ada.Eval("history.forward()")
	ada.Wait("forward is the room", `document.querySelector("#composer").checkVisibility()`)
	ada.Click("#room-header .back")
	ada.Wait("so is the arrow", `location.pathname === "/" && document.querySelector("nav a.room").checkVisibility()`)
	ada.Go(srv.URL + "/rooms/" + general)
	ada.Wait("an address opens the room", row("hello on the phone"))
	ada.Click("#room-header .back")
	ada.Wait("whose arrow leads to the list too", `location.pathname === "/" && document.querySelector("nav a.room").checkVisibility()`)
	ada.Click("nav a.room")

	// The keyboard takes half of the window.
	for _, want := range []string{"viewport-fit=cover", "interactive-widget=resizes-content"} {
		ada.Wait("the viewport says "+want, `document.querySelector("meta[name=viewport]").content.includes("`+want+`")`)
	}
	ada.Click("#composer")
	ada.Look(testkit.Screen{Width: 390, Height: 420, Touch: true})
	ada.Wait("what one writes stands above the keyboard, the newest message above it", `(c => c.bottom <= innerHeight && c.bottom > innerHeight - 60)(document.querySelector("#composer").getBoundingClientRect()) && (r => r.bottom <= document.querySelector("#composer").getBoundingClientRect().top && r.top > 40)(`+row("hello on the phone")+`.getBoundingClientRect())`)
	if size := ada.Eval(`getComputedStyle(document.querySelector("#composer")).fontSize`); size != "16px" {
		t.Errorf("the composer's letters are %s, and under 16px a phone zooms", size)
	}
	ada.Look(testkit.Phone)

	// Sheets, not menus.
	ada.Click(`#room-header button[aria-label="Room menu"]`)
	ada.Wait("the menu is a sheet at the bottom, as wide as the window", `(r => Math.round(r.bottom) === innerHeight && Math.round(r.width) === innerWidth)(document.querySelector(".menu:popover-open").getBoundingClientRect())`)
	ada.Eval(`document.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true}))`)
	ada.Click(`#room-header button[aria-label="Members"]`)
	ada.Wait("so is a dialog", `(r => r && Math.round(r.bottom) === innerHeight && Math.round(r.width) === innerWidth)(document.querySelector("dialog[open]")?.getBoundingClientRect())`)
	ada.Silent(t)
}
