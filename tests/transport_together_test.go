package tests

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/tests/testkit"
)

// each is how many messages each of the five senders of the room sends.
const each = 200

// TestOneRoomOnEveryTransport has one client of each kind in one room. All send, all are cut at random and go on where
// they were, and all end with the same list.
func TestOneRoomOnEveryTransport(t *testing.T) {
	t.Parallel()
	node := testkit.Need(t, "node")
	testkit.Need(t, "npm")
	python := testkit.Need(t, "python-socketio")
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	room := ada.CreateRoom("together", "open")
	const total = 5 * each
	from := ada.Room(room.ID).Seq

	lists := map[string][]string{}
	var mu sync.Mutex
	var all sync.WaitGroup
	var begin []func()
	var ready sync.WaitGroup // holds everybody back until the programs have connected
	follow := func(name string, list func(c *testkit.Client, cursor string) ([]string, error)) {
		c := s.SignUp(name)
		c.Join(room.ID)
		cursor := c.Poll("", 0).Cursor
		all.Add(1)
		begin = append(begin, func() {
			defer all.Done()
			ids, err := list(c, cursor)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			mu.Lock()
			defer mu.Unlock()
			lists[name] = ids
		})
	}
	follow("websocket", func(c *testkit.Client, _ string) ([]string, error) {
		ready.Wait()
		return followSocket(c, room.ID, from, total)
	})
	follow("sse", func(c *testkit.Client, cursor string) ([]string, error) {
		return followStream(c, cursor, room.ID, total)
	})
	follow("longpoll", func(c *testkit.Client, cursor string) ([]string, error) {
		return followPolls(c, cursor, room.ID, total)
	})
	follow("browser", func(c *testkit.Client, _ string) ([]string, error) {
		return followLikeABrowser(c, room.ID, from, total)
	})
	program := func(name, command, script, transports string) {
		ready.Add(1)
		follow(name, func(c *testkit.Client, _ string) ([]string, error) {
			f := follower{client: c, command: command, script: script, ready: &ready}
			return f.run(t, s.URL, transports, tokenOf(t, c), room.ID, fmt.Sprint(total), fmt.Sprint(each), fmt.Sprint("SINCE=", from))
		})
	}
	program("node-websocket", node, "node/clients/follower.mjs", "websocket")
	program("node-polling", node, "node/clients/follower.mjs", "polling")
	program("python-polling", python, "python/follower.py", "polling")
	for _, start := range begin {
		go start()
	}
	ready.Wait()
	for i := range each {
		ada.Send(room.ID, fmt.Sprint("rest-", i), fmt.Sprint("rest ", i))
	}
	all.Wait()

	var want []string
	for _, m := range ada.History(room.ID) {
		want = append(want, m.ID)
	}
	if len(want) != total {
		t.Errorf("the room has %d messages, want %d", len(want), total)
	}
	for name, ids := range lists {
		if !slices.Equal(ids, want) {
			t.Errorf("%s has another list: %d messages, want %d", name, len(ids), len(want))
		}
	}
}

// followSocket sends and follows over /ws, on a new connection every now and then. What it has not heard of when a
// connection is cut, it sends again: the same client_id makes one message.
func followSocket(c *testkit.Client, room string, from int64, total int) ([]string, error) {
	var ids []string
	last, stored := from, map[string]bool{}
	for len(ids) < total {
		socket, _, err := c.TryDial(testkit.Dialing{})
		if err != nil {
			return ids, err
		}
		socket.Hello("", map[string]int64{room: last})
		sent := 0
		for until := len(ids) + 20 + rand.IntN(60); len(ids) < min(until, total); {
			for ; sent < each; sent++ {
				if name := fmt.Sprint("ws-", sent); !stored[name] {
					socket.Send(room, name, "over the socket")
					sent++
					break
				}
			}
			f, err := socket.TryAwait(func(f testkit.Frame) bool { return f.Type == "message.created" && f.RoomID == room })
			if err != nil {
				return ids, err
			}
			ids, last = append(ids, f.Message.ID), f.Seq
			stored[f.Message.ClientID] = true
		}
		socket.Abort()
	}
	return ids, nil
}

func followStream(c *testkit.Client, cursor, room string, total int) ([]string, error) {
	var ids []string
	id := cursor
	for deadline := time.Now().Add(clientsDeadline); len(ids) < total && time.Now().Before(deadline); {
		stream, err := c.TryStream("", id)
		if err != nil {
			return ids, err
		}
		for until := len(ids) + 20 + rand.IntN(60); len(ids) < min(until, total); {
			e := stream.Next()
			if e.ID != "" {
				id = e.ID
			}
			if e.Type == "message.created" && e.RoomID == room {
				ids = append(ids, e.Message.ID)
			}
		}
		stream.Cut()
	}
	return ids, nil
}

// followLikeABrowser goes from one transport to another as the web client does, each time with a hello that says what
// it has of the room.
func followLikeABrowser(c *testkit.Client, room string, last int64, total int) ([]string, error) {
	var ids []string
	take := func(f testkit.Frame) {
		if f.Type == "message.created" && f.RoomID == room {
			ids, last = append(ids, f.Message.ID), f.Seq
		}
	}
	for deadline := time.Now().Add(clientsDeadline); len(ids) < total && time.Now().Before(deadline); {
		until := min(len(ids)+20+rand.IntN(60), total)
		hello := fmt.Sprintf("hello=1&since=%s:%d", room, last)
		switch rand.IntN(3) {
		case 0:
			socket, _, err := c.TryDial(testkit.Dialing{})
			if err != nil {
				return ids, err
			}
			socket.Hello("", map[string]int64{room: last})
			for len(ids) < until {
				f, err := socket.TryAwait(func(f testkit.Frame) bool { return f.Type == "message.created" && f.RoomID == room })
				if err != nil {
					return ids, err
				}
				take(f)
			}
			socket.Abort()
		case 1:
			stream, err := c.TryStream(hello, "")
			if err != nil {
				return ids, err
			}
			for len(ids) < until {
				take(stream.Next().Frame)
			}
			stream.Cut()
		default:
			for query := hello; len(ids) < until && time.Now().Before(deadline); {
				reply, err := c.Try(context.Background(), "GET", "/api/v1/events?"+query, nil)
				if err != nil {
					return ids, err
				}
				var p testkit.Polled
				if err := json.Unmarshal(reply.Body, &p); err != nil {
					return ids, err
				}
				for _, e := range p.Events {
					take(e)
				}
				query = "wait=5&cursor=" + p.Cursor
			}
		}
	}
	return ids, nil
}

func followPolls(c *testkit.Client, cursor, room string, total int) ([]string, error) {
	var ids []string
	for deadline := time.Now().Add(clientsDeadline); len(ids) < total && time.Now().Before(deadline); {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(20+rand.IntN(2000))*time.Millisecond)
		reply, err := c.Try(ctx, "GET", "/api/v1/events?wait=10&cursor="+cursor, nil)
		cancel()
		if err != nil {
			continue // cut
		}
		var p testkit.Polled
		if err := json.Unmarshal(reply.Body, &p); err != nil {
			return ids, err
		}
		cursor = p.Cursor
		for _, e := range p.Events {
			if e.Type == "message.created" && e.RoomID == room {
				ids = append(ids, e.Message.ID)
			}
		}
	}
	return ids, nil
}

// follower is a client of another language, which prints what it got.
type follower struct {
	client          *testkit.Client
	command, script string
	ready           *sync.WaitGroup
}

func (f follower) run(t *testing.T, address, transports, token, room, total, sends, env string) ([]string, error) {
	ctx, cancel := context.WithTimeout(t.Context(), clientsDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, f.command, filepath.Join(testkit.Root(), "tests", filepath.FromSlash(f.script)),
		address, transports, token, room, total, sends)
	cmd.Env = append(os.Environ(), env)
	var out bytes.Buffer
	cmd.Stdout = &out
	said, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	start, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(said)
	first, err := lines.ReadString('\n')
	f.ready.Done()
	if err != nil {
		return nil, err
	}
	f.ready.Wait()
	if _, err := start.Write([]byte("go\n")); err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		return nil, err
	}
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("%w: %s%s", err, first, rest)
	}
	var ids []string
	err = json.Unmarshal(out.Bytes(), &ids)
	return ids, err
}
