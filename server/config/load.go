package config

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

// Source is everything that a configuration can come from.
type Source struct {
	Flags    map[string]string                 // by setting name, only those that were given
	Env      map[string]string                 // the whole environment
	ReadFile func(path string) ([]byte, error) // for …_FILE
}

// Load settles every setting: the flag wins over the environment, the
// environment over a file, and the default is last. An empty variable counts
// as not set, as compose files leave them. warnings are lines for the log
// about variables that look meant for Parley and are not.
//
// An error is one line that names the flag or the variable and shows a bad
// value only when it is not a secret.
func Load(src Source) (cfg Config, warnings []string, err error) {
	given := map[string]bool{}
	for _, s := range Settings() {
		value, from, err := find(s, src)
		if err != nil {
			return Config{}, nil, err
		}
		if from == "" {
			continue
		}
		given[s.Name] = !strings.HasPrefix(from, "the default")
		if err := s.set(&cfg, value); err != nil {
			return Config{}, nil, fmt.Errorf("%s: %w", from, err)
		}
	}
	if len(cfg.TLSDomains) > 0 {
		cfg.defaultToDomains(given)
	}
	cfg.SignupGiven = cfg.Signup != ""
	if cfg.Signup == "" {
		cfg.Signup = SignupInvite
		if cfg.Loopback() {
			cfg.Signup = SignupOpen
		}
	}
	if err := cfg.Validate(); err != nil {
		return Config{}, nil, err
	}
	return cfg, unknownVariables(src.Env), nil
}

// defaultToDomains settles what follows from having domains: the ports that certificate authorities and people go to,
// and the address that people type.
func (c *Config) defaultToDomains(given map[string]bool) {
	if !given["listen"] {
		c.Listen = ":443"
	}
	if !given["http-listen"] {
		c.HTTPListen = ":80"
	}
	if c.URL == "" {
		c.URL = "https://" + c.TLSDomains[0]
		if _, port, err := net.SplitHostPort(c.Listen); err == nil && port != "443" {
			c.URL += ":" + port
		}
	}
}

// find returns a setting's value and the name of what it came from, which is
// empty when the setting has no fixed default and nobody gave a value.
func find(s Setting, src Source) (value, from string, err error) {
	if v, ok := src.Flags[s.Name]; ok {
		return v, "--" + s.Name, nil
	}
	if v := src.Env[s.Env()]; v != "" {
		if s.Secret && src.Env[s.EnvFile()] != "" {
			return "", "", fmt.Errorf("%s and %s are both set: keep one", s.Env(), s.EnvFile())
		}
		return v, s.Env(), nil
	}
	if path := src.Env[s.EnvFile()]; s.Secret && path != "" {
		v, err := readSecret(src, path)
		if err != nil {
			return "", "", fmt.Errorf("%s: %w", s.EnvFile(), err)
		}
		return v, s.EnvFile(), nil
	}
	if port := src.Env["PORT"]; s.Name == "listen" && port != "" {
		return ":" + port, "PORT", nil
	}
	if s.Default == "" || s.Name == "signup" || s.Name == "http-listen" { // these follow from others, in Load
		return "", "", nil
	}
	return s.Default, "the default of --" + s.Name, nil
}

// readSecret reads a value from a file. Editors and `echo` end a file with a
// line break that nobody means as a part of the secret.
func readSecret(src Source, path string) (string, error) {
	if src.ReadFile == nil {
		return "", errors.New("files cannot be read here")
	}
	b, err := src.ReadFile(path)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// unknownVariables finds misspelt settings. PARLEY_TEST_… belongs to the
// tests, which start the program with their own environment.
func unknownVariables(env map[string]string) []string {
	known := map[string]bool{}
	for _, s := range Settings() {
		known[s.Env()] = true
		if s.Secret {
			known[s.EnvFile()] = true
		}
	}
	warnings := []string{}
	for name := range env {
		if strings.HasPrefix(name, "PARLEY_") && !strings.HasPrefix(name, "PARLEY_TEST_") && !known[name] {
			warnings = append(warnings, name+" is not a setting of Parley and changes nothing; parley --help lists them")
		}
	}
	slices.Sort(warnings)
	return warnings
}
