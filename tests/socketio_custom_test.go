package tests

import (
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestARoomRelaysCustomEventsUntilItsManagerSaysOtherwise sends events of a page's own to others in a room.
func TestARoomRelaysCustomEventsUntilItsManagerSaysOtherwise(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	owner, ada, bob := s.SignUp("owner"), s.SignUp("ada"), s.SignUp("bob")
	room := owner.CreateRoom("canvas", "open")
	a, b := dialSocketIO(t, s, ada), dialSocketIO(t, s, bob)
	for _, p := range []*ioPerson{a, b} {
		if got := p.ask("join", room.ID); !strings.Contains(got, `"ok":true`) {
			t.Fatalf("joining: %s", got)
		}
	}
	draw := func(stroke string) string { return a.ask("draw", testkit.Object{"room": room.ID, "stroke": stroke}) }
	if got := draw("first"); !strings.Contains(got, `"ok":true`) {
		t.Errorf("a room that says nothing refuses a custom event: %s", got)
	}
	b.expect(`42["draw",{"room":"` + room.ID + `","stroke":"first"}]`)

	ada.Patch("/api/v1/rooms/"+room.ID, testkit.Object{"custom_events_off": true}).Want(t, 403) // a member, not a manager
	type answer struct {
		Room struct {
			Seq int64
			Off bool `json:"custom_events_off"`
		}
	}
	set := func(off bool) answer {
		return testkit.Decode[answer](owner.Patch("/api/v1/rooms/"+room.ID, testkit.Object{"custom_events_off": off}).Want(t, 200))
	}
	first := set(true)
	if again := set(true); !first.Room.Off || again.Room.Seq != first.Room.Seq {
		t.Errorf("switched off it is %+v, and again %+v", first, again)
	}
	if got := draw("second"); !strings.Contains(got, `"code":"forbidden"`) {
		t.Errorf("a room that wants no custom events answers %s", got)
	}
	if got := a.ask("message", testkit.Object{"room": room.ID, "text": "a message is none"}); !strings.Contains(got, `"ok":true`) {
		t.Errorf("a message is answered %s", got)
	}
	s.Restart()
	if kept := testkit.Decode[answer](owner.Get("/api/v1/rooms/"+room.ID).Want(t, 200)); !kept.Room.Off {
		t.Error("a restart has switched custom events on again")
	}
	set(false)
	a, b = dialSocketIO(t, s, ada), dialSocketIO(t, s, bob)
	a.ask("join", room.ID)
	b.ask("join", room.ID)
	draw("third")
	b.expect(`"stroke":"third"`)
	for _, p := range []*ioPerson{a, b} {
		if strings.Contains(p.transcript(), `"stroke":"second"`) {
			t.Error("an event that was refused arrived")
		}
	}
	if strings.Contains(a.transcript(), `42["draw"`) {
		t.Error("an event came back to its sender")
	}
}
