package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"parley/tests/testkit"
)

// suiteHost is the host that the official suites of both protocols run against, and these tests do too.
type suiteHost struct {
	t   *testing.T
	url string // without a path
}

func startSuiteHost(t *testing.T) suiteHost {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sockethost")
	build := exec.Command("go", "build", "-o", program, "./tests/sockethost")
	build.Dir = testkit.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the host: %v\n%s", err, out)
	}
	address := net.JoinHostPort("127.0.0.1", fmt.Sprint(testkit.FreePort(t)))
	cmd := exec.Command(program, address)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	h := suiteHost{t, "http://" + address}
	testkit.Eventually(t, "the host answers", func() bool {
		res, err := http.Get(h.url)
		if err == nil {
			_ = res.Body.Close()
		}
		return err == nil
	})
	return h
}

func (h suiteHost) on(t *testing.T) suiteHost { h.t = t; return h }

// ask makes one request; path begins with engine or socket.
func (h suiteHost) ask(method, path, query, body string) (int, string) {
	h.t.Helper()
	status, text, err := h.try(h.t.Context(), method, path, query, body)
	if err != nil {
		h.t.Fatalf("%s %s: %v", method, query, err)
	}
	return status, text
}

func (h suiteHost) try(ctx context.Context, method, path, query, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, h.url+"/"+path+".io/?"+query, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	return res.StatusCode, string(all), err
}

func (h suiteHost) open(path string) (query string) {
	h.t.Helper()
	_, text := h.ask("GET", path, "EIO=4&transport=polling", "")
	return "EIO=4&transport=polling&sid=" + greetingOf(h.t, text).Sid
}

type greeting struct {
	Sid                       string
	Upgrades                  []string
	PingInterval, PingTimeout int
	MaxPayload                int
}

func greetingOf(t *testing.T, text string) greeting {
	t.Helper()
	var g greeting
	if !strings.HasPrefix(text, "0") || json.Unmarshal([]byte(text[1:]), &g) != nil || g.Sid == "" {
		t.Fatalf("not a greeting: %q", text)
	}
	return g
}

// line is a WebSocket to the host.
type line struct {
	t    *testing.T
	conn *websocket.Conn
}

func (h suiteHost) dial(path, query string) line {
	h.t.Helper()
	conn, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(h.url, "http")+"/"+path+".io/?"+query, nil)
	if err != nil {
		h.t.Fatalf("dial: %v (%v)", err, res)
	}
	h.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	return line{h.t, conn}
}

func (l line) send(text string) {
	l.t.Helper()
	if err := l.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		l.t.Fatal(err)
	}
}

func (l line) sendBinary(b string) {
	l.t.Helper()
	if err := l.conn.WriteMessage(websocket.BinaryMessage, []byte(b)); err != nil {
		l.t.Fatal(err)
	}
}

// next reads a message; pings are answered and passed over unless they are wanted.
func (l line) next(pings bool) string {
	l.t.Helper()
	for {
		_, data, err := l.conn.ReadMessage()
		if err != nil {
			l.t.Fatalf("read: %v", err)
		}
		if string(data) == "2" && !pings {
			l.send("3")
			continue
		}
		return string(data)
	}
}

func (l line) expect(want string) {
	l.t.Helper()
	if got := l.next(false); got != want {
		l.t.Fatalf("got %.80q, want %.80q", got, want)
	}
}

func (l line) expectEnd() {
	l.t.Helper()
	for {
		if _, _, err := l.conn.ReadMessage(); err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				l.t.Fatal("the connection stays open")
			}
			return
		}
	}
}

// hold begins a poll and returns what it will be answered with.
func (h suiteHost) hold(query string) <-chan string {
	out := make(chan string, 1)
	go func() {
		status, text, err := h.try(context.Background(), "GET", "engine", query, "")
		out <- strings.TrimSpace(fmt.Sprint(status, " ", text))
		if err != nil {
			h.t.Error(err)
		}
	}()
	return out
}

func (h suiteHost) gone(query string) {
	h.t.Helper()
	if status, _ := h.ask("GET", "engine", query, ""); status != 400 {
		h.t.Errorf("afterwards a poll gets %d, want 400", status)
	}
}
