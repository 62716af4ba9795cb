package tests

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestACertificateIsGotFromAnAuthorityAndKept lets a server that has none ask a real authority, which has it prove the
// domain over TLS. A restart asks for no other.
func TestACertificateIsGotFromAnAuthorityAndKept(t *testing.T) {
	t.Parallel()
	port := testkit.FreePort(t)
	authority := testkit.NewAuthority(t, port)
	srv := testkit.Start(t, testkit.At(port), testkit.Domain("team.example", authority.Roots), authority.Ask(),
		testkit.Env(fmt.Sprintf("PARLEY_HTTP_LISTEN=127.0.0.1:%d", testkit.FreePort(t))))
	firstAccount(t, srv, "ada") // by a client that trusts nothing but the authority
	asked, shown := authority.Orders.Load(), serialShown(t, srv)
	if asked == 0 {
		t.Fatal("the authority was asked for nothing")
	}
	if info, err := os.Stat(filepath.Join(srv.Data, "certificates")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder with the keys: %v, %v", info, err)
	}
	srv.Restart()
	srv.Login("ada")
	if again := serialShown(t, srv); again != shown || authority.Orders.Load() != asked {
		t.Errorf("after a restart the certificate is %s, it was %s, after %d orders, %d before", again, shown, authority.Orders.Load(), asked)
	}
}

// TestACertificateIsRenewedBeforeItEnds starts with one that has ten minutes left of its seventy.
func TestACertificateIsRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	data, port := t.TempDir(), testkit.FreePort(t)
	old := testkit.NewCertificateFor(t, 10*time.Minute, t.TempDir(), "team.example")
	keepCertificate(t, data, "team.example", old)
	authority := testkit.NewAuthority(t, port)
	roots := authority.Roots.Clone()
	roots.AddCert(old.Leaf)
	srv := testkit.Start(t, testkit.Data(data), testkit.At(port), testkit.Domain("team.example", roots), authority.Ask(),
		testkit.Env(fmt.Sprintf("PARLEY_HTTP_LISTEN=127.0.0.1:%d", testkit.FreePort(t))))
	testkit.EventuallyWithin(t, 60*time.Second, "another certificate is shown", func() bool { return serialShown(t, srv) != old.Serial.String() })
	firstAccount(t, srv, "ada")
}

func serialShown(t *testing.T, srv *testkit.Server) string {
	t.Helper()
	c, err := tls.Dial("tcp", srv.Addr, &tls.Config{ServerName: "team.example", InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

// keepCertificate puts a certificate where an authority's would be kept.
func keepCertificate(t *testing.T, data, domain string, c *testkit.Certificate) {
	t.Helper()
	kept := filepath.Join(data, "certificates")
	if err := os.MkdirAll(kept, 0o700); err != nil {
		t.Fatal(err)
	}
	var both []byte
	for _, name := range []string{c.Key, c.Cert} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, b...)
	}
	if err := os.WriteFile(filepath.Join(kept, domain), both, 0o600); err != nil {
		t.Fatal(err)
	}
}
