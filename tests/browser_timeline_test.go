package tests

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"parley/tests/testkit"
)

// watchShifts adds up how far things jumped without a key or a click, as the browser itself counts it.
const watchShifts = `window.shifts = []; new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) { shifts.push(e.value); (window.jumped ??= []).push(...e.sources.map(s => [s.node?.nodeName, s.node?.className, s.previousRect.x, s.previousRect.y, "to", s.currentRect.x, s.currentRect.y].join(" "))) } }).observe({type: "layout-shift", buffered: true})`

// The places of a timeline, as expressions.
const (
	theLog   = `document.querySelector("[role=log]")`
	theRows  = `[...document.querySelectorAll("[role=log] [data-seq]")]`
	toTheEnd = `(l => l.scrollHeight - l.scrollTop - l.clientHeight)(` + theLog + `)`
	readLine = `((l, top) => ` + theRows + `.find(r => r.getBoundingClientRect().bottom > top))(` + theLog + `, ` + theLog + `.getBoundingClientRect().top)`
	newLine  = `document.querySelector("[role=log] .new-line")`
	pillText = `(document.querySelector("#pill")?.innerText.trim() ?? "")`
	atTheEnd = toTheEnd + ` < 2`
)

// bigRoom is how many messages are seeded; half of them are in one room.
func bigRoom() int {
	switch {
	case os.Getenv("PARLEY_TEST_LONG") != "":
		return 200_000
	case testkit.Race:
		return 20_000
	}
	return 60_000
}

// roomNamed finds a room that everybody may enter, and enters it.
func roomNamed(c *testkit.Client, name string) testkit.Room {
	all := testkit.Decode[struct{ Rooms []testkit.Room }](c.Get("/api/v1/rooms?browse=1")).Rooms
	at := slices.IndexFunc(all, func(r testkit.Room) bool { return r.Name == name })
	return testkit.Decode[struct{ Room testkit.Room }](c.Post("/api/v1/rooms/"+all[at].ID+"/join", nil)).Room
}

// open shows a page of a room to somebody whose session the tab has.
func open(srv *testkit.Server, p *testkit.Tab, path string) {
	p.Go(srv.URL + path)
	p.Wait("rows stand there", theRows+".length > 0")
	p.Wait("the page is connected", `!document.querySelector("#connection")?.checkVisibility() && `+theLog+`.isConnected`)
}

// TestALongTimelineInTheBrowser walks through a room that is far longer than a page can hold.
func TestALongTimelineInTheBrowser(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t, testkit.Data(testkit.Seed(t, bigRoom())))
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := roomNamed(ada, "seed-0")
	roomNamed(bob, "seed-0")
	path := "/rooms/" + room.ID
	p := browser.SignedIn(ada)
	p.Watch(watchShifts)
	p.Timezone("America/New_York")

	t.Run("it opens at the end, days are those of the reader", func(t *testing.T) {
		open(srv, p, path)
		p.Wait("the end is in view", atTheEnd)
		p.Wait("the seed's first day is the last of the year before", `document.querySelector(".day time")?.textContent === "December 31, 2019"`)
		bob.Send(room.ID, "today", "a word of today")
		p.Wait("the new row, and the end is still in view", row("a word of today")+` && `+atTheEnd)
		if day := p.Eval(`[...document.querySelectorAll(".day time")].at(-1).textContent`); day != "Today" {
			t.Errorf("above a message of now stands %q, want Today", day)
		}
	})
	t.Run("rows of one author share a heading, and every time has its date", func(t *testing.T) {
		bob.Send(room.ID, "again", "and another")
		p.Wait("the second row", row("and another")+`?.dataset.messageId`)
		var seen struct {
			Wrong   []string
			Grouped bool
			Times   bool
			Shown   string
		}
		p.EvalInto(&seen, `(rows => ({
			Wrong: rows.flatMap((r, i) => {
				const name = e => (e.querySelector(".name") ?? e.querySelector(".vh")).textContent.replace(/: $/, "")
				const before = rows[i - 1]
				const near = before && before === r.previousElementSibling && name(before) === name(r)
					&& Date.parse(r.querySelector("time").dateTime) - Date.parse(before.querySelector("time").dateTime) < 300000
				return Boolean(near) === r.matches(".grouped") ? [] : [r.dataset.seq]
			}),
			Grouped: rows.at(-1).matches(".grouped"),
			Times: rows.every(r => /\d{4}/.test(r.querySelector("time[datetime]").title)),
			Shown: getComputedStyle(rows.at(-1).querySelector("time")).opacity,
		}))(`+theRows+`)`)
		if len(seen.Wrong) > 0 || !seen.Grouped {
			t.Errorf("the rows %v are grouped wrongly; the second of one author is grouped: %v", seen.Wrong, seen.Grouped)
		}
		if !seen.Times || seen.Shown != "0" {
			t.Errorf("every time has a full date: %v; a grouped row shows its time unasked: opacity %s", seen.Times, seen.Shown)
		}
		p.Hover(row("and another"))
		p.Wait("under the mouse the gutter shows the time", `getComputedStyle(`+row("and another")+`.querySelector("time")).opacity === "1"`)
	})
	t.Run("history comes in above without moving the line being read, and the page keeps its size", func(t *testing.T) {
		p.Eval(`(window.most = 0, window.moved = 0, window.walk = function step() {
			const log = ` + theLog + `
			most = Math.max(most, log.querySelectorAll(".row").length)
		}, new MutationObserver(walk).observe(` + theLog + `, {childList: true}), 0)`)
		// The line being read is where it was in every frame in which rows were put in above it.
		p.Eval(`(window.watch = () => {
			const log = ` + theLog + `
			let row = null, top = 0, scroll = 0
			requestAnimationFrame(function frame() {
				if (row?.isConnected) {
					const now = row.getBoundingClientRect().top
					if (window.still) moved = Math.max(moved, Math.abs(now - top))
				}
				row = ` + readLine + `
				top = row?.getBoundingClientRect().top ?? 0
				requestAnimationFrame(frame)
			})
		}, watch(), 0)`)
		oldest := number(p, theRows+"[0].dataset.seq")
		for range 8 {
			before := p.Eval(theRows + "[0].dataset.seq")
			p.Eval(`(window.still = false, ` + theLog + `.scrollTop = 300, 0)`)
			p.Eval(`new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => { window.still = true; r() })))`)
			p.Wait("older rows", theRows+`[0].dataset.seq !== "`+before+`"`)
		}
		p.Eval(`(window.still = false, 0)`)
		if now := number(p, theRows+"[0].dataset.seq"); now > oldest-350 {
			t.Errorf("eight pages up lead from seq %.0f to %.0f", oldest, now)
		}
		if moved := number(p, "moved"); moved > 1 {
			t.Errorf("the line being read moved by %.2f px while history came in", moved)
		}
		if most := number(p, "most"); most > 320 {
			t.Errorf("%.0f rows stood in the page at once, want about 300", most)
		}
		if p.Eval(`Boolean(`+row("and another")+`)`) == "true" {
			t.Error("the newest rows are still in the page, eight pages further up")
		}
	})
	t.Run("a message that comes meanwhile is counted in a pill that covers no line", func(t *testing.T) {
		line := readLine + `.dataset.seq`
		before := p.Eval(line)
		for i := range 3 {
			bob.Send(room.ID, ids("meanwhile", i), fmt.Sprintf("meanwhile %d", i))
		}
		p.Wait("3 new", pillText+` === "3 new messages"`)
		if after := p.Eval(line); after != before {
			t.Errorf("the line being read went from seq %s to %s", before, after)
		}
		if covered := p.Eval(`document.querySelector("#pill").getBoundingClientRect().top >= ` + theLog + `.getBoundingClientRect().bottom - 1`); covered != "true" {
			t.Error("the pill lies over the timeline")
		}
		p.Click("#pill button")
		p.Wait("the newest message is in view", row("meanwhile 2")+` && `+atTheEnd)
		p.Wait("the pill is gone", pillText+` === ""`)
	})
	t.Run("within 100 px of the end it is followed, further up it is not", func(t *testing.T) {
		p.Eval(`(` + theLog + `.scrollTop -= 90, 0)`)
		bob.Send(room.ID, "near", "near the end")
		p.Wait("the end is followed", row("near the end")+` && `+atTheEnd)
		p.Eval(`(` + theLog + `.scrollTop -= 130, 0)`)
		p.Wait("the page noticed", toTheEnd+` > 100`)
		top := p.Eval(theLog + ".scrollTop")
		bob.Send(room.ID, "far", "further up")
		p.Wait("the pill", pillText+` === "1 new message"`)
		if now := p.Eval(theLog + ".scrollTop"); now != top {
			t.Errorf("the timeline moved from %s to %s under the reader", top, now)
		}
		p.Eval(`(` + theLog + `.scrollTop = ` + theLog + `.scrollHeight, 0)`)
		p.Wait("at the end the pill goes by itself", pillText+` === ""`)
	})
	t.Run("a permalink opens around its message, pages both ways, and Back works", func(t *testing.T) {
		middle := room.Num / 2
		p.Eval(`(` + theLog + `.scrollTop -= 400, 0)`)
		p.Wait("the page noticed", toTheEnd+` > 350`)
		left := p.Eval(readLine + `.dataset.seq`)
		top := number(p, readLine+`.getBoundingClientRect().top`)
		p.Eval(fmt.Sprintf(`((a) => { a.href = "%s/%d"; document.body.append(a); a.click(); a.remove() })(document.createElement("a"))`, path, middle))
		target := fmt.Sprintf(`%s.find(r => r.matches(".flash"))`, theRows)
		p.Wait("the message is pointed at", target)
		if got := p.Eval(`location.pathname`); got != fmt.Sprintf("%s/%d", path, middle) {
			t.Errorf("the address is %s", got)
		}
		if off := number(p, `(r => Math.abs(r.top + r.height / 2 - innerHeight / 2))(`+target+`.getBoundingClientRect())`); off > 120 {
			t.Errorf("the message stands %.0f px from the middle", off)
		}
		ends := func() (float64, float64) {
			return number(p, theRows+"[0].dataset.seq"), number(p, theRows+".at(-1).dataset.seq")
		}
		first, last := ends()
		p.Eval(`(` + theLog + `.scrollTop = 10, 0)`)
		p.Wait("older ones", fmt.Sprintf(`%s[0].dataset.seq < %.0f`, theRows, first))
		p.Eval(`(` + theLog + `.scrollTop = ` + theLog + `.scrollHeight, 0)`)
		p.Wait("newer ones", fmt.Sprintf(`%s.at(-1).dataset.seq > %.0f`, theRows, last))
		p.Eval(`history.back()`)
		p.Wait("the address is the room's", `location.pathname === "`+path+`"`)
		p.Wait("the line that was being read is back", readLine+`?.dataset.seq === "`+left+`"`)
		if now := number(p, readLine+`.getBoundingClientRect().top`); now < top-1.5 || now > top+1.5 {
			t.Errorf("it stands at %.1f px, and stood at %.1f", now, top)
		}
		p.Go(srv.URL + fmt.Sprintf("%s/%d", path, middle))
		p.Wait("opened anew, the permalink shows the same", target)
	})
	t.Run("it opens at the first unread message, and the New line stays while reading", func(t *testing.T) {
		ada.Mark(room.ID, room.Num-400)
		open(srv, p, path)
		p.Wait("the New line is in view", newLine+` && (y => y > 0 && y < innerHeight)(`+newLine+`.getBoundingClientRect().top)`)
		if first := p.Eval(newLine + `.nextElementSibling.querySelector(".text") && ` + newLine + `.nextElementSibling.dataset.seq`); first == "" {
			t.Error("no row follows the New line")
		}
		p.Eval(`[...document.querySelectorAll("#pill button")].at(0)?.click()`)
		p.Wait("the end", atTheEnd+` && `+row("further up"))
		p.Wait("all is read", `!document.querySelector('nav a[aria-current=page]').matches(".unread")`)
		bob.Send(room.ID, "while", "while reading")
		p.Wait("a row", row("while reading"))
		ada.Mark(room.ID, room.Num-10)
		open(srv, p, path)
		p.Wait("the New line", newLine)
		p.Eval(`(` + theLog + `.scrollTop = ` + theLog + `.scrollHeight, 0)`)
		p.Wait("all is read", `!document.querySelector('nav a[aria-current=page]').matches(".unread")`)
		if p.Eval(`Boolean(`+newLine+`)`) != "true" {
			t.Error("the New line went away when its messages were read")
		}
		testkit.Eventually(t, "the server knows that all is read", func() bool { return ada.Room(room.ID).Unread == 0 })
	})
	t.Run("nothing jumped", func(t *testing.T) {
		p.Go(srv.URL + path)
		p.Wait("the end", atTheEnd+` && `+row("while reading"))
		bob.Send(room.ID, "last", "the last word")
		p.Wait("the last row", row("the last word"))
		if sum := number(p, `shifts.reduce((a, b) => a + b, 0)`); sum > 0.0005 {
			t.Errorf("the cumulative layout shift is %.4f", sum)
		}
	})
	p.Silent(t)
}

// TestComingBackToARoomFindsThePlaceThatWasLeft changes rooms in the middle of reading.
func TestComingBackToARoomFindsThePlaceThatWasLeft(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	long, other := ada.General().ID, ada.CreateRoom("other", "open").ID
	for i := range 120 {
		ada.Send(long, ids("long", i), fmt.Sprintf("line %d of a long room", i))
	}
	ada.Send(other, "other", "the other room")
	bob.Join(other)
	p := browser.SignedIn(ada)
	open(srv, p, "/rooms/"+long)
	p.Wait("it opens at the end", atTheEnd)
	p.Eval(`(` + theLog + `.scrollTop -= 400, 0)`)
	p.Wait("older rows are there too", row("line 20 of a long room")+` && `+toTheEnd+` > 350`)
	place := readLine + `.dataset.seq + " " + Math.round(` + readLine + `.getBoundingClientRect().top)`
	left := p.Eval(place)
	p.Click(`nav a[href="/rooms/` + other + `"]`)
	p.Wait("the other room", row("the other room"))
	begin := p.Eval(`performance.now()`)
	p.Click(`nav a[href="/rooms/` + long + `"]`)
	p.Wait("the place that was left", place+` === "`+left+`"`)
	t.Logf("back in a room after %s ms, the driver's own time included", p.Eval(`Math.round(performance.now() - `+begin+`)`))

	p.Click(`nav a[href="/rooms/` + other + `"]`)
	p.Wait("the other room", row("the other room"))
	bob.Send(long, "unread", "said while ada was away")
	p.Wait("the room is unread", `document.querySelector('nav a[href="/rooms/`+long+`"]').matches(".unread")`)
	p.Click(`nav a[href="/rooms/` + long + `"]`)
	p.Wait("unread messages go before the place", newLine+`?.checkVisibility() && (y => y > 0 && y < innerHeight)(`+newLine+`.getBoundingClientRect().top)`)
	p.Silent(t)
}

// TestAGapClosesWhereverTheReaderIs cuts the connection under somebody who reads far up, for longer than a catch-up reaches.
func TestAGapClosesWhereverTheReaderIs(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	var said []testkit.Message
	for i := range 150 {
		said = append(said, ada.Send(general, ids("before", i), fmt.Sprintf("line %d before the cut", i)))
	}
	p := browser.SignedIn(ada)
	open(srv, p, "/rooms/"+general)
	p.Eval(`(` + theLog + `.scrollTop -= 500, 0)`)
	p.Wait("older rows are there too", row("line 60 before the cut")+` && `+toTheEnd+` > 450`)
	place := readLine + `.dataset.seq + " " + Math.round(` + readLine + `.getBoundingClientRect().top)`
	left := p.Eval(place)
	inView := said[number64(p, readLine+`.querySelector(".text").textContent.match(/\d+/)[0]`)]

	srv.Stop()
	srv.Restart()
	for i := range 210 {
		bob.Send(general, ids("after", i), fmt.Sprintf("line %d after the cut", i))
	}
	ada.Edit(said[149].ID, "edited while away")
	ada.DeleteMessage(said[148].ID)
	ada.Edit(inView.ID, inView.Text+", edited")
	p.Wait("the edit in view", readLine+`?.querySelector(".edited")`)
	if now := p.Eval(place); now != left {
		t.Errorf("the reader was at %s and is at %s", left, now)
	}
	p.Wait("all that came is counted as unread", `document.querySelector("#pill button")`)
	p.Click("#pill button")
	p.Wait("the end", row("line 209 after the cut")+` && `+atTheEnd)
	p.Eval(`(window.walk = setInterval(() => ` + theLog + `.scrollTop -= 600, 30), 0)`)
	p.Wait("the edited and the deleted one", row("edited while away")+` && document.querySelector("[role=log] .stub")`)
	p.Eval(`clearInterval(walk)`)
	var seqs []int64
	p.EvalInto(&seqs, theRows+`.map(r => Number(r.dataset.seq))`)
	for i := 1; i < len(seqs); i++ {
		if seqs[i] != seqs[i-1]+1 && !betweenCut(seqs[i-1], seqs[i], said[149].Seq) {
			t.Errorf("a hole between the rows of seq %d and %d", seqs[i-1], seqs[i])
		}
	}
	p.Silent(t, offline...)
}

// betweenCut says that a step in seq spans no message: edits and members take numbers too.
func betweenCut(a, b, last int64) bool { return a <= last && b > last && b-a < 10 }
