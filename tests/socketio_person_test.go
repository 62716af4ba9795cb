package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

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
	return connectIO(t, suiteHost{t, srv.URL}.dial("socket", "EIO=4&transport=websocket"), `40{"token":"`+token+`"}`)
}

// openIOByCookie connects over a WebSocket with the client's cookie, as a page does.
func openIOByCookie(t *testing.T, srv *testkit.Server, c *testkit.Client) *ioPerson {
	t.Helper()
	header := http.Header{"Origin": {srv.URL}, "Cookie": {"parley=" + c.Cookie()}}
	conn, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(srv.URL, "http")+"/socket.io/?EIO=4&transport=websocket", header)
	if err != nil {
		t.Fatalf("dial: %v (%v)", err, res)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return connectIO(t, line{t, conn}, "40")
}

// connectIO sends the CONNECT and begins to listen.
func connectIO(t *testing.T, l line, connect string) *ioPerson {
	t.Helper()
	p := &ioPerson{t: t, line: l}
	_ = l.conn.SetReadDeadline(time.Now().Add(3 * testkit.Deadline))
	l.next(false)
	l.send(connect)
	if got := l.next(false); !strings.HasPrefix(got, `40{"sid"`) {
		t.Fatalf("the connection was answered %s", got)
	}
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
