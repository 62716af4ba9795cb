package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
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

// Serve runs the server until ctx ends, then drains. It returns nil after a clean stop. What only whoever started it may
// know goes to the terminal, past the log, which others may read.
func Serve(ctx context.Context, cfg config.Config, log *slog.Logger, terminal io.Writer) error {
	p, err := build(ctx, cfg, log)
	if err != nil {
		return inUse(cfg, err)
	}
	open, err := openDoors(cfg, p.handler, log, p.strangers)
	if err != nil {
		return errors.Join(err, p.close())
	}
	open.serve()
	log.Info("listening", "address", open.address, "data", cfg.Data, "signup", string(cfg.Signup))
	if !cfg.RateLimits {
		log.Warn("every rate limit is off: this is for load tests only")
	}
	if err := p.tellSetupCode(ctx, terminal); err != nil {
		log.Warn("the setup code could not be shown", "error", err)
	}
	go p.recheck(ctx)
	go p.compactor.run(ctx)
	select {
	case err := <-open.failed:
		return errors.Join(err, open.shutdown(context.WithoutCancel(ctx)), p.close())
	case <-ctx.Done():
	}
	log.Info("stopping")
	if err := p.drain(open); err != nil {
		log.Warn("stopping took too long", "error", err)
	}
	return p.close()
}

// drain refuses new work, lets what was accepted finish and be answered, then closes the connections with 1012.
func (p *parts) drain(open *doors) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainWait)
	defer cancel()
	p.draining.Store(true)
	p.sockets.Drain()
	p.socketsIO.Drain()
	p.events.Drain() // these are requests, which Shutdown waits for
	err := open.shutdown(ctx)
	p.store.Drain() // every accepted write is on disk and its ack is on its way
	p.socketsIO.Close(ctx)
	return errors.Join(err, p.sockets.Close(ctx))
}

// tellSetupCode shows the code that the first account needs, as long as there is none.
func (p *parts) tellSetupCode(ctx context.Context, terminal io.Writer) error {
	guarded, err := p.auth.SetupGuarded(ctx)
	if err != nil || !guarded {
		return err
	}
	_, err = fmt.Fprintf(terminal, "\n  There is no account yet. Open /setup in a browser; the setup code is\n\n      %s\n\n", p.setupCode)
	return err
}

// recheck ends the connections whose sign-in has ended in a way that nobody told the hub of, such as by its age.
func (p *parts) recheck(ctx context.Context) {
	every(ctx, recheckEvery, func() {
		gone, err := p.auth.StillValid(ctx, p.hub.Credentials())
		if err != nil {
			p.log.Error("re-checking sign-ins", "error", err)
			return
		}
		for _, id := range gone {
			p.hub.EndSession(id)
		}
	})
}

// every calls do again and again, an interval apart, until ctx ends.
func every(ctx context.Context, interval time.Duration, do func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}
