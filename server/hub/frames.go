package hub

import "parley/server/wire"

// frames is a batch of events with its bytes, each encoding made once and on demand.
type frames struct {
	entries []entry
	json    []byte // what the entries' json lie in, until it grows and moves
	encoded [kinds][]byte
	starts  [kinds][]int // where each event begins in encoded
}

func newFrames(n int) *frames {
	return &frames{entries: make([]entry, 0, n), json: make([]byte, 0, 448*n)}
}

func (f *frames) size() int { return len(f.json) }

func (f *frames) add(e *wire.Event) {
	start := len(f.json)
	f.json = e.AppendJSON(f.json)
	f.entries = append(f.entries, entry{event: e, json: f.json[start:len(f.json):len(f.json)]})
}

// bytes returns the whole batch in a protocol's frames.
func (f *frames) bytes(p Protocol) []byte {
	k := p.Kind()
	if f.encoded[k] == nil {
		b := make([]byte, 0, len(f.json)+16*len(f.entries))
		starts := make([]int, len(f.entries))
		for i, e := range f.entries {
			starts[i] = len(b)
			b = p.Append(b, e.event, e.json)
		}
		f.encoded[k], f.starts[k] = b, starts
	}
	return f.encoded[k]
}

// tail returns the batch without its first skip events.
func (f *frames) tail(p Protocol, skip int) []byte {
	return f.bytes(p)[f.starts[p.Kind()][skip]:]
}

// encode returns the frames of a few events for one session.
func encode(p Protocol, events ...*wire.Event) []byte {
	var b []byte
	for _, e := range events {
		b = p.Append(b, e, e.AppendJSON(nil))
	}
	return b
}

func encodeEntries(p Protocol, entries []entry) []byte {
	var b []byte
	for _, e := range entries {
		b = p.Append(b, e.event, e.json)
	}
	return b
}
