package tests

import (
	"context"
	"sync"
	"testing"

	"parley/tests/testkit"
)

// writers send without a pause until their server ends, however it does; afterwards what they were told is compared with
// what is there.
type writers struct {
	t      *testing.T
	reader *testkit.Client
	room   string
	people []*testkit.Client
}

// newWriters signs up so many people and brings them into one room.
func newWriters(t *testing.T, srv *testkit.Server, count int) *writers {
	t.Helper()
	owner := srv.SignUp("owner")
	ws := &writers{t: t, reader: owner, room: owner.CreateRoom("Tea", "open").ID}
	for w := range count {
		c := srv.SignUp(ids("writer", w))
		c.Join(ws.room)
		ws.people = append(ws.people, c)
	}
	return ws
}

// intent is one message that a writer wanted to send, and what it was told.
type intent struct {
	clientID, text string
	acked          bool
	id             string
	seq            int64
}

// writeUntil has everybody write, half of them on sockets, while end runs: it must end the server. It returns what each
// wanted to send in this round.
func (ws *writers) writeUntil(round int, end func()) [][]intent {
	ws.t.Helper()
	lists := make([][]intent, len(ws.people))
	var writing sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	for w, c := range ws.people {
		deliver := overREST(c, ws.room)
		if w%2 == 0 {
			deliver = overSocket(c, ws.room)
		}
		writing.Go(func() { lists[w] = writeUntilDeath(ctx, deliver, ids(round, w)) })
	}
	end()
	stop()
	writing.Wait()
	return lists
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

// compare checks what they were told against the restarted server, retries what was not acknowledged, and returns how many
// messages were.
func (ws *writers) compare(lists [][]intent) int {
	t := ws.t
	t.Helper()
	before := byClientID(t, ws.reader.History(ws.room))
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
			retried := ws.people[w].PostMessage(ws.room, i.clientID, i.text)
			if retried.Status != 200 && retried.Status != 201 {
				t.Fatalf("the retry of %s: %d %s", i.clientID, retried.Status, retried.Body)
			}
			if again := testkit.MessageOf(retried); there && (again.ID != m.ID || again.Seq != m.Seq || retried.Status != 200) {
				t.Errorf("the retry of %s, which was there, made another: %+v, %+v", i.clientID, again, m)
			}
		}
	}
	after := byClientID(t, ws.reader.History(ws.room))
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
