package tests

import (
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestAStalledReaderCostsNobodyElse stops reading in a busy room. The others must hear everything as fast as without
// it, the server's memory must not grow with what the stalled one missed, and in the end it is cut off or caught up.
func TestAStalledReaderCostsNobodyElse(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room := ada.CreateRoom("Tea", "open").ID
	bob.Join(room)
	cyd.Join(room)
	load := &roomLoad{room: room, sender: ada.Connect(), reader: bob.Connect(), srv: srv}

	undisturbed := load.run(1000)
	stalled, _, err := cyd.TryDial(testkit.Dialing{Silent: true})
	if err != nil {
		t.Fatal(err)
	}
	stalled.Write(testkit.Object{"type": "hello"})
	load.run(1000) // fills the queues of the kernel and of the server
	early := load.heapFloor
	load.heapFloor = 0
	disturbed := load.run(3000) / 3
	late := load.heapFloor
	t.Logf("1,000 messages of 4 KiB reach a reader in %v, beside a stalled one in %v; the live heap went from %.1f to %.1f MiB",
		undisturbed, disturbed, early/(1<<20), late/(1<<20))
	// A queue without a bound would hold the 12 MiB that the stalled one missed meanwhile.
	if late > early+8<<20 {
		t.Errorf("the live heap grew from %.1f to %.1f MiB while one reader stalled", early/(1<<20), late/(1<<20))
	}
	if disturbed > 3*undisturbed+time.Second {
		t.Errorf("the others waited: %v beside a stalled reader, %v without", disturbed, undisturbed)
	}
	if got := len(load.reader.Frames(func(f testkit.Frame) bool { return f.Type == "message.created" })); got != load.sent {
		t.Errorf("the reader has %d events, want %d", got, load.sent)
	}

	stalled.Resume()
	caughtUp := func() bool {
		return len(stalled.Frames(func(f testkit.Frame) bool {
			return f.Type == "reset" || (f.Message != nil && f.Message.ClientID == ids("m", load.sent-1))
		})) > 0
	}
	testkit.Eventually(t, "the stalled reader is closed, reset or caught up", func() bool { return stalled.Closed() || caughtUp() })
	if !caughtUp() {
		if code := stalled.WaitClosed(testkit.Deadline); code != 4408 && code != 0 {
			t.Errorf("a stalled reader is closed with %d, want 4408", code)
		}
	}
}

// roomLoad sends messages of 4 KiB in windows of 50 and waits until the reader has each window.
type roomLoad struct {
	room           string
	sender, reader *testkit.Socket
	srv            *testkit.Server
	sent           int
	heapFloor      float64 // the least heap in use seen between windows, in bytes: what is live, without garbage
}

func (l *roomLoad) run(messages int) time.Duration {
	body := strings.Repeat("a long message, so that the queues fill. ", 100)
	begin := time.Now()
	for range messages / 50 {
		for range 50 {
			l.sender.Send(l.room, ids("m", l.sent), body)
			l.sent++
		}
		last := ids("m", l.sent-1)
		l.reader.Await("the window's last message", func(f testkit.Frame) bool {
			return f.Type == "message.created" && f.Message.ClientID == last
		})
		if heap, _ := l.srv.Metric("go_memstats_heap_inuse_bytes"); l.heapFloor == 0 || heap < l.heapFloor {
			l.heapFloor = heap
		}
	}
	return time.Since(begin)
}
