package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// client is one light WebSocket connection. It reads without decoding JSON and without a buffer of its own while
// nothing comes, because the machine that runs the load is most often the one that serves it. What that takes for
// granted is in the contract: compact JSON, one object a frame, unfragmented, no compression unless it is asked for.
type client struct {
	number int
	room   *room
	conn   *net.TCPConn
	carry  []byte // the beginning of a frame whose rest has not come yet
	epoch  string
	seen   atomic.Int64 // the last seq of the room
	ended  atomic.Bool
	synced chan struct{} // closed when the hello's catch-up is over; nil where none was asked for
}

// handshakeWait bounds everything up to the hello.
const handshakeWait = 30 * time.Second

// open dials, upgrades and says hello; a cursor of 0 or more asks for what came after it. What follows the server's
// hello is read by receive.
func (c *client) open(ctx context.Context, addr, token, epoch string, cursor int64) (err error) {
	d := net.Dialer{Timeout: handshakeWait}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	c.conn = conn.(*net.TCPConn)
	defer func() {
		if err != nil {
			_ = c.conn.Close() // the error that counts is there already
		}
	}()
	if err := c.conn.SetDeadline(time.Now().Add(handshakeWait)); err != nil {
		return err
	}
	request := "GET /ws HTTP/1.1\r\nHost: " + addr + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " + token + "\r\n\r\n"
	if _, err := c.conn.Write([]byte(request)); err != nil {
		return err
	}
	in := bufio.NewReaderSize(c.conn, 2048)
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return fmt.Errorf("the handshake: %w", err)
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("the handshake was answered with %s", res.Status)
	}
	hello := `{"type":"hello"}`
	if cursor >= 0 {
		c.synced = make(chan struct{})
		hello = fmt.Sprintf(`{"type":"hello","epoch":%q,"rooms":{%q:%d}}`, epoch, c.room.id, cursor)
	}
	if _, err := c.conn.Write(maskedFrame(opText, []byte(hello))); err != nil {
		return err
	}
	if c.carry, err = c.awaitHello(in); err != nil {
		return err
	}
	return c.conn.SetDeadline(time.Time{})
}

// awaitHello reads up to the server's hello and returns what came after it.
func (c *client) awaitHello(in *bufio.Reader) ([]byte, error) {
	var b []byte
	for {
		op, payload, n := parseFrame(b)
		if n == 0 {
			if _, err := in.Peek(1); err != nil {
				return nil, fmt.Errorf("waiting for hello: %w", err)
			}
			part := make([]byte, in.Buffered())
			if _, err := io.ReadFull(in, part); err != nil {
				return nil, err
			}
			b = append(b, part...)
			continue
		}
		switch {
		case op == opText && bytes.HasPrefix(payload, []byte(`{"type":"hello"`)):
			c.place(payload)
			rest, err := in.Peek(in.Buffered())
			return append(bytes.Clone(b[n:]), rest...), err
		case op == opText:
			return nil, fmt.Errorf("the first frame is no hello: %.120s", payload)
		case op == opClose:
			return nil, fmt.Errorf("closed before the hello: code %d", closeCode(payload))
		}
		b = b[n:]
	}
}

// place reads out of the hello where the room stands.
func (c *client) place(hello []byte) {
	if _, after, ok := bytes.Cut(hello, []byte(`"epoch":"`)); ok {
		epoch, _, _ := bytes.Cut(after, []byte(`"`))
		c.epoch = string(epoch)
	}
	if _, after, ok := bytes.Cut(hello, []byte(`"id":"`+c.room.id+`"`)); ok {
		if seq, ok := number(after, seqKey); ok {
			c.seen.Store(seq)
		}
	}
}

var readBuffers = sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}

// receive reads until the connection ends and hands each text frame to take with the time at which it was there.
func (c *client) receive(take func(c *client, payload []byte, at time.Time)) {
	defer c.ended.Store(true)
	if rest := c.carry; len(rest) > 0 {
		c.carry = nil
		if !c.feed(rest, time.Now(), take) {
			return
		}
	}
	raw, err := c.conn.SyscallConn()
	if err != nil {
		return
	}
	// The callback answers false for as long as the connection lives: the runtime then calls it at each arrival, and no
	// read is spent on finding out that nothing is there.
	_ = raw.Read(func(fd uintptr) (done bool) {
		buf := readBuffers.Get().(*[]byte)
		defer readBuffers.Put(buf)
		for {
			n, err := syscall.Read(int(fd), *buf)
			switch {
			case err == syscall.EAGAIN:
				return false
			case err == syscall.EINTR:
				continue
			case err != nil || n == 0:
				return true
			}
			if !c.feed((*buf)[:n], time.Now(), take) {
				return true
			}
			if n < len(*buf) {
				return false
			}
		}
	})
}

// feed takes what was read apart; false means that the server has closed.
func (c *client) feed(data []byte, at time.Time, take func(*client, []byte, time.Time)) bool {
	if len(c.carry) > 0 {
		data = append(c.carry, data...)
	}
	for {
		op, payload, n := parseFrame(data)
		if n == 0 {
			break
		}
		data = data[n:]
		switch op {
		case opText:
			take(c, payload, at)
		case opPing:
			_, _ = c.conn.Write(maskedFrame(opPong, payload)) // a connection that is gone is met by the next read
		case opClose:
			return false
		}
	}
	c.carry = append(c.carry[:0:0], data...)
	return true
}

// close ends the connection as the protocol has it.
func (c *client) close() {
	_, _ = c.conn.Write(maskedFrame(opClose, binary.BigEndian.AppendUint16(nil, 1000)))
	_ = c.conn.Close()
}

// cut ends the connection without a word, as a lost network would.
func (c *client) cut() {
	_ = c.conn.SetLinger(0)
	_ = c.conn.Close()
}

// The opcodes of RFC 6455, section 5.2, with the bit that says that a frame is whole.
const (
	opText  = 0x81
	opClose = 0x88
	opPing  = 0x89
	opPong  = 0x8a
)

// maskedFrame makes a client's frame. Its key is zero, which is a key like any other (section 5.3) and costs nothing:
// masking protects proxies from pages, and here is neither.
func maskedFrame(op byte, payload []byte) []byte {
	b := make([]byte, 0, len(payload)+14)
	switch n := len(payload); {
	case n < 126:
		b = append(b, op, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, op, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, op, 0x80|127), uint64(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// parseFrame returns the first frame of b and how many bytes it takes; 0 where it is not all there.
func parseFrame(b []byte) (op byte, payload []byte, n int) {
	if len(b) < 2 {
		return 0, nil, 0
	}
	size, head := int(b[1]&127), 2
	switch size {
	case 126:
		if len(b) < 4 {
			return 0, nil, 0
		}
		size, head = int(binary.BigEndian.Uint16(b[2:])), 4
	case 127:
		if len(b) < 10 {
			return 0, nil, 0
		}
		size, head = int(binary.BigEndian.Uint64(b[2:])&(1<<31-1)), 10
	}
	if len(b) < head+size {
		return 0, nil, 0
	}
	return b[0], b[head : head+size], head + size
}

func closeCode(payload []byte) int {
	if len(payload) < 2 {
		return 1005
	}
	return int(binary.BigEndian.Uint16(payload))
}
