package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// picture is one screenshot: what is on the screen, and of what kind the screen is.
type picture struct {
	name, path, lang, theme string
	phone                   bool
	ready                   string // an expression that is true once everything is there
}

const rowsThere = `document.querySelectorAll("[role=log] [data-message-id]").length > 2`

// pictures are taken from the owner's screen. ROOM(name) in a path stands for the room's id.
func (t *team) pictures() []picture {
	releases, office := "/rooms/"+t.rooms["releases"], "/rooms/"+t.rooms["北京办公室"]
	thread := releases + "?thread=" + t.roots["import"]
	replies := `document.querySelectorAll("#pane [data-message-id]").length > 2`
	return []picture{
		{name: "room-light", path: releases, ready: rowsThere},
		{name: "room-dark", path: releases, theme: "dark", ready: rowsThere},
		{name: "thread-light", path: thread, ready: rowsThere + " && " + replies},
		{name: "room-zh-CN", path: office, lang: "zh-CN", ready: rowsThere},
		{name: "phone-list", path: "/", phone: true, ready: `document.querySelector("nav a.room")?.checkVisibility()`},
		{name: "phone-room", path: releases, phone: true, ready: rowsThere},
		{name: "phone-dark", path: releases, phone: true, theme: "dark", ready: rowsThere},
		{name: "phone-zh-CN", path: office, phone: true, lang: "zh-CN", ready: rowsThere},
		{name: "search-light", path: "/search?q=restore", ready: `document.querySelector(".hit mark")`},
		{name: "settings-light", path: "/settings", ready: `document.querySelector("#theme")`},
		{name: "settings-zh-CN", path: "/settings", lang: "zh-CN", ready: `document.querySelector("#theme")`},
	}
}

// photograph takes every picture in one Chromium.
func photograph(ctx context.Context, t *team, out string) error {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.WindowSize(1280, 800), chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("lang", "en-US"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses its sandbox to root
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	if err := chromedp.Do(ctx); err != nil {
		return fmt.Errorf("start the browser: %w", err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, p := range t.pictures() {
		image, err := t.take(ctx, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		file := filepath.Join(out, p.name+".png")
		if err := os.WriteFile(file, image, 0o644); err != nil {
			return err
		}
		fmt.Println(file)
	}
	return nil
}

// take opens a page in a browser profile of its own, signed in as the owner.
func (t *team) take(ctx context.Context, p picture) ([]byte, error) {
	ctx, leave := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	screen := []chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(1280, 800)}
	if p.phone {
		screen = []chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(390, 780, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch)}
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	if err := chromedp.Do(ctx, screen...); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return nil, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(t.url+"/login")); err != nil {
		return nil, err
	}
	enter := fmt.Sprintf(`fetch("/api/v1/login", {method: "POST", headers: {"Content-Type": "application/json"},
		body: JSON.stringify({username: "ada", password: %s})}).then(() => window.entered = true);
		document.cookie = "parley_theme=%s; path=/"; document.cookie = "parley_lang=%s; path=/"; 0`, strconv.Quote(password), or(p.theme, "light"), or(p.lang, "en"))
	if err := evaluate(ctx, enter); err != nil {
		return nil, err
	}
	if err := wait(ctx, "window.entered"); err != nil {
		return nil, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(t.url+p.path)); err != nil {
		return nil, err
	}
	if err := wait(ctx, p.ready+` && (!document.querySelector("#connection") || document.querySelector("#connection").hidden)`); err != nil {
		return nil, err
	}
	// What the page settles after its first drawing: fonts, the first presence of others.
	if err := wait(ctx, `document.fonts.status === "loaded" && performance.now() > 1500`); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func evaluate(ctx context.Context, script string) error {
	_, err := chromedp.Run(ctx, chromedp.Evaluate[int](script))
	return err
}

// wait polls until an expression is true. A page that is just being left cannot be asked: it is asked again.
func wait(ctx context.Context, expression string) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")")); err == nil && ok {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("this never became true: %s: %w", expression, ctx.Err())
		}
	}
}
