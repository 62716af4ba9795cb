package testkit

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// command sends one command of the DevTools protocol and must succeed.
func command[P, R any](p *Tab, c cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	out, err := chromedp.Call(ctx, c, params)
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.Name, c.Method, err)
	}
	return out
}

// Focused makes the page believe that its window is in front, or no longer.
func (p *Tab) Focused(on bool) {
	p.t.Helper()
	command(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: on})
}

// Timezone moves the reader to another place, as Asia/Tokyo.
func (p *Tab) Timezone(name string) {
	p.t.Helper()
	command(p, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: name})
}

// Freeze stops the page's scripts, as a browser does with a tab that nobody has looked at for long; Thaw lets them go on.
func (p *Tab) Freeze() {
	p.t.Helper()
	command(p, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: page.SetWebLifecycleStateStateFrozen})
}

// Thaw ends a Freeze.
func (p *Tab) Thaw() {
	p.t.Helper()
	command(p, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: page.SetWebLifecycleStateStateActive})
}

// Heap is what the page's scripts hold after a collection, in bytes.
func (p *Tab) Heap() int64 {
	p.t.Helper()
	command(p, heapprofiler.CollectGarbage, cdp.Empty{})
	return int64(command(p, runtime.GetHeapUsage, cdp.Empty{}).UsedSize)
}

// Middle is the middle of what an expression names, in the window.
func (p *Tab) Middle(element string) (x, y float64) {
	p.t.Helper()
	var at struct{ X, Y float64 }
	text := p.Eval(`(e => { const b = e.getBoundingClientRect(); return JSON.stringify({x: b.x + b.width / 2, y: b.y + b.height / 2}) })(` + element + `)`)
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		p.t.Fatalf("%s: the place of %s: %v", p.Name, element, err)
	}
	return at.X, at.Y
}

// Hover moves the mouse over what an expression names.
func (p *Tab) Hover(element string) {
	p.t.Helper()
	x, y := p.Middle(element)
	p.run("hover over "+element, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// MiddleClick presses the wheel on what an expression names.
func (p *Tab) MiddleClick(element string) {
	p.t.Helper()
	x, y := p.Middle(element)
	p.run("press the wheel on "+element, chromedp.MouseClickXY(x, y, chromedp.ButtonMiddle))
}

// Touch puts a finger on what an expression names, and leaves it there until Lift.
func (p *Tab) Touch(element string) {
	p.t.Helper()
	x, y := p.Middle(element)
	command(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: x, Y: y}}})
}

// Lift ends a Touch.
func (p *Tab) Lift() {
	p.t.Helper()
	command(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
}

// Wheel turns the mouse wheel over what an expression names; down is positive.
func (p *Tab) Wheel(element string, pixels float64) {
	p.t.Helper()
	x, y := p.Middle(element)
	command(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaY: pixels})
}

// Pages counts the tabs of this person's browser whose address ends like this.
func (p *Tab) Pages(end string) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	targets, err := chromedp.Targets(ctx)
	if err != nil {
		p.t.Fatalf("%s: list the tabs: %v", p.Name, err)
	}
	n := 0
	for _, one := range targets {
		if one.Type == "page" && strings.HasSuffix(one.URL, end) {
			n++
		}
	}
	return n
}

// EvalInto evaluates an expression and decodes its JSON.
func (p *Tab) EvalInto(into any, expression string) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.Eval("JSON.stringify("+expression+")")), into); err != nil {
		p.t.Fatalf("%s: %s: %v", p.Name, expression, err)
	}
}

// SignIn gives the tab the session of a client: signing in by hand is shown elsewhere.
func (p *Tab) SignIn(c *Client) {
	p.t.Helper()
	command(p, network.SetCookie, network.SetCookieParams{Name: "parley", Value: c.Cookie(), URL: c.base})
}
