package bench

import (
	"math"
	"testing"
	"time"
)

func TestAHistogramIsWithinThreeInAHundred(t *testing.T) {
	for _, d := range []time.Duration{1, 31, 32, 33, 1000, 999_999, time.Millisecond, 47 * time.Millisecond, 13 * time.Second} {
		if got := bucketMiddle(bucketOf(int64(d))); math.Abs(got-float64(d)) > 0.032*float64(d)+0.5 {
			t.Errorf("%v is kept as %v", d, time.Duration(got))
		}
	}
	if bucketOf(math.MaxInt64) != 40*32-1 || bucketOf(-1) != 0 {
		t.Error("durations out of range leave the buckets")
	}
}

func TestQuantilesCountFromTheSmallest(t *testing.T) {
	a, b := new(histogram), new(histogram)
	for i := 1; i <= 990; i++ {
		a.add(time.Duration(i) * time.Microsecond)
	}
	for range 10 {
		b.add(time.Second)
	}
	a.merge(b)
	l := a.latency()
	if l.Count != 1000 || l.Max != 1000 || math.Abs(l.P50-0.5) > 0.02 || l.P99 < 0.95 || math.Abs(l.P999-1000) > 32 {
		t.Errorf("1,000 durations are summed up as %+v", l)
	}
	if new(histogram).latency() != (Latency{}) {
		t.Error("an empty histogram has quantiles")
	}
}
