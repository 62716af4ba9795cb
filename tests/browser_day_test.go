package tests

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// heapLimit is what a page may hold at the end of a day.
const heapLimit = 60 << 20

// keepSockets lets a test cut a page's connection.
const keepSockets = `window.sockets = []; window.WebSocket = class extends WebSocket { constructor(...args) { super(...args); sockets.push(this) } }`

// day is a team of four, two of them in browsers, and all that they have said.
type day struct {
	t     *testing.T
	srv   *testkit.Server
	rnd   *rand.Rand
	tabs  []*testkit.Tab
	team  []*testkit.Client // the first two are those of the tabs
	rooms []string
	said  []testkit.Message // by REST, so that their authors can change them
	n     int               // messages so far
	typed int
	held  int // rows that were compared
}

// TestADayInTwoBrowsers scripts a day of two people who never reload: 200 messages, or 2,000 with PARLEY_TEST_LONG.
func TestADayInTwoBrowsers(t *testing.T) {
	t.Parallel()
	messages, rooms, restarts := 200, 8, 1
	if os.Getenv("PARLEY_TEST_LONG") != "" {
		messages, rooms, restarts = 2000, 20, 6
	}
	d := newDay(t, rooms)
	asleep := -1
	for d.n < messages {
		step := d.n * 40 / messages
		d.act()
		if now := d.n * 40 / messages; now == step {
			continue
		} else if asleep >= 0 && now%8 == 6 {
			d.tabs[asleep].Thaw()
			asleep = -1
		} else if asleep < 0 && now%8 == 2 {
			asleep = now / 8 % 2
			d.tabs[asleep].Freeze()
		} else if asleep < 0 && now%(40/(restarts+1)) == 0 {
			d.srv.Restart()
		} else if asleep < 0 {
			d.tabs[now%2].Eval(`(sockets.at(-1).close(), 0)`)
		}
	}
	if asleep >= 0 {
		d.tabs[asleep].Thaw()
	}
	t.Logf("%d messages in %d rooms, %d of them typed in the browsers", d.n, len(d.rooms), d.typed)
	for i, p := range d.tabs {
		p.Eval(`(dispatchEvent(new Event("online")), 0)`) // after so many cuts the waits have grown
		p.Wait("connected again", `sockets.at(-1)?.readyState === 1 && document.querySelector("#connection").hidden`)
		p.Wait("all that was typed is sent", `!document.querySelector(".row.waiting, .row.failed")`)
		d.compareSidebar(i)
	}
	for i, p := range d.tabs {
		for _, room := range d.rooms {
			d.compareRoom(i, room)
		}
		heap := p.Heap()
		t.Logf("%s's heap is %.1f MB", p.Name, float64(heap)/(1<<20))
		if heap > heapLimit {
			t.Errorf("%s's heap is %d bytes, the limit is %d", p.Name, heap, heapLimit)
		}
		if p.Eval("window.sameDocument") != "true" {
			t.Errorf("%s's page was loaded again", p.Name)
		}
		// The page's own socket is closed behind its back, so it may write into it once more.
		p.Silent(t, append(slices.Clone(offline), "ERR_FAILED", "already in CLOSING")...)
	}
	t.Logf("%d rows are as the server has them", d.held)
}

func newDay(t *testing.T, rooms int) *day {
	d := &day{t: t, srv: testkit.Start(t), rnd: rand.New(rand.NewPCG(2026, 11))}
	for _, name := range []string{"ada", "bob", "cleo", "dan"} {
		d.team = append(d.team, d.srv.SignUp(name))
	}
	d.rooms = []string{d.team[0].General().ID}
	for i := 1; i < rooms; i++ {
		room := d.team[0].CreateRoom(fmt.Sprintf("room %d", i), "open").ID
		for _, c := range d.team[1:] {
			c.Join(room)
		}
		d.rooms = append(d.rooms, room)
	}
	browser := testkit.NewBrowser(t)
	for _, c := range d.team[:2] {
		p := browser.SignedIn(c)
		p.Watch(keepSockets)
		p.Go(d.srv.URL + "/rooms/" + d.rooms[0])
		p.Wait("connected", `sockets.at(-1)?.readyState === 1 && document.querySelector("#composer")`)
		p.Eval(`(window.sameDocument = true)`)
		d.tabs = append(d.tabs, p)
	}
	return d
}

// act lets one of them do one thing.
func (d *day) act() {
	quiet := d.team[2+d.rnd.IntN(2)]
	room := d.rooms[min(d.rnd.IntN(len(d.rooms)), d.rnd.IntN(len(d.rooms)))] // the first rooms are the liveliest
	switch what := d.rnd.IntN(100); {
	case what < 55:
		text := fmt.Sprintf("message %d of the day", d.n)
		if d.rnd.IntN(12) == 0 {
			text += " @" + d.team[d.rnd.IntN(2)].User.Username
		}
		d.keep(quiet.Send(room, ids("day", d.n), text))
	case what < 66 && len(d.said) > 0:
		root := d.said[d.rnd.IntN(len(d.said))]
		d.n++
		quiet.PostReply(root, ids("reply", d.n), fmt.Sprintf("reply %d", d.n), d.rnd.IntN(3) == 0)
	case what < 76 && len(d.said) > 0:
		m := d.recent()
		d.author(m).Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": m.Text + ", edited"})
	case what < 80 && len(d.said) > 0:
		m := d.recent()
		d.author(m).Delete("/api/v1/messages/" + m.ID)
	case what < 87 && len(d.said) > 0:
		quiet.TryReact(d.recent().ID, []string{"👍", "🎉"}[d.rnd.IntN(2)])
	default:
		d.browse(d.rnd.IntN(2), room)
	}
}

func (d *day) keep(m testkit.Message) {
	d.said = append(d.said, m)
	d.n++
}

// recent is one of the last messages: people seldom change what is old.
func (d *day) recent() testkit.Message { return d.said[max(0, len(d.said)-1-d.rnd.IntN(60))] }

func (d *day) author(m testkit.Message) *testkit.Client {
	return d.team[slices.IndexFunc(d.team, func(c *testkit.Client) bool { return c.User.ID == m.Sender.ID })]
}

// browse lets somebody in a browser change the room and say something there, wherever the connection is. Of a page that
// sleeps nothing is asked before it wakes.
func (d *day) browse(i int, room string) {
	d.n++
	d.typed++
	d.tabs[i].Eval(fmt.Sprintf(`((link, text) => {
		link.click()
		setTimeout(() => {
			const box = document.querySelector("#composer")
			box.value = text
			box.dispatchEvent(new InputEvent("input", {bubbles: true}))
			box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))
		}, 30)
	})(%s, %q)`, inSidebar(room), fmt.Sprintf("typed as number %d", d.n)))
}

// compareSidebar holds what the sidebar says is unread against the server.
func (d *day) compareSidebar(i int) {
	d.t.Helper()
	shown := map[string]string{}
	want := map[string]string{}
	d.t.Cleanup(func() {
		for id, says := range want {
			if d.t.Failed() && shown[id] != says {
				d.t.Logf("%s: room %s is %q in the sidebar and %q on the server", d.tabs[i].Name, id, shown[id], says)
			}
		}
	})
	testkit.Eventually(d.t, "the sidebar of "+d.tabs[i].Name+" says what the server says", func() bool {
		d.tabs[i].EvalInto(&shown, `Object.fromEntries([...document.querySelectorAll("nav a.room")].map(a => [a.pathname.split("/").at(-1), [a.matches(".unread"), a.querySelector(".badge")?.innerText.match(/\d+/)[0] ?? "0"].join(" ")]))`)
		for _, r := range d.team[i].Rooms() {
			want[r.ID] = fmt.Sprintf("%v %d", r.Unread > 0, r.Mentions)
		}
		return maps.Equal(shown, want)
	})
}

// shownRow is a row as it stands in the page, or should.
type shownRow struct {
	ID, Text string
	Edited   bool
	Deleted  bool
	Replies  int
	Liked    string
}

// compareRoom opens a room and holds every row in the page against the server's history.
func (d *day) compareRoom(i int, room string) {
	d.t.Helper()
	p := d.tabs[i]
	p.Eval(inSidebar(room) + `.click()`)
	p.Wait("the room is open", inSidebar(room)+`.ariaCurrent === "page" && document.querySelector("[role=log] .row, [role=log] .beginning")`)
	// It may open at its first unread message.
	p.Wait("its end", `(`+theLog+`.scrollTop = `+theLog+`.scrollHeight, document.querySelector("#pill button")?.click(), `+atTheEnd+`) && document.querySelectorAll(".log-start ~ .log-more").length === 0`)
	var rows []shownRow
	want := d.history(i, room)
	end := `document.querySelector("[role=log] .row:last-of-type")?.dataset.messageId`
	if len(want) > 0 {
		p.Wait("the newest message", fmt.Sprintf(`[...document.querySelectorAll("[role=log] .row")].at(-1)?.dataset.messageId === %q`, want[len(want)-1].ID))
	} else if p.Eval(end) != "undefined" {
		d.t.Errorf("%s shows a message in a room without any", p.Name)
	}
	p.EvalInto(&rows, `[...document.querySelectorAll("[role=log] .row")].map(r => ({
		ID: r.dataset.messageId ?? "", Text: r.querySelector(".text")?.textContent.trim() ?? "", Edited: Boolean(r.querySelector("span.edited[title]")), Deleted: r.matches(".gone"),
		Replies: Number(r.querySelector(".replies")?.textContent.match(/\d+/)?.[0] ?? 0),
		Liked: [...r.querySelectorAll(".reactions button")].map(b => b.innerText.replace(/\s+/g, " ").trim()).join(),
	}))`)
	if len(rows) > 320 || len(rows) < min(len(want), 40) {
		d.t.Errorf("%s: %d rows stand in a room of %d", p.Name, len(rows), len(want))
	}
	want = want[max(0, len(want)-len(rows)):]
	d.held += len(rows)
	for j, row := range rows {
		if j < len(want) && row != want[j] {
			d.t.Errorf("%s shows in room %s\n%+v\nand the server has\n%+v", p.Name, room, row, want[j])
		}
	}
}

// history is a room's messages as rows should show them.
func (d *day) history(i int, room string) []shownRow {
	var out []shownRow
	for after, more := int64(0), true; more; {
		page := testkit.Decode[struct {
			Messages []testkit.FullMessage
			HasAfter bool `json:"has_after"`
		}](d.team[i].Get(fmt.Sprintf("/api/v1/rooms/%s/messages?after=%d&limit=200", room, after)))
		for _, m := range page.Messages {
			row := shownRow{ID: m.ID, Text: strings.TrimSpace(m.Text), Edited: m.EditedAt != "" && !m.Deleted, Deleted: m.Deleted}
			if m.ThreadID == "" {
				row.Replies = int(m.ReplyCount)
			}
			var liked []string
			for _, r := range m.Reactions {
				liked = append(liked, fmt.Sprintf("%s %d", r.Emoji, r.Count))
			}
			row.Liked = strings.Join(liked, ",")
			out = append(out, row)
			after = m.Seq
		}
		more = page.HasAfter
	}
	return out
}
