package tests

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestBrokenFramesCloseTheConnectionWithTheRightCode writes frames that no good client writes, byte by byte.
func TestBrokenFramesCloseTheConnectionWithTheRightCode(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	ping := []byte(`{"type":"ping"}`)
	type frames []testkit.RawFrame
	for _, c := range []struct {
		name   string
		frames frames
		want   []int
	}{
		{"a frame without a mask", frames{{Opcode: testkit.OpText, Unmasked: true, Payload: ping}}, []int{1002}},
		{"a reserved bit without an extension", frames{{Opcode: testkit.OpText, Reserved: 0x40, Payload: ping}}, []int{1002}},
		{"an unknown opcode", frames{{Opcode: 0x3, Payload: ping}}, []int{1002}},
		{"a length with its top bit set", frames{{Opcode: testkit.OpText, Payload: ping, Length: 1 << 63}}, []int{1002, 1009}},
		{"a length of 2^63-1", frames{{Opcode: testkit.OpText, Payload: ping, Length: 1<<63 - 1}}, []int{1002, 1009}},
		{"a ping over 125 bytes", frames{{Opcode: testkit.OpPing, Payload: make([]byte, 126)}}, []int{1002}},
		{"a fragmented ping", frames{{Opcode: testkit.OpPing, More: true, Payload: ping}}, []int{1002}},
		{"a continuation of nothing", frames{{Opcode: testkit.OpContinuation, Payload: ping}}, []int{1002}},
		{"a message inside a message", frames{{Opcode: testkit.OpText, More: true, Payload: []byte("{")}, {Opcode: testkit.OpText, Payload: ping}}, []int{1002}},
		{"text that is not UTF-8", frames{{Opcode: testkit.OpText, Payload: []byte("{\"type\":\"ping\",\"ref\":\"\xff\xfe\"}")}}, []int{1007}},
		{"an encoded surrogate", frames{{Opcode: testkit.OpText, Payload: []byte("{\"ref\":\"\xed\xa0\x80\"}")}}, []int{1007}},
		{"an over-long encoding", frames{{Opcode: testkit.OpText, Payload: []byte("{\"ref\":\"\xc0\xaf\"}")}}, []int{1007}},
		{"one byte more than 128 KiB", frames{{Opcode: testkit.OpText, Payload: padded(128<<10 + 1)}}, []int{1009}},
		{"the same in two fragments", frames{
			{Opcode: testkit.OpText, More: true, Payload: padded(128<<10 + 1)[:100_000]},
			{Opcode: testkit.OpContinuation, Payload: padded(128<<10 + 1)[100_000:]},
		}, []int{1009}},
		{"a binary frame", frames{{Opcode: testkit.OpBinary, Payload: ping}}, []int{1002, 1003, 1008}},
		{"close with code 0", closing(0), []int{1002}},
		{"close with code 999", closing(999), []int{1002}},
		{"close with code 1005", closing(1005), []int{1002}},
		{"close with code 1006", closing(1006), []int{1002}},
		{"close with code 1015", closing(1015), []int{1002}},
		{"close with a reason that is not UTF-8", frames{{Opcode: testkit.OpClose, Payload: []byte{3, 232, 0xff}}}, []int{1007, 1002}},
		{"a proper close", closing(1000), []int{1000}},
		{"a close without a code", frames{{Opcode: testkit.OpClose}}, []int{1000, 1005}},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := ada.RawHello(t)
			for _, f := range c.frames {
				raw.Write(f)
			}
			got := raw.CloseCode()
			for _, want := range c.want {
				if got == want {
					return
				}
			}
			t.Errorf("closed with %d, want %v", got, c.want)
		})
	}
	ada.Connect().Fence()
}

func closing(code uint16) []testkit.RawFrame {
	return []testkit.RawFrame{{Opcode: testkit.OpClose, Payload: binary.BigEndian.AppendUint16(nil, code)}}
}

// padded is a ping command of exactly this many bytes.
func padded(size int) []byte {
	const head, tail = `{"type":"ping","ref":"p","pad":"`, `"}`
	return []byte(head + strings.Repeat("x", size-len(head)-len(tail)) + tail)
}

func TestFramesThatAreUnusualButRightAreAnswered(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	answer := func(t *testing.T, raw *testkit.RawConn, opcode byte) []byte {
		t.Helper()
		for {
			op, payload, err := raw.Read()
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			if op == opcode {
				return payload
			}
		}
	}
	t.Run("exactly 128 KiB", func(t *testing.T) {
		raw := ada.RawHello(t)
		raw.Write(testkit.RawFrame{Opcode: testkit.OpText, Payload: padded(128 << 10)})
		if got := answer(t, raw, testkit.OpText); !bytes.Contains(got, []byte(`"ref":"p"`)) {
			t.Errorf("the answer is %s", got)
		}
	})
	t.Run("fragments with a ping between them", func(t *testing.T) {
		raw := ada.RawHello(t)
		raw.Write(testkit.RawFrame{Opcode: testkit.OpText, More: true, Payload: []byte(`{"type":"pi`)})
		raw.Write(testkit.RawFrame{Opcode: testkit.OpPing, Payload: []byte("are you there?")})
		raw.Write(testkit.RawFrame{Opcode: testkit.OpContinuation, Payload: []byte(`ng"}`)})
		if got := answer(t, raw, testkit.OpPong); string(got) != "are you there?" {
			t.Errorf("the pong carries %q", got)
		}
		answer(t, raw, testkit.OpText)
	})
	t.Run("a character cut in two by fragments", func(t *testing.T) {
		raw := ada.RawHello(t)
		raw.Write(testkit.RawFrame{Opcode: testkit.OpText, More: true, Payload: []byte("{\"type\":\"ping\",\"ref\":\"\xc3")})
		raw.Write(testkit.RawFrame{Opcode: testkit.OpContinuation, Payload: []byte("\xa9\"}")})
		if got := answer(t, raw, testkit.OpText); !bytes.Contains(got, []byte("é")) {
			t.Errorf("the answer is %s", got)
		}
	})
	t.Run("a pong nobody asked for", func(t *testing.T) {
		raw := ada.RawHello(t)
		raw.Write(testkit.RawFrame{Opcode: testkit.OpPong, Payload: []byte("hm")})
		raw.Write(testkit.RawFrame{Opcode: testkit.OpText, Payload: []byte(`{"type":"ping"}`)})
		answer(t, raw, testkit.OpText)
	})
}

func TestAnythingButHelloFirstIsAgainstThePolicy(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for _, first := range []string{`{"type":"ping"}`, `{"type":"message.send","room_id":"1","client_id":"a","text":"b"}`, `{}`, `[]`, `hello`, ``, `{"type":"hello"`, `null`} {
		t.Run(first, func(t *testing.T) {
			raw := ada.Raw(t, nil)
			raw.Write(testkit.RawFrame{Opcode: testkit.OpText, Payload: []byte(first)})
			raw.ExpectClose(1008)
		})
	}
	t.Run("HTTP after the upgrade is never served", func(t *testing.T) {
		raw := ada.Raw(t, nil)
		raw.WriteBytes([]byte("GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"))
		raw.ExpectClose(1002)
	})
	t.Run("saying nothing", func(t *testing.T) {
		t.Parallel()
		if code := ada.Raw(t, nil).CloseCode(); code != 1008 {
			t.Errorf("a connection without hello ended with %d, want 1008 within 10 s", code)
		}
	})
}

func TestCompressedMessagesAreLimitedAfterInflation(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Env("PARLEY_WS_COMPRESSION=on"))
	s, res, err := srv.SignUp("ada").TryDial(testkit.Dialing{Compression: true})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(res.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate") {
		t.Fatalf("permessage-deflate was not negotiated: %v", res.Header)
	}
	s.Hello("", nil)
	s.Fence()
	s.Write(testkit.Object{"type": "ping", "ref": "big", "pad": strings.Repeat("x", 32<<20)})
	s.ExpectClose(1009)
}

func TestAFloodOfBadCommandsIsCutOff(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits())
	ada := srv.SignUp("ada")
	s := ada.Connect()
	for range 60 {
		s.Write(testkit.Object{"type": "nonsense"})
	}
	s.Fence()
	for range 60 {
		s.Write(testkit.Object{"type": "nonsense"})
	}
	s.ExpectClose(4400)
	ada.Connect().Fence()
}

func TestAFloodOfMessagesIsRefusedAndThenCutOff(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits())
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	s := ada.Connect()
	for i := range 1500 {
		s.Send(general, ids("flood", i), "x")
	}
	s.ExpectClose(4429)
	refused := s.Frames(func(f testkit.Frame) bool { return f.Type == "error" && f.Code == "rate_limited" })
	acked := s.Frames(func(f testkit.Frame) bool { return f.Type == "ack" })
	if len(refused) < 500 {
		t.Errorf("%d refused, want a thousand or so", len(refused))
	}
	if len(refused) > 0 && !bytes.Contains(refused[0].Raw, []byte(`"retry_after"`)) {
		t.Errorf("a refusal says when to come back: %s", refused[0].Raw)
	}
	bob.Send(general, "calm", "others are unharmed")
	// What was accepted before the end is kept, though its acks may be lost with the connection.
	history := byClientID(t, bob.History(general))
	if n := len(history) - 1; n < 50 || n > 400 {
		t.Errorf("%d messages were accepted, want the burst of 50 and what was earned meanwhile", n)
	}
	for _, f := range acked {
		if m := history[f.Message.ClientID]; m.ID != f.Message.ID {
			t.Errorf("%s was acknowledged and is not there", f.Message.ClientID)
		}
	}
}
