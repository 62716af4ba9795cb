package tests

import (
	"strings"
	"sync"
	"testing"

	"parley/tests/testkit"
)

func TestADirectRoomIsOneForOneSetOfPeople(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd, dan := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd"), srv.SignUp("dan")
	bob.Patch("/api/v1/me", testkit.Object{"display_name": "Bob the Builder"}).Want(t, 200)
	phone := bob.Connect()
	room := testkit.DirectOf(ada.OpenDirect(bob.User.ID).Want(t, 201))
	if room.Kind != "direct" || room.Name != "Bob the Builder" || len(room.Users) != 2 || room.Me == nil || room.Me.Notify != "all" {
		t.Errorf("a direct room is named after the others in it: %+v", room)
	}
	if f := phone.Expect("room.added"); f.Room == nil || f.Room.ID != room.ID || f.Room.Name != "ada" || f.Room.Kind != "direct" {
		t.Errorf("the other one is told: %s", f.Raw)
	}
	for name, r := range map[string]testkit.Reply{
		"asked again":            ada.OpenDirect(bob.User.ID),
		"asked by the other":     bob.OpenDirect(ada.User.ID),
		"oneself named too":      ada.OpenDirect(ada.User.ID, bob.User.ID),
		"somebody named twice":   ada.OpenDirect(bob.User.ID, bob.User.ID),
		"in another order, both": bob.OpenDirect(bob.User.ID, ada.User.ID),
	} {
		if got := testkit.DirectOf(r.Want(t, 200)); got.ID != room.ID {
			t.Errorf("%s: room %s, want %s", name, got.ID, room.ID)
		}
	}
	three := testkit.DirectOf(ada.OpenDirect(bob.User.ID, cyd.User.ID).Want(t, 201))
	if three.ID == room.ID || three.Name != "Bob the Builder, cyd" && three.Name != "cyd, Bob the Builder" {
		t.Errorf("three people have a room of their own: %+v", three)
	}
	ada.Send(room.ID, "1", "psst @bob")
	if got := bob.Room(room.ID); got.Unread != 1 || got.Mentions != 1 || got.Name != "ada" {
		t.Errorf("the other one's side: %+v", got)
	}

	for _, c := range []*testkit.Client{cyd, dan} {
		c.Get("/api/v1/rooms/"+room.ID).WantProblem(t, 404, "not_found")
		c.Get("/api/v1/rooms/"+room.ID+"/messages").WantProblem(t, 404, "not_found")
		c.Post("/api/v1/rooms/"+room.ID+"/join", nil).WantProblem(t, 404, "not_found")
		lists := string(c.Get("/api/v1/rooms").Body) + string(c.Get("/api/v1/rooms?browse=1").Body)
		if strings.Contains(lists, room.ID) || len(c.Search("q=psst").Results) > 0 {
			t.Errorf("%s finds a direct room of others", c.User.Username)
		}
	}
	ada.Put("/api/v1/rooms/"+room.ID+"/members/"+cyd.User.ID, nil).WantProblem(t, 403, "")
	ada.Delete("/api/v1/rooms/"+room.ID+"/members/"+bob.User.ID).WantProblem(t, 403, "")
	ada.Post("/api/v1/rooms/"+room.ID+"/leave", nil).WantProblem(t, 403, "")
	ada.Patch("/api/v1/rooms/"+room.ID, testkit.Object{"name": "Us"}).WantProblem(t, 403, "")
	for name, people := range map[string][]string{"nobody": {}, "only oneself": {ada.User.ID}, "somebody unknown": {"4611686018427387000"}} {
		t.Run(name, func(t *testing.T) { refused(t, ada.On(t).OpenDirect(people...), 422, "") })
	}
}

func TestADirectRoomThatManyOpenAtOnceIsOne(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	people := []*testkit.Client{srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")}
	everybody := []string{people[0].User.ID, people[1].User.ID, people[2].User.ID}
	const each = 8
	var wait sync.WaitGroup
	answers := make([]testkit.Reply, each*len(people))
	for i := range answers {
		wait.Go(func() { answers[i] = people[i%len(people)].OpenDirect(everybody...) })
	}
	wait.Wait()
	made := 0
	first := testkit.DirectOf(answers[0]).ID
	for _, r := range answers {
		if r.Status == 201 {
			made++
		} else {
			r.Want(t, 200)
		}
		if got := testkit.DirectOf(r); got.ID != first || len(got.Users) != 3 {
			t.Errorf("one answer is room %s with %d people, another %s", got.ID, len(got.Users), first)
		}
	}
	if made != 1 {
		t.Errorf("%d answers say that they made the room", made)
	}
	if room := people[0].Room(first); room.Seq != 3 {
		t.Errorf("three people's coming took seq %d", room.Seq)
	}
}
