package testkit

import (
	"testing"
	"time"
)

// Eventually polls until ok says yes, and fails the test with what was waited for at the deadline.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	EventuallyWithin(t, Deadline, what, ok)
}

// EventuallyWithin is Eventually with a deadline of its own, for promises that name one.
func EventuallyWithin(t testing.TB, within time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("waited %v in vain: %s", within, what)
		case <-tick.C:
		}
	}
}
