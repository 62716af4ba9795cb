package testkit

import "strings"

// layoutScript lists what a contrast checker does not see. Small targets within text, and those marked data-small-ok (they
// have a larger twin), are left out; 24 px is WCAG 2.2's 2.5.8, 44 px its 2.5.5, asked for where there is a finger.
const layoutScript = `(min => {
	const out = [], root = document.documentElement
	if (root.scrollWidth > root.clientWidth + 1) out.push("the page scrolls sideways: " + root.scrollWidth + " > " + root.clientWidth)
	const name = el => el.tagName.toLowerCase() + (el.id ? "#" + el.id : "") + [...el.classList].map(c => "." + c).join("")
	const seen = el => { const r = el.getBoundingClientRect(); return el.checkVisibility({opacityProperty: true, visibilityProperty: true}) && r.width > 1 && r.height > 1 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth }
	for (const el of document.querySelectorAll("button, [role=button], input[type=checkbox], input[type=radio], summary, nav a")) {
		const r = el.getBoundingClientRect()
		if (seen(el) && !el.closest("[data-small-ok]") && (r.width < min - .5 || r.height < min - .5)) out.push("target " + Math.round(r.width) + "x" + Math.round(r.height) + " < " + min + ": " + name(el))
	}
	if (min > 24) for (const el of document.querySelectorAll("input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select"))
		if (seen(el) && parseFloat(getComputedStyle(el).fontSize) < 16) out.push("letters under 16 px, which makes a phone zoom: " + name(el))
	for (const el of document.querySelectorAll("button, h1, h2, label, dt, dd, nav a, .chip, .filter")) {
		if (!seen(el) || el.closest(".vh") || getComputedStyle(el).overflow !== "visible") continue
		const r = el.getBoundingClientRect()
		if (r.right > innerWidth + 1 || r.left < -1) out.push("out of the window: " + name(el) + " " + el.textContent.trim().slice(0, 30))
	}
	return out.join("\n")
})`

// LayoutFaults is what is too small, too wide or out of the window; "" where nothing is.
func (p *Tab) LayoutFaults(s Screen) string {
	p.t.Helper()
	least := "24"
	if s.Touch {
		least = "44"
	}
	return strings.TrimSpace(p.Eval(layoutScript + "(" + least + ")"))
}
