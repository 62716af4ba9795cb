package socketio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"parley/server/transport/ws"
)

func TestPacketsAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]packet{
		`0`:                       {kind: packetConnect, namespace: "/", id: noID},
		`0{"token":"x"}`:          {kind: packetConnect, namespace: "/", id: noID, data: []byte(`{"token":"x"}`)},
		`0/chat,`:                 {kind: packetConnect, namespace: "/chat", id: noID},
		`0/chat`:                  {kind: packetConnect, namespace: "/chat", id: noID},
		`0/chat?token=x,{}`:       {kind: packetConnect, namespace: "/chat", id: noID, data: []byte(`{}`)},
		`1/chat,`:                 {kind: packetDisconnect, namespace: "/chat", id: noID},
		`2["a",1]`:                {kind: packetEvent, namespace: "/", id: noID, data: []byte(`["a",1]`)},
		`2/chat,12["a"]`:          {kind: packetEvent, namespace: "/chat", id: 12, data: []byte(`["a"]`)},
		`312[]`:                   {kind: packetAck, namespace: "/", id: 12, data: []byte(`[]`)},
		`52-/chat,7["a",{"b":1}]`: {kind: packetBinaryEvent, namespace: "/chat", id: 7, attachments: 2, data: []byte(`["a",{"b":1}]`)},
		`61-9[{"_placeholder":true,"num":0}]`: {
			kind: packetBinaryAck, namespace: "/", id: 9, attachments: 1,
			data: []byte(`[{"_placeholder":true,"num":0}]`),
		},
	} {
		got, err := parsePacket([]byte(text))
		if err != nil || got.kind != want.kind || got.namespace != want.namespace || got.id != want.id ||
			got.attachments != want.attachments || !bytes.Equal(got.data, want.data) {
			t.Errorf("%s is read as %+v, %v", text, got, err)
		}
	}
}

func TestBadPacketsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `7`, `9["a"]`, `a`, `4{"message":"x"}`, `0[]`, `0"x"`, `05{}`, `1[]`, `2`, `2{}`, `2"a"`, `2[`, `2[]x`, `3[]`, `3`, `31{}`,
		`5["a"]`, `50-["a"]`, `511-["a"]`, `5-1-["a"]`, `51["a"]`, `2` + strings.Repeat("9", 30) + `["a"]`, `2/` + strings.Repeat("n", 100) + `,["a"]`,
	} {
		if got, err := parsePacket([]byte(text)); err == nil {
			t.Errorf("%.60s is read as %+v", text, got)
		}
	}
}

func TestBadEventsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`2[]`, `2[1]`, `2[null]`, `2[["a"]]`, `2["connect"]`, `2["connect_error"]`, `2["disconnect"]`, `2["disconnecting"]`,
		`2["newListener"]`, `2["removeListener"]`, `2["conn\u0065ct"]`,
		`51-["a",{"_placeholder":true,"num":1}]`, `51-["a",{"_placeholder":true,"num":-1}]`, `51-["a",{"_placeholder":true,"num":0.5}]`,
		`51-["a",{"_placeholder":true}]`, `51-["a",{"_placeholder":true,"num":"0"}]`, `51-["a",[{"x":{"_placeholder":true,"num":9}}]]`,
	} {
		p, err := parsePacket([]byte(text))
		if err != nil {
			continue
		}
		if name, args, err := p.event(); err == nil {
			t.Errorf("%s is taken as %q %s", text, name, args)
		}
	}
}

func TestAPayloadIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	var frames []byte
	frames = appendEngine(frames, engineMessage, []byte("hello"))
	frames = appendBinary(frames, []byte{1, 2, 3, 4})
	frames = appendEngine(frames, engineMessage, bytes.Repeat([]byte("x"), 70_000))
	frames = appendEngine(frames, enginePing, nil)
	body := appendPayload(nil, frames)
	if !bytes.HasPrefix(body, []byte("4hello\x1ebAQIDBA==\x1e4xxx")) {
		t.Errorf("the payload begins with %.40q", body)
	}
	packets, err := decodePayload(body, 4)
	if err != nil || len(packets) != 4 || !packets[1].binary || len(packets[2].data) != 70_000 || packets[3].kind != enginePing {
		t.Errorf("%d packets, %v", len(packets), err)
	}
	if _, err := decodePayload(body, 3); err == nil {
		t.Error("more packets than the bound are taken")
	}
}

func TestTheClientIsTheOneThatItsREADMENames(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("client/README.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(clientScript)
	if !strings.Contains(string(readme), hex.EncodeToString(sum[:])) || !bytes.Contains(clientScript, []byte("Socket.IO v"+Version+"\n")) {
		t.Errorf("socket.io.min.js is not %s with the hash of the README: %x", Version, sum)
	}
}

func FuzzPayload(f *testing.F) {
	f.Add([]byte("4hello\x1ebAQIDBA==\x1e2probe"))
	f.Add([]byte("\x1e"))
	f.Fuzz(func(t *testing.T, body []byte) {
		packets, err := decodePayload(body, 100)
		if err != nil {
			return
		}
		var frames []byte
		for _, p := range packets {
			if p.binary {
				frames = appendBinary(frames, p.data)
			} else {
				frames = appendEngine(frames, p.kind, p.data)
			}
		}
		again, err := decodePayload(appendPayload(nil, frames), 100)
		if err != nil || len(again) != len(packets) {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		for i := range again {
			if again[i].kind != packets[i].kind || !bytes.Equal(again[i].data, packets[i].data) {
				t.Fatalf("packet %d changed", i)
			}
		}
	})
}

func FuzzPacket(f *testing.F) {
	f.Add([]byte(`52-/chat,7["a",{"_placeholder":true,"num":0}]`))
	f.Add([]byte(`0/chat,{"token":"x"}`))
	f.Add([]byte(`2["connect"]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := parsePacket(text)
		if err != nil {
			return
		}
		if p.attachments > MaxAttachments || len(p.namespace) > maxNamespaceName || p.namespace == "" {
			t.Fatalf("beyond its bounds: %+v", p)
		}
		if p.kind != packetEvent && p.kind != packetBinaryEvent {
			return
		}
		name, args, err := p.event()
		if err != nil || p.attachments > 0 {
			return
		}
		op, payload, rest := unframe(appendPacket(nil, p.kind, p.namespace, p.id, eventData(name, args...)))
		if op != ws.OpText || len(rest) != 0 {
			t.Fatal("more than one frame")
		}
		again, err := parsePacket(payload[1:])
		if err != nil || again.id != p.id || again.namespace != p.namespace {
			t.Fatalf("what was read cannot be written: %v in %q", err, payload)
		}
	})
}
