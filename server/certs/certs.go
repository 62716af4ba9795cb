// Package certs owns the certificates that the server shows: a pair of files that its operator renews, or ones that are
// got from a certificate authority and renewed. It listens nowhere and never decides who may connect.
package certs

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// Source is where certificates come from.
type Source struct {
	// TLS is for the listener.
	TLS *tls.Config
	// Challenges wraps what answers plain http, so that an authority's questions are answered before it (RFC 8555,
	// section 8.3).
	Challenges func(http.Handler) http.Handler
}

// Files returns the source of a certificate that stands in two files. They are read at once, so that a bad pair stops
// the start, and again when they change; a pair that is bad then is logged, and the one before stays.
func Files(cert, key string, log *slog.Logger) (Source, error) {
	p := &pair{cert: cert, key: key, log: log}
	if err := p.load(); err != nil {
		return Source{}, err
	}
	return Source{
		TLS:        &tls.Config{GetCertificate: p.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}},
		Challenges: func(h http.Handler) http.Handler { return h },
	}, nil
}

// Domains returns the source of certificates that an authority gives for these domains and no others. dir keeps them and
// the account's key, so that a restart asks for none; directory is another authority than Let's Encrypt, or empty.
func Domains(domains []string, dir, directory string) (Source, error) {
	dir = filepath.Join(dir, "certificates")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Source{}, err
	}
	m := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(dir),
		HostPolicy: autocert.HostWhitelist(domains...),
	}
	if directory != "" {
		m.Client = &acme.Client{DirectoryURL: directory}
	}
	t := m.TLSConfig()
	t.MinVersion = tls.VersionTLS12
	return Source{TLS: t, Challenges: m.HTTPHandler}, nil
}
