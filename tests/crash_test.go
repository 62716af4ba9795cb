package tests

import (
	"context"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"parley/tests/testkit"
)

// intent is one message that a writer wanted to send, and what it was told.
type intent struct {
	clientID, text string
	acked          bool
	id             string
	seq            int64
}

// TestKillNineLosesNothingThatWasAcknowledged kills the server at random moments under 16 writers, half of them on
// sockets, and compares every acknowledgement with what is there after the restart.
// It takes twenty rounds, and eight where the race detector slows each of them.
func TestKillNineLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	const writers = 16
	rounds := 20
	if (testkit.Race || testing.Short()) && os.Getenv("PARLEY_TEST_LONG") == "" {
		rounds = 8
	}
	srv := testkit.Start(t)
	owner := srv.SignUp("owner")
	room := owner.CreateRoom("Tea", "open").ID
	var people []*testkit.Client
	for w := range writers {
		c := srv.SignUp(ids("writer", w))
		c.Join(room)
		people = append(people, c)
	}
	total := 0
	for round := range rounds {
		lists := make([][]intent, writers)
		var writing sync.WaitGroup
		ctx, stop := context.WithCancel(context.Background())
		for w, c := range people {
			send := overREST(c, room)
			if w%2 == 0 {
				send = overSocket(c, room)
			}
			writing.Go(func() { lists[w] = writeUntilDeath(ctx, send, ids(round, w)) })
		}
		life := time.Duration(20+rand.IntN(400)) * time.Millisecond
		<-time.After(life) // the random moment, not a wait for anything
		srv.Kill()
		stop()
		writing.Wait()
		srv.Restart()
		acked := compareWithHistory(t, owner, room, people, lists)
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

// send delivers one intent and fills in what the server said; an error means that the server is gone.
type send func(ctx context.Context, i *intent) error

func overREST(c *testkit.Client, room string) send {
	return func(ctx context.Context, i *intent) error {
		m, status, err := c.TrySend(ctx, room, i.clientID, i.text)
		if err == nil && (status == 200 || status == 201) {
			i.acked, i.id, i.seq = true, m.ID, m.Seq
		}
		return err
	}
}

func overSocket(c *testkit.Client, room string) send {
	s := c.Connect()
	return func(_ context.Context, i *intent) error {
		s.Write(testkit.Object{"type": "message.send", "ref": i.clientID, "room_id": room, "client_id": i.clientID, "text": i.text})
		f, err := s.TryAwait(func(f testkit.Frame) bool { return f.Ref == i.clientID })
		if err == nil && f.Type == "ack" {
			i.acked, i.id, i.seq = true, f.Message.ID, f.Message.Seq
		}
		return err
	}
}

func writeUntilDeath(ctx context.Context, deliver send, prefix string) []intent {
	var list []intent
	for n := 0; ctx.Err() == nil; n++ {
		list = append(list, intent{clientID: ids(prefix, n), text: ids("text", prefix, n)})
		if deliver(ctx, &list[n]) != nil {
			break
		}
	}
	return list
}

// compareWithHistory checks the acknowledgements of a round against the restarted server, retries what was not
// acknowledged, and returns how many were.
func compareWithHistory(t *testing.T, reader *testkit.Client, room string, people []*testkit.Client, lists [][]intent) int {
	t.Helper()
	before := byClientID(t, reader.History(room))
	acked := 0
	for w, list := range lists {
		for _, i := range list {
			m, there := before[i.clientID]
			if i.acked {
				acked++
				if !there || m.ID != i.id || m.Seq != i.seq || m.Text != i.text {
					t.Errorf("%s was acknowledged as %s at %d; there is %+v", i.clientID, i.id, i.seq, m)
				}
				continue
			}
			retried := people[w].PostMessage(room, i.clientID, i.text)
			if retried.Status != 200 && retried.Status != 201 {
				t.Fatalf("the retry of %s: %d %s", i.clientID, retried.Status, retried.Body)
			}
			if again := testkit.MessageOf(retried); there && (again.ID != m.ID || again.Seq != m.Seq || retried.Status != 200) {
				t.Errorf("the retry of %s, which was there, made another: %+v, %+v", i.clientID, again, m)
			}
		}
	}
	after := byClientID(t, reader.History(room))
	for _, list := range lists {
		for _, i := range list {
			if _, there := after[i.clientID]; !there {
				t.Errorf("%s is not there after its retry", i.clientID)
			}
		}
	}
	return acked
}

// byClientID demands a history without doubles and without a hole.
func byClientID(t *testing.T, history []testkit.Message) map[string]testkit.Message {
	t.Helper()
	found := map[string]testkit.Message{}
	for i, m := range history {
		if _, twice := found[m.ClientID]; twice {
			t.Errorf("%s is there twice", m.ClientID)
		}
		if i > 0 && (m.Seq != history[i-1].Seq+1 || m.Num != history[i-1].Num+1) {
			t.Errorf("a hole: seq %d, num %d follow seq %d, num %d", m.Seq, m.Num, history[i-1].Seq, history[i-1].Num)
		}
		found[m.ClientID] = m
	}
	return found
}

// TestATerminatedServerAnswersWhatItAccepted stops the server under load the polite way: every write either was
// answered, and is there, or was refused.
func TestATerminatedServerAnswersWhatItAccepted(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	owner := srv.SignUp("owner")
	room := owner.CreateRoom("Tea", "open").ID
	people := []*testkit.Client{owner, owner, owner, owner}
	lists := make([][]intent, len(people))
	var writing sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	for w, c := range people {
		deliver := overREST(c, room)
		if w%2 == 0 {
			deliver = overSocket(c, room)
		}
		writing.Go(func() { lists[w] = writeUntilDeath(ctx, deliver, ids("w", w)) })
	}
	testkit.Eventually(t, "a hundred messages", func() bool { return owner.Room(room).Num >= 100 })
	srv.Stop()
	stop()
	writing.Wait()
	srv.Restart()
	if acked := compareWithHistory(t, owner, room, people, lists); acked < 100 {
		t.Errorf("only %d were acknowledged", acked)
	}
}
