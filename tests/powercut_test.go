package tests

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestAPowerCutLosesNothingThatWasAcknowledged cuts the power of the server's disk at random moments under eight writers:
// what was never synced is gone, which kill -9 alone does not show. A file that is written beside the database without a
// sync proves in each round that the cut is one.
func TestAPowerCutLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	rounds := 4
	if os.Getenv("PARLEY_TEST_LONG") != "" {
		rounds = 60
	}
	disk := testkit.NewPowerDisk(t, "96M")
	srv := testkit.Start(t, testkit.Data(filepath.Join(disk.Dir, "data")))
	crew := newWriters(t, srv, 8)
	total, lost := 0, 0
	for round := range rounds {
		life := time.Duration(50+rand.IntN(400)) * time.Millisecond
		unsynced := filepath.Join(disk.Dir, ids("unsynced", round))
		lists := crew.writeUntil(round, func() {
			<-time.After(life) // the random moment, not a wait for anything
			if err := os.WriteFile(unsynced, []byte(strings.Repeat("x", 1<<16)), 0o600); err != nil {
				t.Fatal(err)
			}
			srv.Kill()
			disk.Cut()
		})
		if info, err := os.Stat(unsynced); err != nil || info.Size() < 1<<16 {
			lost++
		}
		srv.Restart()
		acked := crew.compare(lists)
		t.Logf("round %d: the power was cut after %v, %d acknowledged", round, life, acked)
		total += acked
		if t.Failed() {
			return
		}
	}
	if total == 0 || lost == 0 {
		t.Errorf("%d messages were acknowledged and %d of %d files without a sync lost: the test proved nothing", total, lost, rounds)
	}
}
