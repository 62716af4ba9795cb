package tests

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// The budgets of the room page with fifty messages.
const (
	mostRequests  = 10
	mostColdBytes = 60 << 10
	mostWarmBytes = 5 << 10
	mostElements  = 2500 // fifty rows of some twenty elements, and the rest of the page
)

// whenShown keeps when the first message stood in the page and what the browser says of the way there.
const whenShown = watchShifts + `
window.longs = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) longs += e.duration - 50 }).observe({type: "longtask", buffered: true})
new MutationObserver((_, o) => { if (document.querySelector("[role=log] [data-seq]")) { window.shownAt = performance.now(); o.disconnect() } }).observe(document, {childList: true, subtree: true})`

// TestTheRoomPageKeepsItsBudgets loads a room with an empty cache and with a full one.
func TestTheRoomPageKeepsItsBudgets(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	for i := range 60 {
		who := []*testkit.Client{ada, bob}[i/3%2]
		who.Send(general, ids("talk", i), talk[i%len(talk)]+fmt.Sprintf(" (%d)", i))
	}
	ada.Mark(general, 60)
	p := browser.SignedIn(ada)
	p.Watch(whenShown)
	traffic := p.Count()
	load := func() (requests, bytes int, each map[string]int) {
		traffic.Reset()
		p.Go(srv.URL + "/rooms/" + general)
		p.Wait("the messages", theRows+`.length >= 50`)
		quiet, last := time.Now(), -1
		testkit.Eventually(t, "the network is quiet for two seconds", func() bool {
			if n, b, _ := traffic.Sum(); n+b != last {
				quiet, last = time.Now(), n+b
			}
			return time.Since(quiet) > 2*time.Second
		})
		return traffic.Sum()
	}
	requests, bytes, each := load()
	t.Logf("cold: %d requests, %d bytes, first message after %.0f ms, blocking time %.0f ms", requests, bytes, number(p, "shownAt"), number(p, "longs"))
	if requests > mostRequests || bytes > mostColdBytes {
		t.Errorf("cold: %d requests and %d bytes, the budget is %d and %d:\n%v", requests, bytes, mostRequests, mostColdBytes, each)
	}
	if n := number(p, `document.querySelectorAll("*").length`); n > mostElements {
		t.Errorf("%.0f elements, the budget is %d", n, mostElements)
	} else {
		t.Logf("%.0f elements; %v", n, each)
	}
	if sum := number(p, `shifts.reduce((a, b) => a + b, 0)`); sum > 0.0005 {
		t.Errorf("the cumulative layout shift is %.4f: %s", sum, p.Eval(`(window.jumped ?? []).join("; ")`))
	}
	page := ownPage(each)
	requests, bytes, each = load()
	if ownPage(each) == 0 {
		bytes += page // the service worker asked for it, where this does not count
	}
	t.Logf("warm: %d requests, %d bytes, first message after %.0f ms", requests, bytes, number(p, "shownAt"))
	if bytes > mostWarmBytes {
		t.Errorf("warm: %d bytes, the budget is %d:\n%v", bytes, mostWarmBytes, each)
	}
	if sum := number(p, `shifts.reduce((a, b) => a + b, 0)`); sum > 0.0005 {
		t.Errorf("the cumulative layout shift is %.4f when loaded again", sum)
	}
	p.Silent(t)
}

// ownPage is what the room's page itself took; none of it comes from a cache.
func ownPage(each map[string]int) (sum int) {
	for what, n := range each {
		if strings.Contains(what, "/rooms/") && !strings.Contains(what, "/api/") {
			sum += n
		}
	}
	return sum
}

// talk is what people say in a room.
var talk = []string{
	"Good morning, everybody", "Has anybody looked at the **release notes** yet?", "I did. Two lines about the migration are missing.",
	"I will add them before lunch", "Thanks!", "The build is green again: `make ci` took nine minutes", "Lunch at one?",
	"Yes, the place by the river", "Can somebody review the pull request about search?", "On it",
}
