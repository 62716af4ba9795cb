package tests

import (
	"strconv"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// inPlace is true when the message of a text is in view, and the document is the one that was marked before.
func inPlace(text string) string {
	return `window.sameDocument && (r => r && r.getBoundingClientRect().top >= document.querySelector("#timeline").getBoundingClientRect().top - 1 && r.getBoundingClientRect().bottom <= innerHeight)(` + row(text) + `)`
}

func TestWhatIsFoundOpensInItsPlace(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")
	bob := w.srv.SignUp("bob")
	room := w.client.CreateRoom("Archive of the project", "open").ID
	other := w.client.CreateRoom("Other", "open").ID
	for _, id := range []string{room, other} {
		bob.Join(id)
	}
	ask := func(query string) {
		w.Eval(`(b => { b.value = ` + strconv.Quote(query) + `; b.dispatchEvent(new InputEvent("input", {bubbles: true})); b.focus() })(document.querySelector("#find input"))`)
		w.Press("Enter")
	}
	found := func(n int) string {
		return `document.querySelectorAll("#find .find").length === ` + strconv.Itoa(n)
	}

	t.Run("search beside the room, with filters, in any script, page by page", func(t *testing.T) {
		first := bob.Send(room, "first", "the very first zebra, https://example.org")
		for i := range 45 {
			w.client.Send(room, ids("zebra", i), "zebra number "+strconv.Itoa(i))
		}
		bob.Reply(first, "reply", "a zebra in a thread")
		bob.Send(room, "zh", "我们明天发布新版本")
		bob.Send(room, "ja", "ｶﾀｶﾅ と 日本語 の テスト")
		bob.Send(room, "ko", "한국어 검색 시험")
		bob.Send(other, "elsewhere", "a zebra elsewhere <b>not bold</b>")
		w.enter(other)
		w.Eval(`(window.sameDocument = true)`)
		w.Click(`#room-header a[href^="/search"]`)
		w.Wait("the search begins with this room", `document.querySelector("#find input")?.value === "in:Other " && `+found(1))
		w.Wait("a filter stands there to be taken out", `document.querySelector("#find .chip:not(.off)")?.textContent.trim() === "in:Other"`)
		w.Click("#find .chip:not(.off)")
		w.Wait("without words the ways to search are shown", `document.querySelector("#find input").value === "" && document.querySelectorAll("#find .beginning code").length > 3`)
		ask("zebra")
		w.Wait("twenty at a time", found(20))
		w.Wait("the words are marked, and what was typed is text", `document.querySelector("#find mark")?.textContent === "zebra" && document.querySelector("#find .find").textContent.includes("<b>not bold</b>")`)
		for _, n := range []int{40, 48} {
			w.Eval(`document.querySelector("#find .find-body > .button").click()`)
			w.Wait("more of them", found(n))
		}
		w.Wait("there are no more", `!document.querySelector("#find .find-body > .button")`)
		w.Eval(`[...document.querySelectorAll("#find .chip.off")].find(b => b.textContent.trim() === "With links").click()`)
		w.Wait("the filter narrows it down", found(1)+` && document.querySelector("#find input").value === "zebra has:link"`)
		w.Click("#find .find a")
		w.Wait("the message opens in its room, and the page is the same", `location.pathname === "/rooms/`+room+`/1" && `+inPlace("the very first zebra"))
		w.Wait("the list stays", found(1))
		for query, text := range map[string]string{"发布": "我们明天发布新版本", "カタカナ": "ｶﾀｶﾅ と 日本語", "검색": "한국어 검색 시험"} {
			ask(query)
			w.Wait("the message of "+query, found(1)+` && document.querySelector("#find mark") && document.querySelector("#find .find").textContent.includes("`+text+`")`)
			w.Click("#find .find a")
			w.Wait("it is in view", inPlace(text))
		}
		ask("from:nobody before:soon zebra")
		w.Wait("what could not be meant is said", `document.querySelector("#find .find-hints")?.textContent.includes("Nobody here has the name nobody.") && `+
			`document.querySelector("#find .find-hints").textContent.includes("before:soon was searched for as words")`)
		ask("is:thread zebra")
		w.Wait("the reply", found(1)+` && document.querySelector("#find .find").textContent.includes("in a thread")`)
		w.Click("#find .find a")
		w.Wait("its thread opens beside the room", `window.sameDocument && document.querySelector("#pane")?.textContent.includes("a zebra in a thread")`)
		w.Click(`#pane button[aria-label="Close the thread"]`)
		ask("nobody said this")
		w.Wait("the search says that there is none, and how to search", `document.querySelector("#find [role=status]") && document.querySelector("#find .beginning code")`)
		ask("has:cheese x")
		w.Wait("what cannot be asked is no error of the page", `document.querySelector("#find").checkVisibility()`)
		w.Press("Escape")
		w.Wait("Escape closes it", `document.querySelector("#find").hidden`)
	})

	t.Run("lists of messages open in place", func(t *testing.T) {
		called := bob.Send(other, "called", "@ada, this is for you")
		for i := range 60 {
			bob.Send(other, ids("noise", i), "noise")
		}
		w.client.Pin(called.ID)
		w.client.Put("/api/v1/me/saved/"+called.ID, nil).Want(t, 204)
		w.enter(room)
		w.Eval(`(window.sameDocument = true)`)
		for _, name := range []string{"Mentions", "Saved"} {
			w.Eval(`[...document.querySelectorAll("#sidebar button")].find(b => b.textContent.trim() === "` + name + `").click()`)
			w.Wait("the message is listed under "+name, `document.querySelector(".dialog-list .find a")?.textContent.includes("this is for you")`)
			w.Click(".dialog-list .find a")
			w.Wait("it is in its place", `!document.querySelector("dialog[open]") && `+inPlace("this is for you"))
			w.Eval(`document.querySelector('nav a[href="/rooms/` + room + `"]').click()`)
			w.Wait("back in the first room", `location.pathname === "/rooms/`+room+`"`)
		}
		w.Eval(`document.querySelector('nav a[href="/rooms/` + other + `"]').click()`)
		w.Wait("the other room", `document.querySelector("#room-title")?.textContent.includes("Other")`)
		w.Click(`#room-header button[aria-label="Room menu"]`)
		choose(w.Tab, "Pinned messages")
		w.Wait("the pinned message", `document.querySelector(".dialog-list .find a")?.textContent.includes("this is for you")`)
		w.Click(".dialog-list .find a")
		w.Wait("it is in its place", `!document.querySelector("dialog[open]") && `+inPlace("this is for you"))
	})

	t.Run("a room opens where it stood on a day", func(t *testing.T) {
		long := w.client.CreateRoom("Long", "private").ID
		w.client.Send(long, "long-first", "the first of today")
		for i := range 80 {
			w.client.Send(long, ids("long", i), "more of today "+strconv.Itoa(i))
		}
		w.enter(long)
		w.Eval(`(window.sameDocument = true)`)
		if w.Eval(`Boolean(`+row("the first of today")+`)`) != "false" {
			t.Fatal("the room is too short for this test")
		}
		w.Click(`#room-header button[aria-label="Room menu"]`)
		choose(w.Tab, "Jump to a date")
		w.Wait("the dialog offers today", `document.activeElement?.matches("dialog input[type=date]") && document.activeElement.value.length === 10`)
		w.Press("Enter")
		w.Wait("the first message of the day is in view", inPlace("the first of today"))
	})
	w.Silent(t, "status of 400")
}

// TestRowsFoldAndAreCopiedAsTheyAreRead folds long texts, copies rows and code, and shows what was changed or deleted.
func TestRowsFoldAndAreCopiedAsTheyAreRead(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")
	room := w.fresh("Rows")
	bob := w.srv.SignUp("bob")
	w.client.AddMember(room, bob.User.ID)
	bob.Send(room, "1", "good **morning**")
	bob.Send(room, "2", "two\nlines")
	w.client.Send(room, "3", "```\nline one\nline two\n```")
	w.client.Send(room, "4", strings.TrimSpace(strings.Repeat("a line of a long text\n", 60)))
	w.Wait("all four", row("a line of a long text")+`?.dataset.messageId`)

	height := func() int {
		n, _ := strconv.Atoi(w.Eval(row("a line of a long text") + `.querySelector(".text").offsetHeight`))
		return n
	}
	line := 22
	if folded := height(); folded < 18*line || folded > 22*line {
		t.Errorf("a text of 60 lines is %d px high, want about 20 lines of %d", folded, line)
	}
	fold := row("a line of a long text") + `.querySelector(".fold")`
	w.Eval(fold + `.click()`)
	w.Wait("all of it is shown", row("a line of a long text")+`.querySelector(".text").offsetHeight > 1200 && `+fold+`.ariaExpanded === "true"`)
	w.Eval(fold + `.click()`)
	w.Wait("and folded again", row("a line of a long text")+`.querySelector(".text.folded")`)

	var copied string
	copying := `(() => {
		const range = document.createRange()
		range.setStart(` + row("good morning") + `.querySelector(".text"), 0)
		range.setEndAfter(` + row("line one") + `.querySelector(".text"))
		getSelection().removeAllRanges()
		getSelection().addRange(range)
		const data = new DataTransfer()
		const taken = !range.startContainer.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}))
		getSelection().removeAllRanges()
		return taken && data.getData("text/plain")
	})()`
	testkit.Eventually(t, "the page takes copying over, once it is quiet", func() bool {
		copied = w.Eval(copying)
		return copied != "false"
	})
	times := w.Eval(`[...document.querySelectorAll("[role=log] .row time")].map(e => e.textContent).join("|")`)
	at := strings.Split(times, "|")
	want := "bob, " + at[0] + ": good morning\nbob, " + at[1] + ": two\nlines\nada, " + at[2] + ": line one\nline two"
	if strings.TrimSpace(copied) != want {
		t.Errorf("copied was\n%s\nwant\n%s", copied, want)
	}

	w.Eval(`void (navigator.clipboard.writeText = async text => { window.clip = text })`)
	w.Eval(row("line one") + `.querySelector(".code-copy").click()`)
	w.Wait("the code alone is copied, and the button says so", `window.clip === "line one\nline two" && `+row("line one")+`.querySelector(".code-copy").textContent === "Copied"`)

	m := w.client.History(room)[2]
	w.client.Edit(m.ID, "no code any more")
	w.Wait("an edited row says so", row("no code any more")+`?.querySelector(".edited")?.title`)
	press(w.Tab, "no code any more", "More actions")
	choose(w.Tab, "Edit history")
	w.Wait("what it said before", `document.querySelector(".dialog-history .find")?.textContent.includes("line one")`)
	w.Press("Escape")
	w.client.Delete("/api/v1/messages/"+m.ID).Want(t, 200)
	w.Wait("a deleted one leaves a stub", `document.querySelector("[role=log] .row.gone .stub") && !`+row("no code any more"))
	w.Silent(t)
}

// TestAllRoomsAreMarkedReadWithUndo presses Shift and Escape, and takes it back.
func TestAllRoomsAreMarkedReadWithUndo(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")
	bob := w.srv.SignUp("bob")
	var rooms []string
	for _, name := range []string{"One", "Two", "Three"} {
		id := w.client.CreateRoom(name, "open").ID
		bob.Join(id)
		bob.Send(id, name, "hello @ada")
		rooms = append(rooms, id)
	}
	w.enter(w.client.General().ID)
	badges := `document.querySelectorAll("nav .room .badge").length`
	unread := func() (n int64) {
		for _, id := range rooms {
			n += w.client.Room(id).Unread
		}
		return n
	}
	w.Wait("three rooms call", badges+` === 3`)
	w.Press("Shift+Escape")
	w.Wait("none does", badges+` === 0 && document.querySelector(".toast")`)
	testkit.Eventually(t, "the server knows", func() bool { return unread() == 0 })
	w.Click(".toast button")
	w.Wait("they call again", badges+` === 3`)
	testkit.Eventually(t, "the server knows that too", func() bool { return unread() == 3 })
	w.Eval(`document.querySelector('nav a[href="/rooms/` + rooms[0] + `"]').click()`)
	w.Wait("the line stands where unread began", `document.querySelector(".new-line")`)
	w.Silent(t)
}
