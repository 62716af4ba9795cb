// Package config owns the settings of the program: the one table they are
// declared in, where their values come from (flag, environment, file, default)
// and what makes a value acceptable. It knows nothing of the other packages,
// opens no socket and no folder, and never reads the process environment by
// itself: the caller hands it in.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Config is what the program was told, checked and typed. It is made by Load
// and not changed afterwards.
type Config struct {
	Listen string // host:port; an empty host means every interface, port 0 any free port
	Data   string // folder of the database and everything else that is kept
	URL    string // public origin such as https://team.example, without a path; empty: what the browser asked for

	Signup      SignupMode // who may make an account
	SignupGiven bool       // it was said, and is no default: then no setting in the browser changes it

	DatabaseURL string // secret; empty: SQLite in Data
	NATSURL     string // secret; empty: this node is alone

	AllowedOrigins []string       // foreign origins that may open sockets with a cookie, as browsers spell them
	TrustedProxies []netip.Prefix // peers whose X-Forwarded-* headers are believed; none by default

	TLSDomains []string // domains of this server; certificates are got for them
	TLSCert    string   // file with a certificate of one's own
	TLSKey     string   // file with its key
	HTTPListen string   // host:port of the listener that leads to https; empty: none
	ACMEURL    string   // directory of another certificate authority than Let's Encrypt

	SecurityContact string // mailto: or https: address for reports; empty: none is told

	LogLevel  slog.Level
	LogFormat LogFormat

	RateLimits bool // false only for load tests

	Compression bool // of WebSocket messages, where the client offers it
	DebugEcho   bool // serve /debug/echo, on a loopback listener only
}

// SignupMode says who may make an account on this server. The very first
// account needs no invitation in any mode: without it nobody could invite.
type SignupMode string

// The three modes.
const (
	SignupOpen   SignupMode = "open"   // anybody who reaches the server
	SignupInvite SignupMode = "invite" // whoever holds an invitation
	SignupClosed SignupMode = "closed" // nobody; admins make accounts
)

// LogFormat is the shape of the log lines.
type LogFormat string

// Text is for eyes, JSON for collectors.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Loopback reports whether only programs on this machine can reach the
// listener. Whatever it cannot tell it calls reachable: the careful answer.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	return loopbackHost(host)
}

func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Strangers reports whether people from elsewhere can come: to the listener itself, or to a public address whose proxy
// passes them on to it.
func (c Config) Strangers() bool {
	if !c.Loopback() {
		return true
	}
	u, err := url.Parse(c.URL)
	return c.URL != "" && (err != nil || !loopbackHost(u.Hostname()))
}

// TLS reports whether the server itself speaks https.
func (c Config) TLS() bool { return len(c.TLSDomains) > 0 || c.TLSCert != "" }

// Origin is the address that links for other people begin with: URL where it is set, else the listener's own, and ""
// where that is every interface, so that nobody can know by which address people come. It is never a request's Host,
// which whoever asks may have made up.
func (c Config) Origin() string {
	if c.URL != "" {
		return c.URL
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || host == "" {
		return ""
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		return ""
	}
	return "http://" + c.Listen
}

// Validate checks what no single setting can know: combinations, and
// settings that later releases will honour and this one cannot. Load calls it.
func (c Config) Validate() error {
	switch {
	case c.Listen == "":
		return errors.New("--listen: an address is needed")
	case c.Data == "":
		return errors.New("--data: a folder is needed")
	case c.DatabaseURL != "":
		return errors.New("--database-url: this build stores in SQLite only; leave PARLEY_DATABASE_URL empty")
	case c.NATSURL != "":
		return errors.New("--nats-url: this build runs as one node only; leave PARLEY_NATS_URL empty")
	}
	if err := c.validateTLS(); err != nil {
		return err
	}
	switch c.Signup {
	case SignupOpen, SignupInvite, SignupClosed:
	default:
		return fmt.Errorf("--signup: %q is none of open, invite, closed", c.Signup)
	}
	if c.DebugEcho && !c.Loopback() {
		return errors.New("--debug-echo: anybody could use it; it is for a loopback listener only")
	}
	switch c.LogFormat {
	case LogText, LogJSON:
	default:
		return fmt.Errorf("--log-format: %q is none of text, json", c.LogFormat)
	}
	return nil
}

func (c Config) validateTLS() error {
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key: one is of no use without the other")
	case len(c.TLSDomains) > 0 && c.TLSCert != "":
		return errors.New("--tls-domain: keep either this or --tls-cert; with both nobody knows which certificate is shown")
	case c.HTTPListen != "" && !c.TLS():
		return errors.New("--http-listen: it leads to https, which needs --tls-domain or --tls-cert")
	case c.ACMEURL != "" && len(c.TLSDomains) == 0:
		return errors.New("--acme-url: nothing is asked there without --tls-domain")
	case c.TLS() && c.URL != "" && !strings.HasPrefix(c.URL, "https://"):
		return errors.New("--url: with TLS it begins with https://")
	}
	return nil
}

// LogValue lets a Config be logged whole: a secret shows only whether it is
// set, because connection strings carry passwords.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("listen", c.Listen),
		slog.String("data", c.Data),
		slog.String("url", c.URL),
		slog.String("signup", string(c.Signup)),
		slog.Bool("database_url_set", c.DatabaseURL != ""),
		slog.Bool("nats_url_set", c.NATSURL != ""),
		slog.Int("allowed_origins", len(c.AllowedOrigins)),
		slog.Int("trusted_proxies", len(c.TrustedProxies)),
		slog.Int("tls_domains", len(c.TLSDomains)),
		slog.Bool("tls_cert_set", c.TLSCert != ""),
		slog.String("http_listen", c.HTTPListen),
		slog.Bool("rate_limits", c.RateLimits),
		slog.Bool("ws_compression", c.Compression),
		slog.Bool("debug_echo", c.DebugEcho),
	)
}
