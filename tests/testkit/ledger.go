package testkit

import (
	"fmt"
	"slices"
)

// Fact is a message as somebody was told of it.
type Fact struct {
	ClientID, ID, Text string
	Seq                int64
}

// FactOf is the fact that a message states.
func FactOf(m Message) Fact { return Fact{ClientID: m.ClientID, ID: m.ID, Text: m.Text, Seq: m.Seq} }

// Sight is what a reader was shown. One that was paged, after a reset, may show what was seen before.
type Sight struct {
	Fact
	Paged bool
}

// Ledger is what everybody around one room knows when a run is over. Judging it is pure: no server, no clock.
type Ledger struct {
	Sent   map[string]string // client_id to text: everything that a writer ever tried
	Acked  []Fact            // what writers were told, a resent client_id each time
	Seen   [][]Sight         // for each reader, in its order
	Stored []Fact            // what is there at the end, by seq
}

// Verdict lists the broken promises, in words.
type Verdict struct {
	Lost    []string // acknowledged, and not there as acknowledged
	Doubled []string // there twice, or shown to one reader twice
	Holes   []string // numbers that nothing has
	Gone    []string // shown to a reader, and not there as shown
	Missed  []string // there, and never shown to a reader who followed to the end
	Strange []string // there, and never sent so
}

// Faults is every broken promise, each with its kind.
func (v Verdict) Faults() []string {
	var all []string
	for _, kind := range []struct {
		name string
		list []string
	}{{"lost", v.Lost}, {"doubled", v.Doubled}, {"hole", v.Holes}, {"seen, then gone", v.Gone}, {"missed", v.Missed}, {"strange", v.Strange}} {
		for _, f := range kind.list {
			all = append(all, kind.name+": "+f)
		}
	}
	return all
}

// Judge compares what was promised with what is there.
func (l *Ledger) Judge() Verdict {
	var v Verdict
	stored := l.index(&v)
	for _, a := range l.Acked {
		if there, ok := stored[a.ClientID]; !ok || there != a {
			v.Lost = append(v.Lost, fmt.Sprintf("acknowledged as %+v, there is %+v", a, there))
		}
	}
	for reader, sights := range l.Seen {
		shown := map[string]bool{}
		for _, s := range sights {
			if there, ok := stored[s.ClientID]; !ok || there != s.Fact {
				v.Gone = append(v.Gone, fmt.Sprintf("reader %d was shown %+v, there is %+v", reader, s.Fact, there))
			}
			if shown[s.ClientID] && !s.Paged {
				v.Doubled = append(v.Doubled, fmt.Sprintf("reader %d was shown %+v again", reader, s.Fact))
			}
			shown[s.ClientID] = true
		}
		for _, m := range l.Stored {
			if !shown[m.ClientID] {
				v.Missed = append(v.Missed, fmt.Sprintf("reader %d was never shown %+v", reader, m))
			}
		}
	}
	return v
}

// index looks at what is stored by itself, and returns it by client_id.
func (l *Ledger) index(v *Verdict) map[string]Fact {
	stored := make(map[string]Fact, len(l.Stored))
	ids, last := map[string]bool{}, int64(0)
	rows := slices.SortedFunc(slices.Values(l.Stored), func(a, b Fact) int { return int(a.Seq - b.Seq) })
	for i, m := range rows {
		if other, twice := stored[m.ClientID]; twice {
			v.Doubled = append(v.Doubled, fmt.Sprintf("%+v and %+v have one client_id", other, m))
		}
		if ids[m.ID] {
			v.Doubled = append(v.Doubled, fmt.Sprintf("%+v has the id of another", m))
		}
		switch {
		case i > 0 && m.Seq == last:
			v.Doubled = append(v.Doubled, fmt.Sprintf("%+v has the seq of another", m))
		case i > 0 && m.Seq != last+1:
			v.Holes = append(v.Holes, fmt.Sprintf("%d is followed by %d", last, m.Seq))
		}
		if text, ok := l.Sent[m.ClientID]; !ok || text != m.Text {
			v.Strange = append(v.Strange, fmt.Sprintf("%+v, sent was %q", m, text))
		}
		stored[m.ClientID], ids[m.ID], last = m, true, m.Seq
	}
	return stored
}
