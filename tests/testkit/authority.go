package testkit

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
)

// Authority is a certificate authority of the test's own: Pebble, by which Let's Encrypt lets clients be tested. It finds
// every domain at the loopback.
type Authority struct {
	Orders atomic.Int64   // certificates that were asked for
	Roots  *x509.CertPool // for whoever trusts its certificates

	url   string
	trust string // a file with the certificate of its own https
}

// ordersPath is where Pebble takes orders.
const ordersPath = "/order-plz"

// NewAuthority starts one that has domains proved over TLS on this port. Plain http it knows on port 80 alone, which is
// nobody's here.
func NewAuthority(t testing.TB, port int) *Authority {
	t.Helper()
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: 90 * 24 * 60 * 60}})
	front := wfe.New(quiet, store, va.New(quiet, 80, port, false, resolver(t), store), issuer, nil, false, false, 1, 1)
	a := &Authority{Roots: x509.NewCertPool()}
	a.Roots.AddCert(issuer.GetRootCert(0).Cert)
	inner := front.Handler()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == ordersPath {
			a.Orders.Add(1)
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	a.url, a.trust = srv.URL+wfe.DirectoryPath, filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(a.trust, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// Ask lets the server get its certificates from the authority.
func (a *Authority) Ask() Option { return Env("PARLEY_ACME_URL="+a.url, "SSL_CERT_FILE="+a.trust) }

// resolver answers that every name is this machine's.
func resolver(t testing.TB) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, asked *dns.Msg) {
		m := new(dns.Msg).SetReply(asked)
		for _, q := range asked.Question {
			if q.Qtype == dns.TypeA {
				m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)})
			}
		}
		_ = w.WriteMsg(m) // whoever asked has gone, or reads it
	})}
	go func() { _ = srv.ActivateAndServe() }()
	t.Cleanup(func() { _ = srv.Shutdown() })
	return l.Addr().String()
}
