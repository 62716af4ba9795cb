package testkit

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"testing"
	"time"
)

// Result is how a run of the program ended.
type Result struct {
	Exit   int // -1 when it had to be killed at the deadline
	Stdout string
	Stderr string
	Took   time.Duration
}

// Run runs the program to its end with these arguments and extra environment, killing it at the deadline.
func Run(t testing.TB, env []string, args ...string) Result {
	t.Helper()
	return RunFor(t, Deadline, env, args...)
}

// RunFor is Run with a deadline of its own, at which the program is killed.
func RunFor(t testing.TB, within time.Duration, env []string, args ...string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	cmd := exec.CommandContext(ctx, Binary(t), args...)
	cmd.Env = append(cleanEnv(), env...)
	cmd.Dir = t.TempDir()
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	begin := time.Now()
	err := cmd.Run()
	r := Result{Stdout: out.String(), Stderr: errOut.String(), Took: time.Since(begin)}
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil && err != nil:
		r.Exit = -1
	case errors.As(err, &failed):
		r.Exit = failed.ExitCode()
	case err != nil:
		t.Fatalf("run %v: %v", args, err)
	}
	return r
}
