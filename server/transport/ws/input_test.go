package ws

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"unicode/utf8"
)

// sender is a connection that has sent all it will.
type sender struct {
	net.Conn
	r io.Reader
}

func (s sender) Read(b []byte) (int, error) { return s.r.Read(b) }

func FuzzReader(f *testing.F) {
	f.Add([]byte("\x81\x82\x01\x02\x03\x04hi"), false)
	f.Add([]byte("\x88\x81\x00\x00\x00\x00\x03"), false)
	f.Add([]byte("\xc1\x87\x00\x00\x00\x00\xf2\x48\xcd\xc9\xc9\x07\x00"), true)
	f.Fuzz(func(t *testing.T, sent []byte, deflate bool) {
		var inflater *Inflater
		if deflate {
			inflater = newInflater()
		}
		const limit = 1 << 12
		r := NewReader(sender{r: bytes.NewReader(sent)}, limit, inflater)
		for {
			op, message, err := r.Next(nil)
			var breach *Violation
			if errors.As(err, &breach) && !mayBeSent(breach.Code) {
				t.Fatalf("a breach is answered with %d", breach.Code)
			}
			if err != nil {
				return
			}
			if len(message) > limit || op != OpText && op != OpBinary || op == OpText && !utf8.Valid(message) {
				t.Fatalf("a message of %d bytes, opcode %d", len(message), op)
			}
		}
	})
}
