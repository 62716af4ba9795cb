package tests

import "testing"

// TestAnInputMethodIsNeverInterrupted composes in every box: the Enter that chooses a candidate does nothing else.
func TestAnInputMethodIsNeverInterrupted(t *testing.T) {
	t.Parallel()
	w := newWriter(t, "ada")
	bob := w.srv.SignUp("bob")

	t.Run("the composer", func(t *testing.T) {
		room := w.fresh("Kana")
		w.Eval(`void addEventListener("keydown", e => (window.seen ??= []).push([e.key, e.isComposing, e.keyCode].join()), true)`)
		w.Compose("にほん")
		w.ComposedKey("Enter")
		w.Eval(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", keyCode: 13, isComposing: true, bubbles: true, cancelable: true}))`)
		w.Commit("日本")
		w.ComposedKey("Enter") // Safari sends the Enter that chooses after the composition
		if got := w.Eval(`window.seen`); got != "Enter,true,229,Enter,true,13,Enter,false,229" {
			t.Fatalf("the page was not shown what input methods show: %s", got)
		}
		if got := w.box(); got != "日本" {
			t.Errorf("after choosing, the box holds %q", got)
		}
		if got := w.said(room); got != "" {
			t.Errorf("choosing sent %q", got)
		}
		w.Press("Enter")
		w.awaitSaid(t, room, "日本")
		w.Wait("the row is the real one", `[...document.querySelectorAll("[role=log] .row")].at(-1)?.dataset.messageId`)

		w.Press("ArrowUp")
		w.Wait("the message is being edited", `document.activeElement?.closest(".edit")`)
		w.Compose("ご")
		w.ComposedKey("Enter")
		w.ComposedKey("Escape")
		w.Commit("語")
		w.Wait("it is still being edited", `document.activeElement?.closest(".edit")?.querySelector("textarea").value === "日本語"`)
		w.Press("Enter")
		w.awaitSaid(t, room, "日本語")
	})

	t.Run("the jump box", func(t *testing.T) {
		room := w.fresh("東京")
		w.enter(w.client.General().ID)
		w.Press("Control+k")
		w.Wait("the jump box", `document.activeElement?.matches(".jump-input")`)
		w.Compose("東")
		w.ComposedKey("Enter")
		w.ComposedKey("ArrowDown")
		w.Commit("東京")
		w.Wait("the room is offered, and nothing happened", `document.querySelector(".jump-list [aria-selected=true]")?.textContent.includes("東京") && location.pathname !== "/rooms/`+room+`"`)
		w.Press("Enter")
		w.Wait("now it is open", `location.pathname === "/rooms/`+room+`"`)
	})

	t.Run("completion", func(t *testing.T) {
		room := w.fresh("Names")
		w.client.AddMember(room, bob.User.ID)
		w.Write("@bo")
		w.Wait("bob is offered", `document.querySelector(".names [role=option]")?.textContent.includes("@bob")`)
		w.ComposedKey("Enter")
		w.ComposedKey("Tab")
		if got := w.box(); got != "@bo" || w.said(room) != "" {
			t.Errorf("an input method's keys made %q of @bo, and sent %q", got, w.said(room))
		}
		w.Press("Tab")
		w.Wait("the name is taken", `document.querySelector("#composer").value === "@bob "`)
	})

	t.Run("dialogs and search", func(t *testing.T) {
		room := w.fresh("Dialogs")
		w.client.Send(room, "react", "react to me")
		press(w.Tab, "react to me", "Add a reaction")
		w.Type(".dialog-emoji input", "rocket")
		w.Wait("the emoji of that name", `document.querySelector(".emojis button")?.title === "rocket"`)
		w.ComposedKey("Enter")
		w.Press("Escape", "Escape") // the first empties the box
		w.Wait("the dialog is closed", `!document.querySelector("dialog[open]")`)
		if w.Eval(`Boolean(`+row("react to me")+`.querySelector(".reactions"))`) != "false" {
			t.Error("choosing a candidate reacted")
		}
		w.Go(w.srv.URL + "/search")
		w.Type("input[name=q]", "react")
		w.Compose("に")
		w.ComposedKey("Enter")
		w.Commit("")
		if got := w.Eval(`location.search`); got != "" {
			t.Errorf("choosing a candidate searched: %s", got)
		}
	})
	w.Silent(t)
}
