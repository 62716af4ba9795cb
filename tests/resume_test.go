package tests

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestResumeTellsEachChangeOnceInItsPresentState makes one of each kind of change behind a cursor and reads the catch-up.
func TestResumeTellsEachChangeOnceInItsPresentState(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	edited, deleted, untouched := ada.Send(room.ID, "1", "edited"), ada.Send(room.ID, "2", "deleted"), ada.Send(room.ID, "3", "untouched")
	witness := ada.Connect()
	cursor := bob.Room(room.ID).Seq

	fresh := ada.Send(room.ID, "4", "new") // cursor+1
	ada.Edit(edited.ID, "edited once")     // +2, hidden by the next edit
	brief := ada.Send(room.ID, "5", "new and gone again")
	both := ada.Send(room.ID, "6", "new and edited")
	ada.DeleteMessage(deleted.ID)              // +5
	ada.Edit(edited.ID, "edited twice")        // +6
	ada.DeleteMessage(brief.ID)                // +7
	ada.Edit(both.ID, "new and edited, twice") // +8
	type event struct {
		offset   int64
		kind, id string
		text     string
	}
	want := []event{
		{1, "message.created", fresh.ID, "new"},
		{5, "message.deleted", deleted.ID, ""},
		{6, "message.updated", edited.ID, "edited twice"},
		{7, "message.deleted", brief.ID, ""},
		{8, "message.created", both.ID, "new and edited, twice"},
	}
	reaches(t, witness, room.ID, cursor+8)
	s := bob.Dial()
	s.Hello("", map[string]int64{room.ID: cursor})
	if synced := s.ExpectIn("synced", room.ID); synced.Seq != cursor+8 {
		t.Errorf("synced at %d, want %d", synced.Seq, cursor+8)
	}
	var got []event
	for _, f := range s.Frames(func(f testkit.Frame) bool { return f.RoomID == room.ID && f.Message != nil }) {
		got = append(got, event{f.Seq - cursor, f.Type, f.Message.ID, f.Message.Text})
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the catch-up was\n%v, want\n%v", got, want)
	}
	ada.Send(room.ID, "7", "live")
	if f := s.Await("the live message", func(f testkit.Frame) bool { return f.Message != nil && f.Message.Text == "live" }); f.Seq != cursor+9 {
		t.Errorf("after synced at %d the live seq is %d", cursor+8, f.Seq)
	}

	fromStart := bob.Dial()
	fromStart.Hello("", map[string]int64{room.ID: 0})
	fromStart.ExpectIn("synced", room.ID)
	if all := fromStart.Frames(func(f testkit.Frame) bool { return f.Message != nil && f.RoomID == room.ID }); len(all) != 7 || all[0].Message.ID != untouched.ID {
		t.Errorf("cursor 0 brought %d messages, want 7, the untouched one first", len(all))
	}
	later := bob.Connect()
	later.Expecting(map[string]int64{room.ID: cursor + 6})
	later.Write(testkit.Object{"type": "open", "room_id": room.ID, "since": cursor + 6})
	later.ExpectIn("synced", room.ID)
	if some := later.Frames(func(f testkit.Frame) bool { return f.Message != nil && f.RoomID == room.ID }); len(some) != 3 {
		t.Errorf("open since %d brought %d messages, want 3", cursor+6, len(some))
	}
}

func TestResumeResetsWhereItCannotCatchUp(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	left, secret := ada.CreateRoom("Left", "open"), ada.CreateRoom("Secret", "private")
	bob.Join(left.ID)
	bob.Leave(left.ID)
	witness := ada.Dial()
	epoch := witness.Hello("", nil).Epoch
	base := bob.Room(room.ID).Seq
	for i := range 200 {
		ada.Send(room.ID, ids("m", i), "x")
	}
	head := base + 200
	reaches(t, witness, room.ID, head)
	resume := func(t *testing.T, epoch string, roomID string, cursor int64) testkit.Frame {
		t.Helper()
		s := bob.On(t).Dial()
		s.Hello(epoch, map[string]int64{roomID: cursor})
		return s.Await("synced, reset or room.removed", func(f testkit.Frame) bool {
			return f.RoomID == roomID && (f.Type == "synced" || f.Type == "reset" || f.Type == "room.removed")
		})
	}
	type resuming struct {
		name, epoch, room string
		cursor            int64
		want              string
	}
	try := func(c resuming) {
		t.Run(c.name, func(t *testing.T) {
			f := resume(t, c.epoch, c.room, c.cursor)
			if f.Type != c.want || (f.Type != "room.removed" && f.Seq < base) {
				t.Errorf("the answer is %s, want %s", f.Raw, c.want)
			}
		})
	}
	for _, c := range []resuming{
		{"at the head", epoch, room.ID, head, "synced"},
		{"200 changes behind", epoch, room.ID, base, "synced"},
		{"without an epoch", "", room.ID, head - 3, "synced"},
		{"another epoch", "of another backup", room.ID, head, "reset"},
		{"above the head", epoch, room.ID, head + 1, "reset"},
		{"far above the head", epoch, room.ID, 1 << 53, "reset"},
		{"a room that I left", epoch, left.ID, 1, "room.removed"},
		{"a private room of others", epoch, secret.ID, 1, "room.removed"},
		{"a room that is not there", epoch, "4611686018427387000", 1, "room.removed"},
	} {
		try(c)
	}
	ada.Send(room.ID, "one more", "x")
	reaches(t, witness, room.ID, head+1)
	try(resuming{"201 changes behind", epoch, room.ID, base, "reset"})

	s := bob.Dial()
	s.Hello("another", map[string]int64{room.ID: head})
	reset := s.ExpectIn("reset", room.ID)
	ada.Send(room.ID, "after reset", "live again")
	if f := s.ExpectIn("message.created", room.ID); f.Seq != reset.Seq+1 {
		t.Errorf("reset at %d, then a live event at %d", reset.Seq, f.Seq)
	}
	if after := s.Frames(func(f testkit.Frame) bool { return f.Type == "synced" }); len(after) != 0 {
		t.Errorf("synced follows a reset: %s", after[0].Raw)
	}
}

// reaches waits until a socket has come to a room's head as REST tells it. An answer over REST may be a moment ahead of
// the events, so a catch-up may end below it and the rest come live.
func reaches(t *testing.T, s *testkit.Socket, roomID string, head int64) {
	t.Helper()
	s.Await(fmt.Sprintf("seq %d of room %s", head, roomID), func(f testkit.Frame) bool { return f.RoomID == roomID && f.Seq >= head })
}

// TestResumeUnderRandomCuts cuts a listener's connection at random moments while another account sends, edits and
// deletes; what it has seen in the end must be what the database has.
func TestResumeUnderRandomCuts(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	seeds := []uint64{1, 2, rand.Uint64()}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			rooms := []string{ada.CreateRoom(ids("Tea", seed), "open").ID, ada.CreateRoom(ids("Coffee", seed), "open").ID}
			for _, id := range rooms {
				bob.Join(id)
			}
			plan := random.Perm(120)
			done := make(chan struct{})
			go func() {
				defer close(done)
				write(ada.On(t), rooms, seed, plan)
			}()
			view := testkit.NewView(rooms...)
			listenThroughCuts(t, bob.On(t), view, random, done)
			for _, id := range rooms {
				if d := view.Differences(id, bob.History(id)); len(d) > 0 {
					t.Errorf("room %s: %s", id, strings.Join(d, "\n"))
				}
			}
		})
	}
}

// write sends to the rooms and now and then edits or deletes something it sent before.
func write(c *testkit.Client, rooms []string, seed uint64, plan []int) {
	var sent []testkit.Message
	for i, p := range plan {
		switch old := len(sent) - 1 - p%max(1, len(sent)); {
		case p%5 == 3 && old >= 0 && !sent[old].Deleted:
			c.Edit(sent[old].ID, ids("edited at", i))
		case p%7 == 4 && old >= 0 && !sent[old].Deleted:
			c.DeleteMessage(sent[old].ID)
			sent[old].Deleted = true
		default:
			sent = append(sent, c.Send(rooms[p%len(rooms)], ids(seed, i), ids("message", i)))
		}
	}
}

func listenThroughCuts(t *testing.T, c *testkit.Client, view *testkit.View, random *rand.Rand, done <-chan struct{}) {
	t.Helper()
	for {
		select {
		case <-done:
			last := c.Dial()
			last.Hello(view.Epoch, view.Cursors)
			for id := range view.Cursors {
				reaches(t, last, id, c.Room(id).Seq)
			}
			view.Drain(last, c.History)
			return
		default:
		}
		s := c.Dial()
		s.Expecting(view.Cursors)
		s.Write(testkit.Object{"type": "hello", "epoch": view.Epoch, "rooms": view.Cursors})
		s.AwaitCount(random.IntN(25), done)
		s.Cut()
		s.WaitClosed(testkit.Deadline)
		view.Drain(s, c.History)
	}
}

func TestResumeAcrossARestartAndACrash(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open").ID
	bob.Join(room)
	view := testkit.NewView(room)
	for round, end := range []func(){srv.Stop, srv.Kill} {
		s := bob.Dial()
		s.Hello(view.Epoch, view.Cursors)
		s.ExpectIn("synced", room)
		m := ada.Send(room, ids("before", round), "before the end")
		s.ExpectIn("message.created", room)
		end()
		if code := s.WaitClosed(testkit.Deadline); round == 0 && code != 1012 {
			t.Errorf("a server that stops closes with %d, want 1012", code)
		}
		view.Drain(s, bob.History)
		srv.Restart()
		ada.Edit(m.ID, "edited after the end")
		ada.Send(room, ids("after", round), "after the end")
	}
	epoch := view.Epoch
	s := bob.Dial()
	s.Hello(view.Epoch, view.Cursors)
	reaches(t, s, room, bob.Room(room).Seq)
	view.Drain(s, bob.History)
	if view.Epoch != epoch || epoch == "" {
		t.Errorf("a restart changed the epoch from %q to %q", epoch, view.Epoch)
	}
	if resets := s.Frames(func(f testkit.Frame) bool { return f.Type == "reset" }); len(resets) != 0 {
		t.Errorf("a restart led to a reset: %s", resets[0].Raw)
	}
	if d := view.Differences(room, bob.History(room)); len(d) > 0 {
		t.Error(strings.Join(d, "\n"))
	}
}
