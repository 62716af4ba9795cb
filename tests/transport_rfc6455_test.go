package tests

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// byteCase is one case of RFC 6455 at the level of bytes: what a client writes to the echo, and what must come back.
type byteCase struct {
	rule  string // with its section
	write []testkit.RawFrame
	bytes string   // instead of write: the bytes as they are
	back  []string // the frames that come back, as "text:hi", "binary:…", "pong:…"
	close int      // the code of the close frame that ends it; 0: the connection stays open
}

// Short names for the frames of the table.
func textFrame(s string) testkit.RawFrame {
	return testkit.RawFrame{Opcode: testkit.OpText, Payload: []byte(s)}
}

func partFrame(op byte, s string) testkit.RawFrame {
	return testkit.RawFrame{Opcode: op, Payload: []byte(s), More: true}
}

func lastFrame(s string) testkit.RawFrame { return testkit.RawFrame{Payload: []byte(s)} }

func controlFrame(op byte, s string) testkit.RawFrame {
	return testkit.RawFrame{Opcode: op, Payload: []byte(s)}
}

func saysClose(code int, reason string) testkit.RawFrame {
	return controlFrame(testkit.OpClose, string(binary.BigEndian.AppendUint16(nil, uint16(code)))+reason)
}

func withReserved(bits byte, f testkit.RawFrame) testkit.RawFrame { f.Reserved = bits; return f }

func these(fs ...testkit.RawFrame) []testkit.RawFrame { return fs }

func byteCases() []byteCase {
	const txt, bin, ping, pong = testkit.OpText, testkit.OpBinary, testkit.OpPing, testkit.OpPong
	kib64 := strings.Repeat("0123456789abcdef", 4096)
	half := "κόσμε"[:3] // a character and half of one
	cases := []byteCase{
		{rule: "5.6 a text comes back", write: these(textFrame("hi")), back: []string{"text:hi"}},
		{rule: "5.6 an empty text", write: these(textFrame("")), back: []string{"text:"}},
		{rule: "5.6 a binary message", write: these(controlFrame(bin, "\x00\xff")), back: []string{"binary:\x00\xff"}},
		{rule: "5.2 125 bytes, in the shortest length", write: these(textFrame(kib64[:125])), back: []string{"text:" + kib64[:125]}},
		{rule: "5.2 126 bytes, in a length of two bytes", write: these(textFrame(kib64[:126])), back: []string{"text:" + kib64[:126]}},
		{rule: "5.2 65,535 bytes", write: these(textFrame(kib64[:65535])), back: []string{"text:" + kib64[:65535]}},
		{rule: "5.2 65,536 bytes, in a length of eight bytes", write: these(textFrame(kib64)), back: []string{"text:" + kib64}},
		{rule: "5.1 a frame without a mask", write: these(testkit.RawFrame{Opcode: txt, Unmasked: true, Payload: []byte("x")}), close: 1002},
		{rule: "5.1 a ping without a mask", write: these(testkit.RawFrame{Opcode: ping, Unmasked: true}), close: 1002},
		{rule: "5.2 a length with the top bit", write: these(testkit.RawFrame{Opcode: bin, Length: 1 << 63}), close: 1002},
		{rule: "5.2 a length of 2^63-1", write: these(testkit.RawFrame{Opcode: bin, Length: 1<<63 - 1}), close: 1009},
		{rule: "5.2 RSV1 without an extension", write: these(withReserved(0x40, textFrame("x"))), close: 1002},
		{rule: "5.2 RSV2", write: these(withReserved(0x20, textFrame("x"))), close: 1002},
		{rule: "5.2 RSV3", write: these(withReserved(0x10, textFrame("x"))), close: 1002},
		{rule: "5.2 RSV1 on a ping", write: these(withReserved(0x40, controlFrame(ping, ""))), close: 1002},
		{rule: "5.2 RSV1 on a close", write: these(withReserved(0x40, saysClose(1000, ""))), close: 1002},
		{rule: "5.4 a text in two parts", write: these(partFrame(txt, "he"), lastFrame("llo")), back: []string{"text:hello"}},
		{rule: "5.4 a text in three parts, one empty", write: these(partFrame(txt, ""), partFrame(0, "x"), lastFrame("")), back: []string{"text:x"}},
		{rule: "5.4 a ping between two parts", write: these(partFrame(txt, "he"), controlFrame(ping, "p"), lastFrame("llo")), back: []string{"pong:p", "text:hello"}},
		{rule: "5.4 a pong between two parts", write: these(partFrame(bin, "he"), controlFrame(pong, "p"), lastFrame("llo")), back: []string{"binary:hello"}},
		{rule: "5.4 a close between two parts", write: these(partFrame(txt, "he"), saysClose(1000, "")), close: 1000},
		{rule: "5.4 a continuation of nothing", write: these(lastFrame("x")), close: 1002},
		{rule: "5.4 a continuation of nothing, to be continued", write: these(partFrame(0, "x")), close: 1002},
		{rule: "5.4 a continuation after the end", write: these(textFrame("x"), lastFrame("y")), back: []string{"text:x"}, close: 1002},
		{rule: "5.4 a text inside a text", write: these(partFrame(txt, "x"), textFrame("y")), close: 1002},
		{rule: "5.4 a binary inside a text", write: these(partFrame(txt, "x"), controlFrame(bin, "y")), close: 1002},
		{rule: "5.5 a ping in parts", write: these(partFrame(ping, "x")), close: 1002},
		{rule: "5.5 a close in parts", write: these(partFrame(testkit.OpClose, "")), close: 1002},
		{rule: "5.5 a ping of 125 bytes", write: these(controlFrame(ping, kib64[:125])), back: []string{"pong:" + kib64[:125]}},
		{rule: "5.5 a ping of 126 bytes", write: these(controlFrame(ping, kib64[:126])), close: 1002},
		{rule: "5.5 a pong of 126 bytes", write: these(controlFrame(pong, kib64[:126])), close: 1002},
		{rule: "5.5 a close of 126 bytes", write: these(saysClose(1000, kib64[:124])), close: 1002},
		{rule: "5.5.2 an empty ping", write: these(controlFrame(ping, "")), back: []string{"pong:"}},
		{rule: "5.5.2 a ping's payload need not be text", write: these(controlFrame(ping, "\x00\xff\xfe")), back: []string{"pong:\x00\xff\xfe"}},
		{rule: "5.5.3 a pong that nobody asked for", write: these(controlFrame(pong, "x"), textFrame("y")), back: []string{"text:y"}},
		{rule: "5.5.2 ten pings in a row", write: these(controlFrame(ping, "0"), controlFrame(ping, "1"), controlFrame(ping, "2")), back: []string{"pong:0", "pong:1", "pong:2"}},
		{rule: "5.5.1 an empty close", write: these(controlFrame(testkit.OpClose, "")), close: 1005},
		{rule: "5.5.1 a close of one byte", write: these(controlFrame(testkit.OpClose, "\x03")), close: 1002},
		{rule: "5.5.1 a close with a reason of 123 bytes", write: these(saysClose(1000, kib64[:123])), close: 1000},
		{rule: "5.5.1 a reason that is not UTF-8", write: these(saysClose(1000, "\xce\xba\xff")), close: 1007},
		{rule: "5.5.1 nothing is answered after a close", write: these(saysClose(1000, ""), textFrame("x")), close: 1000},
		{rule: "8.1 text of many scripts", write: these(textFrame("κόσμε \u05d0 \u4e2d \U0001f600")), back: []string{"text:κόσμε \u05d0 \u4e2d \U0001f600"}},
		{rule: "8.1 a character over two parts", write: these(partFrame(txt, half), lastFrame("κόσμε"[3:])), back: []string{"text:κόσμε"}},
		{rule: "8.1 a byte that begins nothing", write: these(textFrame("a\xff")), close: 1007},
		{rule: "8.1 half a character at the end", write: these(textFrame(half)), close: 1007},
		{rule: "8.1 half a character, then another", write: these(partFrame(txt, half), lastFrame("x")), close: 1007},
		{rule: "8.1 a surrogate", write: these(textFrame("\xed\xa0\x80")), close: 1007},
		{rule: "8.1 an overlong form", write: these(textFrame("\xc0\xaf")), close: 1007},
		{rule: "8.1 beyond U+10FFFF", write: these(textFrame("\xf4\x90\x80\x80")), close: 1007},
		{rule: "8.1 bad UTF-8 is found before the message ends", write: these(partFrame(txt, "a\xff")), close: 1007},
		{rule: "8.1 bad UTF-8 is found before the frame ends", bytes: "\x81\xfe\x10\x00\x00\x00\x00\x00" + "ok\xed\xa0\x80", close: 1007},
		{rule: "8.1 binary need not be UTF-8", write: these(controlFrame(bin, "\xed\xa0\x80")), back: []string{"binary:\xed\xa0\x80"}},
		{rule: "5.2 a message in frames of one byte", write: these(partFrame(txt, "a"), partFrame(0, "b"), partFrame(0, "c"), lastFrame("d")), back: []string{"text:abcd"}},
	}
	for _, op := range []byte{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		cases = append(cases, byteCase{rule: fmt.Sprintf("5.2 the reserved opcode %d", op), write: these(controlFrame(op, "x")), close: 1002})
	}
	for _, code := range []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999} {
		cases = append(cases, byteCase{rule: fmt.Sprintf("7.4 the close code %d", code), write: these(saysClose(code, "bye")), close: code})
	}
	for _, code := range []int{0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		cases = append(cases, byteCase{rule: fmt.Sprintf("7.4 %d is no close code", code), write: these(saysClose(code, "")), close: 1002})
	}
	return cases
}

func TestRFC6455AtTheLevelOfBytes(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Args("--debug-echo"))
	client := s.Anonymous()
	for _, c := range byteCases() {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			raw := echoConn(t, client, nil)
			out := []byte(c.bytes)
			for _, f := range c.write {
				out = append(out, f.Bytes()...)
			}
			raw.WriteBytes(out)
			for _, want := range c.back {
				if got := readFrame(t, raw); got != want {
					t.Fatalf("came back %.60q, want %.60q", got, want)
				}
			}
			if c.close != 0 {
				raw.ExpectClose(c.close)
				return
			}
			raw.Write(textFrame("still there"))
			if got := readFrame(t, raw); got != "text:still there" {
				t.Errorf("afterwards came %.60q", got)
			}
		})
	}
}

func echoConn(t *testing.T, client *testkit.Client, headers map[string]string) *testkit.RawConn {
	t.Helper()
	raw, res := client.RawHandshakeAt(t, "/debug/echo", http.MethodGet, headers)
	if res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("the handshake got %s", res.Status)
	}
	return raw
}

// readFrame reads one whole frame of the server's, which never sends parts, reserved bits or masks.
func readFrame(t *testing.T, raw *testkit.RawConn) string {
	t.Helper()
	first, payload, err := raw.ReadHead()
	if err != nil {
		t.Fatalf("no frame: %v", err)
	}
	if first&0xf0 != 0x80 {
		t.Errorf("the first byte %#x: want FIN and no reserved bit", first)
	}
	name := map[byte]string{testkit.OpText: "text", testkit.OpBinary: "binary", testkit.OpPong: "pong", testkit.OpClose: "close"}[first&0x0f]
	return name + ":" + string(payload)
}

func TestTheEchoIsThereOnlyWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	if _, res := s.Anonymous().RawHandshakeAt(t, "/debug/echo", http.MethodGet, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("without --debug-echo the echo answers %s", res.Status)
	}
	r := testkit.Run(t, []string{"PARLEY_DATA=" + t.TempDir(), "PARLEY_LISTEN=0.0.0.0:0"}, "serve", "--debug-echo")
	if r.Exit != 2 || !strings.Contains(r.Stderr, "--debug-echo") {
		t.Errorf("on every interface it ends with %d and says %q, want 2 and why", r.Exit, r.Stderr)
	}
}

func TestCompressionIsNegotiatedAsRFC7692HasIt(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Args("--debug-echo", "--ws-compression"))
	client := s.Anonymous()
	for _, c := range []struct {
		offer string
		taken bool
	}{
		{"permessage-deflate", true},
		{"permessage-deflate; client_max_window_bits", true},
		{"permessage-deflate; client_max_window_bits=15", true},
		{`permessage-deflate; client_max_window_bits="10"`, true},
		{"permessage-deflate; server_no_context_takeover; client_no_context_takeover", true},
		{"x-webkit-deflate-frame, permessage-deflate", true},
		{"permessage-deflate; server_max_window_bits=10, permessage-deflate", true},
		{"permessage-deflate; server_max_window_bits=10", false},
		{"permessage-deflate; client_max_window_bits=16", false},
		{"permessage-deflate; client_max_window_bits=08", false},
		{"permessage-deflate; server_no_context_takeover=1", false},
		{"permessage-deflate; client_no_context_takeover; client_no_context_takeover", false},
		{"permessage-deflate; unknown", false},
		{"permessage-bzip2", false},
	} {
		t.Run(c.offer, func(t *testing.T) {
			_, res := client.RawHandshakeAt(t, "/debug/echo", http.MethodGet, map[string]string{"Sec-WebSocket-Extensions": c.offer})
			if got := res.Header.Get("Sec-WebSocket-Extensions"); strings.HasPrefix(got, "permessage-deflate;") != c.taken {
				t.Errorf("answered with %q, want taken: %t", got, c.taken)
			}
		})
	}
}

func TestCompressedMessagesAreTakenApartWithinTheirLimit(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Args("--debug-echo", "--ws-compression"))
	ada := s.SignUp("ada")
	offer := map[string]string{"Sec-WebSocket-Extensions": "permessage-deflate"}

	raw := echoConn(t, ada, offer)
	long := strings.Repeat("to and fro ", 1000)
	packed := deflate(t, []byte(long))
	raw.Write(testkit.RawFrame{Opcode: testkit.OpText, Reserved: 0x40, More: true, Payload: packed[:10]})
	raw.Write(testkit.RawFrame{Payload: packed[10:]})
	first, payload, err := raw.ReadHead()
	if err != nil || first != 0xc1 {
		t.Fatalf("the first byte %#x, %v: want a compressed text", first, err)
	}
	if got := inflate(t, payload); got != long {
		t.Errorf("came back %d bytes, want %d", len(got), len(long))
	}
	raw.Write(testkit.RawFrame{Opcode: testkit.OpText, Payload: []byte("plain")})
	if _, payload, err = raw.ReadHead(); err != nil || inflate(t, payload) != "plain" {
		t.Errorf("a message that is not compressed came back as %q, %v", payload, err)
	}
	for name, f := range map[string]testkit.RawFrame{
		"RSV1 on a continuation": {Reserved: 0x40},
		"RSV1 on a ping":         {Opcode: testkit.OpPing, Reserved: 0x40},
	} {
		t.Run(name, func(t *testing.T) {
			raw := echoConn(t, ada.On(t), offer)
			raw.Write(testkit.RawFrame{Opcode: testkit.OpText, More: true, Payload: []byte("x")})
			raw.Write(f)
			raw.ExpectClose(1002)
		})
	}
	t.Run("garbage", func(t *testing.T) {
		raw := echoConn(t, ada.On(t), offer)
		raw.Write(testkit.RawFrame{Opcode: testkit.OpText, Reserved: 0x40, Payload: []byte("\xff\xff\xff")})
		raw.ExpectClose(1007)
	})
	t.Run("a bomb of 32 MiB", func(t *testing.T) {
		bomb := deflate(t, make([]byte, 32<<20))
		raw := ada.On(t).Raw(t, offer)
		once, _ := s.Metric("go_memstats_alloc_bytes_total")
		before, _ := s.Metric("go_memstats_alloc_bytes_total")
		asking := before - once // what the question itself costs
		raw.Write(testkit.RawFrame{Opcode: testkit.OpText, Reserved: 0x40, Payload: bomb})
		raw.ExpectClose(1009)
		after, _ := s.Metric("go_memstats_alloc_bytes_total")
		if grown := after - before - asking; grown > 1<<20 {
			t.Errorf("a bomb of %d bytes made the server allocate %.0f", len(bomb), grown)
		}
	})
}

func TestEventsComeCompressedWhereThatWasNegotiated(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Args("--ws-compression"))
	ada := s.SignUp("ada")
	room := ada.General().ID
	squeezed, _, err := ada.TryDial(testkit.Dialing{Compression: true})
	if err != nil {
		t.Fatal(err)
	}
	squeezed.Hello("", nil)
	plain := ada.Connect()
	for i, text := range []string{"short", strings.Repeat("long and compressible ", 300)} {
		squeezed.Say(room, fmt.Sprint("c", i), text)
		for _, socket := range []*testkit.Socket{squeezed, plain} {
			if e := socket.Expect("message.created"); e.Message.Text != text {
				t.Errorf("the text came as %.40q, want %.40q", e.Message.Text, text)
			}
		}
	}
}

func deflate(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\x00\x00\xff\xff"))
}

func inflate(t *testing.T, b []byte) string {
	t.Helper()
	var out bytes.Buffer
	// The stream has no last block: what was flushed is all there is.
	_, _ = out.ReadFrom(flate.NewReader(bytes.NewReader(append(b, "\x00\x00\xff\xff"...))))
	return out.String()
}
