package models

import (
	"math"
	"strconv"
	"sync"
	"time"
)

// ID names a row: 64 bits made by the application, so the same rows can stand in SQLite and in PostgreSQL and inserts
// only ever append to the primary key. 0 is no id. In JSON an ID is a decimal string, because JavaScript's numbers
// end at 2^53.
type ID int64

// String returns the decimal form that the API uses.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// ParseID reads the decimal form. It returns ErrNotFound for anything that cannot be an id, because to a caller an
// impossible id and an unused one are the same: no such thing.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, NotFound("There is nothing with this id.")
	}
	return ID(n), nil
}

// Millis is a moment as Unix time in milliseconds, UTC. 0 means never.
type Millis int64

// ToMillis converts a time; the zero time becomes 0.
func ToMillis(t time.Time) Millis {
	if t.IsZero() {
		return 0
	}
	return Millis(t.UnixMilli())
}

// Time converts back; 0 becomes the zero time.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// Forever is later than every moment.
const Forever = Millis(math.MaxInt64)

const (
	idEpoch    = 1735689600000 // 2025-01-01T00:00:00Z in Unix milliseconds
	idNodeBits = 10
	idSeqBits  = 12
)

// IDMaker makes ids: 41 bits of milliseconds since 2025, 10 bits of node, 12 bits of counter. They rise strictly within
// one maker, also when the clock is set back; order between messages is never read from them but from seq.
type IDMaker struct {
	mu   sync.Mutex
	now  func() time.Time
	node int64
	last int64 // time and counter parts of the last id, without the node
}

// NewIDMaker returns a maker for a node (0 to 1023) that reads the clock from now. Ids not above after are never made:
// pass the highest stored id, so that a clock set back between two runs cannot repeat one.
func NewIDMaker(node int, now func() time.Time, after ID) *IDMaker {
	return &IDMaker{now: now, node: int64(node) & (1<<idNodeBits - 1), last: split(after)}
}

// split drops the node part of an id.
func split(id ID) int64 {
	return int64(id)>>(idNodeBits+idSeqBits)<<idSeqBits | int64(id)&(1<<idSeqBits-1)
}

// Next returns a new id.
func (g *IDMaker) Next() ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	tick := max(g.now().UnixMilli()-idEpoch, 0) << idSeqBits
	g.last = max(g.last+1, tick)
	return ID(g.last>>idSeqBits<<(idNodeBits+idSeqBits) | g.node<<idSeqBits | g.last&(1<<idSeqBits-1))
}
