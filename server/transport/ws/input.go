package ws

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"unicode/utf8"
)

// The opcodes of RFC 6455, section 5.2.
const (
	OpContinuation byte = 0x0
	OpText         byte = 0x1
	OpBinary       byte = 0x2
	OpClose        byte = 0x8
	OpPing         byte = 0x9
	OpPong         byte = 0xa
)

// Violation is a breach of the protocol by the client, with the close code that answers it.
type Violation struct {
	Code   int
	Reason string
}

// Error implements error.
func (v *Violation) Error() string { return v.Reason }

// PeerClosed is the client's close frame. Code is 1005 where it named none.
type PeerClosed struct{ Code int }

// Error implements error.
func (*PeerClosed) Error() string { return "the client closed the connection" }

const noStatus = 1005

func violation(reason string) error { return &Violation{Code: 1002, Reason: reason} }

var (
	errTooBig  = &Violation{Code: 1009, Reason: "too big"}
	errNotUTF8 = &Violation{Code: 1007, Reason: "not UTF-8"}
)

// Reader reads one client's frames to the letter of RFC 6455: every MUST of sections 5 to 8 that a client can break ends
// in a Violation, as soon as the bytes show it. It never writes. It belongs to one goroutine.
//
// It stands in for gorilla's, which finds bad UTF-8 only at the end of a message, takes a close frame of one byte for an
// empty one, counts a limit before inflation, and answers control frames from the reader.
type Reader struct {
	// Control is called with each ping and pong; the payload is good until it returns, and an error ends Next with it.
	Control func(op byte, payload []byte) error
	// Began is called when the head of a message's first frame has been read, with what the message is about to be appended
	// to, and returns what it shall be appended to: a connection at rest needs to keep no room for one.
	Began func(into []byte) []byte

	nc       net.Conn
	limit    int       // bytes of a message, after inflation
	inflater *Inflater // nil where compression was not negotiated

	buf  [readBuffer]byte
	from int // what lies in buf[from:to] has been read from the connection and not been looked at
	to   int
}

// NewReader returns a reader of messages of at most limit bytes; inflater is what the handshake returned.
func NewReader(nc net.Conn, limit int, inflater *Inflater) *Reader {
	return &Reader{
		nc: nc, limit: limit, inflater: inflater,
		Control: func(byte, []byte) error { return nil }, Began: func(into []byte) []byte { return into },
	}
}

// head is what stands before a frame's payload.
type head struct {
	fin, compressed bool
	op              byte
	mask            [4]byte
	size            uint64
}

// Next reads the next message into b, which grows where it must, and returns its opcode, OpText or OpBinary.
func (r *Reader) Next(b []byte) (op byte, message []byte, err error) {
	m := incoming{reader: r, into: b[:0]}
	for {
		h, err := r.head()
		if err == nil && h.op >= OpClose {
			err = r.control(h)
		} else if err == nil {
			var done bool
			if done, err = m.frame(h); done {
				return m.op, m.into, nil
			}
		}
		if err != nil {
			return 0, m.into, err
		}
	}
}

// incoming is a message on its way in.
type incoming struct {
	reader     *Reader
	op         byte // 0 before the first frame
	compressed bool
	into       []byte
	checked    int // so many bytes of into are known to be UTF-8
}

// frame takes one data frame; done says that it was the message's last.
func (m *incoming) frame(h head) (done bool, err error) {
	switch {
	case m.op == 0 && h.op == OpContinuation:
		return false, violation("a continuation of nothing")
	case m.op != 0 && h.op != OpContinuation:
		return false, violation("a message inside a message")
	case m.op == 0:
		m.op, m.compressed = h.op, h.compressed
		m.into = m.reader.Began(m.into)
	case h.compressed:
		return false, violation("a reserved bit")
	}
	limit := uint64(m.reader.limit)
	if m.compressed {
		limit += limit/1024 + 1024 // what cannot be shrunk grows by a few bytes for each block
	}
	if h.size > limit-uint64(len(m.into)) {
		return false, errTooBig
	}
	if err := m.payload(h); err != nil {
		return false, err
	}
	if !h.fin {
		return false, nil
	}
	if m.compressed {
		if m.into, err = m.reader.inflater.inflate(m.into, m.reader.limit); err != nil {
			return false, err
		}
	}
	if m.op == OpText && !utf8.Valid(m.into[m.checked:]) {
		return false, errNotUTF8
	}
	return true, nil
}

// payload appends a frame's payload as it comes. Room for it is made as bytes come, not because a head announces them.
func (m *incoming) payload(h head) error {
	r := m.reader
	at := 0
	for left := h.size; left > 0; {
		n := min(left, uint64(max(len(m.into), 4096)))
		m.into = slices.Grow(m.into, int(n))
		part := m.into[len(m.into) : len(m.into)+int(n)]
		got, err := r.read(part)
		if err != nil {
			return err
		}
		part = part[:got]
		unmask(part, h.mask, at)
		at += got
		left -= uint64(got)
		m.into = m.into[:len(m.into)+got]
		if m.op == OpText && !m.compressed {
			if m.checked = valid(m.into, m.checked); m.checked < 0 {
				return errNotUTF8
			}
		}
	}
	return nil
}

// control takes one control frame.
func (r *Reader) control(h head) error {
	var buf [125]byte
	payload := buf[:h.size]
	for n := 0; n < len(payload); {
		got, err := r.read(payload[n:])
		if err != nil {
			return err
		}
		n += got
	}
	unmask(payload, h.mask, 0)
	if h.op != OpClose {
		return r.Control(h.op, payload)
	}
	if len(payload) == 0 {
		return &PeerClosed{noStatus}
	}
	if len(payload) == 1 {
		return violation("half a close code")
	}
	code := int(binary.BigEndian.Uint16(payload))
	if !mayBeSent(code) {
		return violation("not a close code")
	}
	if !utf8.Valid(payload[2:]) {
		return errNotUTF8
	}
	return &PeerClosed{code}
}

// head reads and judges what stands before a payload.
func (r *Reader) head() (head, error) {
	b, err := r.need(2)
	if err != nil {
		return head{}, err
	}
	h := head{fin: b[0]&0x80 != 0, op: b[0] & 0x0f, compressed: b[0]&0x40 != 0, size: uint64(b[1] & 0x7f)}
	switch {
	case b[0]&0x30 != 0, h.compressed && (r.inflater == nil || h.op >= OpClose):
		return head{}, violation("a reserved bit")
	case h.op > OpBinary && h.op < OpClose, h.op > OpPong:
		return head{}, violation("a reserved opcode")
	case b[1]&0x80 == 0:
		return head{}, violation("not masked")
	case h.op >= OpClose && (!h.fin || h.size > 125):
		return head{}, violation("a control frame in parts, or of more than 125 bytes")
	}
	switch h.size {
	case 126:
		if b, err = r.need(2); err == nil {
			h.size = uint64(binary.BigEndian.Uint16(b))
		}
	case 127:
		if b, err = r.need(8); err == nil {
			h.size = binary.BigEndian.Uint64(b)
		}
	}
	if err == nil && h.size>>63 != 0 {
		err = violation("a length of more than 63 bits")
	}
	if err != nil {
		return head{}, err
	}
	b, err = r.need(4)
	copy(h.mask[:], b)
	return h, err
}

// need returns the next n bytes, at most 8; they are good until the next read.
func (r *Reader) need(n int) ([]byte, error) {
	for r.to-r.from < n {
		if r.from > 0 {
			copy(r.buf[:], r.buf[r.from:r.to])
			r.from, r.to = 0, r.to-r.from
		}
		got, err := r.nc.Read(r.buf[r.to:])
		if got == 0 && err != nil {
			if err == io.EOF && r.to > 0 { //nolint:errorlint // net.Conn returns it as it is
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		r.to += got
	}
	b := r.buf[r.from : r.from+n]
	r.from += n
	return b, nil
}

// read reads some bytes into p: what lies in the buffer, else from the connection, past the buffer where p is larger.
func (r *Reader) read(p []byte) (int, error) {
	if r.from == r.to {
		if len(p) >= len(r.buf) {
			n, err := r.nc.Read(p)
			if n > 0 {
				return n, nil
			}
			return 0, err
		}
		n, err := r.nc.Read(r.buf[:])
		if n == 0 && err != nil {
			return 0, err
		}
		r.from, r.to = 0, n
	}
	n := copy(p, r.buf[r.from:r.to])
	r.from += n
	return n, nil
}
