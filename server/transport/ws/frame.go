package ws

import (
	"encoding/binary"

	"parley/server/hub"
	"parley/server/wire"
)

// Opcodes with the FIN bit (RFC 6455, section 5.2): the server never fragments.
const (
	finText  = 0x81
	finClose = 0x88
	finPing  = 0x89
	finPong  = 0x8a
)

// appendFrame appends one unmasked frame.
func appendFrame(b []byte, op byte, payload []byte) []byte {
	b = append(b, op)
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}

// closeFrame returns a close frame; a reason is cut to what a control frame can hold (RFC 6455, section 5.5).
func closeFrame(code int, reason string) []byte {
	p := binary.BigEndian.AppendUint16(make([]byte, 0, 125), uint16(code))
	p = append(p, reason[:min(len(reason), 123)]...)
	return appendFrame(nil, finClose, p)
}

// plain frames events as text, uncompressed.
type plain struct{}

// Kind implements hub.Protocol.
func (plain) Kind() hub.Kind { return hub.KindWebSocket }

// Append implements hub.Protocol.
func (plain) Append(b []byte, _ *wire.Event, json []byte) []byte {
	return appendFrame(b, finText, json)
}

// AppendFrame appends one whole, unmasked frame of the opcode, for the transports that speak something else over
// WebSocket.
func AppendFrame(b []byte, op byte, payload []byte) []byte { return appendFrame(b, 0x80|op, payload) }

// AppendClose appends a close frame; a reason is cut to what a control frame can hold.
func AppendClose(b []byte, code int, reason string) []byte {
	return append(b, closeFrame(code, reason)...)
}
