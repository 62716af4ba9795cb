package testkit

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// The opcodes of RFC 6455, section 5.2.
const (
	OpContinuation = 0x0
	OpText         = 0x1
	OpBinary       = 0x2
	OpClose        = 0x8
	OpPing         = 0x9
	OpPong         = 0xA
)

// RawConn is a WebSocket connection whose frames are written byte by byte, to break the rules on purpose.
type RawConn struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

// RawFrame is a frame to be written; its zero value is an empty, final, masked continuation frame.
type RawFrame struct {
	More     bool // FIN is not set
	Reserved byte // RSV1 is 0x40, RSV2 0x20, RSV3 0x10
	Opcode   byte
	Unmasked bool
	Payload  []byte
	Length   uint64 // announced in eight bytes instead of the true length, when not 0
}

// RawHandshake opens a TCP connection and sends this handshake; headers replace or (empty) remove the usual ones.
func (c *Client) RawHandshake(t testing.TB, method string, headers map[string]string) (*RawConn, *http.Response) {
	t.Helper()
	return c.RawHandshakeAt(t, "/ws", method, headers)
}

// RawHandshakeAt is RawHandshake at another path.
func (c *Client) RawHandshakeAt(t testing.TB, path, method string, headers map[string]string) (*RawConn, *http.Response) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", c.base[len("http://"):], Deadline)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(Deadline))
	req, _ := http.NewRequest(method, c.base+path, nil)
	for name, value := range c.handshakeHeaders() {
		req.Header.Set(name, value)
	}
	for name, value := range headers {
		if value == "" {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, value)
		}
	}
	if err := req.Write(conn); err != nil {
		t.Fatalf("write the handshake: %v", err)
	}
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, req)
	if err != nil {
		t.Fatalf("read the handshake's answer: %v", err)
	}
	return &RawConn{t: t, conn: conn, in: in}, res
}

func (c *Client) handshakeHeaders() map[string]string {
	key := make([]byte, 16)
	_, _ = rand.Read(key)
	h := map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": base64.StdEncoding.EncodeToString(key), "Origin": c.base,
	}
	if c.bearer != "" {
		h["Authorization"] = "Bearer " + c.bearer
	} else if cookie := c.Cookie(); cookie != "" {
		h["Cookie"] = "parley=" + cookie
	}
	return h
}

// Raw is a connection after a good handshake, before hello.
func (c *Client) Raw(t testing.TB, headers map[string]string) *RawConn {
	t.Helper()
	raw, res := c.RawHandshake(t, http.MethodGet, headers)
	if res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("the handshake got %s", res.Status)
	}
	return raw
}

// RawHello is a connection after hello and the server's answer to it.
func (c *Client) RawHello(t testing.TB) *RawConn {
	t.Helper()
	raw := c.Raw(t, nil)
	raw.Write(RawFrame{Opcode: OpText, Payload: []byte(`{"type":"hello"}`)})
	if op, payload, err := raw.Read(); err != nil || op != OpText {
		t.Fatalf("no hello came back: opcode %d, %q, %v", op, payload, err)
	}
	return raw
}

// TryRawHello is RawHello for goroutines: it returns the error.
func (c *Client) TryRawHello() (*RawConn, error) {
	conn, err := net.DialTimeout("tcp", c.base[len("http://"):], Deadline)
	if err != nil {
		return nil, err
	}
	raw := &RawConn{t: c.t, conn: conn, in: bufio.NewReaderSize(conn, 1024)}
	if err := raw.greet(c); err != nil {
		_ = conn.Close()
		return nil, err
	}
	c.t.Cleanup(func() { _ = conn.Close() })
	return raw, nil
}

func (r *RawConn) greet(c *Client) error {
	_ = r.conn.SetDeadline(time.Now().Add(Deadline))
	req, err := http.NewRequest(http.MethodGet, c.base+"/ws", nil)
	if err != nil {
		return err
	}
	for name, value := range c.handshakeHeaders() {
		req.Header.Set(name, value)
	}
	if err := req.Write(r.conn); err != nil {
		return err
	}
	res, err := http.ReadResponse(r.in, req)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("the handshake got %s", res.Status)
	}
	r.Write(RawFrame{Opcode: OpText, Payload: []byte(`{"type":"hello"}`)})
	if op, payload, err := r.Read(); err != nil || op != OpText {
		return fmt.Errorf("no hello came back: opcode %d, %.100q, %w", op, payload, err)
	}
	return r.conn.SetDeadline(time.Time{})
}

// ExpectText reads until a text frame that contains this.
func (r *RawConn) ExpectText(part string) {
	r.t.Helper()
	_ = r.conn.SetReadDeadline(time.Now().Add(Deadline))
	for {
		op, payload, err := r.Read()
		if err != nil {
			r.t.Fatalf("waiting for %s: %v", part, err)
		}
		if op == OpText && bytes.Contains(payload, []byte(part)) {
			return
		}
	}
}

// Abort ends the connection with a reset, as a lost network's far end would.
func (r *RawConn) Abort() {
	if tcp, ok := r.conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = r.conn.Close()
}

// Patience gives what comes next another deadline than the handshake's.
func (r *RawConn) Patience(d time.Duration) { _ = r.conn.SetDeadline(time.Now().Add(d)) }

// Write writes one frame.
func (r *RawConn) Write(f RawFrame) {
	r.WriteBytes(f.bytes())
}

// WriteBytes writes bytes as they are; an error is left for the reader to meet, for the server may have hung up first.
func (r *RawConn) WriteBytes(b []byte) { _, _ = r.conn.Write(b) }

// Bytes is the frame as it goes over the wire.
func (f RawFrame) Bytes() []byte { return f.bytes() }

// ReadHead is Read with the frame's first byte, FIN and reserved bits and all.
func (r *RawConn) ReadHead() (first byte, payload []byte, err error) {
	b, err := r.in.Peek(1)
	if err != nil {
		return 0, nil, err
	}
	first = b[0]
	_, payload, err = r.Read()
	return first, payload, err
}

func (f RawFrame) bytes() []byte {
	first := f.Opcode | f.Reserved
	if !f.More {
		first |= 0x80
	}
	mask := byte(0x80)
	if f.Unmasked {
		mask = 0
	}
	b := []byte{first}
	switch n := len(f.Payload); {
	case f.Length != 0:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), f.Length)
	case n < 126:
		b = append(b, mask|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n))
	}
	if f.Unmasked {
		return append(b, f.Payload...)
	}
	key := [4]byte{0x12, 0x34, 0x56, 0x78}
	b = append(b, key[:]...)
	for i, c := range f.Payload {
		b = append(b, c^key[i%4])
	}
	return b
}

// Read reads one frame of the server's.
func (r *RawConn) Read() (opcode byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(r.in, head); err != nil {
		return 0, nil, err
	}
	if head[1]&0x80 != 0 {
		return 0, nil, fmt.Errorf("the server masked a frame")
	}
	n := uint64(head[1])
	switch n {
	case 126:
		long := make([]byte, 2)
		if _, err := io.ReadFull(r.in, long); err != nil {
			return 0, nil, err
		}
		n = uint64(binary.BigEndian.Uint16(long))
	case 127:
		long := make([]byte, 8)
		if _, err := io.ReadFull(r.in, long); err != nil {
			return 0, nil, err
		}
		n = binary.BigEndian.Uint64(long)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r.in, payload)
	return head[0] & 0x0F, payload, err
}

// CloseCode reads until the server's close frame and returns its code; 0 when the connection ends without one.
func (r *RawConn) CloseCode() int {
	for {
		op, payload, err := r.Read()
		if err != nil {
			return 0
		}
		if op == OpClose {
			if len(payload) < 2 {
				return 1005
			}
			return int(binary.BigEndian.Uint16(payload))
		}
	}
}

// ExpectClose demands this close code.
func (r *RawConn) ExpectClose(code int) {
	r.t.Helper()
	if got := r.CloseCode(); got != code {
		r.t.Errorf("closed with %d, want %d", got, code)
	}
}
