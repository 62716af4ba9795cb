package bench

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// histogram counts durations in buckets that are 3 % wide, which is nearer than one run repeats another. It is safe for
// concurrent use; the zero value is empty.
type histogram struct {
	buckets [40 * 32]atomic.Int64 // up to 2^40 ns, some 18 minutes
	max     atomic.Int64
}

func bucketOf(ns int64) int {
	if ns < 32 {
		return int(max(ns, 0))
	}
	e := 63 - bits.LeadingZeros64(uint64(ns))
	return min((e-4)*32+int(ns>>(e-5)&31), 40*32-1)
}

// bucketMiddle is the duration that stands for a bucket.
func bucketMiddle(i int) float64 {
	if i < 32 {
		return float64(i)
	}
	e := i/32 + 4
	return float64(int64(1)<<e) * (1 + (float64(i%32)+0.5)/32)
}

func (h *histogram) add(d time.Duration) {
	h.buckets[bucketOf(int64(d))].Add(1)
	for {
		old := h.max.Load()
		if int64(d) <= old || h.max.CompareAndSwap(old, int64(d)) {
			return
		}
	}
}

// clear forgets everything.
func (h *histogram) clear() {
	for i := range h.buckets {
		h.buckets[i].Store(0)
	}
	h.max.Store(0)
}

// merge adds what another has counted.
func (h *histogram) merge(o *histogram) {
	for i := range o.buckets {
		if n := o.buckets[i].Load(); n > 0 {
			h.buckets[i].Add(n)
		}
	}
	h.max.Store(max(h.max.Load(), o.max.Load()))
}

// Latency sums a histogram up, in milliseconds.
type Latency struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p999_ms"`
	Max   float64 `json:"max_ms"`
}

func (h *histogram) latency() Latency {
	var l Latency
	for i := range h.buckets {
		l.Count += h.buckets[i].Load()
	}
	if l.Count == 0 {
		return l
	}
	l.Max = float64(h.max.Load()) / 1e6
	l.P50, l.P99, l.P999 = h.at(0.5, l), h.at(0.99, l), h.at(0.999, l)
	return l
}

// at returns a quantile in milliseconds, never above the largest that was seen.
func (h *histogram) at(q float64, l Latency) float64 {
	rank, sum := int64(q*float64(l.Count)), int64(0)
	for i := range h.buckets {
		if sum += h.buckets[i].Load(); sum > rank {
			return min(bucketMiddle(i)/1e6, l.Max)
		}
	}
	return l.Max
}
