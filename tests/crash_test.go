package tests

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestKillNineLosesNothingThatWasAcknowledged kills the server at random moments under 16 writers, half of them on
// sockets, and compares every acknowledgement with what is there after the restart.
// It takes twenty rounds, and eight where the race detector slows each of them.
func TestKillNineLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	rounds := 20
	if (testkit.Race || testing.Short()) && os.Getenv("PARLEY_TEST_LONG") == "" {
		rounds = 8
	}
	srv := testkit.Start(t)
	crew := newWriters(t, srv, 16)
	total := 0
	for round := range rounds {
		life := time.Duration(20+rand.IntN(400)) * time.Millisecond
		lists := crew.writeUntil(round, func() {
			<-time.After(life) // the random moment, not a wait for anything
			srv.Kill()
		})
		srv.Restart()
		acked := crew.compare(lists)
		t.Logf("round %d: killed after %v, %d acknowledged", round, life, acked)
		total += acked
		if t.Failed() {
			return
		}
	}
	if total == 0 {
		t.Error("not one message was acknowledged in any round: the test proved nothing")
	}
}

// TestATerminatedServerAnswersWhatItAccepted stops the server under load the polite way: every write either was
// answered, and is there, or was refused.
func TestATerminatedServerAnswersWhatItAccepted(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner := srv.SignUp("owner")
	room := owner.CreateRoom("Tea", "open").ID
	crew := &writers{t: t, reader: owner, room: room, people: []*testkit.Client{owner, owner, owner, owner}}
	lists := crew.writeUntil(0, func() {
		testkit.Eventually(t, "a hundred messages", func() bool { return owner.Room(room).Num >= 100 })
		srv.Stop()
	})
	srv.Restart()
	if acked := crew.compare(lists); acked < 100 {
		t.Errorf("only %d were acknowledged", acked)
	}
}
