package hub

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parley/server/wire"
)

func TestPresenceOutlivesAReloadAndEndsWithTheLastConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		watcher, box := w.connect(1)
		watcher.OpenRoom(theRoom)
		statuses := func() (out []string) {
			time.Sleep(3 * time.Second)
			synctest.Wait()
			for _, f := range box.frames(wire.Presence) {
				if f.UserID == "2" {
					out = append(out, f.Status)
				}
			}
			return out
		}
		s, _ := w.connect(2)
		if got := fmt.Sprint(statuses()); got != "[online]" {
			t.Errorf("after a connection: %s", got)
		}
		s.Close()
		time.Sleep(time.Second) // a reload
		s, _ = w.connect(2)
		if got := fmt.Sprint(statuses()); got != "[online]" {
			t.Errorf("after a reload: %s", got)
		}
		s.OpenRoom(theRoom)
		s.CloseRoom(theRoom)
		if got := fmt.Sprint(statuses()); got != "[online away]" {
			t.Errorf("with no room on screen: %s", got)
		}
		s.Close()
		if got := fmt.Sprint(statuses()); got != "[online away offline]" {
			t.Errorf("after the last connection: %s", got)
		}
		watcher.Close()
		time.Sleep(lingers)
	})
}

func TestPresenceIsToldThoughAnotherConnectionIsStillBeingGreeted(t *testing.T) {
	for range 20 { // which of the two connections is looked at first is the map's choice
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			defer w.hub.Close()
			w.join(1)
			w.join(2)
			watcher, box := w.connect(1)
			watcher.OpenRoom(theRoom)
			greeting, _ := w.open(2)
			s, _ := w.connect(2)
			time.Sleep(time.Second)
			synctest.Wait()
			told := 0
			for _, f := range box.frames(wire.Presence) {
				if f.UserID == "2" && f.Status == Online {
					told++
				}
			}
			if told != 1 {
				t.Errorf("the watcher was told %d times", told)
			}
			for _, s := range []*Session{watcher, greeting, s} {
				s.Close()
			}
			time.Sleep(lingers + 1)
			synctest.Wait()
		})
	}
}

func TestTypingReachesOnlyThoseWhoHaveTheRoomOnScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		for u := range wire.ID(3) {
			w.join(u + 1)
		}
		typist, own := w.connect(1)
		viewer, seen := w.connect(2)
		other, unseen := w.connect(3)
		typist.OpenRoom(theRoom)
		viewer.OpenRoom(theRoom)
		for range 5 { // within a second only the first is passed on
			typist.Typing(theRoom)
		}
		synctest.Wait()
		if got := len(seen.frames(wire.Typing)); got != 1 {
			t.Errorf("the viewer got %d", got)
		}
		if len(own.frames(wire.Typing))+len(unseen.frames(wire.Typing)) != 0 {
			t.Error("typing reached the typist or somebody who does not look")
		}
		if typist.Typing(8) {
			t.Error("typing in a room that one is not in was taken")
		}
		for _, s := range []*Session{typist, viewer, other} {
			s.Close()
		}
		time.Sleep(lingers)
	})
}
