package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// The errors here name no setting: Load puts the flag or the variable that
// the value came from in front.

func setListen(c *Config, v string) error {
	c.Listen = v
	return checkListener(v)
}

func setHTTPListen(c *Config, v string) error {
	c.HTTPListen = v
	if v == "" {
		return nil
	}
	return checkListener(v)
}

func checkListener(v string) error {
	host, port, err := net.SplitHostPort(v)
	if err != nil {
		if _, numErr := strconv.ParseUint(v, 10, 16); numErr == nil {
			return fmt.Errorf("%q has no host; :%s listens on every interface, 127.0.0.1:%s on this machine only", v, v, v)
		}
		return fmt.Errorf("%q is not host:port", v)
	}
	if strings.ContainsAny(host, "/@ ") {
		return fmt.Errorf("%q is not host:port", v)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q: the port must be a number from 0 to 65535", v)
	}
	return nil
}

func setData(c *Config, v string) error {
	if v == "" || strings.ContainsRune(v, 0) {
		return fmt.Errorf("%q is not a folder name", v)
	}
	c.Data = v
	return nil
}

func setURL(c *Config, v string) error {
	if v == "" {
		c.URL = ""
		return nil
	}
	origin, err := parseOrigin(strings.TrimSuffix(v, "/"))
	if err != nil {
		return err
	}
	c.URL = origin
	return nil
}

func setSignup(c *Config, v string) error {
	switch m := SignupMode(v); m {
	case SignupOpen, SignupInvite, SignupClosed:
		c.Signup = m
		return nil
	}
	return fmt.Errorf("%q is none of open, invite, closed", v)
}

func setAllowedOrigins(c *Config, v string) error {
	origins := []string{}
	for _, part := range splitList(v) {
		origin, err := parseOrigin(part)
		if err != nil {
			return err
		}
		origins = append(origins, origin)
	}
	c.AllowedOrigins = origins
	return nil
}

func setTrustedProxies(c *Config, v string) error {
	proxies := []netip.Prefix{}
	for _, part := range splitList(v) {
		if addr, err := netip.ParseAddr(part); err == nil {
			proxies = append(proxies, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			return fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", part)
		}
		proxies = append(proxies, prefix.Masked())
	}
	c.TrustedProxies = proxies
	return nil
}

// setTLSDomains takes names in the form that certificates have: lower case, with a dot, no wildcard (which an authority
// gives only to whoever rules the name servers), no address.
func setTLSDomains(c *Config, v string) error {
	domains := []string{}
	for _, part := range splitList(v) {
		domain, err := idna.Lookup.ToASCII(part)
		_, notIP := netip.ParseAddr(part)
		if err != nil || notIP == nil || !strings.Contains(strings.Trim(domain, "."), ".") || strings.ContainsAny(domain, ":/*") {
			return fmt.Errorf("%q is not a domain such as team.example", part)
		}
		domains = append(domains, domain)
	}
	c.TLSDomains = domains
	return nil
}

func setACMEURL(c *Config, v string) error {
	u, err := url.Parse(v)
	if v != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		return fmt.Errorf("%q is not an https address", v)
	}
	c.ACMEURL = v
	return nil
}

// setSecurityContact takes what RFC 9116, section 2.5.3 takes, and a bare e-mail address.
func setSecurityContact(c *Config, v string) error {
	if address, err := mail.ParseAddress(v); err == nil && address.Address == v {
		v = "mailto:" + v
	}
	u, err := url.Parse(v)
	if v != "" && (err != nil || strings.ContainsAny(v, " \r\n") || (u.Scheme != "mailto" && u.Scheme != "https" && u.Scheme != "tel")) {
		return fmt.Errorf("%q is neither an e-mail address nor an https address", v)
	}
	c.SecurityContact = v
	return nil
}

func setLogLevel(c *Config, v string) error {
	switch v {
	case "debug":
		c.LogLevel = slog.LevelDebug
	case "info":
		c.LogLevel = slog.LevelInfo
	case "warn":
		c.LogLevel = slog.LevelWarn
	case "error":
		c.LogLevel = slog.LevelError
	default:
		return fmt.Errorf("%q is none of debug, info, warn, error", v)
	}
	return nil
}

func setLogFormat(c *Config, v string) error {
	switch f := LogFormat(v); f {
	case LogText, LogJSON:
		c.LogFormat = f
		return nil
	}
	return fmt.Errorf("%q is none of text, json", v)
}

func setRateLimits(c *Config, v string) error { return setSwitch(&c.RateLimits, v) }

func setSwitch(on *bool, v string) error {
	switch v {
	case "on":
		*on = true
	case "off":
		*on = false
	default:
		return fmt.Errorf("%q is none of on, off", v)
	}
	return nil
}

func splitList(v string) []string {
	parts := []string{}
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// parseOrigin returns the origin as a browser spells it in the Origin header
// (RFC 6454, section 6.2): lower case and without the scheme's own port, so
// that comparing strings is enough later. A wildcard is refused: with cookies
// it would hand every account to every site.
func parseOrigin(v string) (string, error) {
	if strings.Contains(v, "*") {
		return "", fmt.Errorf("%q: wildcards are not possible, name each site", v)
	}
	u, err := url.Parse(v)
	if err != nil {
		return "", fmt.Errorf("%q is not an address", v)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("%q must begin with http:// or https://", v)
	}
	if u.User != nil {
		// The value is left out of the message: it has a password in it.
		return "", errors.New("an address with a user name in it is not possible here")
	}
	if u.Hostname() == "" {
		return "", fmt.Errorf("%q has no host", v)
	}
	if u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return "", fmt.Errorf("%q must end after the host: Parley lives at the root of its address", v)
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		return u.Scheme + "://" + host, nil
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("%q: the port must be a number from 0 to 65535", v)
	}
	return u.Scheme + "://" + host + ":" + port, nil
}
