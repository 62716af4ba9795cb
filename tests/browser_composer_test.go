package tests

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"parley/tests/testkit"
)

// writer is one person at the keyboard, with a second device that speaks REST.
type writer struct {
	*testkit.Tab
	srv    *testkit.Server
	client *testkit.Client
	rooms  int
}

// newWriter signs the first account up in a browser of its own.
func newWriter(t *testing.T, name string) *writer {
	t.Helper()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	w := &writer{Tab: browser.Person(name), srv: srv}
	signUpInBrowser(srv, w.Tab, "/setup")
	w.client = srv.Login(name)
	return w
}

// fresh opens a new room, in which nothing was said.
func (w *writer) fresh(name string) string {
	w.rooms++
	id := w.client.CreateRoom(fmt.Sprintf("%s %d", name, w.rooms), "private").ID
	w.enter(id)
	return id
}

// enter loads the page of a room.
func (w *writer) enter(roomID string) {
	w.Go(w.srv.URL + "/rooms/" + roomID)
	w.Wait("the composer has the focus", `document.activeElement?.id === "composer" && document.querySelector("#room-title")`)
}

// said is what was said in a room, joined by |.
func (w *writer) said(roomID string) string {
	var texts []string
	for _, m := range w.client.History(roomID) {
		texts = append(texts, m.Text)
	}
	return strings.Join(texts, "|")
}

// awaitSaid waits until exactly this was said in a room.
func (w *writer) awaitSaid(t *testing.T, roomID, want string) {
	t.Helper()
	testkit.Eventually(t, "the room says "+want, func() bool { return w.said(roomID) == want })
}

// box is the composer's text.
func (w *writer) box() string { return w.Eval(`document.querySelector("#composer").value`) }

func TestTheComposerSendsByEnterGrowsAndHasTheFocus(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")

	t.Run("Enter sends, Shift and Enter make a line, Control and Enter always send", func(t *testing.T) {
		room := w.fresh("Keys")
		w.Write("one")
		w.Press("Shift+Enter")
		w.Write("two")
		if got := w.box(); got != "one\ntwo" {
			t.Errorf("after Shift and Enter the box holds %q", got)
		}
		w.Press("Control+Enter")
		w.awaitSaid(t, room, "one\ntwo")
		w.Write("three")
		w.Press("Enter")
		w.awaitSaid(t, room, "one\ntwo|three")
		w.Press("Enter")
		w.Write("  ")
		w.Press("Enter")
		w.Write("four")
		w.Press("Enter")
		w.awaitSaid(t, room, "one\ntwo|three|  four")
	})

	t.Run("it grows to 40 percent of the height, then scrolls", func(t *testing.T) {
		w.fresh("Height")
		height := func() int {
			n, _ := strconv.Atoi(w.Eval(`document.querySelector("#composer").offsetHeight`))
			return n
		}
		one := height()
		w.Press("Shift+Enter", "Shift+Enter")
		if three := height(); three != one+44 {
			t.Errorf("one line is %d px high, three are %d, want 22 more each", one, three)
		}
		for range 40 {
			w.Press("Shift+Enter")
		}
		full, window := height(), w.Eval("innerHeight")
		if fmt.Sprint(full*10/4) != window {
			t.Errorf("a long text makes it %d px high in a window of %s, want 40 percent", full, window)
		}
		if w.Eval(`(b => b.scrollHeight > b.clientHeight && getComputedStyle(b).overflowY)(document.querySelector("#composer"))`) != "auto" {
			t.Error("a long text does not scroll")
		}
		w.Wait("the caret's line is in view", `(b => b.scrollTop + b.clientHeight >= b.scrollHeight - 22)(document.querySelector("#composer"))`)
	})

	t.Run("typing anywhere goes into it, and no letter alone is a shortcut", func(t *testing.T) {
		room := w.fresh("Focus")
		w.Eval(`document.activeElement.blur()`)
		for _, key := range "kjeruxcnpsgfm" {
			w.Write(string(key))
		}
		w.Wait("all of it stands in the box", `document.querySelector("#composer").value === "kjeruxcnpsgfm"`)
		w.Press("Enter")
		w.awaitSaid(t, room, "kjeruxcnpsgfm")
		w.Wait("its row", row("kjeruxcnpsgfm")) // the server may have it before the page has drawn it
		w.Eval(`document.querySelector("#timeline .row").focus()`)
		w.Write("x")
		w.Wait("from a row too", `document.activeElement?.id === "composer" && document.activeElement.value === "x"`)
	})

	t.Run("on touch Enter makes a line and the button sends, and no keyboard comes up by itself", func(t *testing.T) {
		w.Look(testkit.Phone)
		room := w.client.CreateRoom("Touch", "private").ID
		w.Go(w.srv.URL + "/rooms/" + room)
		w.Wait("the room is open on a touch screen", `document.querySelector("#room-title") && matchMedia("(hover: none) and (pointer: coarse)").matches`)
		if w.Eval(`document.activeElement.id`) == "composer" {
			t.Error("the composer took the focus")
		}
		w.Click("#composer")
		w.Write("one")
		w.Press("Enter")
		w.Write("two")
		if got := w.box(); got != "one\ntwo" || w.said(room) != "" {
			t.Errorf("after Enter the box holds %q, and the room says %q", got, w.said(room))
		}
		w.Click("#compose button[type=submit]")
		w.awaitSaid(t, room, "one\ntwo")
		w.Write("three")
		w.Press("Control+Enter")
		w.awaitSaid(t, room, "one\ntwo|three")

		w.Click(`#room-header a[href^="/search"]`)
		w.Wait("the search is a page", `document.querySelector("#find")?.getBoundingClientRect().width === innerWidth`)
		w.Eval(`history.back()`)
		w.Wait("Back leads to the room", `document.querySelector("#find").hidden && location.pathname === "/rooms/`+room+`" && document.querySelector("#app").dataset.view === "room"`)
		w.Look(testkit.Desktop)
	})
	w.Silent(t)
}

func TestAMessageGoesWhereItWasTypedAndDraftsStay(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")

	t.Run("the room is that of the keypress", func(t *testing.T) {
		first, second := w.client.CreateRoom("Alpha", "private").ID, w.client.CreateRoom("Beta", "private").ID
		w.enter(second)
		w.enter(first)
		w.srv.Signal(syscall.SIGSTOP)
		w.Write("for Alpha")
		w.Press("Enter", "Alt+ArrowDown")
		w.Wait("Beta is open", `location.pathname === "/rooms/`+second+`"`)
		w.Write("for Beta")
		w.Press("Enter")
		w.srv.Signal(syscall.SIGCONT)
		w.awaitSaid(t, first, "for Alpha")
		w.awaitSaid(t, second, "for Beta")
	})

	t.Run("a draft for each room and thread survives moving about and a reload, and the sidebar shows it", func(t *testing.T) {
		first, second := w.client.CreateRoom("Drafts", "private").ID, w.client.CreateRoom("Elsewhere", "private").ID
		root := w.client.Send(first, "draft-root", "a root")
		w.enter(first)
		w.Write("half a")
		link := `document.querySelector('nav a[href="/rooms/` + first + `"]')`
		w.Eval(`document.querySelector('nav a[href="/rooms/` + second + `"]').click()`)
		w.Wait("the other room has no draft", `location.pathname === "/rooms/`+second+`" && document.querySelector("#composer").value === ""`)
		w.Wait("a pencil stands beside the room with a draft", link+`.querySelector(".draft-mark")`)
		w.Write("another")
		w.Eval(link + `.click()`)
		w.Wait("the draft is back", `document.querySelector("#composer").value === "half a"`)
		w.Wait("the room on screen needs no pencil", `!`+link+`.querySelector(".draft-mark")`)
		press(w.Tab, "a root", "Reply in thread")
		w.Wait("the thread's box has the focus", `document.activeElement?.closest("#pane")`)
		w.Write("half a reply")
		w.enter(first)
		w.Wait("the draft survived the reload", `document.querySelector("#composer").value === "half a"`)
		w.Go(w.srv.URL + "/rooms/" + first + "?thread=" + root.ID)
		w.Wait("the thread's draft too", `document.querySelector("#pane textarea")?.value === "half a reply"`)
		w.enter(first)
		w.Press("End")
		w.Write(" thought")
		w.Press("Enter")
		w.awaitSaid(t, first, "a root|half a thought")
		w.enter(second)
		if got := w.box(); got != "another" {
			t.Errorf("the second room's draft is %q", got)
		}
		w.Wait("a sent draft has no pencil", link+` && !`+link+`.querySelector(".draft-mark")`)
	})

	t.Run("the row stands there within one frame, as high as the final one", func(t *testing.T) {
		for i, text := range []string{"a short one", strings.Repeat("a text that runs over several lines of the timeline ", 12)} {
			room := w.fresh("Frame")
			w.srv.Signal(syscall.SIGSTOP)
			w.Eval(`void (document.querySelector("#composer").value = ` + strconv.Quote(strings.TrimSpace(text)) + `)`)
			// What the first frame after the key draws has been drawn when the second one begins.
			w.Eval(`void addEventListener("keydown", () => requestAnimationFrame(() => requestAnimationFrame(() => {
				window.framed = Boolean(` + row(text[:10]) + `)
				window.early = ` + row(text[:10]) + `?.offsetHeight
			})), {capture: true, once: true})`)
			w.Press("Enter")
			w.Wait("two frames passed", `window.framed !== undefined`)
			if w.Eval("window.framed") != "true" {
				t.Errorf("text %d: one frame after the key there was no row", i)
			}
			w.srv.Signal(syscall.SIGCONT)
			w.Wait("the real row", row(text[:10])+`?.dataset.messageId`)
			if early, late := w.Eval("window.early"), w.Eval(row(text[:10])+".offsetHeight"); early != late {
				t.Errorf("text %d: the row was %s px high, and the real one is %s", i, early, late)
			}
			w.awaitSaid(t, room, strings.TrimSpace(text))
		}
	})
	w.Silent(t)
}
