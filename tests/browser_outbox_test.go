package tests

import (
	"strings"
	"testing"

	"parley/tests/testkit"
)

// outboxRows is how many rows wait or failed.
const outboxRows = `document.querySelectorAll(".row.waiting, .row.failed").length`

// TestWhatIsNotSentYetIsNeverLost refuses messages, takes the server away, closes the tab, and brings everything back.
func TestWhatIsNotSentYetIsNeverLost(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")

	t.Run("a refused message says so, and can be tried again, rewritten or dropped", func(t *testing.T) {
		room := w.fresh("Refused")
		refuse := func(text string) {
			w.Eval(`void (document.querySelector("#composer").value = "` + text + `\u0000")`) // no message holds a NUL
			w.Press("Enter")
			w.Wait("the refusal stands at its row", row(text)+`?.matches(".failed") && `+row(text)+`.querySelector(".failure")?.textContent.replace(/\s+/g, " ").match(/Not sent.*Retry Edit Delete/)`)
		}
		button := func(text, name string) {
			w.Eval(`[...` + row(text) + `.querySelectorAll(".failure button")].find(b => b.textContent === "` + name + `").click()`)
		}
		refuse("first")
		w.Write("in between")
		w.Press("Enter")
		w.awaitSaid(t, room, "in between") // one refused message holds up no other
		button("first", "Retry")
		w.Wait("it failed again, at its place", row("first")+`?.matches(".failed")`)
		w.enter(room)
		w.Wait("it survived a reload, and is not sent by itself", row("first")+`?.matches(".failed")`)
		button("first", "Edit")
		w.Wait("its text is in the composer, and the row is gone", `document.querySelector("#composer").value === "first\u0000" && `+outboxRows+` === 0`)
		w.Press("End", "Backspace", "Enter")
		w.awaitSaid(t, room, "in between|first")
		refuse("second")
		button("second", "Delete")
		w.Wait("the row is gone", outboxRows+` === 0`)
		w.enter(room)
		if n := w.Eval(outboxRows); n != "0" {
			t.Errorf("after a reload %s rows wait", n)
		}
	})

	t.Run("without a server messages wait in order, and survive closing the tab", func(t *testing.T) {
		first, second := w.client.CreateRoom("Offline", "private").ID, w.client.CreateRoom("Offline too", "private").ID
		tab := w.Another()
		tab.Go(w.srv.URL + "/rooms/" + first)
		tab.Wait("the composer has the focus", `document.activeElement?.id === "composer"`)
		tab.Wait("the other room is known", `document.querySelector('nav a[href="/rooms/`+second+`"]')`)
		w.Go("about:blank")
		w.srv.Stop()
		for _, text := range []string{"one", "two", "three"} {
			tab.Write(text)
			tab.Press("Enter")
		}
		tab.Eval(`document.querySelector('nav a[href="/rooms/` + second + `"]').click()`)
		tab.Wait("the other room", `location.pathname === "/rooms/`+second+`"`)
		tab.Write("four")
		tab.Press("Enter")
		tab.Wait("the composer stays enabled and empty", `(b => !b.disabled && !b.readOnly && b.value === "")(document.querySelector("#composer"))`)
		tab.Wait("all four are in the database", `(window.kept ??= 0, indexedDB.open("parley").onsuccess = e => e.target.result.transaction("outbox").objectStore("outbox").count().onsuccess = c => window.kept = c.target.result, window.kept === 4)`)
		tab.Close()
		w.srv.Restart()
		w.enter(first)
		w.awaitSaid(t, first, "one|two|three")
		w.awaitSaid(t, second, "four")
		w.Wait("nothing waits any more", outboxRows+` === 0`)
		w.enter(first)
		if got := w.said(first); got != "one|two|three" {
			t.Errorf("after another load the room says %s", got)
		}
	})

	t.Run("messages of two living tabs are sent once", func(t *testing.T) {
		room := w.fresh("Tabs")
		tab := w.Another()
		tab.Go(w.srv.URL + "/rooms/" + room)
		tab.Wait("the composer has the focus", `document.querySelector("#composer") && document.querySelector("#room-title")`)
		w.Write("from the first")
		w.Press("Enter")
		tab.Eval(`document.querySelector("#composer").focus()`)
		tab.Write("from the second")
		tab.Press("Enter")
		testkit.Eventually(t, "both are there", func() bool { return len(w.client.History(room)) == 2 })
		tab.Wait("the second shows both", row("from the first")+` && `+row("from the second")+`?.dataset.messageId`)
		tab.Close()
		if got := w.said(room); strings.Count(got, "from") != 2 {
			t.Errorf("the room says %s", got)
		}
	})
	w.Silent(t, append(offline, "status of 400")...)
}
