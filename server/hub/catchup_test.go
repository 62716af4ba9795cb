package hub

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/server/wire"
)

func TestSessionsThatComeWhileTheRoomTalksMissNothingAndGetNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 3000 {
				w.say()
				if i%7 == 0 {
					time.Sleep(time.Duration(rand.IntN(50)) * time.Microsecond)
				}
			}
		})
		type visit struct {
			cursor int64
			box    *inbox
		}
		visits := make(chan visit, 200)
		for range 4 {
			wg.Go(func() {
				for range 50 {
					time.Sleep(time.Duration(rand.IntN(500)) * time.Microsecond)
					w.mu.Lock()
					head := int64(len(w.log))
					w.mu.Unlock()
					cursor := max(head-rand.Int64N(600), 1) // sometimes beyond the ring
					s, b := w.open(1)
					w.start(s, map[wire.ID]int64{theRoom: cursor})
					visits <- visit{cursor, b}
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		close(visits)
		last := int64(len(w.log))
		for v := range visits {
			rising(t, v.box.seqs(), v.cursor+1, last)
			if n := len(v.box.frames(wire.Synced)); n < 1 {
				t.Fatal("a resume was not closed by synced")
			}
			v.box.session.Close()
		}
		time.Sleep(lingers) // presence timers
	})
}

func TestAStalledSessionIsCaughtUpOnceItReadsAgainAndDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.hub.Close()
		w.join(1)
		w.join(2)
		slow, slowBox := w.connect(1)
		quick, quickBox := w.connect(2)
		w.say()
		synctest.Wait()
		slowBox.stall()
		for range 1000 {
			w.say()
		}
		synctest.Wait()
		last := int64(len(w.log))
		rising(t, quickBox.seqs(), 3, last)
		if subs := w.hub.room(theRoom).subs; len(subs) != 1 {
			t.Errorf("%d sessions are written to, want the quick one alone", len(subs))
		}
		slowBox.drain()
		synctest.Wait()
		w.say()
		synctest.Wait()
		rising(t, slowBox.seqs(), 3, last+1)
		slow.Close()
		quick.Close()
		time.Sleep(lingers)
	})
}
