package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"parley/server/certs"
	"parley/server/config"
)

// doors are the listeners of a running server: the one that serves, and beside TLS one that leads to it.
type doors struct {
	servers   []*http.Server
	listeners []net.Listener
	strangers *strangers
	address   string // of the first, as a link
	failed    chan error
}

// openDoors listens. Nothing is served before serve is called.
func openDoors(cfg config.Config, handler http.Handler, log *slog.Logger, who *strangers) (*doors, error) {
	d := &doors{strangers: who, failed: make(chan error, 2)}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", cfg.Listen, err)
	}
	d.add(l, handler, log)
	d.address = "http://" + l.Addr().String()
	if !cfg.TLS() {
		return d, nil
	}
	source, err := certificates(cfg, log)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.servers[0].TLSConfig = source.TLS
	d.address = "https://" + l.Addr().String()
	if cfg.HTTPListen == "" {
		return d, nil
	}
	plain, err := net.Listen("tcp", cfg.HTTPListen)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot listen on %s: %w", cfg.HTTPListen, err), d.close())
	}
	d.add(plain, source.Challenges(toHTTPS(cfg, l.Addr())), log)
	return d, nil
}

func certificates(cfg config.Config, log *slog.Logger) (certs.Source, error) {
	if cfg.TLSCert != "" {
		return certs.Files(cfg.TLSCert, cfg.TLSKey, log)
	}
	return certs.Domains(cfg.TLSDomains, cfg.Data, cfg.ACMEURL)
}

// add prepares a listener. Every one has the same deadlines and bounds: who may speak slowly on one speaks there.
func (d *doors) add(l net.Listener, handler http.Handler, log *slog.Logger) {
	srv := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: strangerWait,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // what strangers' broken handshakes say
	}
	d.strangers.watch(srv)
	d.servers = append(d.servers, srv)
	d.listeners = append(d.listeners, l)
}

func (d *doors) serve() {
	for i, srv := range d.servers {
		go func() {
			if srv.TLSConfig != nil {
				d.failed <- srv.ServeTLS(d.listeners[i], "", "")
				return
			}
			d.failed <- srv.Serve(d.listeners[i])
		}()
	}
}

// shutdown takes no more connections and waits for the requests that are under way.
func (d *doors) shutdown(ctx context.Context) error {
	d.strangers.closeUnused()
	var errs []error
	for _, srv := range d.servers {
		errs = append(errs, srv.Shutdown(ctx))
	}
	return errors.Join(errs...)
}

// close is for doors that were never served.
func (d *doors) close() error {
	var errs []error
	for _, l := range d.listeners {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}
