package handlers

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"parley/server/config"
)

func TestAnOriginIsOursOnlyWhenAllOfItIs(t *testing.T) {
	public := config.Config{URL: "https://team.example", AllowedOrigins: []string{"https://intranet.example"}}
	proxied := config.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	https := func(r *http.Request) { r.TLS = &tls.ConnectionState{} }
	viaProxy := func(r *http.Request) {
		r.RemoteAddr = "10.1.2.3:4444"
		r.Header.Set("X-Forwarded-Proto", "https")
	}
	claimed := func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") }
	for _, c := range []struct {
		name, host, origin string
		cfg                config.Config
		change             func(*http.Request)
		want               bool
	}{
		{"the same", "127.0.0.1:8080", "http://127.0.0.1:8080", config.Config{}, nil, true},
		{"the same without a port", "team.local", "http://team.local", config.Config{}, nil, true},
		{"the scheme's own port left out", "team.local:80", "http://team.local", config.Config{}, nil, true},
		{"a host in capitals", "Team.Local", "http://team.local", config.Config{}, nil, true},
		{"an address of version 6", "[::1]:8080", "http://[::1]:8080", config.Config{}, nil, true},
		{"another port", "127.0.0.1:8080", "http://127.0.0.1:8081", config.Config{}, nil, false},
		{"no port", "127.0.0.1:8080", "http://127.0.0.1", config.Config{}, nil, false},
		{"another scheme", "127.0.0.1:8080", "https://127.0.0.1:8080", config.Config{}, nil, false},
		{"another host", "127.0.0.1:8080", "http://localhost:8080", config.Config{}, nil, false},
		{"a suffix", "team.local", "http://team.local.evil.example", config.Config{}, nil, false},
		{"a prefix", "team.local", "http://evilteam.local", config.Config{}, nil, false},
		{"a host inside", "team.local", "http://evil.example/team.local", config.Config{}, nil, false},
		{"a user name", "team.local", "http://team.local@evil.example", config.Config{}, nil, false},
		{"null", "team.local", "null", config.Config{}, nil, false},
		{"nothing", "team.local", "", config.Config{}, nil, false},
		{"the public address", "team.example", "https://team.example", public, nil, true},
		{"the public address where a proxy changes the host", "10.0.0.5:8080", "https://team.example", public, nil, true},
		{"the public address over http", "team.example", "http://team.example", public, nil, false},
		{"an allowed site", "team.example", "https://intranet.example", public, nil, true},
		{"an allowed site over http", "team.example", "http://intranet.example", public, nil, false},
		{"an allowed site's other port", "team.example", "https://intranet.example:8443", public, nil, false},
		{"https", "team.local", "https://team.local", config.Config{}, https, true},
		{"http beside https", "team.local", "http://team.local", config.Config{}, https, false},
		{"https as a trusted proxy says", "team.local", "https://team.local", proxied, viaProxy, true},
		{"https as anybody says", "team.local", "https://team.local", proxied, claimed, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/ws", nil)
			r.Host = c.host
			if c.change != nil {
				c.change(r)
			}
			o := newOrigins(c.cfg)
			if got := o.allows(r, c.origin); got != c.want {
				t.Fatalf("allows(%q) = %v at %s", c.origin, got, o.own(r))
			}
		})
	}
}

func TestAnotherSiteCannotChangeAnything(t *testing.T) {
	public := config.Config{URL: "https://team.example", AllowedOrigins: []string{"https://intranet.example"}}
	for _, c := range []struct {
		name   string
		method string
		site   string // Sec-Fetch-Site
		origin string
		cfg    config.Config
		ok     bool
	}{
		{"a script that says neither", "POST", "", "", config.Config{}, true},
		{"our page", "POST", "same-origin", "http://team.local", config.Config{}, true},
		{"our page behind a proxy that speaks https", "POST", "same-origin", "https://team.local", config.Config{}, true},
		{"the address bar", "POST", "none", "", config.Config{}, true},
		{"another site", "POST", "cross-site", "https://evil.example", config.Config{}, false},
		{"another site that hides its origin", "POST", "cross-site", "null", config.Config{}, false},
		{"another site without an origin", "POST", "cross-site", "", config.Config{}, false},
		{"another host of the same site", "POST", "same-site", "http://evil.team.local", config.Config{}, false},
		{"an invented value", "POST", "something", "", config.Config{}, false},
		{"an old browser on our page", "POST", "", "http://team.local", config.Config{}, true},
		{"an old browser on another site", "POST", "", "https://evil.example", config.Config{}, false},
		{"an old browser, another scheme", "POST", "", "https://team.local", config.Config{}, false},
		{"an old browser, another port", "POST", "", "http://team.local:81", config.Config{}, false},
		{"an old browser, null", "POST", "", "null", config.Config{}, false},
		{"an allowed site", "POST", "cross-site", "https://intranet.example", public, true},
		{"the public address", "DELETE", "", "https://team.example", public, true},
		{"PUT", "PUT", "cross-site", "https://evil.example", config.Config{}, false},
		{"PATCH", "PATCH", "cross-site", "https://evil.example", config.Config{}, false},
		{"DELETE", "DELETE", "cross-site", "https://evil.example", config.Config{}, false},
		{"an invented method", "FROB", "cross-site", "https://evil.example", config.Config{}, false},
		{"reading", "GET", "cross-site", "https://evil.example", config.Config{}, true},
		{"HEAD", "HEAD", "cross-site", "https://evil.example", config.Config{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/api/v1/logout", nil)
			r.Host = "team.local"
			if c.site != "" {
				r.Header.Set("Sec-Fetch-Site", c.site)
			}
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
			o := newOrigins(c.cfg)
			if err := o.check(r); (err == nil) != c.ok {
				t.Fatalf("check = %v, want it let through: %v", err, c.ok)
			}
		})
	}
}

func TestTheAddressIsThatOfTheClientAndNotWhatItClaims(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for _, c := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"directly", "192.0.2.1:1234", nil, "192.0.2.1"},
		{"directly, with a claim", "192.0.2.1:1234", []string{"203.0.113.9"}, "192.0.2.1"},
		{"through a proxy", "10.0.0.1:1234", []string{"203.0.113.9"}, "203.0.113.9"},
		{"through a proxy, with a claim before it", "10.0.0.1:1234", []string{"1.1.1.1, 203.0.113.9"}, "203.0.113.9"},
		{"through two proxies", "10.0.0.1:1234", []string{"203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"in two headers", "10.0.0.1:1234", []string{"1.1.1.1", "203.0.113.9"}, "203.0.113.9"},
		{"a proxy that says nothing", "10.0.0.1:1234", nil, "10.0.0.1"},
		{"a proxy that says nonsense", "10.0.0.1:1234", []string{"1.1.1.1, unknown"}, "10.0.0.1"},
		{"with a port", "10.0.0.1:1234", []string{"203.0.113.9:5678"}, "203.0.113.9"},
		{"version 6", "[2001:db8::1]:1234", []string{"2001:4860::8888"}, "2001:4860::8888"},
		{"version 6 with a port", "[2001:db8::1]:1234", []string{"[2001:4860::8888]:99"}, "2001:4860::8888"},
		{"version 4 as version 6", "[::ffff:10.0.0.1]:1234", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"everybody is a proxy", "10.0.0.1:1234", []string{"10.0.0.9, 10.0.0.8"}, "10.0.0.9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.peer
			for _, value := range c.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			if got := clientAddress(r, trusted); got != c.want {
				t.Fatalf("the address is %s, want %s", got, c.want)
			}
		})
	}
}
