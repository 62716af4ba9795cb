package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// server is one of those that are compared.
type server struct {
	name    string
	proto   string // of loadgen
	command func(port int) *exec.Cmd
	more    []string // arguments of loadgen
}

// bench is one comparison under way.
type bench struct {
	dir, references string
	length          time.Duration
	servers         []server
	interrupted     <-chan os.Signal
}

// build builds what is there. Without the load generator and the server itself there is nothing to do; a reference that
// is missing is left out.
func (b *bench) build() error {
	parley := filepath.Join(b.dir, "parley")
	if err := goBuild(".", parley, "./server"); err != nil {
		return err
	}
	if err := goBuild(filepath.Join(b.references, "loadgen"), b.loadgen(), "."); err != nil {
		return fmt.Errorf("the load generator: %w", err)
	}
	data := filepath.Join(b.dir, "data")
	b.servers = []server{{
		name: "parley", proto: "parley", more: []string{"-token-file", filepath.Join(b.dir, "tokens.json")},
		command: func(port int) *exec.Cmd {
			cmd := exec.Command(parley, "--log-level", "error")
			cmd.Env = append(os.Environ(), "PARLEY_LISTEN="+address(port), "PARLEY_DATA="+data, "PARLEY_RATE_LIMITS=off")
			return cmd
		},
	}}
	durable := filepath.Join(b.dir, "durable")
	if err := goBuild(filepath.Join(b.references, "limit"), durable, "./durable"); err != nil {
		fmt.Println("left out: the durable reference:", err)
	} else {
		b.servers = append(b.servers, server{name: "durable", proto: "raw", command: func(port int) *exec.Cmd {
			return exec.Command(durable, "-db", filepath.Join(b.dir, "durable.db"), "-addr", address(port))
		}})
	}
	peer, err := b.installPeer()
	if err != nil {
		fmt.Println("left out: Socket.IO:", err)
		return nil
	}
	b.servers = append(b.servers, server{name: "Socket.IO", proto: "socketio", command: func(port int) *exec.Cmd {
		return exec.Command("node", peer, strconv.Itoa(port))
	}})
	return nil
}

func (b *bench) loadgen() string { return filepath.Join(b.dir, "loadgen") }

func goBuild(dir, out, what string) error {
	cmd := exec.Command("go", "build", "-o", out, what)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", what, err, text)
	}
	return nil
}

// installPeer gets the stock Socket.IO server into the temporary folder: the folder of references is not written to.
func (b *bench) installPeer() (script string, err error) {
	dir := filepath.Join(b.dir, "socketio")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(b.references, "socketio-peer"))); err != nil {
		return "", err
	}
	cmd := exec.Command("npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install: %w\n%s", err, text)
	}
	return filepath.Join(dir, "server.js"), nil
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// figures are loadgen's results, as far as they are used.
type figures struct {
	Deliveries float64 `json:"deliv_s"`
	P99        float64 `json:"p99_ms"`
	AckP99     float64 `json:"ack_p99_ms"`
	CPU        float64 `json:"srv_cpu_s_per_M"` // us a delivery
	ClientCPU  float64 `json:"cli_cpu_pct"`
	RSSPerConn float64 `json:"rss_per_conn_kib"`
	Missing    float64 `json:"missing"`
}

// once starts a server, loads it, and stops it.
func (b *bench) once(s server, w work) (figures, error) {
	return b.load(s, w, b.length, func(server string) string { return server })
}

// load is once for a given length, with clients that connect where through says.
func (b *bench) load(s server, w work, length time.Duration, through func(server string) string) (figures, error) {
	port, pid, stop, err := s.start()
	if err != nil {
		return figures{}, err
	}
	defer stop()
	args := append([]string{"-proto", s.proto, "-addr", through(address(port)), "-pid", strconv.Itoa(pid), "-dur", length.String(), "-warm", "1s"}, s.more...)
	load := onCore(exec.Command(b.loadgen(), append(args, w.args...)...), 1)
	var out, log bytes.Buffer
	load.Stdout, load.Stderr = &out, &log
	if err := load.Run(); err != nil {
		return figures{}, fmt.Errorf("%s under %q: %w\n%s", s.name, w.name, err, log.String())
	}
	var f figures
	return f, json.Unmarshal(out.Bytes(), &f)
}

// start starts the server on a core of its own, on a free port, and waits until it listens.
func (s server) start() (port, pid int, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, nil, err
	}
	port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return 0, 0, nil, err
	}
	cmd := onCore(s.command(port), 0)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, 0, nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // one that is gone is waited for below
		kill := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // a reference ends by the signal
		kill.Stop()
	}
	if err := listening(port); err != nil {
		stop()
		return 0, 0, nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return port, cmd.Process.Pid, stop, nil
}

// onCore pins a command to one core where that is possible: server and client must not take each other's time.
func onCore(cmd *exec.Cmd, core int) *exec.Cmd {
	taskset, err := exec.LookPath("taskset")
	if err != nil || runtime.NumCPU() < 2 {
		return cmd
	}
	pinned := exec.Command(taskset, append([]string{"-c", strconv.Itoa(core)}, cmd.Args...)...)
	pinned.Env, pinned.Dir = cmd.Env, cmd.Dir
	return pinned
}

// staysOnCore pins this program itself.
func staysOnCore(core int) {
	if taskset, err := exec.LookPath("taskset"); err == nil && runtime.NumCPU() > 1 {
		_ = exec.Command(taskset, "-a", "-c", "-p", strconv.Itoa(core), strconv.Itoa(os.Getpid())).Run() // else they share
	}
}

func listening(port int) error {
	for range 500 {
		conn, err := net.Dial("tcp", address(port))
		if err == nil {
			return conn.Close()
		}
		time.Sleep(20 * time.Millisecond) // a reference server has nothing else to ask
	}
	return errors.New("does not listen")
}
