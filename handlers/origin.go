package handlers

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/config"
)

// origins knows which pages may speak to this server with a person's cookie: its own, and those that are named in the
// settings.
type origins struct {
	allowed []string // as browsers spell them
	scheme  string   // of the public address; "" where none is set
	proxies []netip.Prefix
	guard   *http.CrossOriginProtection
}

func newOrigins(cfg config.Config) origins {
	o := origins{allowed: slices.Clone(cfg.AllowedOrigins), proxies: cfg.TrustedProxies, guard: http.NewCrossOriginProtection()}
	if cfg.URL != "" {
		o.allowed = append(o.allowed, cfg.URL)
		o.scheme, _, _ = strings.Cut(cfg.URL, "://")
	}
	for _, origin := range o.allowed {
		if err := o.guard.AddTrustedOrigin(origin); err != nil {
			panic("an origin that the settings let through: " + err.Error())
		}
	}
	return o
}

// secure reports whether the browser speaks https: to this server, or to a proxy that the settings trust or imply.
func (o *origins) secure(r *http.Request) bool {
	return r.TLS != nil || o.scheme == "https" ||
		o.scheme == "" && fromTrustedProxy(r, o.proxies) && strings.EqualFold(r.Header.Get(echo.HeaderXForwardedProto), "https")
}

// own is the request's own origin: the scheme that it came by and the host that it named.
func (o *origins) own(r *http.Request) string {
	scheme := "http"
	if o.secure(r) {
		scheme = "https"
	}
	host := strings.ToLower(r.Host)
	if scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}

// allows reports whether the Origin of a request is the request's own or one that is allowed. "null" never is.
func (o *origins) allows(r *http.Request, origin string) bool {
	return origin == o.own(r) || slices.Contains(o.allowed, origin)
}

// check returns an error where a browser says that another site makes a state-changing request. Where it sends
// Sec-Fetch-Site, that decides; the standard library's check lets an Origin of another scheme pass for browsers that
// do not, and ours does not.
func (o *origins) check(r *http.Request) error {
	if err := o.guard.Check(r); err != nil {
		return models.Forbidden("Another site may not do this.")
	}
	origin := r.Header.Get(echo.HeaderOrigin)
	if safe(r.Method) || origin == "" || r.Header.Get("Sec-Fetch-Site") != "" || o.allows(r, origin) {
		return nil
	}
	return models.Forbidden("Another site may not do this.")
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// sameSite refuses what another site makes a browser send.
func (s *site) sameSite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.origins.check(c.Request()); err != nil {
			return err
		}
		return next(c)
	}
}
