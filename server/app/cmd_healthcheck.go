package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"parley/server/config"
)

// healthTimeout is under the 5 s that the image's HEALTHCHECK allows.
const healthTimeout = 4 * time.Second

// runHealthcheck lets a container ask its own server, since a slim image has
// neither curl nor wget.
func runHealthcheck(ctx context.Context, inv *invocation) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	status, err := ready(ctx, inv.cfg)
	if err != nil {
		return fmt.Errorf("no answer on %s: %w", inv.cfg.Listen, err)
	}
	if status != http.StatusOK {
		return fmt.Errorf("the server on %s is not ready: /readyz answers %d", inv.cfg.Listen, status)
	}
	_, err = fmt.Fprintln(inv.stdout, "ready")
	return err
}

// ready asks /readyz of the server that listens on the address.
func ready(ctx context.Context, cfg config.Config) (status int, err error) {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return 0, err
	}
	// An address that means every interface is not one to dial everywhere.
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if err == nil && ip.Is6() {
			host = "::1"
		}
	}
	scheme, domain := "http", host
	if cfg.TLS() {
		scheme = "https"
	}
	if len(cfg.TLSDomains) > 0 {
		domain = cfg.TLSDomains[0]
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return 0, err
	}
	client := &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DisableKeepAlives: true, // a proxy of the environment has no business here
			// The address is not the one in the certificate; it is this machine's, and nothing secret is sent.
			TLSClientConfig: &tls.Config{ServerName: domain, InsecureSkipVerify: true},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
