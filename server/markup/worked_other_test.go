//go:build !linux

package markup

import "time"

var began = time.Now()

// worked is how much time has passed: no thread's own time is asked for here.
func worked() time.Duration { return time.Since(began) }
