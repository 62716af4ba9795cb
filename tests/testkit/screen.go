package testkit

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Screen is what a page is looked at with.
type Screen struct {
	Width, Height int64 // CSS pixels
	Touch         bool  // a finger and no mouse
}

// The usual screens. Narrow is also what 200 % zoom makes of a window of 640 pixels.
var (
	Desktop = Screen{Width: 1280, Height: 800}
	Phone   = Screen{Width: 390, Height: 844, Touch: true}
	Narrow  = Screen{Width: 320, Height: 568, Touch: true}
)

// Look changes the screen of a page that is open or will be.
func (p *Tab) Look(s Screen) {
	p.t.Helper()
	options := []chromedp.EmulateViewportOption{}
	if s.Touch {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	p.run("change the screen", chromedp.EmulateViewport(s.Width, s.Height, options...))
}

// Media sets what the person asked of his system, as "prefers-color-scheme", "dark", "forced-colors", "active"; none resets.
func (p *Tab) Media(pairs ...string) {
	p.t.Helper()
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: pairs[i], Value: pairs[i+1]})
	}
	call(p, "set media features", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, params)
		return err
	})
}

// Grant lets the pages of an origin do what a browser asks for, as "notifications".
func (p *Tab) Grant(origin, permission string) {
	p.t.Helper()
	params := browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: permission}, Setting: browser.PermissionSettingGranted,
		Origin: origin, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	}
	call(p, "grant "+permission, func(ctx context.Context) error {
		_, err := chromedp.CallBrowser(ctx, browser.SetPermission, params)
		return err
	})
}

// Watch runs a script in every page of the tab before the page's own.
func (p *Tab) Watch(script string) {
	p.t.Helper()
	call(p, "add a script", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// axe is the checker's source, read once.
var axe = sync.OnceValues(func() ([]byte, error) {
	return os.ReadFile(filepath.Join(Root(), "tests", "node", "node_modules", "axe-core", "axe.min.js"))
})

// AxeFaults is what axe finds wrong with the page as it is now, by WCAG 2.2 A and AA and its own best practices; "" where it
// finds nothing. It needs "npm" (see Need). The page's own policy stays in force.
func (p *Tab) AxeFaults() string {
	p.t.Helper()
	Need(p.t, "npm")
	source, err := axe()
	if err != nil {
		p.t.Fatal(err)
	}
	if p.Eval("typeof axe") == "undefined" {
		p.run("load axe", func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			_, err := chromedp.Evaluate[int](string(source)+"\n;0")(ctx, t)
			return chromedp.Void{}, err
		})
	}
	p.Eval(`(window.axed = undefined, axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}})
		.then(r => { window.axed = JSON.stringify(r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join(" | "))) }, e => { window.axed = JSON.stringify([String(e)]) }), 0)`)
	p.Wait("axe is done", "window.axed")
	var found []string
	if err := json.Unmarshal([]byte(p.Eval("window.axed")), &found); err != nil {
		p.t.Fatalf("what axe says is no list: %v", err)
	}
	return strings.Join(found, "\n")
}
