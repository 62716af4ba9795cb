package tests

import (
	"net/http"
	"testing"

	"parley/tests/testkit"
)

// hostileTeam makes a team of people with every attack of the corpus for a name, a status, a message, a reply, a token and
// a device, who all call the reader. It returns a room of theirs, a thread in it, and one of them.
func hostileTeam(t *testing.T, srv *testkit.Server, me *testkit.Client, corpus []string) (room, root, one string) {
	t.Helper()
	room = me.CreateRoom("The stage", "open").ID
	thread := me.Send(room, "root", "Who wants tea?")
	named := 0
	for i, attack := range corpus {
		r := me.Post("/api/v1/bots", testkit.Object{"username": ids("bot", i), "display_name": oneLine(attack, 64), "room_ids": []string{room}})
		if r.Status != http.StatusCreated {
			continue // a name that deceives the eye is refused
		}
		named++
		made := testkit.Decode[struct {
			User  testkit.User
			Token struct{ Token string }
		}](r)
		bot := me.Bearer(made.Token.Token)
		one = made.User.ID
		bot.Patch("/api/v1/me", testkit.Object{"status": oneLine(attack, 100)})
		bot.PostMessage(room, ids("tea", i), "@reader tea "+attack)
		if i < 40 {
			bot.Post("/api/v1/rooms/"+room+"/messages", testkit.Object{"text": "@reader " + attack, "client_id": ids("reply", i), "thread_id": thread.ID})
		}
		if i < 80 {
			me.Post("/api/v1/me/tokens", testkit.Object{"name": oneLine(attack, 60)})
			me.Post("/api/v1/rooms", testkit.Object{"name": ids(i, oneLine(attack, 50)), "topic": oneLine(attack, 200)})
		}
		if i < 30 {
			srv.Anonymous().With("User-Agent", oneLine(attack, 200)).Post("/api/v1/login", testkit.Object{"username": "reader", "password": testkit.Password})
		}
	}
	if named < 100 {
		t.Fatalf("only %d names were taken: nothing is tried", named)
	}
	return room, thread.ID, one
}

// TestPeopleOfHostileNamesRunNowhereInTheBrowser looks at everything that shows people, rooms, devices and what was done:
// dialogs, threads, inboxes, searches, the administration and its log.
func TestPeopleOfHostileNamesRunNowhereInTheBrowser(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	reader := browser.Person("reader")
	signUpInBrowser(srv, reader, "/setup")
	me := srv.Login("reader")
	room, root, one := hostileTeam(t, srv, me, attacks(t))
	list := []sight{
		{"a room", "/rooms/" + room, "", `document.querySelector("[role=log] [data-message-id]")`},
		{"the members", "", pressing("Members"), openDialog + ` && document.querySelectorAll("dialog .pick").length > 20`},
		{"a thread", "/rooms/" + room + "?thread=" + root, "", `document.querySelectorAll("#pane [data-message-id]").length > 1`},
		{"the list of rooms", "/", "", `document.querySelectorAll("nav a.room").length > 50`},
		{"an inbox", "", pressing("Mentions"), openDialog + ` && document.querySelector("dialog").textContent.includes("tea")`},
		{"the jump box", "/rooms/" + room, `document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true}))`, `document.querySelector(".dialog-jump [role=option]")`},
		{"results", "/search?q=tea", "", `document.querySelectorAll(".hit mark").length > 10`},
		{"settings", "/settings", "", `document.querySelector("#theme")`},
	}
	for _, path := range []string{
		"/admin", "/admin/people", "/admin/people?q=script", "/admin/people/" + one, "/admin/people/" + me.User.ID, "/admin/rooms", "/admin/invites",
		"/admin/audit", "/connection",
	} {
		list = append(list, sight{path, path, "", `document.querySelector("main h1")`})
	}
	visit(reader, srv, list, func(name string) { unharmed(t, reader, name) })
	reader.Silent(t)
}

// TestWhatIsTypedIntoAFormComesBackAsText goes through the pages that show again what they were sent or asked for: an
// error beside a name, a filter, an address that leads nowhere.
func TestWhatIsTypedIntoAFormComesBackAsText(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	me := srv.SignUp("reader").With("Accept", "text/html")
	nobody := srv.Anonymous().With("Accept", "text/html")
	for i, attack := range attacks(t) {
		q := testkit.Query(attack)
		replies := map[string]testkit.Reply{
			"a refused sign-up": nobody.Post("/signup", typed("username="+q+"&display_name="+q+"&email="+q+"&password=x&invite="+q)),
			"nothing there":     me.Get("/rooms/" + q),
			"a profile":         me.Post("/settings/profile", typed("display_name="+q+"&status="+q+"&email="+q)),
			"people by name":    me.Get("/admin/people?q=" + q),
			"the log by a name": me.Get("/admin/audit?actor=" + q + "&action=" + q + "&since=" + q),
			"a new invitation":  me.Post("/admin/invites", typed("role="+q+"&uses="+q+"&hours="+q)),
			"a search":          me.Get("/search?q=" + q),
		}
		if i%6 == 0 { // what shows nothing of it as far as anybody knows, or costs a password each time
			replies["a refused sign-in"] = nobody.Post("/login", typed("username="+q+"&password=wrong&next="+q))
			replies["a refused code"] = nobody.Post("/login/code", typed("code="+q))
			replies["an invitation"] = nobody.Get("/invite/" + q)
			replies["a reset link"] = nobody.Get("/reset/" + q)
			replies["a sign-in to"] = nobody.Get("/login?next=" + q)
			replies["a token's name"] = me.Post("/settings/tokens", typed("name="+q))
			replies["rooms by name"] = me.Get("/admin/rooms?q=" + q)
			replies["a role"] = me.Post("/admin/people/"+me.User.ID+"/role", typed("role="+q))
			replies["rules"] = me.Post("/admin/rules", typed("signup="+q+"&rooms="+q))
			replies["the second factor"] = me.Post("/settings/second-factor/confirm", typed("code="+q))
			replies["a language"] = me.With("Accept-Language", oneLine(attack, 100)).Get("/connection")
		}
		for where, r := range replies {
			if r.Status >= http.StatusInternalServerError {
				t.Errorf("%s, sent %q: %d", where, attack, r.Status)
			}
			for _, fault := range activeContent(string(r.Body)) {
				t.Errorf("%s, sent %q: %s", where, attack, fault)
			}
		}
	}
}
