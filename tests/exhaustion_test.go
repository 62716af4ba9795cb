package tests

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// from dials from one of this machine's many loopback addresses: to the server each is somebody else.
func from(address string) *net.Dialer {
	return &net.Dialer{Timeout: testkit.Deadline, LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
}

// endsWithin reports whether the server ends the connection in time, reading over what it still says.
func endsWithin(c net.Conn, limit time.Duration) bool {
	_ = c.SetReadDeadline(time.Now().Add(limit))
	_, err := io.Copy(io.Discard, c)
	timeout, ok := err.(net.Error)
	return err == nil || !ok || !timeout.Timeout()
}

// TestFiveThousandIdleStrangersAreFewAndSoonGone opens five thousand connections from one address and says nothing on
// them. Most end at once and the rest within ten seconds, and nobody else is kept out meanwhile.
func TestFiveThousandIdleStrangersAreFewAndSoonGone(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits())
	ada := srv.SignUp("ada")
	general := ada.General().ID
	socket := ada.Connect()
	attacker := from("127.0.0.66")
	var conns []net.Conn
	for range 5000 {
		c, err := attacker.Dial("tcp", srv.Addr)
		if err != nil {
			t.Fatalf("after %d connections: %v", len(conns), err)
		}
		defer c.Close()
		conns = append(conns, c)
		if len(conns) > 600 && len(conns)%2 == 0 { // both ends have descriptors to save
			_ = c.Close()
		}
	}
	begun := time.Now()
	if refused, ok := srv.Metric("parley_rate_limited_total"); !ok || refused < 4500 {
		t.Errorf("%v connections were refused, want nearly all of 5,000", refused)
	}
	for i := range 20 {
		if f := socket.Say(general, ids("calm", i), "unharmed"); f.Type != "ack" {
			t.Fatalf("a message meanwhile: %s", f.Raw)
		}
	}
	other, err := from("127.0.0.67").Dial("tcp", srv.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	fmt.Fprintf(other, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
	if res, err := http.ReadResponse(bufio.NewReader(other), nil); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("another address is not served: %v", err)
	}
	for i, c := range conns[:300] {
		if !endsWithin(c, 15*time.Second-time.Since(begun)) {
			t.Fatalf("connection %d is there after %v", i, time.Since(begun))
		}
	}
	if !endsWithin(other, 15*time.Second) {
		t.Error("a stranger may keep a connection by one request")
	}
}

func TestSlowHeadersAndBodiesMeetTheirDeadlines(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for _, c := range []struct {
		name, head string
		limit      time.Duration
	}{
		{"headers, a byte at a time", "GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ", 14 * time.Second},
		{"a request line, a byte at a time", "GET /", 14 * time.Second},
		{"a body, a byte at a time", "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n", 40 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", srv.Addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, c.head); err != nil {
				t.Fatal(err)
			}
			drip(t, 200*time.Millisecond, func() error {
				_, err := conn.Write([]byte("y"))
				return err
			})
			if !endsWithin(conn, c.limit) {
				t.Errorf("it may go on for more than %v", c.limit)
			}
		})
	}
	t.Run("headers of 40 KiB", func(t *testing.T) {
		t.Parallel()
		if r := ada.On(t).With("X-Large", strings.Repeat("x", 40<<10)).Get("/livez"); r.Status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("status %d, want 431", r.Status)
		}
	})
}

// drip sends one piece after the other at this pace, until one fails or the test is over.
func drip(t *testing.T, pace time.Duration, send func() error) {
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	go func() {
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				if send() != nil {
					return
				}
			}
		}
	}()
}

func TestAMessageThatNeverEndsIsCutAtADeadline(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	raw := srv.SignUp("ada").RawHello(t)
	op := byte(testkit.OpText)
	drip(t, 20*time.Millisecond, func() error {
		raw.Write(testkit.RawFrame{Opcode: op, More: true, Payload: []byte("x")})
		op = testkit.OpContinuation
		return nil
	})
	begun := time.Now()
	raw.ExpectClose(1008)
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("one-byte fragments went on for %v", took)
	}
}

func TestAFloodOfPingsIsBoundedAndThenClosed(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	raw := ada.RawHello(t)
	go func() {
		for range 5000 {
			raw.Write(testkit.RawFrame{Opcode: testkit.OpPing, Payload: []byte("x")})
		}
	}()
	pongs := 0
	for {
		op, payload, err := raw.Read()
		if err != nil {
			t.Fatalf("after %d pongs the connection ends without a word: %v", pongs, err)
		}
		if op == testkit.OpClose {
			if code := int(payload[0])<<8 | int(payload[1]); code != 4400 {
				t.Errorf("closed with %d, want 4400", code)
			}
			break
		}
		pongs++
	}
	if pongs > 1000 {
		t.Errorf("%d pings were answered", pongs)
	}
	ada.Connect().Fence()
}

// TestAnnouncingAMessageMakesNoRoomForIt sends heads of frames that promise much and bring nothing.
func TestAnnouncingAMessageMakesNoRoomForIt(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	var conns []*testkit.RawConn
	for range 60 {
		conns = append(conns, ada.RawHello(t))
	}
	before, _ := srv.Metric("go_memstats_alloc_bytes_total")
	for i, c := range conns {
		length := uint64(127 << 10) // allowed, and not there
		if i%3 == 0 {
			length = 1<<63 - 1
		} else if i%3 == 1 {
			length = 1 << 63
		}
		c.Write(testkit.RawFrame{Opcode: testkit.OpText, Length: length, Payload: []byte("x")})
		if i%3 != 2 {
			if code := c.CloseCode(); code != 1002 && code != 1009 {
				t.Errorf("%d bytes announced: closed with %d", length, code)
			}
		}
	}
	ada.Connect().Fence()
	after, _ := srv.Metric("go_memstats_alloc_bytes_total")
	if grown := after - before; grown > 4<<20 {
		t.Errorf("60 announced messages made the server allocate %.1f MiB", grown/(1<<20))
	}
}

func TestHugeReactionsAndPreferencesMeetTheirLimits(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	m := ada.Send(room, "1", "x")
	for name, emoji := range map[string]string{
		"a megabyte": strings.Repeat("a", 1<<20), "twenty kilobytes": strings.Repeat("%F0%9F%8E%89", 1700), "a hundred emoji": strings.Repeat("%F0%9F%8E%89", 100),
		"a word": "hello", "markup": "%3Cb%3E", "NUL": "%00", "no UTF-8": "%ff%fe",
	} {
		r, err := ada.Try(t.Context(), http.MethodPut, "/api/v1/messages/"+m.ID+"/reactions/"+emoji, nil)
		if err == nil && (r.Status < 400 || r.Status >= 500) {
			t.Errorf("a reaction of %s: status %d", name, r.Status)
		}
	}
	var preferences strings.Builder
	preferences.WriteString(`{"muted":true`)
	for i := range 100_000 {
		fmt.Fprintf(&preferences, `,"p%d":%d`, i, i)
	}
	preferences.WriteString(`}`)
	ada.Patch("/api/v1/rooms/"+room+"/me", testkit.RawJSON(preferences.String())).WantProblem(t, http.StatusRequestEntityTooLarge, "too_large")
	some := `{"muted":true,"zzz":"` + strings.Repeat("x", 900_000) + `"}`
	if r := ada.Patch("/api/v1/rooms/"+room+"/me", testkit.RawJSON(some)); r.Status >= 500 {
		t.Errorf("a preference that does not exist: %d", r.Status)
	}
	if r := ada.Room(room); r.Me == nil {
		t.Error("the room lost its member")
	}
	body := ada.Get("/api/v1/rooms/"+room).Want(t, http.StatusOK).Body
	if len(body) > 4096 {
		t.Errorf("the room has grown to %d bytes", len(body))
	}
}
