package tests

import (
	"testing"

	"parley/tests/testkit"
)

// TestTheLastRoomsAreReadableOffline closes a tab, stops the server, and opens the page again.
func TestTheLastRoomsAreReadableOffline(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := browser.Person("ada")
	signUpInBrowser(srv, ada, "/setup")
	bob := srv.SignUp("bob")
	general := bob.General().ID
	bob.Send(general, "1", "said before the train went into the tunnel")
	other := bob.CreateRoom("other", "open").ID
	bob.AddMember(other, srv.Login("ada").User.ID)
	bob.Send(other, "2", "in a room that was never looked at")
	ada.Wait("the message", row("into the tunnel"))
	ada.Wait("the page is under the service worker", `navigator.serviceWorker.controller`)
	ada.Go(srv.URL + "/rooms/" + general) // through the worker, which keeps the page
	ada.Wait("the room was kept, with all that a page needs", `(caches.match("/kept/rooms/`+general+`").then(async r => { window.kept = r && (await r.text()).includes("into the tunnel") && await caches.match("/kept/page") && await caches.match("/kept/boot") }), window.kept)`)

	srv.Stop()
	ada.Go(srv.URL + "/rooms/" + general)
	ada.Wait("the room can be read", row("into the tunnel")+`?.dataset.messageId`)
	ada.Type("#composer", "written in the tunnel")
	ada.Enter()
	ada.Wait("what is written waits", row("written in the tunnel"))
	ada.Wait("the banner says why", `document.querySelector("#connection").checkVisibility()`)
	ada.Go(srv.URL + "/")
	ada.Wait("the first page opens the same room", row("written in the tunnel"))
	ada.Go(srv.URL + "/rooms/" + other)
	ada.Wait("a room that was not kept says that there is no connection", `document.querySelector("h1")?.textContent === "No connection"`)
	ada.Go(srv.URL + "/rooms/" + general)
	ada.Wait("the room again", row("written in the tunnel"))

	srv.Restart()
	ada.Eval(`dispatchEvent(new Event("online"))`)
	ada.Wait("sent by itself once the server is back", row("written in the tunnel")+`?.dataset.messageId`)
	if h := bob.History(general); h[len(h)-1].Text != "written in the tunnel" {
		t.Errorf("the last message is %q", h[len(h)-1].Text)
	}

	// Signing out leaves nothing behind.
	ada.Go(srv.URL + "/settings")
	ada.Click(`form[action="/logout"] button`)
	ada.Wait("signed out", `location.pathname === "/login"`)
	ada.Wait("nothing was kept", `(caches.has("parley-kept").then(has => { window.left = has }), window.left === false)`)
	ada.Silent(t, append(offline, "Failed to load resource", "ERR_")...)
}

func TestTheProgramCanBeInstalled(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	c := srv.Anonymous()
	manifest := testkit.Decode[struct {
		Name      string
		StartURL  string `json:"start_url"`
		Display   string
		Icons     []struct{ Src, Sizes, Purpose, Type string }
		Shortcuts []struct{ URL string }
	}](c.Get("/manifest.webmanifest").Want(t, 200))
	if manifest.Name == "" || manifest.Display != "standalone" || manifest.StartURL != "/" {
		t.Errorf("the manifest is %+v", manifest)
	}
	large, maskable := false, false
	for _, icon := range manifest.Icons {
		r := c.Get(icon.Src).Want(t, 200)
		if got := r.Header.Get("Content-Type"); got != icon.Type {
			t.Errorf("%s is %s, the manifest says %s", icon.Src, got, icon.Type)
		}
		large = large || icon.Sizes == "512x512"
		maskable = maskable || icon.Purpose == "maskable"
	}
	if !large || !maskable {
		t.Errorf("an installed program needs a large icon and a maskable one: %+v", manifest.Icons)
	}
	worker := c.Get("/sw.js").Want(t, 200)
	if got := worker.Header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("the service worker is %s", got)
	}
}
