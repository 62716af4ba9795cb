package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"parley/tests/testkit"
)

// watchSockets keeps when the page opened its connections and when it lost the first, and when the banner was shown.
const watchSockets = `window.tries = []; window.alerts = 0; window.alert = () => { alerts++ }
window.WebSocket = class extends WebSocket {
	constructor(...args) { super(...args); tries.push(performance.now()); this.addEventListener("close", () => { window.cutAt ??= performance.now() }) }
}
document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
	if (!document.querySelector("#connection").hidden) window.bannerAt ??= performance.now()
}).observe(document.querySelector("#connection"), {attributes: true}))`

const (
	banner  = `document.querySelector("#connection")`
	dialog  = `document.querySelector("dialog[open]")`
	toastIs = `document.querySelector("#toast").innerText`
)

// TestALostConnectionIsSaidLateAndEndsAtOnce takes the server away for some seconds.
func TestALostConnectionIsSaidLateAndEndsAtOnce(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	general := ada.General().ID
	ada.Send(general, "1", "before the cut")
	p := browser.SignedIn(ada)
	p.Watch(watchSockets)
	open(srv, p, "/rooms/"+general)
	p.Wait("connected", `tries.length === 1`)
	p.Eval(`(window.sameDocument = true)`)
	p.Type("#composer", "half a sentence")

	srv.Stop()
	p.Wait("the connection is lost", `window.cutAt`)
	p.Wait("the banner says when the next try is", `/^Reconnecting in \d+ s/.test(`+banner+`.innerText)`)
	if quiet := number(p, `bannerAt - cutAt`); quiet < 1900 {
		t.Errorf("the banner came %.0f ms after the cut, want 2 quiet seconds", quiet)
	}
	if button := p.Eval(banner + `.querySelector("button").innerText.trim()`); button != "Try now" {
		t.Errorf("the banner's button is %q", button)
	}
	if high := number(p, banner+`.offsetHeight`); high > 48 {
		t.Errorf("the banner is %.0f px high, which is not slim", high)
	}
	waiting := `/^Reconnecting in \d/.test(` + banner + `.innerText)`
	tries := func() string { return p.Eval(`tries.length`) }
	for what, do := range map[string]string{
		"the network is back": `dispatchEvent(new Event("online"))`,
		"the tab is in view":  `document.dispatchEvent(new Event("visibilitychange"))`,
		"Try now is pressed":  banner + `.querySelector("button").click()`,
	} {
		p.Wait("it waits for the next try", waiting)
		before := tries()
		p.Eval(`(` + do + `, 0)`)
		if now := tries(); now == before {
			t.Errorf("when %s, no try is made at once", what)
		}
	}
	srv.Restart()
	p.Eval(`(dispatchEvent(new Event("online")), 0)`)
	p.Wait("the banner is gone", banner+`.hidden`)
	ada.Send(general, "2", "after the cut")
	p.Wait("events come again", row("after the cut"))
	if p.Eval(`window.sameDocument`) != "true" || p.Eval(`document.querySelector("#composer").value`) != "half a sentence" {
		t.Error("the page or what was typed in it did not survive")
	}
	p.Silent(t, offline...)
}

// TestASessionThatEndedIsSignedInAgainOverThePage ends a session under an open page.
func TestASessionThatEndedIsSignedInAgainOverThePage(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	general := ada.General().ID
	ada.Send(general, "1", "a word")
	p := browser.SignedIn(ada)
	p.Watch(watchSockets)
	open(srv, p, "/rooms/"+general)
	p.Type("#composer", "what I was about to say")
	p.Eval(`(window.sameDocument = true)`)
	other := srv.Login("ada")
	ada.Post("/api/v1/logout", nil)
	p.Wait("signing in stands over the page", dialog+`?.matches(".dialog-sign-in") && `+row("a word"))
	p.Press("Escape")
	if p.Eval(`Boolean(`+dialog+`)`) != "true" {
		t.Error("Escape put the dialog away, and nothing can be done without it")
	}
	other.Send(general, "2", "said meanwhile")
	p.Type("dialog input[name=password]", "not the password")
	p.Press("Enter")
	p.Wait("a wrong password is said in the dialog", dialog+`.querySelector(".form-error:not([hidden]), .field-error")?.checkVisibility()`)
	p.Eval(`(document.querySelector("dialog input[name=password]").value = "", 0)`)
	p.Type("dialog input[name=password]", testkit.Password)
	p.Press("Enter")
	p.Wait("the dialog is gone and the gap closed", `!`+dialog+` && `+row("said meanwhile"))
	if p.Eval(`window.sameDocument`) != "true" || p.Eval(`document.querySelector("#composer").value`) != "what I was about to say" {
		t.Error("the page or the draft did not survive")
	}
	p.Click("#composer")
	p.Press("Enter")
	p.Wait("it can be sent", row("what I was about to say")+`?.dataset.messageId`)
	p.Silent(t, append(slices.Clone(offline), "401")...)
}

// TestAnErrorStandsBesideItsField takes a name that is taken.
func TestAnErrorStandsBesideItsField(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	ada.CreateRoom("engines", "open")
	p := browser.SignedIn(ada)
	p.Watch(watchSockets)
	p.Go(srv.URL + "/rooms/" + ada.General().ID)
	p.Click(`#sidebar .side-head button`)
	choose(p, "Create a room")
	p.Type(`dialog input[name=name]`, "Engines")
	p.Type(`dialog input[name=topic]`, "Analytical ones")
	p.Press("Enter")
	field := `document.querySelector("dialog input[name=name]")`
	p.Wait("the name is marked", field+`?.ariaInvalid === "true"`)
	said := p.Eval(`(e => e.checkVisibility() && Math.abs(e.getBoundingClientRect().top - ` + field + `.getBoundingClientRect().bottom) < 40 ? e.innerText : "")(document.getElementById(` + field + `.getAttribute("aria-describedby").split(" ")[0]))`)
	if said != "There is an open room of that name already." {
		t.Errorf("beside the field stands %q", said)
	}
	if left := p.Eval(field + `.value + "/" + document.querySelector("dialog input[name=topic]").value`); left != "Engines/Analytical ones" {
		t.Errorf("what was typed is now %q", left)
	}
	if toast := p.Eval(toastIs); toast != "" {
		t.Errorf("a toast says %q: there is nothing to undo", toast)
	}
	if n := p.Eval(`alerts`); n != "0" {
		t.Errorf("%s calls of alert()", n)
	}
	p.Silent(t, "409")
}

var alerts = regexp.MustCompile(`\b(alert|confirm|prompt)\(`)

func TestNoScriptCallsAlert(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testkit.Root(), "static", "dist")
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".js") {
			source, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if call := alerts.Find(source); call != nil {
				t.Errorf("%s calls %s)", f.Name(), call)
			}
		}
	}
}

// TestBonesComeLateAndNothingIsBlanked freezes the server, so that what is asked of it does not come.
func TestBonesComeLateAndNothingIsBlanked(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	general, other := ada.General().ID, ada.CreateRoom("other", "open").ID
	for i := range 120 {
		ada.Send(general, ids("long", i), "a line that is there")
	}
	ada.Send(other, "other", "the other room")
	p := browser.SignedIn(ada)
	open(srv, p, "/rooms/"+general)
	p.Wait("the end", atTheEnd)
	p.Eval(`(window.bonesAt = 0, new MutationObserver(() => { if (document.querySelector(".skeleton")) window.bonesAt ||= performance.now() }).observe(` + theLog + `, {childList: true, subtree: true}), 0)`)

	srv.Signal(syscall.SIGSTOP)
	p.Eval(`(` + theLog + `.scrollTop = 0, 0)`)
	p.Wait("older rows are asked for, and those that are there stay", theRows+`.length >= 50 && document.querySelector(".log-more")`)
	p.Eval(`(window.clicked = performance.now(), ` + inSidebar(other) + `.click())`)
	p.Wait("bones", `bonesAt`)
	if after := number(p, `bonesAt - clicked`); after < 290 {
		t.Errorf("bones came after %.0f ms, want 300", after)
	}
	p.Eval(inSidebar(general) + `.click()`)
	p.Wait("what was there is there at once", theRows+`.length >= 50 && !document.querySelector(".skeleton")`)
	srv.Signal(syscall.SIGCONT)
	p.Eval(`(window.bonesAt = 0, ` + inSidebar(other) + `.click())`)
	p.Wait("the other room", row("the other room"))
	p.Eval(inSidebar(general) + `.click()`)
	p.Wait("general again", row("a line that is there"))
	if p.Eval(`bonesAt`) != "0" {
		t.Log("a slow machine: bones were shown for a room that came late") // told, because 300 ms pass easily under load
	}
	p.Silent(t, offline...)
}

// TestPlainHTTPInAnOwnNetworkIsEnough talks, copies and closes a tab where browsers keep clipboard, locks, service workers
// and random names to themselves.
func TestPlainHTTPInAnOwnNetworkIsEnough(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	url := strings.Replace(srv.URL, "127.0.0.1", testkit.PlainHost, 1)
	p := browser.Person("ada")
	signUpThrough(url, p, "/setup")
	if p.Eval(`isSecureContext`) != "false" {
		t.Fatal("the browser takes the page for a secure one, and this test shows nothing")
	}
	p.Focused(true)
	p.Wait("the page is up", `document.activeElement?.id === "composer"`)
	p.Write("over plain http")
	p.Press("Enter")
	p.Wait("it is sent", row("over plain http")+`?.dataset.messageId`)
	p.Eval(`(document.addEventListener("copy", () => { window.copied = document.activeElement.value }), 0)`)
	p.Click(`#room-header button[aria-label="Room menu"]`)
	choose(p, "Copy link")
	p.Wait("the link is copied", `window.copied === location.origin + "/rooms/`+srv.Login("ada").General().ID+`"`)
	p.Go(url + "/admin/invites")
	p.Click(`form[action="/admin/invites"] button`)
	p.Click(`.fresh button`)
	p.Wait("the button says that the invitation is copied", `document.querySelector(".fresh button").textContent === "Copied"`)
	p.Go(url + "/connection")
	p.Wait("a WebSocket is in use", `document.querySelector("[data-fact=transport]").textContent.includes("WebSocket")`)
	p.Silent(t, "Cross-Origin-Opener-Policy") // the browser's word for a page that it does not isolate
}
