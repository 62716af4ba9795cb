package app

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

func TestGarbageMayGatherUpToABound(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 5 << 20: 400, 16 << 20: 400, 32 << 20: 200, 40 << 20: 160, 64 << 20: 100, 4 << 30: 100} {
		if got := percentFor(live); got != want {
			t.Errorf("with %d bytes in use %d %% of them may gather, want %d", live, got, want)
		}
	}
}

// TestThePaceIsSetAnewAfterACollection makes the heap small, large and small again and waits for what is set.
func TestThePaceIsSetAnewAfterACollection(t *testing.T) {
	set := make(chan int, 100)
	p := &pace{
		live: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}, percent: defaultPercent,
		set: func(percent int) int { set <- percent; return 0 },
	}
	p.adjust()
	p.again()
	wait := func(what string, right func(percent int) bool) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
			runtime.GC()
			select {
			case percent := <-set:
				if right(percent) {
					return
				}
			case <-time.After(10 * time.Millisecond):
			}
		}
		t.Fatalf("%s: never set", what)
	}
	wait("a small heap", func(percent int) bool { return percent > 300 })
	held := make([]byte, 80<<20)
	wait("80 MiB in use", func(percent int) bool { return percent == defaultPercent })
	runtime.KeepAlive(held)
	wait("a small heap again", func(percent int) bool { return percent > 300 })
}
