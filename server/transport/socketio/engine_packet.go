package socketio

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"

	"parley/server/transport/ws"
)

// The types of Engine.IO's packets.
const (
	engineOpen    = '0'
	engineClose   = '1'
	enginePing    = '2'
	enginePong    = '3'
	engineMessage = '4'
	engineUpgrade = '5'
	engineNoop    = '6'
)

// separator stands between the packets of a payload.
const separator = 0x1e

var errPacket = errors.New("not a packet")

// enginePacket is one packet of Engine.IO. Only messages are ever binary.
type enginePacket struct {
	kind   byte
	binary bool
	data   []byte
}

// decodeEngine reads a packet's text form: a digit and what follows, or b and base64.
func decodeEngine(text []byte) (enginePacket, error) {
	switch {
	case len(text) == 0:
		return enginePacket{}, errPacket
	case text[0] == 'b':
		data, err := base64.StdEncoding.AppendDecode(nil, text[1:])
		if err != nil {
			return enginePacket{}, errPacket
		}
		return enginePacket{kind: engineMessage, binary: true, data: data}, nil
	case text[0] < engineOpen || text[0] > engineNoop:
		return enginePacket{}, errPacket
	}
	return enginePacket{kind: text[0], data: text[1:]}, nil
}

// decodePayload reads the body of a POST: at most limit packets.
func decodePayload(body []byte, limit int) ([]enginePacket, error) {
	if bytes.Count(body, []byte{separator}) >= limit {
		return nil, errPacket
	}
	var packets []enginePacket
	for text := range bytes.SplitSeq(body, []byte{separator}) {
		p, err := decodeEngine(text)
		if err != nil {
			return nil, err
		}
		packets = append(packets, p)
	}
	return packets, nil
}

// What waits for a client is kept as WebSocket frames, the form that most of them take it in, and that all clients of a
// room share.

// appendEngine appends a text packet.
func appendEngine(b []byte, kind byte, data []byte) []byte {
	return ws.AppendFrame(b, ws.OpText, append([]byte{kind}, data...))
}

// appendBinary appends a binary message.
func appendBinary(b, data []byte) []byte { return ws.AppendFrame(b, ws.OpBinary, data) }

// appendPayload turns such frames into the body of an answer to a poll.
func appendPayload(b, frames []byte) []byte {
	for first := true; len(frames) > 0; first = false {
		op, payload, rest := unframe(frames)
		if !first {
			b = append(b, separator)
		}
		if op == ws.OpBinary {
			b = base64.StdEncoding.AppendEncode(append(b, 'b'), payload)
		} else {
			b = append(b, payload...)
		}
		frames = rest
	}
	return b
}

// unframe takes the first frame off frames, which ws.AppendFrame has written.
func unframe(frames []byte) (op byte, payload, rest []byte) {
	op, frames = frames[0]&0x0f, frames[1:]
	size, head := uint64(frames[0]), 1
	switch size {
	case 126:
		size, head = uint64(binary.BigEndian.Uint16(frames[1:])), 3
	case 127:
		size, head = binary.BigEndian.Uint64(frames[1:]), 9
	}
	end := head + int(size)
	return op, frames[head:end], frames[end:]
}
