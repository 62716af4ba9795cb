package tests

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/tests/testkit"
)

// ioPerson is somebody on Socket.IO over a WebSocket. A goroutine keeps every packet that comes.
type ioPerson struct {
	t    *testing.T
	line line

	mu     sync.Mutex
	heard  []string
	ended  bool
	nextID int
}

// dialSocketIO connects with the client's credential.
func dialSocketIO(t *testing.T, srv *testkit.Server, c *testkit.Client) *ioPerson {
	t.Helper()
	made := testkit.Decode[struct{ Token string }](c.Post("/api/v1/me/tokens", testkit.Object{"name": "socket.io"}).Want(t, 201))
	return dialSocketIOAs(t, srv, made.Token)
}

func dialSocketIOAs(t *testing.T, srv *testkit.Server, token string) *ioPerson {
	t.Helper()
	p := &ioPerson{t: t, line: suiteHost{t, srv.URL}.dial("socket", "EIO=4&transport=websocket")}
	p.line.next(false)
	p.line.send(`40{"token":"` + token + `"}`)
	if got := p.line.next(false); !strings.HasPrefix(got, `40{"sid"`) {
		t.Fatalf("the connection was answered %s", got)
	}
	_ = p.line.conn.SetReadDeadline(time.Now().Add(3 * testkit.Deadline))
	go p.listen()
	return p
}

func (p *ioPerson) listen() {
	for {
		_, data, err := p.line.conn.ReadMessage()
		p.mu.Lock()
		if err != nil {
			p.ended = true
		} else {
			p.heard = append(p.heard, string(data))
		}
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// ask sends an event and returns its ack.
func (p *ioPerson) ask(name string, arg any) string {
	p.t.Helper()
	p.nextID++
	body, err := json.Marshal([]any{name, arg})
	if err != nil {
		p.t.Fatal(err)
	}
	p.line.send(fmt.Sprintf("42%d%s", p.nextID, body))
	prefix := fmt.Sprintf("43%d[", p.nextID)
	answer := ""
	testkit.Eventually(p.t, "the ack of "+name, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, h := range p.heard {
			if strings.HasPrefix(h, prefix) {
				answer = h
			}
		}
		return answer != "" || p.ended
	})
	return answer
}

// expect waits until something was heard that holds the word.
func (p *ioPerson) expect(word string) {
	p.t.Helper()
	testkit.Eventually(p.t, word+" over Socket.IO", func() bool { return strings.Contains(p.transcript(), word) })
}

func (p *ioPerson) transcript() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.heard, "\n")
}

func (p *ioPerson) over() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}
