package tests

import (
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestAGuestIsOfferedNothingThatHeMayNotDo opens a link in the browser, joins by a name and a password, and looks around.
func TestAGuestIsOfferedNothingThatHeMayNotDo(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Args("--signup", "invite"))
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("With guests", "open").ID
	ada.Send(room, "first", "Welcome")
	invite := ada.Invite(testkit.Object{"role": "guest", "room_ids": []string{room}})
	gus := testkit.NewBrowser(t).Person("gus")
	gus.Go(invite.URL)
	gus.Type("input[name=username]", "gus")
	gus.Type("input[name=password]", testkit.Password)
	gus.Click("form button")
	gus.Wait("he is in his room", `document.querySelector("[role=log]")?.innerText.includes("Welcome")`)
	words := gus.Eval(`[...document.querySelectorAll("#sidebar button, #sidebar a")].map(e => e.getAttribute("aria-label") || e.textContent.trim()).join("|")`)
	if !strings.Contains(words, "With guests") {
		t.Fatalf("the sidebar holds %s", words)
	}
	for _, offered := range []string{"Browse rooms", "Add a room", "general"} {
		if strings.Contains(words, offered) {
			t.Errorf("the sidebar offers %q", offered)
		}
	}
	gus.Type("#composer", "Hello from a guest")
	gus.Enter()
	testkit.Eventually(t, "his message is there", func() bool { return len(ada.History(room)) == 2 })
	if faults := gus.Faults(); len(faults) > 0 {
		t.Errorf("the console: %v", faults)
	}
}
