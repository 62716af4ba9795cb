package ws

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"sync"

	"parley/server/hub"
	"parley/server/wire"
)

// minDeflate is the length under which a message is sent as it is: without a context it would hardly get shorter.
const minDeflate = 128

// finTextDeflated is a whole text message with RSV1 set: compressed (RFC 7692, section 6).
const finTextDeflated = finText | 0x40

// deflated frames events as compressed text, each by itself: so one encoding serves every connection, which costs about
// as much as the JSON itself, and no connection keeps a window of 32 KiB.
type deflated struct{ writers *sync.Pool }

func newDeflated() deflated {
	return deflated{&sync.Pool{New: func() any {
		d := &deflater{}
		d.w, _ = flate.NewWriter(&d.out, flate.BestSpeed) // its only error is a level that does not exist
		return d
	}}}
}

// deflater is a compressor with what it wrote.
type deflater struct {
	w   *flate.Writer
	out bytes.Buffer
}

// Kind implements hub.Protocol.
func (deflated) Kind() hub.Kind { return hub.KindDeflated }

// Append implements hub.Protocol.
func (p deflated) Append(b []byte, _ *wire.Event, json []byte) []byte {
	if len(json) < minDeflate {
		return appendFrame(b, finText, json)
	}
	return p.append(b, finTextDeflated, json)
}

func (p deflated) append(b []byte, op byte, payload []byte) []byte {
	d := p.writers.Get().(*deflater)
	defer p.writers.Put(d)
	d.out.Reset()
	d.w.Reset(&d.out)
	// A bytes.Buffer takes everything.
	_, _ = d.w.Write(payload)
	_ = d.w.Flush()
	// RFC 7692, section 7.2.1: the empty block that a flush ends with is left out.
	return appendFrame(b, op, bytes.TrimSuffix(d.out.Bytes(), []byte{0, 0, 0xff, 0xff}))
}

// tail is what the sender left out, and an empty last block, so that the reader comes to an end.
const tail = "\x00\x00\xff\xff\x01\x00\x00\xff\xff"

// Inflater takes compressed messages apart, for all connections of a handshake: what it needs for one is 44 KiB, which an
// idle connection must not keep.
type Inflater struct{ readers sync.Pool }

func newInflater() *Inflater {
	return &Inflater{sync.Pool{New: func() any { return flate.NewReader(nil) }}}
}

// inflate returns a compressed message's bytes, in a buffer of its own; more than limit of them are errTooBig, and are
// not made.
func (i *Inflater) inflate(packed []byte, limit int) ([]byte, error) {
	z := i.readers.Get().(io.ReadCloser)
	defer i.readers.Put(z)
	if err := z.(flate.Resetter).Reset(io.MultiReader(bytes.NewReader(packed), bytes.NewReader([]byte(tail))), nil); err != nil {
		return nil, err
	}
	out := make([]byte, 0, min(4*len(packed)+64, limit+1))
	for {
		if len(out) == cap(out) {
			out = append(out, 0)[:len(out)]
		}
		n, err := z.Read(out[len(out):min(cap(out), limit+1)])
		out = out[:len(out)+n]
		switch {
		case len(out) > limit:
			return nil, errTooBig
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, &Violation{Code: 1007, Reason: "not a compressed message"}
		}
	}
}
