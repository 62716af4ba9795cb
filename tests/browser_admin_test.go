package tests

import (
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestTheOwnerLooksAfterTheServerInABrowser goes through the pages of administration by clicking.
func TestTheOwnerLooksAfterTheServerInABrowser(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	owner, bob := srv.SignUp("owner"), srv.SignUp("bob")
	kitchen := bob.CreateRoom("Kitchen", "open").ID
	p := browser.Person("owner")
	p.SignIn(owner)
	tab := func(name string) {
		p.Eval(`([...document.querySelectorAll("nav.sections a")].find(a => a.textContent.trim() === "` + name + `").click(), 0)`)
		p.Wait("the page of "+name, `document.readyState === "complete" && document.querySelector("nav.sections a[aria-current=page]")?.textContent.trim() === "`+name+`"`)
	}
	figure := func(name string) string {
		return p.Eval(`[...document.querySelectorAll("dl div")].find(d => d.querySelector("dt").textContent.trim() === "` + name + `")?.querySelector("dd").textContent.trim() ?? "none"`)
	}

	p.Go(srv.URL + "/admin")
	version := strings.TrimPrefix(strings.TrimSpace(testkit.Run(t, nil, "version").Stdout), "parley ")
	if got := figure("Version"); got == "" || !strings.HasPrefix(version, got) {
		t.Errorf("the page says version %q, the program %q", got, version)
	}
	if got := figure("Database"); !strings.HasSuffix(got, "B") || strings.HasPrefix(got, "0 ") {
		t.Errorf("the database takes %q", got)
	}
	if got := figure("Open rooms"); got != "2" {
		t.Errorf("there are %s open rooms, want 2", got)
	}

	p.Eval(`(document.querySelector("#signup").value = "closed", 0)`)
	p.Click(`form[action="/admin/rules"] button`)
	p.Wait("it says that it is saved", `document.querySelector(".saved[role=status], [role=status]")?.textContent.trim() && document.querySelector("#signup").value === "closed"`)
	srv.Anonymous().Post("/api/v1/signup", testkit.Object{"username": "cyd", "password": testkit.Password}).WantProblem(t, http.StatusForbidden, "signup_closed")

	tab("People")
	p.Type(".search-form input[name=q]", "bob")
	p.Enter()
	p.Wait("one person is found", `document.querySelectorAll(".hit").length === 1`)
	p.Click(".hit a")
	p.Click(`form[action$="/deactivate"] button`)
	p.Wait("bob can be let in again", `document.querySelector('form[action$="/reactivate"]')`)
	bob.Get("/api/v1/me").Want(t, http.StatusUnauthorized)
	p.Click(`form[action$="/reactivate"] button`)
	p.Wait("bob is in again", `document.querySelector('form[action$="/deactivate"]')`)
	srv.Login("bob")

	tab("Rooms")
	p.Click(`form[action="/admin/rooms/` + kitchen + `/archive"] button`)
	p.Wait("the room is archived", `!document.querySelector('form[action="/admin/rooms/`+kitchen+`/archive"]') && document.querySelector(".rows").textContent.includes("Kitchen")`)
	if !owner.Room(kitchen).Archived {
		t.Error("the server does not know that the room is archived")
	}

	tab("Invitations")
	p.Click(`form[action="/admin/invites"] button`)
	p.Wait("the invitation is shown, with its picture for a phone", `document.querySelector(".fresh code")?.textContent.includes("/invite/") && document.querySelector("svg.qr, .qr svg")`)
	link := p.Eval(`document.querySelector(".fresh code").textContent.trim()`)
	guest := srv.Anonymous().Get(link[strings.Index(link, "/invite/"):])
	guest.Want(t, http.StatusOK)
	p.Silent(t)
}

// TestRemovingAMemberAsksFirst presses the cross beside somebody once and again.
func TestRemovingAMemberAsksFirst(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Plans", "private").ID
	ada.AddMember(room, bob.User.ID)
	p := browser.SignedIn(ada)
	p.Go(srv.URL + "/rooms/" + room)
	p.Wait("the page is up", `document.activeElement?.id === "composer"`)
	p.Click(`#room-header button[aria-haspopup="dialog"]`)
	cross := `.dialog-members button[aria-label="Remove from the room: bob"]`
	p.Wait("bob is listed", `document.querySelector('`+cross+`')`)
	p.Click(cross)
	p.Wait("the button asks", `document.querySelector('`+cross+`').textContent.trim() === "Remove from the room" && document.activeElement === document.querySelector('`+cross+`')`)
	bob.Get("/api/v1/rooms/"+room).Want(t, http.StatusOK)
	p.Press("Enter")
	p.Wait("bob is not listed any more", `document.querySelector(".dialog-members h2").textContent === "1 member"`)
	bob.Get("/api/v1/rooms/"+room).Want(t, http.StatusNotFound)
	p.Silent(t)
}
