package config

import "strings"

// Setting is one row of the table: everything that the command line, the
// environment, the help and the README say about one setting.
type Setting struct {
	Name    string // of the flag, without dashes; the variable's name follows from it
	Kind    string // what a value looks like
	Default string // as a person reads it; the value itself where it is one
	Help    string // one or two sentences
	Secret  bool   // may also come from a file named by the variable with _FILE behind it, and is never shown

	set func(c *Config, value string) error
}

// Env is the name of the setting's environment variable.
func (s Setting) Env() string {
	return "PARLEY_" + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// EnvFile is the variable that names a file with the value; only for secrets.
func (s Setting) EnvFile() string { return s.Env() + "_FILE" }

// Settings returns the table, in the order in which people look for things.
// It is a function and not a variable so that nobody can change it.
func Settings() []Setting {
	return []Setting{
		{
			Name: "listen", Kind: "host:port", Default: "127.0.0.1:8080",
			Help: "Address to listen on; :8080 is every interface. PORT=8080 alone in the environment means the same as :8080.",
			set:  setListen,
		},
		{
			Name: "data", Kind: "folder", Default: "./data",
			Help: "Folder that keeps the database. It is made if it is not there, and used by one server at a time.",
			set:  setData,
		},
		{
			Name: "url", Kind: "http(s)://host", Default: "",
			Help: "Address that people type, as https://team.example. Needed behind a proxy that speaks https: it makes the sign-in cookie a secure one.",
			set:  setURL,
		},
		{
			Name: "signup", Kind: "open|invite|closed", Default: "open on a loopback listener, invite on any other",
			Help: "Who may make an account. The first account becomes the owner in every mode.",
			set:  setSignup,
		},
		{
			Name: "database-url", Kind: "url", Default: "", Secret: true,
			Help: "Empty: SQLite in the data folder. Nothing else is built in yet, so any other value is refused.",
			set:  func(c *Config, v string) error { c.DatabaseURL = v; return nil },
		},
		{
			Name: "nats-url", Kind: "url", Default: "", Secret: true,
			Help: "Empty: one node. Several nodes are not built in yet, so any other value is refused.",
			set:  func(c *Config, v string) error { c.NATSURL = v; return nil },
		},
		{
			Name: "allowed-origins", Kind: "origin,...", Default: "",
			Help: "Other sites whose pages may use this server with its cookie, as https://intranet.example. The server's own address is always allowed.",
			set:  setAllowedOrigins,
		},
		{
			Name: "trusted-proxies", Kind: "cidr,...", Default: "",
			Help: "Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, as 10.0.0.0/8. Without one, limits count every visitor behind a proxy as one.",
			set:  setTrustedProxies,
		},
		{
			Name: "tls-domain", Kind: "domain,...", Default: "",
			Help: "Domains for which certificates are got from Let's Encrypt and renewed; they are kept in the data folder. Listens on :443 and :80 unless told otherwise.",
			set:  setTLSDomains,
		},
		{
			Name: "tls-cert", Kind: "file", Default: "",
			Help: "A certificate of your own, in PEM with its chain, in place of --tls-domain. It is read again when the file changes.",
			set:  func(c *Config, v string) error { c.TLSCert = v; return nil },
		},
		{
			Name: "tls-key", Kind: "file", Default: "",
			Help: "The private key of --tls-cert, in PEM.",
			set:  func(c *Config, v string) error { c.TLSKey = v; return nil },
		},
		{
			Name: "http-listen", Kind: "host:port", Default: "none, or :80 with --tls-domain",
			Help: "A second listener, for plain http: it leads browsers to https and answers the certificate authority. Only with TLS.",
			set:  setHTTPListen,
		},
		{
			Name: "acme-url", Kind: "https url", Default: "",
			Help: "Directory of the certificate authority that --tls-domain asks, if it is not Let's Encrypt.",
			set:  setACMEURL,
		},
		{
			Name: "security-contact", Kind: "address", Default: "",
			Help: "Where to report a security problem of this server, as security@team.example or https://…; it is told in /.well-known/security.txt.",
			set:  setSecurityContact,
		},
		{
			Name: "log-level", Kind: "debug|info|warn|error", Default: "info",
			Help: "The least serious kind of line that is logged, on standard error.",
			set:  setLogLevel,
		},
		{
			Name: "log-format", Kind: "text|json", Default: "text",
			Help: "The shape of log lines.",
			set:  setLogFormat,
		},
		{
			Name: "rate-limits", Kind: "on|off", Default: "on",
			Help: "off lifts every limit on how often somebody may do something. For load tests only: it also lifts the one on guessing passwords.",
			set:  setRateLimits,
		},
		{
			Name: "ws-compression", Kind: "on|off", Default: "off",
			Help: "on takes offers of permessage-deflate on /ws. It saves about half of the bytes, and costs processor time here and in every client.",
			set:  func(c *Config, v string) error { return setSwitch(&c.Compression, v) },
		},
		{
			Name: "debug-echo", Kind: "on|off", Default: "off",
			Help: "on serves /debug/echo, a WebSocket that sends back what it gets, for conformance suites. A loopback listener only.",
			set:  func(c *Config, v string) error { return setSwitch(&c.DebugEcho, v) },
		},
	}
}
