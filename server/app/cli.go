// Package app puts the program together: it reads the command line, builds the
// parts in the right order, hands each what it needs, listens, and drains. It
// owns no rule of the product; those live in chat and auth.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"parley/models"
	"parley/server/config"
	"parley/server/telemetry"
)

// Exit codes, as scripts and supervisors read them.
const (
	exitOK      = 0
	exitFailure = 1 // it could not be done
	exitUsage   = 2 // it was asked for wrongly
)

// usageError is a mistake on the command line or in a setting.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// invocation is one call of the program, read and checked.
type invocation struct {
	cfg    config.Config
	args   []string          // what follows the command's words
	flags  map[string]string // the command's own flags
	log    *slog.Logger      // writes to stderr
	stdout io.Writer
	stderr io.Writer
}

// Main runs the program once and returns its exit code: 0 done, 1 failed, 2
// asked for wrongly. Errors are one line on stderr. args lacks the program's
// name; environ has the form of os.Environ.
func Main(args, environ []string, stdout, stderr io.Writer) int {
	err := run(args, environ, stdout, stderr)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(stderr, "parley: "+oneLine(err)) // a failure to report has nowhere to be reported
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailure
}

func run(args, environ []string, stdout, stderr io.Writer) error {
	call, err := parse(args)
	if err != nil {
		return usageError{err}
	}
	if call.help {
		_, err := io.WriteString(stdout, help(call.command))
		return err
	}
	cfg, warnings, err := config.Load(config.Source{Flags: call.settings, Env: environment(environ), ReadFile: os.ReadFile})
	if err != nil {
		return usageError{err}
	}
	log := telemetry.NewLogger(stderr, cfg.LogFormat == config.LogJSON, cfg.LogLevel)
	if call.command.warns {
		for _, w := range warnings {
			log.Warn(w)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal asks for a drain; from then on a second one ends the
	// process at once, as somebody who presses Ctrl+C twice expects.
	defer context.AfterFunc(ctx, stop)()
	return call.command.run(ctx, &invocation{cfg: cfg, args: call.args, flags: call.flags, log: log, stdout: stdout, stderr: stderr})
}

// environment turns KEY=value pairs into a map; the last of two wins, as it
// does for a child process.
func environment(environ []string) map[string]string {
	env := make(map[string]string, len(environ))
	for _, pair := range environ {
		if key, value, ok := strings.Cut(pair, "="); ok {
			env[key] = value
		}
	}
	return env
}

// oneLine is an error as a person at a terminal should meet it. Our own errors
// carry a sentence for people; their code word would only be in the way.
func oneLine(err error) string {
	text := err.Error()
	var e *models.Error
	if errors.As(err, &e) && e.Code != models.CodeInternal && e.Detail != "" {
		text = e.Detail
	}
	return telemetry.Clean(strings.ReplaceAll(strings.TrimSpace(text), "\n", "; "))
}
