package testkit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Server is one running program with a data folder and a port of its own.
type Server struct {
	URL  string // http://127.0.0.1:PORT
	Addr string // 127.0.0.1:PORT
	Data string // the data folder

	t    testing.TB
	path string // of the program; "" for the one the kit builds
	args []string
	env  []string
	cmd  *exec.Cmd
	logs *Printed
	done chan struct{} // closed when the process has ended
	exit int           // valid after done

	transport func() *http.Transport // how its clients speak
	secrets   *secrets               // what its clients used that no log may hold

	asked atomic.Bool // the test itself ended the process, or asked it to end
}

// Option changes how a server is started.
type Option func(*Server)

// Env adds NAME=VALUE pairs to the server's environment.
func Env(pairs ...string) Option {
	return func(s *Server) { s.env = append(s.env, pairs...) }
}

// Args adds command-line arguments.
func Args(args ...string) Option {
	return func(s *Server) { s.args = append(s.args, args...) }
}

// Data uses this data folder instead of a fresh one.
func Data(dir string) Option {
	return func(s *Server) { s.Data = dir }
}

// Program runs another build than the kit's own.
func Program(path string) Option {
	return func(s *Server) { s.path = path }
}

// At says which loopback port the server will be found at, where the arguments and not the kit set the listener.
func At(port int) Option {
	return func(s *Server) { s.at(port) }
}

// Limits leaves the rate limits on; without it they are off, because most tests are faster than a person.
func Limits() Option {
	return Env("PARLEY_RATE_LIMITS=on")
}

// Start runs the program on a free loopback port with a fresh data folder, waits until it is ready, and stops it when
// the test ends. Its log is shown when the test fails.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := newServer(t, opts...)
	t.Cleanup(s.finish)
	s.launch()
	s.awaitReady()
	return s
}

func newServer(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := &Server{t: t, logs: &Printed{}, transport: plainTransport, secrets: newSecrets()}
	s.at(FreePort(t))
	s.env = []string{"PARLEY_RATE_LIMITS=off", "PARLEY_LOG_LEVEL=debug"}
	for _, o := range opts {
		o(s)
	}
	if s.Data == "" {
		s.Data = t.TempDir()
	}
	return s
}

func (s *Server) at(port int) {
	s.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	s.URL = "http://" + s.Addr
}

// FreePort finds a port outside the kernel's ephemeral range, so that no outgoing connection takes it between
// a server's stop and its restart on the same address.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 200 {
		port := 10_000 + rand.IntN(22_000)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no free port found in 200 tries")
	return 0
}

func (s *Server) launch() {
	s.t.Helper()
	program := s.path
	if program == "" {
		program = Binary(s.t)
	}
	cmd := exec.Command(program, s.args...)
	cmd.Env = append(cleanEnv(), "PARLEY_LISTEN="+s.Addr, "PARLEY_DATA="+s.Data)
	cmd.Env = append(cmd.Env, s.env...)
	cmd.Stdout, cmd.Stderr = s.logs, s.logs
	cmd.SysProcAttr = dieWithParent()
	s.cmd, s.done = cmd, make(chan struct{})
	s.asked.Store(false)
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // see dieWithParent
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = cmd.Wait()
		s.exit = cmd.ProcessState.ExitCode()
		close(s.done)
	}()
	if err := <-started; err != nil {
		s.cmd = nil
		s.t.Fatalf("start the program: %v", err)
	}
}

// cleanEnv is what a server inherits: nothing that could configure it by accident.
func cleanEnv() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GORACE", "GOCOVERDIR", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func (s *Server) awaitReady() {
	s.t.Helper()
	if err := s.pollReady(Deadline); err != nil {
		s.t.Fatalf("the server did not become ready: %v\n%s", err, s.logs.tail(40))
	}
}

func (s *Server) pollReady(within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	client := &http.Client{Transport: s.transport()}
	defer client.CloseIdleConnections()
	for {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/readyz", nil)
		if res, err := client.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.done:
			return fmt.Errorf("it ended with exit code %d", s.exit)
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Stop sends SIGTERM and demands a clean exit in time.
func (s *Server) Stop() {
	s.t.Helper()
	if code := s.Terminate(); code != 0 {
		s.t.Errorf("SIGTERM: exit code %d, want 0", code)
	}
}

// Terminate sends SIGTERM and returns the exit code; a server that does not end in time is killed and fails the test.
func (s *Server) Terminate() int {
	s.t.Helper()
	s.asked.Store(true)
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.done:
		return s.exit
	case <-time.After(Deadline):
		s.t.Errorf("the server did not end within %v of SIGTERM", Deadline)
		s.Kill()
		return -1
	}
}

// Kill ends the process as a crash would, and returns when it is gone.
func (s *Server) Kill() {
	s.asked.Store(true)
	_ = s.cmd.Process.Kill()
	<-s.done
}

// Restart starts the program again on the same port and data folder, stopping it first where it still runs.
func (s *Server) Restart() {
	s.t.Helper()
	if s.Running() {
		s.Stop()
	}
	s.launch()
	s.awaitReady()
}

// Running says whether the process lives.
func (s *Server) Running() bool {
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}

// Logs is everything the server has printed so far, over all its restarts.
func (s *Server) Logs() string { return s.logs.String() }

// Signal sends a signal to the process.
func (s *Server) Signal(sig os.Signal) {
	s.asked.Store(s.asked.Load() || sig == syscall.SIGTERM || sig == syscall.SIGINT)
	_ = s.cmd.Process.Signal(sig)
}

// PID is the process's id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

func (s *Server) finish() {
	switch {
	case s.cmd == nil:
	case s.Running():
		s.Stop()
	case !s.asked.Load():
		s.t.Errorf("the server ended in the middle of the test, with exit code %d: it crashed, or somebody else stopped it", s.exit)
	}
	all := s.logs.String()
	for _, sign := range []string{"WARNING: DATA RACE", "panic: ", "fatal error: "} {
		if strings.Contains(all, sign) {
			s.t.Errorf("the server's output contains %q", sign)
		}
	}
	for _, leak := range s.secrets.leaks(all) {
		s.t.Errorf("the server logged %s", leak)
	}
	if s.t.Failed() {
		s.t.Logf("the server's last output:\n%s", s.logs.tail(120))
	}
}
