package tests

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/tests/testkit"
)

// offline is what the browser itself prints while a server is away; a page cannot silence it. ERR_FAILED is its word for
// what a service worker could not fetch.
var offline = []string{"ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "WebSocket connection to", "ERR_SOCKET_NOT_CONNECTED", "ERR_FAILED"}

// signUpInBrowser fills in the form as a person does. The first account is made at /setup.
func signUpInBrowser(srv *testkit.Server, p *testkit.Tab, path string) {
	signUpThrough(srv.URL, p, path)
}

// signUpThrough is signUpInBrowser at another address than the server's own.
func signUpThrough(url string, p *testkit.Tab, path string) {
	p.Go(url + path)
	p.Type(`form input[name=username]`, p.Name)
	p.Type(`form input[name=password]`, testkit.Password)
	p.Click(`form:has(input[name=password]) button:not([type=button])`)
	p.Wait("a room is open", `document.querySelector("[role=log]") && document.querySelector("#composer")`)
	p.Wait("the connection banner is hidden", `!document.querySelector("#connection") || !document.querySelector("#connection").checkVisibility()`)
}

// row is an expression for the timeline row that holds this text.
func row(text string) string {
	return `[...document.querySelectorAll("[role=log] [data-message-id], [role=log] [data-client-id]")].find(r => r.textContent.includes(` + strconv.Quote(text) + `))`
}

func TestTwoPeopleTalkInTheBrowser(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := browser.Person("ada"), browser.Person("bob")
	signUpInBrowser(srv, ada, "/")
	ada.Wait("the address is the room's", `location.pathname.startsWith("/rooms/")`)
	signUpInBrowser(srv, bob, "/signup")
	if attributes := ada.Eval(`[document.documentElement.lang, document.documentElement.dir, document.documentElement.dataset.theme].every(Boolean)`); attributes != "true" {
		t.Errorf("<html> lacks lang, dir or data-theme: %s", ada.Eval(`document.documentElement.cloneNode(false).outerHTML`))
	}
	if n := ada.Eval(`document.querySelectorAll("[role=log]").length`); n != "1" {
		t.Errorf("%s elements with role=log, want the one timeline", n)
	}

	ada.Type("#composer", "Good morning, Bob")
	ada.Enter()
	bob.Wait("bob sees ada's message", row("Good morning, Bob"))
	bob.Type("#composer", "Good morning, **Ada**")
	ada.Eval(`void new MutationObserver(() => { window.seen ??= ` + row("Good morning, Ada") + ` && Date.now() }).observe(document.querySelector("[role=log]"), {childList: true, subtree: true})`)
	sent := bob.Eval(`(sent => { [...document.querySelectorAll("button")].find(b => (b.getAttribute("aria-label") || b.textContent).trim() === "Send").click(); return sent })(Date.now())`)
	ada.Wait("ada sees bob's answer", row("Good morning, Ada")+`?.querySelector("strong")`)
	t.Logf("%s ms from the press of one person's button to the row on the other's screen", ada.Eval("window.seen - "+sent))
	for _, p := range []*testkit.Tab{ada, bob} {
		p.Wait("both rows are real ones", row("Good morning, Bob")+`?.dataset.messageId && `+row("Good morning, Ada")+`?.dataset.seq`)
		p.Wait("the composer is empty again", `!(document.querySelector("#composer").value ?? document.querySelector("#composer").textContent)`)
	}
	general := srv.Login("ada").General().ID
	if found := ada.Eval(fmt.Sprintf(`document.querySelectorAll('nav a[href="/rooms/%s"]').length`, general)); found != "1" {
		t.Errorf("%s links to general in the navigation, want 1", found)
	}
	for _, p := range []*testkit.Tab{ada, bob} {
		p.Silent(t)
	}
}

// TestTheOptimisticRowBecomesTheRealOne freezes the server, so that the row stands there before its acknowledgement.
func TestTheOptimisticRowBecomesTheRealOne(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := browser.Person("ada")
	signUpInBrowser(srv, ada, "/setup")
	other := srv.Login("ada")
	other.Send(other.General().ID, "live", "the page is live")
	ada.Wait("the page is live", row("the page is live"))
	srv.Signal(syscall.SIGSTOP)
	ada.Type("#composer", "before the ack")
	ada.Enter()
	ada.Wait("the optimistic row", row("before the ack"))
	if id := ada.Eval(row("before the ack") + ".dataset.messageId || ''"); id != "" {
		t.Errorf("the row has the id %q while the server is frozen", id)
	}
	clientID := ada.Eval(row("before the ack") + ".dataset.clientId || ''")
	if clientID == "" {
		t.Error("the optimistic row has no data-client-id")
	}
	ada.Eval(`(` + row("before the ack") + `.marked = true)`)
	srv.Signal(syscall.SIGCONT)
	ada.Wait("the real row", row("before the ack")+".dataset.messageId")
	if got := ada.Eval(row("before the ack") + ".dataset.clientId"); got != clientID {
		t.Errorf("the row's client_id went from %q to %q", clientID, got)
	}
	if ada.Eval(row("before the ack")+".marked") != "true" {
		t.Error("the real row is another element than the optimistic one")
	}
	if n := ada.Eval(`[...document.querySelectorAll("[role=log] [data-client-id]")].filter(r => r.textContent.includes("before the ack")).length`); n != "1" {
		t.Errorf("the message stands there %s times", n)
	}
}

// TestARestartUnderAnOpenPageCostsNothing restarts the server while somebody is writing a message.
func TestARestartUnderAnOpenPageCostsNothing(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := browser.Person("ada")
	signUpInBrowser(srv, ada, "/setup")
	bob := srv.SignUp("bob")
	general := bob.General().ID
	m := bob.Send(general, "1", "before the restart")
	ada.Wait("the first message", row("before the restart"))
	ada.Type("#composer", "half a thou")
	ada.Eval(`(window.sameDocument = true)`)

	srv.Stop()
	srv.Restart()
	bob.Edit(m.ID, "edited after the restart")
	bob.Send(general, "2", "said after the restart")
	limit := 3 * time.Second
	if testkit.Race {
		limit = 10 * time.Second
	}
	begin := time.Now()
	ada.WaitWithin(limit, "in step again", row("said after the restart")+" && "+row("edited after the restart"))
	t.Logf("in step %v after the server was ready again", time.Since(begin))
	if ada.Eval("window.sameDocument") != "true" {
		t.Error("the page was loaded again")
	}
	ada.Type("#composer", "ght")
	ada.Enter()
	ada.Wait("the text that was being written is sent whole", row("half a thought")+"?.dataset.messageId")
	ada.Wait("the banner is hidden", `!document.querySelector("#connection") || !document.querySelector("#connection").checkVisibility()`)
	if h := bob.History(general); h[len(h)-1].Text != "half a thought" {
		t.Errorf("the last message is %q", h[len(h)-1].Text)
	}
	ada.Silent(t, offline...)
}

// TestALateScriptComesAfterARestart stops the server before the page has asked for its last script, which writes the title.
func TestALateScriptComesAfterARestart(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	p := browser.Person("ada")
	p.SignIn(ada)
	// The page asks for it in its own time; here it is told when.
	p.Watch(`{ const later = setTimeout; window.setTimeout = (f, ms, ...rest) => ms === 1500 && !window.due ? (window.due = f, 0) : later(f, ms, ...rest) }`)
	p.Go(srv.URL + "/rooms/" + ada.General().ID)
	p.Wait("the page is up", `window.due && document.querySelector("#connection").hidden`)
	p.Eval(`(document.title = "nobody wrote this", 0)`)
	srv.Stop()
	p.Eval(`(due(), 0)`)
	testkit.Eventually(t, "the script can not be had", func() bool { return strings.Contains(strings.Join(p.Faults(), " "), "/after.") })
	srv.Restart()
	p.Eval(`(dispatchEvent(new Event("online")), 0)`)
	p.Wait("the script came and wrote the title", `document.title.startsWith("general · ")`)
	p.Silent(t, offline...)
}

// TestHostileTextsDoNotRunInTheBrowser shows the whole corpus in a real page, under its content security policy.
func TestHostileTextsDoNotRunInTheBrowser(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	reader := browser.Person("reader")
	signUpInBrowser(srv, reader, "/setup")
	ada := srv.SignUp("ada")
	general := ada.General().ID
	reader.Eval(`(window.alert = () => { window.attacked = true })`)
	for i, text := range hostileTexts[:len(hostileTexts)/2] {
		ada.Send(general, ids("live", i), text)
	}
	ada.Send(general, "end", "the end of the corpus")
	reader.Wait("the live corpus", row("the end of the corpus"))
	if reader.Eval("window.attacked") != "undefined" {
		t.Error("a script ran in a live message")
	}
	for i, text := range hostileTexts[len(hostileTexts)/2:] {
		ada.Send(general, ids("boot", i), text)
	}
	ada.Patch("/api/v1/me", testkit.Object{"display_name": `<img src=x onerror=alert(1)>`})
	last := ada.Send(general, "boot-end", "the end of the second half")
	srv.Login("reader").Mark(general, last.Num) // else the page opens at the first unread message
	reader.Go(srv.URL + "/rooms/" + general)
	reader.Wait("the corpus that comes with the page", row("the end of the second half"))
	if n := reader.Eval(`document.querySelectorAll("[role=log] script, [role=log] iframe, [role=log] style, [role=log] img[src^=http], [role=log] [onerror], [role=log] [onload]").length`); n != "0" {
		t.Errorf("%s hostile elements are in the timeline", n)
	}
	reader.Silent(t)
}
