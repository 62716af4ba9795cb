package tests

import (
	"fmt"
	"strconv"
	"testing"

	"parley/tests/testkit"
)

// paste pastes a text into what has the focus, as the browser does.
func (w *writer) paste(text string) {
	w.Eval(`(() => {
		const data = new DataTransfer()
		data.setData("text/plain", ` + strconv.Quote(text) + `)
		const e = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
		if (document.activeElement.dispatchEvent(e)) document.execCommand("insertText", false, ` + strconv.Quote(text) + `)
	})()`)
}

// sel puts the caret into the focused box, or selects there.
func (w *writer) sel(from, to int) {
	w.Eval(fmt.Sprintf(`document.activeElement.setSelectionRange(%d, %d)`, from, to))
}

func TestEditingCompletingAndPasting(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")
	people := map[string]*testkit.Client{}
	for _, name := range []string{"bob", "bobette", "rob", "outside-bob"} {
		people[name] = w.srv.SignUp(name)
	}

	t.Run("Up edits the last message in place; Escape cancels, Enter saves, a failed edit keeps the text", func(t *testing.T) {
		room := w.fresh("Edit")
		w.Write("helo")
		w.Press("Enter")
		w.awaitSaid(t, room, "helo")
		w.Wait("the real row", row("helo")+`?.dataset.messageId`)
		w.Write("x")
		w.Press("ArrowUp")
		if w.Eval(`Boolean(document.querySelector(".edit"))`) != "false" {
			t.Error("Up edits although the box is not empty")
		}
		w.Press("End", "Backspace", "ArrowUp")
		w.Wait("the text is being edited in its row", `document.activeElement?.matches(".edit textarea") && document.activeElement.value === "helo" && document.activeElement.closest(".row[data-message-id]")`)
		w.Write(" there")
		w.Press("Escape")
		w.Wait("Escape leaves it as it was", `!document.querySelector(".edit") && `+row("helo")+` && document.activeElement?.id === "composer"`)
		w.Press("ArrowUp")
		w.Wait("again", `document.activeElement?.matches(".edit textarea")`)
		w.Eval(`void (document.activeElement.value = "hello\u0000")`)
		w.Press("Enter")
		w.Wait("the refusal stands beside the text, which is kept", `document.querySelector(".edit .field-error")?.checkVisibility() && document.querySelector(".edit textarea").value === "hello\u0000"`)
		w.Press("End", "Backspace", "Enter")
		w.Wait("the edited row says so", row("hello")+`?.querySelector(".edited")`)
		w.awaitSaid(t, room, "hello")
		w.Wait("the composer has the focus again", `document.activeElement?.id === "composer"`)
	})

	t.Run("@ completes members first, who spoke last before others", func(t *testing.T) {
		room := w.fresh("Names")
		for _, name := range []string{"bob", "bobette", "rob"} {
			w.client.AddMember(room, people[name].User.ID)
		}
		offered := func(want string) string {
			return `[...document.querySelectorAll(".names [role=option] small")].map(e => e.textContent).join(" ") === "` + want + `"`
		}
		people["rob"].Send(room, "rob", "rob spoke")
		people["bobette"].Send(room, "bobette", "bobette spoke last")
		w.Wait("both are heard", row("bobette spoke last"))
		w.Write("@bob")
		w.Wait("the best match, another member, and then who is not in the room", offered("@bob @bobette @outside-bob"))
		if got := w.Eval(`(b => [b.role, b.ariaExpanded, b.getAttribute("aria-controls") === document.querySelector(".names ul").id, document.getElementById(b.getAttribute("aria-activedescendant"))?.ariaSelected].join())(document.activeElement)`); got != "combobox,true,true,true" {
			t.Errorf("to a screen reader it is %s", got)
		}
		w.Press("ArrowDown", "Tab")
		w.Wait("Tab takes the chosen one", `document.querySelector("#composer").value === "@bobette "`)
		w.Write("@b")
		w.Wait("who spoke last comes first", `document.querySelector(".names [role=option] small")?.textContent === "@bobette"`)
		w.Press("Escape")
		w.Write("o")
		w.Wait("after Escape nothing is offered for this word", `document.querySelector("#composer").value === "@bobette @bo" && document.querySelector(".names").hidden && document.activeElement.role !== "combobox"`)
		w.Write(" @rb")
		w.Wait("the next word is completed, by any letters in order", `document.querySelector(".names [role=option] small")?.textContent === "@rob"`)
		w.Press("Enter", "Enter")
		w.awaitSaid(t, room, "rob spoke|bobette spoke last|@bobette @bo @rob ")
		w.Write("thanks @rob")
		w.Wait("names are offered", `document.querySelector(".names [role=option]")`)
		w.Click("#compose button[type=submit]")
		w.awaitSaid(t, room, "rob spoke|bobette spoke last|@bobette @bo @rob |thanks @rob")
		w.Wait("what was sent by the button is no question any more", `document.querySelector("#composer").value === "" && document.querySelector(".names").hidden`)
	})

	t.Run("a colon completes emoji", func(t *testing.T) {
		room := w.fresh("Emoji")
		w.Write("at 10:30 :ta")
		w.Wait("emoji of that name are offered", `document.querySelector(".names [role=option] small")?.textContent.startsWith(":ta")`)
		w.Write("da")
		w.Wait("the best one first", `document.querySelector(".names [role=option] small")?.textContent === ":tada:"`)
		w.Press("Enter")
		w.Write(":-) :x")
		w.Press("Enter")
		w.awaitSaid(t, room, "at 10:30 🎉 :-) :x")
	})

	t.Run("an address pasted over a selection makes a link, and Markdown is shown", func(t *testing.T) {
		room := w.fresh("Paste")
		w.Write("read this page")
		w.sel(5, 9)
		w.paste("https://example.org/a_(b)")
		w.Wait("the words became a link", `document.activeElement.value === "read [this](https://example.org/a_%28b%29) page"`)
		w.Eval(`document.execCommand("undo")`)
		w.Wait("one undo takes it back", `document.activeElement.value === "read this page"`)
		w.sel(14, 14)
		w.paste(" https://example.org")
		w.Press("Enter")
		w.awaitSaid(t, room, "read this page https://example.org")
		w.Eval(`void (document.querySelector("#composer").value = "**b** _i_ ~~s~~ ` + "`c`" + ` [l](https://example.org) :tada:\n\n- one\n- [x] two\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n` + "```go\\nfunc main() {}\\n```" + `")`)
		w.Eval(`document.querySelector("#composer").dispatchEvent(new InputEvent("input", {bubbles: true}))`)
		w.Click("[data-opens=preview]")
		shape := `?.innerHTML.replace(/<button.*?<\/button>/, "")`
		w.Wait("the preview", `document.querySelector(".dialog-preview .text table")`)
		preview := w.Eval(`document.querySelector(".dialog-preview .text")` + shape)
		w.Press("Escape")
		w.Wait("the preview is closed", `!document.querySelector("dialog[open]")`)
		w.Wait("and the words have the focus again", `document.activeElement?.id === "composer"`)
		w.Press("Enter")
		w.Wait("everything has its element", `(b => b && ["strong", "em", "del, s", "code", "a", "li", ".task", "blockquote", "table", "pre code"].every(s => b.querySelector(s)) && b.textContent.includes("🎉"))([...document.querySelectorAll("[role=log] .text")].at(-1))`)
		if got := w.Eval(`[...document.querySelectorAll("[role=log] .text")].at(-1)` + shape); got != preview {
			t.Errorf("the preview was\n%s\nand the message is\n%s", preview, got)
		}
	})

	t.Run("more than ten people are notified only when that is meant", func(t *testing.T) {
		room := w.fresh("Crowd")
		for i := range 10 {
			w.client.AddMember(room, w.srv.SignUp(ids("member", i)).User.ID)
		}
		w.Write("@all of ten")
		w.Press("Enter")
		w.awaitSaid(t, room, "@all of ten") // no question
		w.client.AddMember(room, people["bob"].User.ID)
		for _, text := range []string{"@here please", "come @all now"} {
			w.Write(text)
			w.Press("Enter")
			w.Wait("the question says how many", `document.querySelector(".dialog-notify")?.textContent.includes("11")`)
			w.Press("Escape")
			w.Wait("the text is kept", `!document.querySelector("dialog[open]") && document.querySelector("#composer").value === "`+text+`"`)
			w.Eval(`document.querySelector("#composer").select()`)
		}
		if got := w.said(room); got != "@all of ten" {
			t.Errorf("what was called off was sent: %s", got)
		}
		w.Write("`@all` in code")
		w.Press("Enter")
		w.awaitSaid(t, room, "@all of ten|`@all` in code")
		w.Write("come @all now")
		w.Press("Enter")
		w.Wait("the answer has the focus", `document.activeElement?.matches(".dialog-notify .primary")`)
		w.Press("Enter")
		w.awaitSaid(t, room, "@all of ten|`@all` in code|come @all now")
		w.Wait("the box is empty and has the focus", `document.activeElement?.id === "composer" && document.activeElement.value === ""`)
	})
	w.Silent(t, "status of 400")
}
