package testkit

import (
	"context"
	"strings"
	"unicode"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// virtualKeys are the codes that pages still read as keyCode, of the keys that have a name.
var virtualKeys = map[string]int64{
	"Enter": 13, "Escape": 27, "Tab": 9, "Backspace": 8, "Delete": 46, "Space": 32, "Home": 36, "End": 35,
	"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "PageUp": 33, "PageDown": 34, "F6": 117,
}

var modifierBits = map[string]int64{"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}

// Press presses keys in turn, wherever the focus is: "Enter", "Shift+Escape", "Control+k", "ArrowDown".
func (p *Tab) Press(chords ...string) {
	p.t.Helper()
	for _, chord := range chords {
		parts := strings.Split(chord, "+")
		var held int64
		for _, name := range parts[:len(parts)-1] {
			held |= modifierBits[name]
		}
		p.stroke(parts[len(parts)-1], held, 0)
	}
}

// Write types a text, key by key, wherever the focus is.
func (p *Tab) Write(text string) {
	p.t.Helper()
	for _, r := range text {
		p.stroke(string(r), 0, 0)
	}
}

// ComposedKey presses a key as an input method passes it on: the page sees keyCode 229 and not the key's own.
func (p *Tab) ComposedKey(key string) {
	p.t.Helper()
	p.stroke(key, 0, 229)
}

// Compose shows a text as an input method does before it is decided upon; Commit decides.
func (p *Tab) Compose(text string) {
	p.t.Helper()
	end := int64(len([]rune(text)))
	call(p, "compose "+text, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: end, SelectionEnd: end})
		return err
	})
}

// Commit ends a composition with a text.
func (p *Tab) Commit(text string) {
	p.t.Helper()
	call(p, "commit "+text, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// stroke presses and lets go of one key. code takes the place of the key's own virtual code.
func (p *Tab) stroke(key string, held, code int64) {
	p.t.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Code: key, Modifiers: held, WindowsVirtualKeyCode: virtualKeys[key]}
	switch r := []rune(key); {
	case key == "Enter":
		down.Text = "\r"
	case key == "Space":
		down.Key, down.Text = " ", " "
	case len(r) == 1:
		down.Code, down.Text = "", key
		if unicode.IsLetter(r[0]) && r[0] < unicode.MaxASCII {
			down.WindowsVirtualKeyCode, down.Code = int64(unicode.ToUpper(r[0])), "Key"+strings.ToUpper(key)
		}
	}
	if held&^modifierBits["Shift"] != 0 || code != 0 {
		down.Text = "" // a shortcut, or a key of the input method's, writes nothing
	}
	if code != 0 {
		down.WindowsVirtualKeyCode = code
	}
	up := down
	up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
	call(p, "press "+key, func(ctx context.Context) error {
		if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, down); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, up)
		return err
	})
}

func call(p *Tab, what string, do func(context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	if err := do(ctx); err != nil {
		p.t.Fatalf("%s: %s: %v", p.Name, what, err)
	}
}

// Another opens a second page of the same person: cookies and storage are shared.
func (p *Tab) Another() *Tab {
	p.t.Helper()
	ctx, leave := chromedp.NewContext(p.ctx)
	p.t.Cleanup(leave)
	tab := &Tab{Name: p.Name, t: p.t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil {
		p.t.Fatalf("open another page for %s: %v", p.Name, err)
	}
	go tab.listen(chromedp.Console(ctx))
	return tab
}

// Close closes the page, as its cross does.
func (p *Tab) Close() {
	p.t.Helper()
	if err := chromedp.Cancel(p.ctx); err != nil {
		p.t.Fatalf("close %s's page: %v", p.Name, err)
	}
}
