package testkit

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Certificate is a self-signed certificate in two files, and whoever trusts it.
type Certificate struct {
	Cert, Key string
	Serial    *big.Int
	Leaf      *x509.Certificate
	Roots     *x509.CertPool
}

// NewCertificate writes a certificate for these hosts, addresses or names, into a folder, over what was there.
func NewCertificate(t testing.TB, dir string, hosts ...string) *Certificate {
	t.Helper()
	return NewCertificateFor(t, 60*24*time.Hour, dir, hosts...)
}

// NewCertificateFor is NewCertificate with the time that is left of it.
func NewCertificateFor(t testing.TB, left time.Duration, dir string, hosts ...string) *Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Parley's tests"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(left),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			form.IPAddresses = append(form.IPAddresses, ip)
		} else {
			form.DNSNames = append(form.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	c := &Certificate{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"), Serial: serial, Roots: x509.NewCertPool()}
	if c.Leaf, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	c.Roots.AddCert(c.Leaf)
	for path, block := range map[string]*pem.Block{c.Key: {Type: "EC PRIVATE KEY", Bytes: private}, c.Cert: {Type: "CERTIFICATE", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// TLS lets the server show this certificate, and its clients trust it.
func TLS(c *Certificate) Option {
	return func(s *Server) {
		s.env = append(s.env, "PARLEY_TLS_CERT="+c.Cert, "PARLEY_TLS_KEY="+c.Key)
		s.Trust(c.Roots)
	}
}

// Trust makes the server's clients speak https and trust these roots.
func (s *Server) Trust(roots *x509.CertPool) {
	s.URL = "https://" + s.Addr
	s.transport = func() *http.Transport {
		return &http.Transport{
			MaxIdleConnsPerHost: 8, IdleConnTimeout: 2 * time.Second, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots},
		}
	}
}

func plainTransport() *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: 2 * time.Second}
}

// Domain lets the server have a domain of its own, and its clients find it at the loopback.
func Domain(name string, roots *x509.CertPool) Option {
	return func(s *Server) {
		s.env = append(s.env, "PARLEY_TLS_DOMAIN="+name, "PARLEY_URL=https://"+net.JoinHostPort(name, s.port()))
		address := s.Addr
		s.Trust(roots)
		s.URL = "https://" + net.JoinHostPort(name, s.port())
		trusting := s.transport
		s.transport = func() *http.Transport {
			t := trusting()
			t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, address)
			}
			return t
		}
	}
}

func (s *Server) port() string {
	_, port, _ := net.SplitHostPort(s.Addr)
	return port
}
