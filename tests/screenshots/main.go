// Command screenshots starts the program with an empty folder, lets a made-up team talk in it through the public API, and
// takes the pictures of the README and the guides into docs/images. Run it with `make screenshots`. With --fill it only
// fills a server that runs already.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fill := flag.String("fill", "", "address of a running, empty server that is only filled")
	out := flag.String("out", filepath.Join("docs", "images"), "folder for the pictures")
	flag.Parse()
	if err := run(ctx, *fill, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, fill, out string) error {
	if fill != "" {
		_, err := assemble(ctx, fill)
		return err
	}
	url, stop, err := serve(ctx)
	if err != nil {
		return err
	}
	defer stop()
	crew, err := assemble(ctx, url)
	if err != nil {
		return err
	}
	return photograph(ctx, crew, out)
}

// serve runs the program on a free port; the returned function ends it and removes its folder.
func serve(ctx context.Context) (string, func(), error) {
	dir, err := os.MkdirTemp("", "parley-screenshots-")
	if err != nil {
		return "", nil, err
	}
	binary := filepath.Join(dir, "parley")
	if text, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./server").CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("go build ./server: %w\n%s", err, text)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "--listen", addr, "--data", filepath.Join(dir, "data"), "--log-level", "error", "--rate-limits", "off")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop := func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}
	url := "http://" + addr
	if err := ready(ctx, url); err != nil {
		stop()
		return "", nil, err
	}
	return url, stop, nil
}

func ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the server does not get ready: %w", ctx.Err())
		}
	}
}
