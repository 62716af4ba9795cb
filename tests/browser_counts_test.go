package tests

import (
	"testing"

	"parley/tests/testkit"
)

// counted is all that the sidebar says of what is unread, and what the title counts.
const counted = `[...document.querySelectorAll("#sidebar a.room, #sidebar .side-more")]
	.map(e => e.textContent.replace(/\s+/g, " ").trim() + (e.matches(".unread") ? " *" : "")).join("; ") + " | " + (/^\(\d+\)/.exec(document.title) ?? "")`

// TestCountsOnScreenAreThoseOfAFreshLoad lets calls be taken back, written into messages afterwards and blocked, in rooms
// and in threads, while somebody's page shows another room: the page goes on saying what it says when it is loaded anew.
func TestCountsOnScreenAreThoseOfAFreshLoad(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	quiet := bob.CreateRoom("quiet", "open").ID
	mine := bob.Send(general, "root", "who has time today?")
	p := browser.SignedIn(bob)
	load := func() {
		t.Helper()
		p.Go(srv.URL + "/rooms/" + quiet)
		p.Wait("the page has all its scripts", `document.title.includes("quiet ·") && performance.getEntriesByType("resource").some(r => r.name.includes("/me/threads"))`)
	}
	load()

	badge := inSidebar(general) + `.querySelector(".badge")?.textContent.match(/\d+/)?.[0]`
	threads := `[...document.querySelectorAll("#sidebar .side-more")].find(b => b.textContent.includes("Threads"))`
	anew := func(what, condition string) {
		t.Helper()
		live := p.Eval(counted)
		load()
		p.Wait(what+", loaded anew", condition)
		if fresh := p.Eval(counted); fresh != live {
			t.Errorf("%s: the page says %s, loaded anew %s", what, live, fresh)
		}
	}
	first := ada.Send(general, "1", "@bob one")
	second := ada.Send(general, "2", "two, @all")
	p.Wait("two calls", badge+` === "2"`)
	ada.DeleteMessage(first.ID)
	p.Wait("one call is taken back", badge+` === "1"`)
	ada.Edit(second.ID, "two")
	uncalled := badge + ` === undefined && ` + inSidebar(general) + `.matches(".unread")`
	p.Wait("the other does not call any more", uncalled)
	anew("nobody calls", uncalled)
	ada.Edit(second.ID, "two, @bob")
	p.Wait("it calls again", badge+` === "1"`)
	bob.Put("/api/v1/me/blocks/"+ada.User.ID, nil).Want(t, 204)
	p.Wait("who is blocked calls nobody", badge+` === undefined`)
	bob.Delete("/api/v1/me/blocks/"+ada.User.ID).Want(t, 204)
	p.Wait("until the block is taken back", badge+` === "1"`)

	ada.Reply(mine, "3", "I have")
	p.Wait("the first reply to what one said", threads+`.matches(".unread") && !`+threads+`.querySelector(".badge")`)
	call := ada.Reply(mine, "4", "@bob when?")
	called := threads + `.querySelector(".badge")?.textContent.includes("1") && ` + badge + ` === "1"`
	p.Wait("a call in a thread counts there and not in the room", called)
	anew("a call in a thread and one in the room", called)
	ada.DeleteMessage(call.ID)
	p.Wait("a call in a thread is taken back", `!`+threads+`.querySelector(".badge") && `+threads+`.matches(".unread")`)
	p.Eval(threads + `.click()`)
	p.Click(".dialog-list .find a")
	p.Wait("the thread is open", `document.querySelector("#pane")?.textContent.includes("I have")`)
	p.Wait("and read", `!`+threads+`.matches(".unread")`)
	testkit.Eventually(t, "on the server too", func() bool { return bob.Threads()[0].Unread == 0 })
	p.Click(`#pane button[aria-label="Follow this thread no more"]`)
	p.Wait("it is left", `document.querySelector('#pane button[aria-label="Follow this thread"]')`)
	ada.Reply(mine, "5", "still there?")
	p.Wait("the reply stands there", `document.querySelector("#pane")?.textContent.includes("still there?")`)
	ada.Reply(mine, "6", "@bob?")
	p.Wait("who is named follows again", `document.querySelector('#pane button[aria-label="Follow this thread no more"]')`)
	p.Silent(t)
}
