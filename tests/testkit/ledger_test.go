package testkit

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// sound is a ledger in which every promise was kept: three messages, the second acknowledged twice because its ack was
// lost, and a reader who was reset once.
func sound() Ledger {
	a, b, c := Fact{"a", "1", "one", 5}, Fact{"b", "2", "two", 6}, Fact{"c", "3", "three", 7}
	return Ledger{
		Sent:   map[string]string{"a": "one", "b": "two", "c": "three", "d": "never arrived"},
		Acked:  []Fact{a, b, b, c},
		Seen:   [][]Sight{{{a, false}, {b, false}, {c, false}}, {{b, false}, {a, true}, {b, true}, {c, true}}},
		Stored: []Fact{a, b, c},
	}
}

// TestTheLedgerFindsEveryBrokenPromise breaks the sound ledger in one place at a time.
func TestTheLedgerFindsEveryBrokenPromise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		damage func(*Ledger)
		kinds  []string // that are found, in the order of Verdict
	}{
		{"nothing", func(*Ledger) {}, nil},
		{"an acknowledged message is not there", func(l *Ledger) { l.Stored = l.Stored[:2]; l.Seen = nil }, []string{"lost"}},
		{"it is there under another id", func(l *Ledger) { l.Acked[0].ID = "9" }, []string{"lost"}},
		{"it is there at another seq", func(l *Ledger) { l.Acked[0].Seq = 9 }, []string{"lost"}},
		{"it is there with another text", func(l *Ledger) { l.Acked[0].Text = "uno" }, []string{"lost"}},
		{"two acks of one client_id differ", func(l *Ledger) { l.Acked[2].ID = "9" }, []string{"lost"}},
		{"a client_id is there twice", func(l *Ledger) { l.Stored = append(l.Stored, Fact{"b", "4", "two", 8}); l.Seen = nil; l.Acked = nil }, []string{"doubled"}},
		{"an id is there twice", func(l *Ledger) { l.Stored = append(l.Stored, Fact{"d", "3", "never arrived", 8}); l.Seen = nil }, []string{"doubled"}},
		{"a seq is there twice", func(l *Ledger) { l.Stored = append(l.Stored, Fact{"d", "4", "never arrived", 7}); l.Seen = nil }, []string{"doubled"}},
		{"a reader is shown one twice", func(l *Ledger) { l.Seen[0] = append(l.Seen[0], l.Seen[0][0]) }, []string{"doubled"}},
		{"a seq is missing", func(l *Ledger) { l.Stored = slices.Delete(l.Stored, 1, 2); l.Acked, l.Seen = nil, nil }, []string{"hole"}},
		{"what a reader saw is gone", func(l *Ledger) { l.Seen[0] = append(l.Seen[0], Sight{Fact{"d", "4", "never arrived", 8}, false}) }, []string{"seen, then gone"}},
		{"what a reader saw has another number", func(l *Ledger) { l.Seen[0][0].Seq = 4 }, []string{"seen, then gone"}},
		{"a reader was never shown one", func(l *Ledger) { l.Seen[0] = l.Seen[0][:2] }, []string{"missed"}},
		{"nobody sent it", func(l *Ledger) { delete(l.Sent, "c") }, []string{"strange"}},
		{"it was sent with another text", func(l *Ledger) { l.Sent["c"] = "drei" }, []string{"strange"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := sound()
			c.damage(&l)
			found := map[string]bool{}
			for _, f := range l.Judge().Faults() {
				kind, _, _ := strings.Cut(f, ": ")
				found[kind] = true
			}
			if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, c.kinds) {
				t.Errorf("the ledger finds %v, want %v", got, c.kinds)
			}
		})
	}
}
