package tests

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestAShortPollWithNothingNewIsAHeadAlone(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	first := ada.Get("/api/v1/events").Want(t, http.StatusOK)
	tag := first.Header.Get("ETag")
	cursor := testkit.Decode[testkit.Polled](first).Cursor
	if tag != `"`+cursor+`"` {
		t.Fatalf("the ETag is %s, want the cursor %s", tag, cursor)
	}
	query := "/api/v1/events?wait=0&cursor=" + cursor
	asks := ada.With("If-None-Match", tag)
	if r := asks.Get(query).Want(t, http.StatusNotModified); len(r.Body) != 0 || r.Header.Get("ETag") != tag {
		t.Errorf("304 with %q and the ETag %s", r.Body, r.Header.Get("ETag"))
	}
	ada.Get(query).Want(t, http.StatusOK) // who does not ask for it gets a body
	s.Restart()
	asks.Get(query).Want(t, http.StatusNotModified)
	ada.Send(ada.General().ID, "one", "news")
	news := asks.Get(query).Want(t, http.StatusOK)
	if got := testkit.Decode[testkit.Polled](news); len(got.Events) == 0 || got.Events[0].Type != "message.created" || news.Header.Get("ETag") != `"`+got.Cursor+`"` {
		t.Errorf("news come as %+v with the ETag %s", got, news.Header.Get("ETag"))
	}
}

func TestTheCostOfEachTransportIsCounted(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada, bob := s.SignUp("ada"), s.SignUp("bob")
	room := ada.General().ID
	cursor := bob.Poll("", 0).Cursor
	stream, err := bob.TryStream("", "")
	if err != nil {
		t.Fatal(err)
	}
	stream.Next() // the hello
	bob.Connect()
	io := dialSocketIO(t, s, bob)
	const messages = 5
	for i := range messages {
		ada.Send(room, fmt.Sprint("m", i), "a message that is counted")
	}
	for got := 0; got < messages; {
		if e := stream.Next(); e.Type == "message.created" {
			got++
		}
	}
	if got := bob.Poll(cursor, 0); len(got.Events) != messages+1 { // synced, after a gap
		t.Fatalf("the poll brought %d events, want %d", len(got.Events), messages+1)
	}
	io.expect("counted")
	for _, transport := range []string{"ws", "socketio", "sse", "longpoll"} {
		count := func(name, more string) float64 {
			t.Helper()
			n, ok := s.Metric(fmt.Sprintf(`%s{%stransport="%s"}`, name, more, transport))
			if !ok {
				t.Errorf("/metrics lacks %s of %s", name, transport)
			}
			return n
		}
		testkit.Eventually(t, transport+" has told its events", func() bool {
			n := count("parley_events_delivered_total", "")
			return n == messages || transport == "longpoll" && n == messages+1
		})
		if n := count("parley_connections_opened_total", ""); n == 0 {
			t.Errorf("%s has opened %v connections", transport, n)
		}
		if each := count("parley_frame_bytes_total", `direction="out",`) / messages; each < 25 || each > 4000 {
			t.Errorf("an event over %s cost %.0f bytes", transport, each)
		}
	}
}

// TestTheEchoTakesTheLargestMessagesOfASuite sends what the limits and the patience of an echo must bear: 16 MiB at once,
// and 1 MiB in frames, and in writes, of 64 bytes.
func TestTheEchoTakesTheLargestMessagesOfASuite(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Args("--debug-echo"))
	client := s.Anonymous()
	back := func(raw *testkit.RawConn, kind byte, want string) {
		t.Helper()
		first, payload, err := raw.ReadHead()
		if err != nil || first != 0x80|kind || string(payload) != want {
			t.Errorf("of %d bytes came back %d, in a frame that begins with %#x (%v)", len(want), len(payload), first, err)
		}
	}
	for kind, large := range map[byte]string{
		testkit.OpText:   strings.Repeat("κόσμε 世界 ", 16<<20/18),
		testkit.OpBinary: strings.Repeat("\x00\xfe\xff\x01", 4<<20),
	} {
		raw := echoConn(t, client, nil)
		raw.Patience(time.Minute)
		raw.Write(testkit.RawFrame{Opcode: kind, Payload: []byte(large)})
		back(raw, kind, large)
	}
	million := strings.Repeat("0123456789abcdef", 1<<16)
	raw := echoConn(t, client, nil)
	raw.Patience(time.Minute)
	for at := 0; at < len(million); at += 64 {
		f := testkit.RawFrame{Payload: []byte(million[at : at+64]), More: at+64 < len(million)}
		if at == 0 {
			f.Opcode = testkit.OpText
		}
		raw.Write(f)
	}
	back(raw, testkit.OpText, million)
	whole := testkit.RawFrame{Opcode: testkit.OpText, Payload: []byte(million)}.Bytes()
	for at := 0; at < len(whole); at += 64 {
		raw.WriteBytes(whole[at:min(at+64, len(whole))])
	}
	back(raw, testkit.OpText, million)
}
