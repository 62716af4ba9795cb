package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// inSidebar is an expression for a room's link.
func inSidebar(roomID string) string {
	return `document.querySelector('nav a[href="/rooms/` + roomID + `"]')`
}

// sidebarNames is what the sidebar shows, from top to bottom.
const sidebarNames = `[...document.querySelectorAll("nav .room-name")].map(n => n.textContent)`

// menuOf opens the menu of the room on screen and chooses an entry.
func menuOf(p *testkit.Tab, name string) {
	p.Click(`#room-header button[aria-haspopup=menu]`)
	choose(p, name)
}

// TestTheSidebarAndMovingAbout goes through a small team's rooms.
func TestTheSidebarAndMovingAbout(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob, ken := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("ken")
	general := ada.General().ID
	rooms := map[string]string{"general": general}
	for _, name := range []string{"room 10", "zebra", "Äpfel", "room 2", "banana"} {
		rooms[name] = ada.CreateRoom(name, "open").ID
		bob.Join(rooms[name])
	}
	withBob := testkit.DirectOf(ada.OpenDirect(bob.User.ID)).ID
	withKen := testkit.DirectOf(ada.OpenDirect(ken.User.ID)).ID
	bob.Send(withBob, "d1", "hello, Ada")
	ken.Send(withKen, "d2", "hello from Ken")
	p := browser.SignedIn(ada)
	p.Go(srv.URL + "/")
	p.Wait("the page is there", theLog+` && document.querySelector("#composer")`)

	t.Run("the first visit opens general", func(t *testing.T) {
		if at := p.Eval(`location.pathname`); at != "/rooms/"+general {
			t.Errorf("/ leads to %s", at)
		}
	})
	t.Run("favourites first, rooms from A to Z, direct rooms by the latest", func(t *testing.T) {
		want := func(names ...string) {
			t.Helper()
			p.Wait(fmt.Sprint("the order ", names), fmt.Sprintf(`%s.join() === "%s"`, sidebarNames, strings.Join(names, ",")))
		}
		want("Äpfel", "banana", "general", "room 2", "room 10", "zebra", "ken", "bob")
		bob.Send(withBob, "d3", "the latest")
		want("Äpfel", "banana", "general", "room 2", "room 10", "zebra", "bob", "ken")
		p.Click(`nav a[href="/rooms/` + rooms["zebra"] + `"]`)
		p.Wait("zebra is open", inSidebar(rooms["zebra"])+`.ariaCurrent === "page"`)
		menuOf(p, "Favourite")
		want("zebra", "Äpfel", "banana", "general", "room 2", "room 10", "bob", "ken")
	})
	t.Run("unread is bold, what calls is a number, and title and icon count it", func(t *testing.T) {
		bob.Send(rooms["banana"], "b1", "just so")
		banana := inSidebar(rooms["banana"])
		p.Wait("bold", banana+`.matches(".unread") && Number(getComputedStyle(`+banana+`).fontWeight) > 600`)
		if p.Eval(`Boolean(`+banana+`.querySelector(".badge"))`) == "true" {
			t.Error("a room in which nobody called has a number")
		}
		ada.Mark(withBob, 2)
		ada.Mark(withKen, 1)
		p.Wait("no number is left", `!document.querySelector("nav .badge")`)
		p.Wait("the title has none either", `document.title === "zebra · Parley"`)
		plain := p.Eval(`document.querySelector("link[rel=icon]").href`)
		bob.Send(rooms["banana"], "b2", "@ada look")
		ken.Send(withKen, "k2", "are you there?")
		number := func(roomID string) string {
			return `(` + inSidebar(roomID) + `.querySelector(".badge")?.innerText ?? "")`
		}
		p.Wait("a mention is a number", number(rooms["banana"])+`.includes("1")`)
		p.Wait("a direct message is one", number(withKen)+`.includes("1")`)
		p.Wait("the title counts both", `document.title === "(2) zebra · Parley"`)
		p.Wait("the icon has its badge", `document.querySelector("link[rel=icon]").href !== "`+plain+`" && document.querySelector("link[rel=icon]").href.includes("badge")`)
	})
	t.Run("the jump box opens at once, unread rooms first, and a few letters find a room", func(t *testing.T) {
		p.Eval(`(window.took = 1e9, 0)`)
		for range 5 {
			p.Press("Escape")
			p.Wait("no dialog", `!document.querySelector("dialog")`)
			p.Eval(`(began => {
				document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true, cancelable: true}))
				if (!document.querySelector(".dialog-jump [role=option]")) throw new Error("it did not open")
				document.body.getBoundingClientRect()
				took = Math.min(took, performance.now() - began)
			})(performance.now())`)
		}
		t.Logf("the jump box took %.1f ms", number(p, "took"))
		if took := number(p, "took"); took > 50 {
			t.Errorf("the jump box took %.1f ms, at most 50 are allowed", took)
		}
		first := `document.querySelector(".dialog-jump [role=option] span")?.textContent`
		p.Wait("those that call come first", `["ken", "banana"].includes(`+first+`)`)
		p.Write("zbr")
		p.Wait("scattered letters find zebra", first+` === "zebra"`)
		p.Press("Escape")
		p.Wait("no dialog", `!document.querySelector("dialog")`)
		p.Press("Control+k")
		p.Write("apf")
		p.Wait("accents need not be typed", first+` === "Äpfel"`)
		p.Press("Enter")
		p.Wait("the room is open", inSidebar(rooms["Äpfel"])+`.ariaCurrent === "page" && location.pathname === "/rooms/`+rooms["Äpfel"]+`"`)
	})
	t.Run("Alt and arrows walk rooms, with Shift the unread ones; Escape marks read; Control+/ lists the keys", func(t *testing.T) {
		here := func(name string) {
			t.Helper()
			p.Wait(name+" is open", `document.querySelector("nav a[aria-current=page] .room-name")?.textContent === "`+name+`"`)
		}
		p.Press("Alt+ArrowUp")
		here("zebra")
		p.Press("Alt+ArrowDown")
		here("Äpfel")
		p.Press("Alt+Shift+ArrowUp") // round the top: the direct rooms stand at the bottom
		here("ken")
		p.Wait("what is in view is read", `!`+inSidebar(withKen)+`.querySelector(".badge")`)
		ken.Send(withKen, "k3", "one more")
		p.Wait("the row", row("one more"))
		press(p, "one more", "More actions")
		choose(p, "Mark unread from here")
		p.Wait("it is unread", inSidebar(withKen)+`.querySelector(".badge")`)
		p.Press("Escape")
		p.Wait("Escape reads it", `!`+inSidebar(withKen)+`.querySelector(".badge")`)
		p.Press("Control+/")
		p.Wait("the list of keys", `document.querySelector(".dialog-shortcuts kbd")`)
		p.Press("Escape")
		p.Wait("it is closed", `!document.querySelector("dialog[open]")`)
	})
	t.Run("a room marked unread in one tab is so in the other within a second", func(t *testing.T) {
		second := p.Another()
		second.Go(srv.URL + "/rooms/" + general)
		second.Wait("connected", inSidebar(rooms["room 2"])+` && !document.querySelector("#connection").checkVisibility()`)
		bob.Send(rooms["room 2"], "r1", "to be read later")
		second.Wait("unread in the second tab", inSidebar(rooms["room 2"])+`.matches(".unread")`)
		p.Click(`nav a[href="/rooms/` + rooms["room 2"] + `"]`)
		p.Wait("its message", row("to be read later"))
		second.Wait("read in the second tab", `!`+inSidebar(rooms["room 2"])+`.matches(".unread")`)
		press(p, "to be read later", "More actions")
		choose(p, "Mark unread from here")
		second.WaitWithin(soon(time.Second), "unread again in the second tab", inSidebar(rooms["room 2"])+`.matches(".unread")`)
		p.Wait("here the New line stands above it", row("to be read later")+`.previousElementSibling?.matches(".new-line")`)
		second.Close()
	})
	t.Run("muted rooms are grey and still count mentions; each room has its own level", func(t *testing.T) {
		id := rooms["room 10"]
		p.Click(`nav a[href="/rooms/` + id + `"]`)
		p.Wait("room 10", inSidebar(id)+`.ariaCurrent === "page"`)
		menuOf(p, "Mute")
		p.Wait("grey", inSidebar(id)+`.matches(".muted")`)
		p.Click(`nav a[href="/rooms/` + general + `"]`)
		bob.Send(id, "m1", "nothing special")
		bob.Send(id, "m2", "@ada this is")
		p.Wait("the mention counts", inSidebar(id)+`.querySelector(".badge")?.innerText.includes("1")`)
		if p.Eval(inSidebar(id)+`.matches(".unread")`) == "true" {
			t.Error("a muted room is bold")
		}
		p.Click(`nav a[href="/rooms/` + id + `"]`)
		menuOf(p, "Notifications…")
		p.Click(`.dialog-level input[value=none]`)
		testkit.Eventually(t, "the server knows the level", func() bool { return ada.Room(id).Me.Notify == "none" })
		p.Press("Escape")
		p.Click(`nav a[href="/rooms/` + general + `"]`)
		bob.Send(id, "m3", "@ada and this")
		p.Wait("the room knows of it", inSidebar(id)+` && !`+inSidebar(id)+`.querySelector(".badge")`)
		bob.Send(rooms["zebra"], "z1", "a fence")
		p.Wait("the fence", inSidebar(rooms["zebra"])+`.matches(".unread")`)
		if p.Eval(`Boolean(`+inSidebar(id)+`.querySelector(".badge"))`) == "true" {
			t.Error("a room that should tell of nothing has a number")
		}
	})
	t.Run("sections fold, unread rooms still show, and a reload keeps it", func(t *testing.T) {
		fold := `[...document.querySelectorAll(".side-fold")].find(b => b.textContent.trim() === "Rooms")`
		p.Eval(fold + `.click()`)
		p.Wait("read rooms are hidden", `!`+inSidebar(rooms["Äpfel"]))
		bob.Send(rooms["banana"], "b3", "still here")
		p.Wait("an unread one shows", inSidebar(rooms["banana"])+`?.matches(".unread")`)
		p.Go(srv.URL + "/rooms/" + general)
		p.Wait("still folded", fold+`?.ariaExpanded === "false" && !`+inSidebar(rooms["Äpfel"]))
		p.Eval(fold + `.click()`)
		p.Wait("open again", inSidebar(rooms["Äpfel"]))
	})
	t.Run("a room that was open before is there within 100 ms, and the wheel opens a tab", func(t *testing.T) {
		p.Eval(`(window.took = 1e9, 0)`)
		for _, name := range []string{"zebra", "general", "zebra", "general", "zebra"} {
			p.Eval(`new Promise(done => {
				const began = performance.now()
				` + inSidebar(rooms[name]) + `.click()
				requestAnimationFrame(function look() {
					const t = document.querySelector("#room-title")?.textContent.includes("` + name + `") && document.querySelector("[role=log] .row, [role=log] .beginning")
					if (!t) return requestAnimationFrame(look)
					requestAnimationFrame(() => done(took = Math.min(took, performance.now() - began)))
				})
			})`)
			p.Wait(name, inSidebar(rooms[name])+`.ariaCurrent === "page" && document.querySelector("[role=log] .row, [role=log] .beginning")`)
		}
		p.Wait("it was measured", "took < 1e9")
		t.Logf("switching took %.1f ms", number(p, "took"))
		if took := number(p, "took"); took > 100 {
			t.Errorf("switching to a cached room took %.1f ms", took)
		}
		p.MiddleClick(inSidebar(rooms["banana"]))
		testkit.Eventually(t, "a new tab with the room", func() bool { return p.Pages("/rooms/"+rooms["banana"]) == 1 })
		if at := p.Eval("location.pathname"); at != "/rooms/"+rooms["zebra"] {
			t.Errorf("the wheel led this tab to %s", at)
		}
	})
	p.Silent(t)
}

// soon is a promise's time, ten times as long where the race detector slows everything.
func soon(d time.Duration) time.Duration {
	if testkit.Race {
		return 10 * d
	}
	return 2 * d // the driver asks every 20 ms and shares the machine with the page
}

// TestWhoIsHereAndWhoIsTyping looks at others through their sockets.
func TestWhoIsHereAndWhoIsTyping(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	others := []*testkit.Client{bob, srv.SignUp("cleo"), srv.SignUp("dan"), srv.SignUp("eve")}
	general := ada.General().ID
	direct := testkit.DirectOf(ada.OpenDirect(bob.User.ID)).ID
	bob.Send(direct, "hello", "hello")
	p := browser.SignedIn(ada)
	p.Go(srv.URL + "/rooms/" + general)
	p.Wait("the direct room", inSidebar(direct))
	shape := `[inSidebar.querySelector(".presence.online") ? "online" : inSidebar.querySelector(".presence.away") ? "away" : "none", (e => e ? getComputedStyle(e).borderTopWidth : "")(inSidebar.querySelector(".presence"))].join(" ")`
	is := func(status, what string) {
		t.Helper()
		p.Wait(what, `(inSidebar => `+shape+`)(`+inSidebar(direct)+`) === "`+status+`"`)
	}
	is("none ", "bob is not there")
	sockets := []*testkit.Socket{}
	for _, c := range others {
		s := c.Connect()
		s.Write(testkit.Object{"type": "open", "room_id": general})
		sockets = append(sockets, s)
	}
	is("online 0px", "bob is there: a disc")
	sockets[0].Write(testkit.Object{"type": "close", "room_id": general})
	is("away 2px", "bob looks elsewhere: a ring")
	sockets[0].Write(testkit.Object{"type": "open", "room_id": general})
	is("online 0px", "bob is back")

	sockets[0].Await("ada is there", func(f testkit.Frame) bool {
		return f.Type == "presence" && f.UserID == ada.User.ID && f.Status == "online"
	})
	hide := func(hidden bool) {
		p.Eval(fmt.Sprintf(`(Object.defineProperty(document, "hidden", {value: %v, configurable: true}), document.dispatchEvent(new Event("visibilitychange")))`, hidden))
	}
	hide(true)
	sockets[0].Await("ada's tab is hidden", func(f testkit.Frame) bool {
		return f.Type == "presence" && f.UserID == ada.User.ID && f.Status == "away"
	})
	hide(false)
	p.Wait("the page is connected", `!document.querySelector("#connection").checkVisibility()`)

	line := `document.querySelector("#typing").innerText.trim()`
	height := p.Eval(`document.querySelector("#typing").offsetHeight`)
	types := func(i int) { sockets[i].Write(testkit.Object{"type": "typing", "room_id": general}) }
	types(0)
	p.Wait("bob", line+` === "bob is typing…"`)
	types(1)
	types(2)
	p.Wait("three names", `["bob", "cleo", "dan"].every(n => `+line+`.includes(n)) && `+line+`.endsWith("are typing…")`)
	types(3)
	p.Wait("four are several", line+` === "Several people are typing…"`)
	begin := time.Now()
	if now := p.Eval(`document.querySelector("#typing").offsetHeight`); now != height {
		t.Errorf("the line is %s px high with words in it, and %s without", now, height)
	}
	if live := p.Eval(`Boolean(document.querySelector("#typing").closest("[aria-live]:not([aria-live=off]), [role=status], [role=log], [role=alert]"))`); live != "false" {
		t.Error("the line of those who type is read out")
	}
	p.Wait("they are gone", line+` === ""`)
	took := time.Since(begin)
	t.Logf("gone %v after the last sign", took)
	if took < 4*time.Second || took > soon(6500*time.Millisecond) {
		t.Errorf("the line was empty %v after the last sign, want about 6 s", took)
	}
	p.Silent(t)
}

// TestAThousandRoomsInTheSidebar counts what typing and walking change in the page where the sidebar is long, and says
// what they take.
func TestAThousandRoomsInTheSidebar(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	count := 1000
	if testkit.Race {
		count = 200
	}
	var last string
	for i := range count {
		last = ada.CreateRoom(fmt.Sprintf("room %d", i), "open").ID
	}
	bob.Join(last)
	general := ada.General().ID
	p := browser.SignedIn(ada)
	p.Go(srv.URL + "/rooms/" + general)
	p.Wait("all rooms", fmt.Sprintf(`document.querySelectorAll("nav a.room").length > %d`, count))
	p.Wait("the composer", `document.activeElement?.id === "composer"`)
	p.Eval(`(window.costs = {key: [], event: [], walk: []}, addEventListener("keydown", () => { const b = performance.now(); queueMicrotask(() => costs.key.push(performance.now() - b)) }, true), 0)`)
	p.Eval(`(window.frames = [], requestAnimationFrame(function f(now) { frames.push(now); requestAnimationFrame(f) }), 0)`)
	p.Eval(`(window.changes = 0, new MutationObserver(list => { changes += list.length }).observe(document.querySelector("#sidebar"), {subtree: true, childList: true, attributes: true, characterData: true}))`)
	p.Eval(`((box) => {
		for (let i = 0; i < 200; i++) {
			const began = performance.now()
			box.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true, cancelable: true}))
			box.value += "a"
			box.dispatchEvent(new InputEvent("input", {data: "a", inputType: "insertText", bubbles: true}))
			costs.key.push(performance.now() - began)
		}
	})(document.querySelector("#composer"))`)
	var touched int
	p.EvalInto(&touched, `changes`)
	if touched > 10 { // the draft's mark and the like
		t.Errorf("200 keys changed %d places of the sidebar", touched)
	}
	for i := range 20 {
		bob.Send(last, ids("flood", i), "a message elsewhere")
	}
	p.Wait("the room is unread", inSidebar(last)+`.matches(".unread")`)
	p.Eval(`(() => {
		changes = 0
		for (let i = 0; i < 10; i++) {
			const began = performance.now()
			document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", altKey: true, bubbles: true, cancelable: true}))
			costs.walk.push(performance.now() - began)
		}
	})()`)
	var costs struct{ Key, Walk []float64 }
	p.EvalInto(&costs, `costs`)
	key, walk := median(costs.Key), median(costs.Walk)
	t.Logf("with %d rooms a key takes %.2f ms (worst %.2f), Alt+Down %.2f ms (worst %.2f)", count, key, slices.Max(costs.Key), walk, slices.Max(costs.Walk))
	var changes int
	p.EvalInto(&changes, `changes`)
	t.Logf("ten rooms on changes %d places of the sidebar", changes)
	if changes > 100 {
		t.Errorf("walking by ten rooms changed %d places of the sidebar", changes)
	}
	p.Press("Control+k")
	p.Write(fmt.Sprintf("oom %d", count-1))
	p.Wait("the jump box finds one of them", fmt.Sprintf(`document.querySelector(".dialog-jump [role=option] span")?.textContent === "room %d"`, count-1))
	p.Silent(t)
}
