package testkit

import (
	"context"
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Browser is one headless Chromium; each of its people has cookies and storage of their own.
type Browser struct {
	t   testing.TB
	ctx context.Context
}

// PlainHost leads browsers to this machine under a name that they do not trust as such: over http, a page there is no
// secure context, as on any team's own network without TLS.
const PlainHost = "parley.example"

// NewBrowser starts Chromium, or skips the test where there is none (see Need).
func NewBrowser(t testing.TB) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(Need(t, "browser")), chromedp.WindowSize(1280, 800),
		chromedp.Flag("host-resolver-rules", "MAP "+PlainHost+" 127.0.0.1"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses its sandbox to root
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(func() { leave(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return &Browser{t: t, ctx: ctx}
}

// Tab is one person's page.
type Tab struct {
	Name string

	t   testing.TB
	ctx context.Context

	mu     sync.Mutex
	faults []string
}

// Person opens a page with an empty cookie jar. What the console says of errors and refused content is kept.
func (b *Browser) Person(name string) *Tab {
	b.t.Helper()
	ctx, leave := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	b.t.Cleanup(leave)
	tab := &Tab{Name: name, t: b.t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil {
		b.t.Fatalf("open a page for %s: %v", name, err)
	}
	go tab.listen(chromedp.Console(ctx))
	return tab
}

// SignedIn opens a page for a client's person: signed in, and in a window that is in front.
func (b *Browser) SignedIn(c *Client) *Tab {
	b.t.Helper()
	p := b.Person(c.User.Username)
	p.SignIn(c)
	p.Focused(true)
	return p
}

func (p *Tab) listen(console iter.Seq2[chromedp.ConsoleMessage, error]) {
	for message, err := range console {
		if err != nil {
			return
		}
		if message.Type != chromedp.ConsoleError && message.Type != chromedp.ConsoleException && message.Source != "security" {
			continue
		}
		p.mu.Lock()
		p.faults = append(p.faults, fmt.Sprintf("%s %s: %s %s", message.Type, message.Source, message.Text, message.URL))
		p.mu.Unlock()
	}
}

// Faults is what the console has complained of; a line that holds one of the expected words is left out.
func (p *Tab) Faults(expected ...string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
next:
	for _, fault := range p.faults {
		for _, word := range expected {
			if strings.Contains(fault, word) {
				continue next
			}
		}
		out = append(out, fault)
	}
	return out
}

// Silent demands that the console complained of nothing, but of what holds one of the expected words.
func (p *Tab) Silent(t testing.TB, expected ...string) {
	t.Helper()
	for _, fault := range p.Faults(expected...) {
		t.Errorf("%s's console: %s", p.Name, fault)
	}
}

// Go opens an address.
func (p *Tab) Go(url string) {
	p.t.Helper()
	p.run("open "+url, chromedp.Navigate(url))
}

// Type puts text into the element that a selector names, key by key. (The driver's own SendKeys reads the element's
// attributes while its other goroutine writes them, which the race detector sees.)
func (p *Tab) Type(selector, text string) {
	p.t.Helper()
	p.Wait("there is "+selector, fmt.Sprintf("document.querySelector(%q)?.checkVisibility()", selector))
	p.Eval(fmt.Sprintf("void document.querySelector(%q).focus()", selector))
	p.run("type into "+selector, chromedp.KeyEvent(text))
}

// Enter presses the Enter key as a keyboard does: a page that handles the key down gets no character after it. (The
// driver's own "\r" sends the character regardless.)
func (p *Tab) Enter() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	_, err := chromedp.Call(ctx, input.DispatchKeyEvent, key)
	if err == nil {
		key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
		_, err = chromedp.Call(ctx, input.DispatchKeyEvent, key)
	}
	if err != nil {
		p.t.Fatalf("%s: press Enter: %v", p.Name, err)
	}
}

// Click presses an element.
func (p *Tab) Click(selector string) {
	p.t.Helper()
	p.run("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Eval evaluates an expression in the page.
func (p *Tab) Eval(expression string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		p.t.Fatalf("%s: evaluate %s: %v", p.Name, expression, err)
	}
	return out
}

// Wait polls until an expression is true in the page.
func (p *Tab) Wait(what, expression string) {
	p.t.Helper()
	p.WaitWithin(Deadline, what, expression)
}

// WaitWithin is Wait with a deadline of its own. A page that is just being left cannot be asked: it is asked again.
func (p *Tab) WaitWithin(within time.Duration, what, expression string) {
	p.t.Helper()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")")); err == nil && ok {
			return
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			p.t.Fatalf("%s's page, after %v: %s; it is at %s and shows:\n%.1500s\nthe console: %v", p.Name, within, what,
				p.Eval("location.href"), p.Eval("document.body && document.body.innerText"), p.Faults())
		}
	}
}

func (p *Tab) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %s: %v\nthe console: %v", p.Name, what, err, p.Faults())
	}
}
