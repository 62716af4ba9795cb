package bench

import (
	"bytes"
	"time"
)

var (
	isCreated = []byte(`{"type":"message.created"`)
	isAck     = []byte(`{"type":"ack","ref":"`)
	isError   = []byte(`{"type":"error"`)
	isSynced  = []byte(`{"type":"synced"`)
	isReset   = []byte(`{"type":"reset"`)
	seqKey    = []byte(`,"seq":`)
	mark      = []byte(markStart)
)

const (
	markStart = "~T"
	markLen   = len(markStart) + 16 // and the intended time of sending, in nanoseconds, in hex
)

// take counts one frame.
func (c *crowd) take(cl *client, payload []byte, at time.Time) {
	switch {
	case bytes.HasPrefix(payload, isCreated):
		if seq, ok := number(payload, seqKey); ok {
			cl.seen.Store(seq)
		}
		sent, ok := marked(payload)
		if !ok {
			return
		}
		if c.counting.Load() {
			c.delivery[cl.number%shards].add(at.Sub(sent))
		}
		cl.room.heard.Add(1)
		cl.room.wake()
	case bytes.HasPrefix(payload, isAck):
		if sent, ok := hexTime(payload[len(isAck):]); ok && c.counting.Load() {
			c.ack.add(at.Sub(sent))
		}
		cl.room.acked.Add(1)
		cl.room.wake()
	case bytes.HasPrefix(payload, isError):
		text := string(payload)
		c.refusal.CompareAndSwap(nil, &text)
		cl.room.refused.Add(1)
		cl.room.wake()
	case bytes.HasPrefix(payload, isSynced), bytes.HasPrefix(payload, isReset):
		if seq, ok := number(payload, seqKey); ok {
			cl.seen.Store(seq)
		}
		if cl.synced != nil && bytes.Contains(payload, []byte(`"`+cl.room.id+`"`)) {
			close(cl.synced)
			cl.synced = nil
		}
	}
}

// number reads the digits behind a key.
func number(payload, key []byte) (int64, bool) {
	i := bytes.Index(payload, key)
	if i < 0 {
		return 0, false
	}
	n := int64(0)
	for _, d := range payload[i+len(key):] {
		if d < '0' || d > '9' {
			break
		}
		n = n*10 + int64(d-'0')
	}
	return n, true
}

// marked finds the time of sending in a message's text.
func marked(payload []byte) (time.Time, bool) {
	i := bytes.Index(payload, mark)
	if i < 0 {
		return time.Time{}, false
	}
	return hexTime(payload[i+len(mark):])
}

func hexTime(b []byte) (time.Time, bool) {
	if len(b) < 16 {
		return time.Time{}, false
	}
	ns := int64(0)
	for _, d := range b[:16] {
		switch {
		case d >= '0' && d <= '9':
			ns = ns<<4 | int64(d-'0')
		case d >= 'a' && d <= 'f':
			ns = ns<<4 | int64(d-'a'+10)
		default:
			return time.Time{}, false
		}
	}
	return time.Unix(0, ns), true
}
