package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"parley/server/config"
)

const (
	// drainWait bounds how long a stop may take: requests that are under way, acks that are due, close frames.
	drainWait = 10 * time.Second
	// recheckEvery is how often open connections' sign-ins are looked up again: how long a token that ends at a given
	// moment can outlive it on a connection. It costs two queries for 500 connections.
	recheckEvery = time.Minute
)

// Serve runs the server until ctx ends, then drains. It returns nil after a clean stop.
func Serve(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	p, err := build(ctx, cfg, log)
	if err != nil {
		return inUse(cfg, err)
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("cannot listen on %s: %w", cfg.Listen, err), p.close())
	}
	srv := &http.Server{
		Handler:           p.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // what strangers' broken handshakes say
	}
	unused := trackUnused(srv)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	log.Info("listening", "address", "http://"+l.Addr().String(), "data", cfg.Data, "signup", string(cfg.Signup))
	if !cfg.RateLimits {
		log.Warn("every rate limit is off: this is for load tests only")
	}
	go p.recheck(ctx)
	select {
	case err := <-failed:
		return errors.Join(err, p.close())
	case <-ctx.Done():
	}
	log.Info("stopping")
	unused.close()
	if err := p.drain(srv); err != nil {
		log.Warn("stopping took too long", "error", err)
	}
	return p.close()
}

// unusedConns are the connections that have not sent a request yet. Browsers open such in advance, and Shutdown would
// wait five seconds for each.
type unusedConns struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

func trackUnused(srv *http.Server) *unusedConns {
	u := &unusedConns{conns: map[net.Conn]struct{}{}}
	srv.ConnState = func(c net.Conn, state http.ConnState) {
		u.mu.Lock()
		defer u.mu.Unlock()
		if state == http.StateNew {
			u.conns[c] = struct{}{}
		} else {
			delete(u.conns, c)
		}
	}
	return u
}

func (u *unusedConns) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for c := range u.conns {
		_ = c.Close() // nothing was promised on it
	}
}

// drain refuses new work, lets what was accepted finish and be answered, then closes the connections with 1012.
func (p *parts) drain(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainWait)
	defer cancel()
	p.draining.Store(true)
	p.sockets.Drain()
	p.socketsIO.Drain()
	p.events.Drain() // these are requests, which Shutdown waits for
	err := srv.Shutdown(ctx)
	p.store.Drain() // every accepted write is on disk and its ack is on its way
	p.socketsIO.Close(ctx)
	return errors.Join(err, p.sockets.Close(ctx))
}

// recheck ends the connections whose sign-in has ended in a way that nobody told the hub of, such as by its age.
func (p *parts) recheck(ctx context.Context) {
	tick := time.NewTicker(recheckEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		gone, err := p.auth.StillValid(ctx, p.hub.Credentials())
		if err != nil {
			p.log.Error("re-checking sign-ins", "error", err)
			continue
		}
		for _, id := range gone {
			p.hub.EndSession(id)
		}
	}
}
