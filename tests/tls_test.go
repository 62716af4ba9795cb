package tests

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestOnesOwnCertificateIsShownAndTheCookieFollows(t *testing.T) {
	t.Parallel()
	certificate := testkit.NewCertificate(t, t.TempDir(), "127.0.0.1")
	srv := testkit.Start(t, testkit.TLS(certificate))
	anonymous := srv.Anonymous()
	r := anonymous.Post("/api/v1/signup", testkit.Object{"username": "ada", "password": testkit.Password}).Want(t, http.StatusCreated)
	cookie := r.Header.Get("Set-Cookie")
	for _, part := range []string{"__Host-parley=", "; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie over https is %q, and lacks %q", cookie, part)
		}
	}
	if strings.Contains(cookie, "Domain") {
		t.Errorf("a __Host- cookie has no Domain: %q", cookie)
	}
	anonymous.Get("/api/v1/me").Want(t, http.StatusOK)
	if got := r.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=") {
		t.Errorf("Strict-Transport-Security over https is %q", got)
	}
	plain := testkit.Start(t)
	if got := plain.Anonymous().Get("/login").Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("over plain http it must not be sent (RFC 6797, section 7.2), and is %q", got)
	}
	if health := testkit.Run(t, []string{"PARLEY_LISTEN=" + srv.Addr, "PARLEY_TLS_CERT=" + certificate.Cert, "PARLEY_TLS_KEY=" + certificate.Key}, "healthcheck"); health.Exit != 0 {
		t.Errorf("the program does not find its own server healthy: %+v", health)
	}
}

func TestEverythingWorksOverTLS(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.TLS(testkit.NewCertificate(t, t.TempDir(), "127.0.0.1")))
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	general := ada.General().ID
	listener := bob.Connect()
	stream := bob.Stream("", "")
	stream.Expect("hello")
	poll := bob.Poll("", 0)
	for i := range 200 {
		ada.Send(general, ids("m", i), strings.Repeat("over TLS ", 50))
	}
	for i := range 200 {
		if f := listener.ExpectIn("message.created", general); f.Message.ClientID != ids("m", i) {
			t.Fatalf("event %d is %s", i, f.Raw)
		}
	}
	testkit.Eventually(t, "the stream has them all", func() bool { return stream.Count("message.created") == 200 })
	got := 0
	for cursor := poll.Cursor; got < 200; {
		p := bob.Poll(cursor, 1)
		if len(p.Events) == 0 {
			t.Fatalf("the polls ended after %d events", got)
		}
		for _, e := range p.Events {
			if e.Type == "message.created" {
				got++
			}
		}
		cursor = p.Cursor
	}
	if _, res, err := bob.TryDial(testkit.Dialing{Header: http.Header{"Origin": {"http://" + srv.Addr}}}); err == nil || res == nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("a page of the same host over plain http opened a socket: %v", err)
	}
	bob.Post("/api/v1/logout", nil).Want(t, http.StatusNoContent)
	if code := listener.WaitClosed(promptly); code != 4401 {
		t.Errorf("the socket closed with %d, want 4401", code)
	}
	stream.ExpectEnd(promptly)
}

// TestAStalledReaderOverTLSCostsNobodyElse is the same promise on the path that cannot write without waiting: over TLS
// bytes go through a goroutine, and a peer that reads nothing must not be waited for when it is given up.
func TestAStalledReaderOverTLSCostsNobodyElse(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.TLS(testkit.NewCertificate(t, t.TempDir(), "127.0.0.1")))
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room := ada.CreateRoom("Tea", "open").ID
	bob.Join(room)
	cyd.Join(room)
	load := &roomLoad{room: room, sender: ada.Connect(), reader: bob.Connect(), srv: srv}
	undisturbed := load.run(500)
	stalled, _, err := cyd.TryDial(testkit.Dialing{Silent: true})
	if err != nil {
		t.Fatal(err)
	}
	stalled.Write(testkit.Object{"type": "hello"})
	load.run(2500) // 10 MiB: more than the kernel and the server keep for it
	longest := time.Duration(0)
	// Beyond the ten seconds after which a connection that takes nothing is given up: that moment is the one to look at.
	for begin := time.Now(); time.Since(begin) < 14*time.Second; {
		longest = max(longest, load.run(50))
	}
	t.Logf("500 messages reach a reader in %v; beside a stalled one 50 took %v at most", undisturbed, longest)
	if longest > 3*time.Second {
		t.Errorf("the others waited %v for a reader that stalls", longest)
	}
	if got := len(load.reader.Frames(func(f testkit.Frame) bool { return f.Type == "message.created" })); got != load.sent {
		t.Errorf("the reader has %d events, want %d", got, load.sent)
	}
}

func TestACertificateThatChangesIsReadAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := testkit.NewCertificate(t, dir, "127.0.0.1")
	srv := testkit.Start(t, testkit.TLS(first))
	shown := func() string {
		c, err := tls.Dial("tcp", srv.Addr, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatalf("the handshake fails: %v", err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.String()
	}
	if shown() != first.Serial.String() {
		t.Fatal("another certificate is shown than the one in the file")
	}
	second := testkit.NewCertificate(t, dir, "127.0.0.1")
	testkit.Eventually(t, "the new certificate is shown", func() bool { return shown() == second.Serial.String() })
	if err := os.WriteFile(second.Key, []byte("no key at all, and longer or shorter than before"), 0o600); err != nil {
		t.Fatal(err)
	}
	testkit.Eventually(t, "the bad pair is complained of", func() bool {
		if shown() != second.Serial.String() {
			t.Fatal("a bad pair took the place of the good one")
		}
		return strings.Contains(srv.Logs(), "the old one stays")
	})
}

func TestPlainHTTPLeadsToHTTPS(t *testing.T) {
	t.Parallel()
	port := testkit.FreePort(t)
	srv := testkit.Start(t, testkit.TLS(testkit.NewCertificate(t, t.TempDir(), "127.0.0.1")), testkit.Env(fmt.Sprintf("PARLEY_HTTP_LISTEN=127.0.0.1:%d", port)))
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	plain := fmt.Sprintf("http://127.0.0.1:%d", port)
	for _, c := range []struct {
		method, path, host string
		status             int
		location           string
	}{
		{"GET", "/rooms/1?x=y%20z", "", http.StatusPermanentRedirect, srv.URL + "/rooms/1?x=y%20z"},
		{"HEAD", "/", "", http.StatusPermanentRedirect, srv.URL + "/"},
		{"GET", "//evil.example/", "", http.StatusPermanentRedirect, srv.URL + "//evil.example/"},
		{"GET", "/", "team.example:80", http.StatusPermanentRedirect, "https://team.example:" + strings.Split(srv.Addr, ":")[1] + "/"},
		{"POST", "/api/v1/login", "", http.StatusForbidden, ""},
		{"DELETE", "/", "", http.StatusForbidden, ""},
	} {
		req, _ := http.NewRequest(c.method, plain+c.path, nil)
		if c.host != "" {
			req.Host = c.host
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if res.StatusCode != c.status || res.Header.Get("Location") != c.location || res.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s %s: %d to %q, want %d to %q; headers %v", c.method, c.path, res.StatusCode, res.Header.Get("Location"), c.status, c.location, res.Header)
		}
		if len(res.Cookies()) > 0 {
			t.Errorf("%s %s sets a cookie in the clear", c.method, c.path)
		}
	}
	srv.SignUp("ada")
}

// TestCertificatesOfADomainAreKeptAndOthersRefused starts with a certificate in the folder where an authority's would
// be, so that none has to be asked: it is shown for its domain alone.
func TestCertificatesOfADomainAreKeptAndOthersRefused(t *testing.T) {
	t.Parallel()
	data, made := t.TempDir(), t.TempDir()
	certificate := testkit.NewCertificate(t, made, "team.example")
	keepCertificate(t, data, "team.example", certificate)
	port := testkit.FreePort(t)
	srv := testkit.Start(t, testkit.Data(data), testkit.Domain("team.example", certificate.Roots),
		testkit.Env("PARLEY_ACME_URL=https://127.0.0.1:1/directory", fmt.Sprintf("PARLEY_HTTP_LISTEN=127.0.0.1:%d", port)))
	hello := func(name string) (*tls.Conn, error) {
		return tls.Dial("tcp", srv.Addr, &tls.Config{ServerName: name, InsecureSkipVerify: true})
	}
	c, err := hello("team.example")
	if err != nil {
		t.Fatalf("the handshake fails: %v", err)
	}
	if !bytes.Equal(c.ConnectionState().PeerCertificates[0].Raw, certificate.Leaf.Raw) {
		t.Error("another certificate is shown than the one that was kept")
	}
	_ = c.Close()
	for _, name := range []string{"evil.example", "sub.team.example", ""} {
		if c, err := hello(name); err == nil {
			_ = c.Close()
			t.Errorf("a handshake for %q was answered", name)
		}
	}
	plain := fmt.Sprintf("http://127.0.0.1:%d", port)
	for _, ask := range []struct {
		host, path string
		status     int
	}{
		{"team.example", "/", http.StatusPermanentRedirect},
		{"evil.example", "/", http.StatusMisdirectedRequest},
		{"evil.example", "/.well-known/acme-challenge/token", http.StatusForbidden},
		{"team.example", "/.well-known/acme-challenge/token", http.StatusNotFound},
	} {
		req, _ := http.NewRequest(http.MethodGet, plain+ask.path, nil)
		req.Host = ask.host
		res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != ask.status || strings.Contains(res.Header.Get("Location"), "evil") {
			t.Errorf("%s of %s: %d to %q, want %d", ask.path, ask.host, res.StatusCode, res.Header.Get("Location"), ask.status)
		}
	}
}

func TestTLSSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	certificate := testkit.NewCertificate(t, t.TempDir(), "127.0.0.1")
	free := fmt.Sprintf("PARLEY_LISTEN=127.0.0.1:%d", testkit.FreePort(t))
	for _, c := range []struct {
		name string
		args []string
		exit int
		says string
	}{
		{"a certificate without its key", []string{"--tls-cert", certificate.Cert}, 2, "--tls-key"},
		{"two sources", []string{"--tls-cert", certificate.Cert, "--tls-key", certificate.Key, "--tls-domain", "team.example"}, 2, "--tls-domain"},
		{"an address as a domain", []string{"--tls-domain", "192.0.2.1"}, 2, "--tls-domain"},
		{"a wildcard", []string{"--tls-domain", "*.team.example"}, 2, "--tls-domain"},
		{"a redirect to nothing", []string{"--http-listen", "127.0.0.1:0"}, 2, "--http-listen"},
		{"an address of http", []string{"--tls-cert", certificate.Cert, "--tls-key", certificate.Key, "--url", "http://team.example"}, 2, "--url"},
		{"a file that is not there", []string{"--tls-cert", certificate.Cert + "x", "--tls-key", certificate.Key}, 1, "certificate"},
		{"a key that is none", []string{"--tls-cert", certificate.Cert, "--tls-key", certificate.Cert}, 1, "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := testkit.Run(t, []string{free, "PARLEY_DATA=" + t.TempDir()}, c.args...)
			if r.Exit != c.exit || !strings.Contains(r.Stderr, c.says) {
				t.Errorf("exit %d, want %d with %q in the line: %s", r.Exit, c.exit, c.says, r.Stderr)
			}
		})
	}
}
