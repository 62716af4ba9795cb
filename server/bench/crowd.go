package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// room is one room of the load: who is connected there, and what was sent and heard.
type room struct {
	id     string
	tokens []string // of accounts that are members

	mu      sync.Mutex
	clients []*client
	turn    int

	sent, acked, refused, heard atomic.Int64
	moved                       chan struct{} // has a value when acks or deliveries came since the last look
}

func (r *room) wake() {
	select {
	case r.moved <- struct{}{}:
	default:
	}
}

// shards keep the readers of many connections from counting in one place.
const shards = 8

// crowd is everybody who is connected, and the figures of the phase under way.
type crowd struct {
	addr  string
	rooms []*room

	mu   sync.Mutex
	open []*client

	delivery [shards]histogram
	ack      histogram
	counting atomic.Bool
	refusal  atomic.Pointer[string] // the first refused send's answer
}

func newCrowd(addr string, rooms []*room) *crowd { return &crowd{addr: addr, rooms: rooms} }

// reset forgets the figures; no phase may be under way.
func (c *crowd) reset() {
	for i := range c.delivery {
		c.delivery[i].clear()
	}
	c.ack.clear()
	for _, r := range c.rooms {
		r.sent.Store(0)
		r.acked.Store(0)
		r.refused.Store(0)
		r.heard.Store(0)
	}
}

// handshakes is how many are under way at a time: more only wait in the server's queue of accepts.
const handshakes = 64

// connect brings the crowd to n connections, spread evenly over the first rooms.
func (c *crowd) connect(ctx context.Context, n, rooms int) error {
	c.mu.Lock()
	have := len(c.open)
	c.mu.Unlock()
	return c.inParallel(n-have, func(i int) error {
		number := have + i
		r := c.rooms[number%rooms]
		cl := &client{number: number, room: r}
		if err := cl.open(ctx, c.addr, r.tokens[number/rooms%len(r.tokens)], "", -1); err != nil {
			return err
		}
		c.admit(cl)
		return nil
	})
}

func (c *crowd) admit(cl *client) {
	c.mu.Lock()
	c.open = append(c.open, cl)
	c.mu.Unlock()
	cl.room.mu.Lock()
	cl.room.clients = append(cl.room.clients, cl)
	cl.room.mu.Unlock()
	go cl.receive(c.take)
}

// inParallel calls do for 0 to n-1, and returns the first error once all calls under way have ended.
func (c *crowd) inParallel(n int, do func(i int) error) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range min(handshakes, max(n, 0)) {
		wg.Go(func() {
			for failed.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// leave closes connections until n are left; abrupt ones go without a word.
func (c *crowd) leave(n int, abrupt bool) {
	c.mu.Lock()
	gone := c.open[min(n, len(c.open)):]
	c.open = c.open[:len(c.open)-len(gone)]
	c.mu.Unlock()
	for _, cl := range gone {
		cl.room.mu.Lock()
		for i, other := range cl.room.clients {
			if other == cl {
				cl.room.clients = append(cl.room.clients[:i:i], cl.room.clients[i+1:]...)
				break
			}
		}
		cl.room.mu.Unlock()
		if abrupt {
			cl.cut()
		} else {
			cl.close()
		}
	}
}

// comeBack opens a connection for each of those that were cut, at the cursor where it stood, and returns once all are
// caught up.
func (c *crowd) comeBack(ctx context.Context, gone []*client) error {
	return c.inParallel(len(gone), func(i int) error {
		old := gone[i]
		cl := &client{number: old.number, room: old.room}
		tokens := old.room.tokens
		if err := cl.open(ctx, c.addr, tokens[i%len(tokens)], old.epoch, old.seen.Load()); err != nil {
			return err
		}
		synced := cl.synced // from here on the field is its reader's
		c.admit(cl)
		select {
		case <-synced:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(handshakeWait):
			return errors.New("a connection that came back was not caught up in time")
		}
	})
}

// connected returns everybody who is there now.
func (c *crowd) connected() []*client {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*client(nil), c.open...)
}

// filler brings a text to the length of an ordinary message.
const filler = " the quick brown fox jumps over the lazy dog and then asks whether it is half past ten yet or five minutes more"

// say sends one message from the room's next connection. The ref carries the time from which its latency counts.
func (c *crowd) say(r *room, intended time.Time, run string) error {
	r.mu.Lock()
	if len(r.clients) == 0 {
		r.mu.Unlock()
		return errors.New("nobody is connected")
	}
	cl := r.clients[r.turn%len(r.clients)]
	r.turn++
	r.mu.Unlock()
	at := fmt.Sprintf("%016x", intended.UnixNano())
	n := r.sent.Add(1)
	b := make([]byte, 0, 320)
	b = append(b, `{"type":"message.send","ref":"`...)
	b = append(b, at...)
	b = append(b, `","room_id":"`...)
	b = append(b, r.id...)
	b = append(b, `","client_id":"`...)
	b = append(b, run...)
	b = append(b, r.id...)
	b = append(b, '-')
	b = strconv.AppendInt(b, n, 36)
	b = append(b, `","text":"`+markStart...)
	b = append(b, at...)
	b = append(b, filler...)
	b = append(b, `"}`...)
	_, err := cl.conn.Write(maskedFrame(opText, b))
	return err
}
