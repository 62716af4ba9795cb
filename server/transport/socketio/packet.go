package socketio

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// The types of Socket.IO's packets.
const (
	packetConnect      = '0'
	packetDisconnect   = '1'
	packetEvent        = '2'
	packetAck          = '3'
	packetConnectError = '4'
	packetBinaryEvent  = '5'
	packetBinaryAck    = '6'
)

const (
	// MaxAttachments is how many binaries one event can bring.
	MaxAttachments = 10
	// maxNamespaceName bounds a namespace's name, in bytes.
	maxNamespaceName = 64
	noID             = ^uint64(0)
)

// packet is one packet of Socket.IO, with placeholders where its attachments go.
type packet struct {
	kind        byte
	attachments int
	namespace   string
	id          uint64 // noID where no ack is wanted
	data        []byte // JSON, or nothing
}

// parsePacket reads the text of a packet. It refuses all that no client of good faith sends.
func parsePacket(b []byte) (packet, error) {
	p := packet{namespace: "/", id: noID}
	if len(b) == 0 || b[0] < packetConnect || b[0] > packetBinaryAck || b[0] == packetConnectError {
		return p, errPacket
	}
	p.kind, b = b[0], b[1:]
	if p.kind == packetBinaryEvent || p.kind == packetBinaryAck {
		digits, rest, ok := bytes.Cut(b, []byte("-"))
		n, err := strconv.ParseUint(string(digits), 10, 8)
		if !ok || err != nil || n == 0 || n > MaxAttachments {
			return p, errPacket
		}
		p.attachments, b = int(n), rest
	}
	if len(b) > 0 && b[0] == '/' {
		name, rest, _ := bytes.Cut(b, []byte(","))
		if len(name) > maxNamespaceName {
			return p, errPacket
		}
		name, _, _ = bytes.Cut(name, []byte("?")) // old clients put a query there
		p.namespace, b = string(name), rest
	}
	digits := 0
	for digits < len(b) && b[digits] >= '0' && b[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		id, err := strconv.ParseUint(string(b[:digits]), 10, 53) // what a JavaScript number holds exactly
		if err != nil {
			return p, errPacket
		}
		p.id, b = id, b[digits:]
	}
	p.data = b
	return p, p.check()
}

// check judges the payload by the packet's type.
func (p *packet) check() error {
	if len(p.data) > 0 && !json.Valid(p.data) {
		return errPacket
	}
	ok := false
	switch p.kind {
	case packetConnect:
		ok = p.id == noID && (len(p.data) == 0 || p.data[0] == '{')
	case packetDisconnect:
		ok = p.id == noID && len(p.data) == 0
	case packetEvent, packetBinaryEvent:
		ok = len(p.data) > 0 && p.data[0] == '['
	case packetAck, packetBinaryAck:
		ok = p.id != noID && len(p.data) > 0 && p.data[0] == '['
	}
	if !ok {
		return errPacket
	}
	return nil
}

// reserved are the names that the libraries on both sides use for themselves.
func reserved(name string) bool {
	switch name {
	case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener":
		return true
	}
	return false
}

// event takes an event's payload apart.
func (p *packet) event() (name string, args []json.RawMessage, err error) {
	if args, err = p.args(); err != nil || len(args) == 0 || args[0][0] != '"' {
		return "", nil, errPacket
	}
	if err := json.Unmarshal(args[0], &name); err != nil || reserved(name) {
		return "", nil, errPacket
	}
	return name, args[1:], nil
}

func (p *packet) args() ([]json.RawMessage, error) {
	var args []json.RawMessage
	if err := json.Unmarshal(p.data, &args); err != nil {
		return nil, errPacket
	}
	if p.attachments > 0 && !p.placeholdersFit() {
		return nil, errPacket
	}
	return args, nil
}

// placeholdersFit reports whether every placeholder stands for an attachment that will come.
func (p *packet) placeholdersFit() bool {
	var v any
	return json.Unmarshal(p.data, &v) == nil && p.fits(v)
}

func (p *packet) fits(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if !p.fits(e) {
				return false
			}
		}
	case map[string]any:
		if v["_placeholder"] == true {
			n, ok := v["num"].(float64)
			return ok && n >= 0 && n < float64(p.attachments) && n == float64(int(n))
		}
		for _, e := range v {
			if !p.fits(e) {
				return false
			}
		}
	}
	return true
}

// appendPacket appends a packet as an engine's message, its attachments behind it.
func appendPacket(b []byte, kind byte, namespace string, id uint64, data []byte, attachments ...[]byte) []byte {
	text := make([]byte, 0, 32+len(namespace)+len(data))
	text = append(text, kind)
	if len(attachments) > 0 {
		text = append(strconv.AppendInt(text, int64(len(attachments)), 10), '-')
	}
	if namespace != "/" {
		text = append(append(text, namespace...), ',')
	}
	if id != noID {
		text = strconv.AppendUint(text, id, 10)
	}
	b = appendEngine(b, engineMessage, append(text, data...))
	for _, a := range attachments {
		b = appendBinary(b, a)
	}
	return b
}

// eventData returns the payload of an event.
func eventData(name string, args ...json.RawMessage) []byte {
	b, err := json.Marshal(name)
	if err != nil {
		b = []byte(`""`) // a string is always encoded
	}
	b = append([]byte{'['}, b...)
	for _, a := range args {
		b = append(append(b, ','), a...)
	}
	return append(b, ']')
}
