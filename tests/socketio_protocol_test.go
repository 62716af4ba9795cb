package tests

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestEngineIOHandshakesAndCarriers(t *testing.T) {
	t.Parallel()
	host := startSuiteHost(t)
	run := func(name string, test func(t *testing.T, h suiteHost)) {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, host.on(t)) })
	}
	for _, path := range []string{"engine", "socket"} {
		run(path+": a greeting by poll and by socket", func(t *testing.T, h suiteHost) {
			_, text := h.ask("GET", path, "EIO=4&transport=polling", "")
			g := greetingOf(t, text)
			if !slices.Equal(g.Upgrades, []string{"websocket"}) || g.PingInterval != 300 || g.PingTimeout != 200 || g.MaxPayload != 1_000_000 {
				t.Errorf("by poll: %+v", g)
			}
			if g := greetingOf(t, h.dial(path, "EIO=4&transport=websocket").next(false)); g.Upgrades == nil || len(g.Upgrades) != 0 {
				t.Errorf("by socket: %+v", g)
			}
		})
		run(path+": handshakes that are refused", func(t *testing.T, h suiteHost) {
			for _, query := range []string{"transport=polling", "EIO=abc&transport=polling", "EIO=3&transport=polling", "EIO=4", "EIO=4&transport=abc", "EIO=4&transport=polling&sid=unknown"} {
				if status, _ := h.ask("GET", path, query, ""); status != 400 {
					t.Errorf("%s: %d", query, status)
				}
			}
			for _, method := range []string{"POST", "PUT"} {
				if status, _ := h.ask(method, path, "EIO=4&transport=polling", ""); status != 400 {
					t.Errorf("%s: %d", method, status)
				}
			}
		})
	}
	for _, body := range []string{"4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA=="} {
		run(fmt.Sprintf("a payload %q comes back", body), func(t *testing.T, h suiteHost) {
			q := h.open("engine")
			if status, text := h.ask("POST", "engine", q, body); status != 200 || text != "ok" {
				t.Errorf("POST: %d %q", status, text)
			}
			if status, text := h.ask("GET", "engine", q, ""); status != 200 || text != body {
				t.Errorf("GET: %d %q", status, text)
			}
		})
	}
	run("a payload that is none ends the connection", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		if status, _ := h.ask("POST", "engine", q, "abc"); status != 400 {
			t.Errorf("POST: %d", status)
		}
		h.gone(q)
	})
	run("a payload over the bound ends the connection", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		if status, _ := h.ask("POST", "engine", q, "4"+strings.Repeat("x", 1_000_000)); status != 413 {
			t.Errorf("POST: %d", status)
		}
		testkit.Eventually(t, "the connection is gone", func() bool { status, _ := h.ask("GET", "engine", q, ""); return status == 400 })
	})
	run("two polls at once end the connection", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		one, two := h.hold(q), h.hold(q+"&t=2")
		answers := []string{<-one, <-two}
		slices.Sort(answers)
		if answers[0] != "200 1" || !strings.HasPrefix(answers[1], "400 ") {
			t.Errorf("two polls at once are answered %q, want the end for one and 400 for the other", answers)
		}
		h.gone(q)
	})
	run("a poll that is dropped ends the connection", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, _, err := h.try(ctx, "GET", "engine", q, ""); err == nil {
			t.Fatal("the poll was not held")
		}
		testkit.Eventually(t, "the connection is gone", func() bool { status, _ := h.ask("GET", "engine", q, ""); return status == 400 })
	})
	run("messages over a socket", func(t *testing.T, h suiteHost) {
		l := h.dial("engine", "EIO=4&transport=websocket")
		l.next(false)
		l.send("4hello")
		l.expect("4hello")
		l.sendBinary("\x01\x02\x03\x04")
		l.expect("\x01\x02\x03\x04")
		l.send("abc")
		l.expectEnd()
	})
	run("heartbeats by poll", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		for range 3 {
			if status, text := h.ask("GET", "engine", q, ""); status != 200 || text != "2" {
				t.Fatalf("%d %q, want a ping", status, text)
			}
			h.ask("POST", "engine", q, "3")
		}
		testkit.Eventually(t, "silence ends the connection", func() bool { status, _ := h.ask("POST", "engine", q, "4x"); return status == 400 })
	})
	run("heartbeats by socket", func(t *testing.T, h suiteHost) {
		l := h.dial("engine", "EIO=4&transport=websocket")
		l.next(true)
		for range 3 {
			if got := l.next(true); got != "2" {
				t.Fatalf("got %q, want a ping", got)
			}
			l.send("3")
		}
		begin := time.Now()
		l.expectEnd()
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("a dead client was kept for %v", took)
		}
	})
	run("a close by the client", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		held := h.hold(q)
		h.ask("POST", "engine", q, "1")
		if got := <-held; got != "200 6" { // also where the goodbye has overtaken it
			t.Errorf("the poll beside the goodbye: %s", got)
		}
		h.gone(q)
		l := h.dial("engine", "EIO=4&transport=websocket")
		l.next(false)
		l.send("1")
		l.expectEnd()
	})
	run("a client that is silent for the interval and the timeout is gone to the millisecond", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		time.Sleep(500 * time.Millisecond) // what is tested is that no more time than this is needed
		h.gone(q)
	})
	for _, path := range []string{"engine", "socket"} {
		run(path+": a poll and a second socket on the heels of the last word of a change", func(t *testing.T, h suiteHost) {
			for range 10 {
				_, text := h.ask("GET", path, "EIO=4&transport=polling", "")
				q := "sid=" + greetingOf(t, text).Sid + "&EIO=4&transport="
				l := h.dial(path, q+"websocket")
				l.send("2probe")
				l.send("5")
				if status, text := h.ask("GET", path, q+"polling", ""); status != 400 {
					t.Fatalf("the poll: %d %q, want 400", status, text)
				}
				h.dial(path, q+"websocket").expectEnd()
				l.expect("3probe")
				if path == "engine" {
					l.send("4hello")
					l.expect("4hello")
				}
			}
		})
	}
	run("a change from polls to a socket", func(t *testing.T, h suiteHost) {
		q := h.open("engine")
		l := h.dial("engine", strings.Replace(q, "polling", "websocket", 1))
		l.send("2probe")
		l.expect("3probe")
		if status, text := h.ask("GET", "engine", q, ""); status != 200 || text != "6" {
			t.Errorf("the poll beside it: %d %q, want a noop", status, text)
		}
		l.send("5")
		l.send("4hello")
		l.expect("4hello")
		h.gone(q)
		second := h.dial("engine", strings.Replace(q, "polling", "websocket", 1))
		second.expectEnd()
		l.send("4still here")
		l.expect("4still here")
	})
}

// socketSpoken is one conversation over a WebSocket with the namespaces of the host; a message that begins with = is
// what must come back, one with ~ what it must begin with, one with # is binary, "ping" is a ping, and "end" is the end.
var socketSpoken = map[string][]string{
	"connect to the main namespace":   {"40", `~40{"sid":"`, `=42["auth",{}]`},
	"connect with a payload":          {`40{"token":"123"}`, `~40{"sid":"`, `=42["auth",{"token":"123"}]`},
	"connect to a namespace":          {"40/custom,", `~40/custom,{"sid":"`, `=42/custom,["auth",{}]`},
	"connect to one with a payload":   {`40/custom,{"token":"abc"}`, `~40/custom,{"sid":"`, `=42/custom,["auth",{"token":"abc"}]`},
	"connect to one that is not":      {"40/random", `=44/random,{"message":"Invalid namespace"}`},
	"connect with garbage":            {"4abc", "end"},
	"say nothing":                     {"end"},
	"leave one namespace of two":      {"40", "~40", "~42", "40/custom", "~40/custom", "~42/custom", "41/custom", `42["message","x"]`, `=42["message-back","x"]`},
	"leave the only namespace":        {"40", "~40", "~42", "41", "ping"},
	"an ack whose number is none":     {"40", "~40", "~42", `42abc["message-with-ack",1,"2",{"3":[false]}]`, "end"},
	"an event":                        {"40", "~40", "~42", `42["message",1,"2",{"3":[true]}]`, `=42["message-back",1,"2",{"3":[true]}]`},
	"an event with binaries":          {"40", "~40", "~42", `452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, "#\x01\x02", "#\x03", `=452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, "=\x01\x02", "=\x03"},
	"an ack":                          {"40", "~40", "~42", `42456["message-with-ack",1,"2",{"3":[false]}]`, `=43456[1,"2",{"3":[false]}]`},
	"an ack with binaries":            {"40", "~40", "~42", `452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, "#\x01", "#\x02", `=462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, "=\x01", "=\x02"},
	"an ack that the server wants":    {"40", "~40", "~42", `42["ask-me","why"]`, `=420["question","why"]`, `430["because"]`, `=42["answered","because"]`},
	"an unknown type":                 {"40", "~40", "~42", "4abc", "end"},
	"an event without a name":         {"40", "~40", "~42", "42[]", "end"},
	"an event named by a number":      {"40", "~40", "~42", "42[1]", "end"},
	"a payload that is no array":      {"40", "~40", "~42", `42{}`, "end"},
	"a payload that is no JSON":       {"40", "~40", "~42", `42["a`, "end"},
	"a reserved name":                 {"40", "~40", "~42", `42["disconnect"]`, "end"},
	"a text where a binary was due":   {"40", "~40", "~42", `451-["message",{"_placeholder":true,"num":0}]`, `42["message"]`, "end"},
	"a binary that nothing announced": {"40", "~40", "~42", "#\x01", "end"},
	"a placeholder out of range":      {"40", "~40", "~42", `451-["message",{"_placeholder":true,"num":1}]`, "#\x01", "end"},
	"eleven binaries":                 {"40", "~40", "~42", `4511-["message"]`, "end"},
}

func TestSocketIOAtTheLevelOfPackets(t *testing.T) {
	t.Parallel()
	host := startSuiteHost(t)
	for name, conversation := range socketSpoken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := host.on(t).dial("socket", "EIO=4&transport=websocket")
			l.next(false)
			for _, said := range conversation {
				switch said[0] {
				case '=':
					l.expect(said[1:])
				case '~':
					if got := l.next(false); !strings.HasPrefix(got, said[1:]) {
						t.Fatalf("got %.80q, want it to begin with %q", got, said[1:])
					}
				case '#':
					l.sendBinary(said[1:])
				case 'p':
					if got := l.next(true); got != "2" {
						t.Fatalf("got %.80q, want a ping", got)
					}
				case 'e':
					l.expectEnd()
				default:
					l.send(said)
				}
			}
		})
	}
}
