package app

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A collection of a server with 2,000 connections takes 9 ms of a core and lasts 10 to 30 ms, in which messages wait;
// with Go's default it came every 3 s at 500 messages a second, which was most of their p99 (3.9 ms; 2.2 ms with a quarter
// of the collections). So up to garbageAtMost more garbage gathers in between, and no more than garbagePercent of what
// is in use, so that the small server of a small team stays small.
const (
	garbageAtMost  = 64 << 20
	garbagePercent = 400
	defaultPercent = 100 // Go's own
)

// paceCollector sets after each collection how much garbage may gather until the next. Whoever sets GOGC decides that
// himself; GOMEMLIMIT works beside this.
func paceCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	p := &pace{live: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}, percent: defaultPercent, set: debug.SetGCPercent}
	p.adjust()
	p.again()
}

// pace is what is known between two collections.
type pace struct {
	live    []metrics.Sample
	percent int
	set     func(percent int) int
}

// again calls itself after every collection, by way of an object that each of them finds unused.
func (p *pace) again() {
	type unused struct{ _ *int } // with a pointer, for the runtime puts small objects without one together
	runtime.AddCleanup(&unused{}, func(p *pace) {
		p.adjust()
		p.again()
	}, p)
}

func (p *pace) adjust() {
	metrics.Read(p.live)
	if percent := percentFor(p.live[0].Value.Uint64()); percent != p.percent {
		p.percent = percent
		p.set(percent)
	}
}

// percentFor says for a heap of live bytes how much garbage may gather, in per cent of it.
func percentFor(live uint64) int {
	return int(min(max(garbageAtMost*100/max(live, 1), defaultPercent), garbagePercent))
}
