package testkit

import (
	"context"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// seedDeadline is for the slowest case, the race detector on a busy machine.
const seedDeadline = 3 * time.Minute

// Seed fills a fresh data folder with messages through the program itself and returns the folder. The room seed-0 has
// half of them.
func Seed(t testing.TB, messages int) string {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), seedDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, Binary(t), "bench", "--seed-messages", strconv.Itoa(messages))
	cmd.Env = append(cleanEnv(), "PARLEY_DATA="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("fill a folder with %d messages: %v\n%s", messages, err, out)
	}
	return dir
}
