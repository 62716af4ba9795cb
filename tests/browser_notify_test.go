package tests

import (
	"fmt"
	"testing"

	"parley/tests/testkit"
)

// notices is an expression for the notices that the page's service worker shows, as [title, body, tag]. It looks in the same
// turn as the page's windows: a look beside it would make Chromium drop what is being shown just then.
const notices = `(window.noticed ??= [], window.looking ??= navigator.locks.request("parley-notices", () => navigator.serviceWorker.ready.then(r => r.getNotifications()))
	.then(l => { window.noticed = l.map(n => [n.title, n.body, n.tag]); window.looking = undefined }), window.noticed)`

// away makes the page believe that nobody looks at it, as when its window is behind others.
const away = `Object.defineProperty(document, "hidden", {configurable: true, get: () => true}), document.hasFocus = () => false, dispatchEvent(new Event("blur"))`

func TestNoticesComeForWhatCallsAndGoWhenItIsRead(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := browser.Person("ada")
	ada.Watch(`window.asked = 0; const ask = Notification.requestPermission; Notification.requestPermission = function () { window.asked++; return ask.apply(this, arguments) }`)
	signUpInBrowser(srv, ada, "/setup")
	bob := srv.SignUp("bob")
	general := bob.General().ID
	other := bob.CreateRoom("other", "open").ID
	bob.AddMember(other, srv.Login("ada").User.ID)
	direct := testkit.DirectOf(bob.OpenDirect(srv.Login("ada").User.ID)).ID

	ada.Wait("the way to turn notices on", `document.querySelector(".side-note-yes")`)
	if asked := ada.Eval("window.asked"); asked != "0" {
		t.Errorf("the page asked for permission %s times before anybody pressed anything", asked)
	}
	ada.Grant(srv.URL, "notifications")
	ada.Click(".side-note-yes")
	ada.Wait("the question was asked once and is gone", `window.asked === 1 && Notification.permission === "granted" && !document.querySelector(".side-note-yes")`)

	ada.Wait("the service worker", `navigator.serviceWorker.controller`)
	bob.Send(general, "seen", "ada reads this in front of her, @ada")
	ada.Wait("the row", row("in front of her")+`?.dataset.messageId`)
	ada.Eval(away)
	bob.Send(other, "plain", "nobody is called by this")
	bob.Send(other, "call", "**Hello** @ada, one")
	bob.Send(other, "call-2", "Hello @ada, two")
	bob.Send(direct, "direct", "between us")
	ada.Wait("one notice for each room that calls, with the newest words", fmt.Sprintf(`(n => n.length === 2
		&& n.some(([title, body, tag]) => title === "bob in other" && body === "Hello @ada, two" && tag === "parley-room-%s")
		&& n.some(([title, body]) => title === "bob" && body === "between us"))(%s)`, other, notices))

	// Read elsewhere: on a telephone, say.
	phone := srv.Login("ada")
	phone.Mark(other, 3)
	ada.Wait("the notice of the room that was read is gone", `(n => n.length === 1 && n[0][0] === "bob")(`+notices+`)`)
	phone.Patch("/api/v1/rooms/"+direct+"/me", testkit.Object{"muted": true}).Want(t, 200)
	phone.Mark(direct, 1)
	ada.Wait("no notice is left", notices+`.length === 0`)

	ada.Eval(fmt.Sprintf(`navigator.serviceWorker.dispatchEvent(new MessageEvent("message", {data: {type: "go", room: "%s"}}))`, other))
	ada.Wait("a press on a notice shows its room in the tab that is open", fmt.Sprintf(`location.pathname === "/rooms/%s"`, other))
	ada.Silent(t)
}
