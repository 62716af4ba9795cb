package tests

import (
	"context"
	"net/http"
	"sync"
	"time"

	"parley/tests/testkit"
)

// reader follows the room from a cursor over as many connections as it takes.
type reader struct {
	torture *torture
	client  *testkit.Client
	epoch   string
	cursor  int64
	seen    []testkit.Sight

	mu     sync.Mutex
	socket *testkit.Socket
}

func (r *reader) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.socket != nil {
		r.socket.Abort()
	}
}

// follow listens until the run ends.
func (r *reader) follow() {
	for r.torture.ctx.Err() == nil {
		s := r.connect()
		if s == nil {
			r.torture.breathe()
			continue
		}
		for !s.Closed() && r.torture.ctx.Err() == nil {
			s.AwaitCount(1<<30, r.torture.ctx.Done())
		}
		s.Abort()
		_, _ = s.TryAwait(func(testkit.Frame) bool { return false }) // until its reader has filed the last frame
		r.file(s)
	}
}

func (r *reader) connect() *testkit.Socket {
	s, _, err := r.client.TryDial(testkit.Dialing{})
	if err != nil {
		return nil
	}
	cursors := map[string]int64{r.torture.room: r.cursor}
	s.Expecting(cursors)
	s.Write(testkit.Object{"type": "hello", "epoch": r.epoch, "rooms": cursors})
	r.mu.Lock()
	r.socket = s
	r.mu.Unlock()
	return s
}

// file takes in all that a connection brought.
func (r *reader) file(s *testkit.Socket) {
	for _, f := range s.Frames(func(testkit.Frame) bool { return true }) {
		switch f.Type {
		case "hello":
			r.epoch = f.Epoch
		case "message.created", "synced":
			if f.RoomID != r.torture.room {
				continue
			}
			if f.Message != nil {
				r.seen = append(r.seen, testkit.Sight{Fact: testkit.FactOf(*f.Message)})
			}
			r.cursor = f.Seq
		case "reset":
			if f.RoomID == r.torture.room {
				r.torture.resets.Add(1)
				r.page(f.Seq)
			}
		}
	}
}

// page reads what lies between the cursor and a reset by REST, however often it has to ask.
func (r *reader) page(upto int64) {
	for r.cursor < upto {
		path := "/api/v1/rooms/" + r.torture.room + "/messages?limit=200&after=" + seq(r.cursor)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		reply, err := r.client.Try(ctx, http.MethodGet, path, nil)
		cancel()
		if err != nil || reply.Status != http.StatusOK {
			<-time.After(20 * time.Millisecond) // the server is being tormented: ask again
			continue
		}
		page := testkit.Decode[testkit.Page](reply)
		for _, m := range page.Messages {
			if m.Seq <= upto {
				r.seen = append(r.seen, testkit.Sight{Fact: testkit.FactOf(m), Paged: true})
			}
		}
		if !page.HasAfter || len(page.Messages) == 0 {
			break
		}
		r.cursor = page.Messages[len(page.Messages)-1].Seq
	}
	r.cursor = upto
}

// catchUp follows once more to the end of the room, when nobody speaks any longer.
func (r *reader) catchUp() {
	t := r.torture.t
	t.Helper()
	s := r.connect()
	if s == nil {
		t.Fatal("the server is not there at the end")
	}
	s.Await("the end of the catch-up", func(f testkit.Frame) bool {
		return (f.Type == "synced" || f.Type == "reset") && f.RoomID == r.torture.room
	})
	s.Bye()
	s.WaitClosed(testkit.Deadline)
	r.file(s)
}
