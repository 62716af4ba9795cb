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
	const messages = 3000
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room := ada.CreateRoom("Tea", "open").ID
	bob.Join(room)
	cyd.Join(room)
	body := strings.Repeat("a long message, so that the queues fill. ", 100) // 4 KiB: 12 MiB in all

	reading := bob.Connect()
	stalled, _, err := cyd.TryDial(testkit.Dialing{Silent: true})
	if err != nil {
		t.Fatal(err)
	}
	stalled.Write(testkit.Object{"type": "hello"})
	before := srv.RSS(t)
	sender := ada.Connect()
	begin := time.Now()
	for i := range messages {
		sender.Send(room, ids("m", i), body)
		if i%50 == 49 {
			reading.Await("the 50th", func(f testkit.Frame) bool { return f.Message != nil && f.Message.ClientID == ids("m", i) })
		}
	}
	took := time.Since(begin)
	grown := srv.RSS(t) - before
	t.Logf("%d messages of %d bytes reached the reader in %v beside a stalled one; memory grew by %d KiB", messages, len(body), took, grown>>10)
	if limit := int64(64 << 20); grown > limit && !testkit.Race {
		t.Errorf("memory grew by %d KiB while one reader stalled, want less than %d", grown>>10, limit>>10)
	}
	if got := len(reading.Frames(func(f testkit.Frame) bool { return f.Type == "message.created" })); got != messages {
		t.Errorf("the reader has %d events, want %d", got, messages)
	}

	stalled.Resume()
	last := ids("m", messages-1)
	caughtUp := func() bool {
		return len(stalled.Frames(func(f testkit.Frame) bool {
			return f.Type == "reset" || (f.Message != nil && f.Message.ClientID == last)
		})) > 0
	}
	testkit.Eventually(t, "the stalled reader is closed, reset or caught up", func() bool { return stalled.Closed() || caughtUp() })
	if !caughtUp() {
		if code := stalled.WaitClosed(testkit.Deadline); code != 4408 && code != 0 {
			t.Errorf("a stalled reader is closed with %d, want 4408", code)
		}
	}
}
