package handlers

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"parley/models"
	"parley/server/config"
)

func TestTheCookieIsExactlyWhatTheContractSays(t *testing.T) {
	for _, c := range []struct {
		name         string
		cfg          config.Config
		tls, proxied bool
		want         string
	}{
		{"http", config.Config{URL: "http://team.local"}, false, false, "parley=x; Path=/; HttpOnly; SameSite=Lax"},
		{"no address", config.Config{}, false, false, "parley=x; Path=/; HttpOnly; SameSite=Lax"},
		{"https at a proxy", config.Config{URL: "https://team.example"}, false, false, "__Host-parley=x; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"https", config.Config{}, true, false, "__Host-parley=x; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"a stranger that claims to be a proxy", config.Config{}, false, true, "parley=x; Path=/; HttpOnly; SameSite=Lax"},
		{"a trusted proxy that speaks https", config.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, false, true, "__Host-parley=x; Path=/; HttpOnly; Secure; SameSite=Lax"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			if c.tls {
				r.TLS = &tls.ConnectionState{}
			}
			s := &site{Deps: Deps{Config: c.cfg}, origins: newOrigins(c.cfg)}
			if c.proxied {
				r.RemoteAddr = "10.0.0.1:1234"
				r.Header.Set("X-Forwarded-Proto", "https")
			}
			if got := s.cookie(r, "x").String(); got != c.want {
				t.Fatalf("the cookie is %q, want %q", got, c.want)
			}
		})
	}
}

func TestASignInReplacesTheCookieAndEndsTheSessionBefore(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	before := sessionCookie(t, ada)
	a := ada.call("POST", "/api/v1/login", map[string]string{"username": "ada", "password": password}).want(200)
	if !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=2592000") {
		t.Errorf("the cookie does not live as long as a session can: %s", a.header.Get("Set-Cookie"))
	}
	after := sessionCookie(t, ada)
	if after == before || len(after) != 43 {
		t.Fatalf("the cookie was %q and is %q", before, after)
	}
	old := s.anonymous().with("Cookie", "parley="+before)
	old.call("GET", "/api/v1/me", nil).problem(401, models.CodeNotSignedIn)

	planted := s.anonymous().with("Cookie", "parley="+strings.Repeat("A", 43))
	a = planted.call("POST", "/api/v1/login", map[string]string{"username": "ada", "password": password}).want(200)
	if strings.Contains(a.header.Get("Set-Cookie"), "AAAA") {
		t.Error("a planted cookie became a session")
	}
	planted.call("GET", "/api/v1/me", nil).problem(401, models.CodeNotSignedIn)
}

func sessionCookie(t *testing.T, c *caller) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, c.s.URL, nil)
	for _, cookie := range c.http.Jar.Cookies(r.URL) {
		if cookie.Name == "parley" {
			return cookie.Value
		}
	}
	t.Fatal("there is no session cookie")
	return ""
}

func TestASignOutTakesTheCookieAway(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	a := ada.call("POST", "/api/v1/logout", nil).want(204)
	if cookie := a.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "parley=; Path=/; Max-Age=0; HttpOnly") {
		t.Errorf("Set-Cookie is %q", cookie)
	}
	ada.call("GET", "/api/v1/me", nil).problem(401, models.CodeNotSignedIn)
}

func TestABearerTokenDecidesWhereThereIsOne(t *testing.T) {
	s := serve(t)
	ada, ben := s.member("ada"), s.member("ben")
	token := into[struct{ Token string }](ada.call("POST", "/api/v1/me/tokens", map[string]string{"name": "script"}).want(201)).Token
	name := func(a answer) string {
		return into[struct{ User struct{ Username string } }](a.want(200)).User.Username
	}
	for header, want := range map[string]string{"Bearer " + token: "ada", "bearer  " + token: "ada", "Basic dXNlcjpwYXNz": "ben", "": "ben"} {
		if got := name(ben.with("Authorization", header).call("GET", "/api/v1/me", nil)); got != want {
			t.Errorf("with %.10q ben is %s, want %s", header, got, want)
		}
	}
	for _, header := range []string{"Bearer", "Bearer x", "Bearer " + token + "x", "Bearer " + sessionCookie(t, ada)} {
		ben.with("Authorization", header).call("GET", "/api/v1/me", nil).problem(401, models.CodeNotSignedIn)
		ben.with("Authorization", header).call("POST", "/api/v1/login", map[string]string{"username": "ben", "password": password}).
			problem(401, models.CodeNotSignedIn)
	}
	s.anonymous().with("Cookie", "parley="+token).call("GET", "/api/v1/me", nil).problem(401, models.CodeNotSignedIn)
}

func TestAHandshakeIsLetInByItsOriginAndItsCaller(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	token := into[struct{ Token string }](ada.call("POST", "/api/v1/me/tokens", map[string]string{"name": "script"}).want(201)).Token
	upgrade := []string{"Connection", "keep-alive, Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}
	cookie := s.anonymous().with(append(upgrade, "Cookie", "parley="+sessionCookie(t, ada))...)
	bearer := s.anonymous().with(append(upgrade, "Authorization", "Bearer "+token)...)
	nobody := s.anonymous().with(upgrade...)
	const in = 101
	for _, c := range []struct {
		name   string
		who    *caller
		origin string
		status int
	}{
		{"a cookie from our page", cookie, s.URL, in},
		{"a cookie from nowhere", cookie, "", 403},
		{"a cookie from another site", cookie, "https://evil.example", 403},
		{"a cookie from null", cookie, "null", 403},
		{"a cookie beside a token, from nowhere", cookie.with("Authorization", "Bearer "+token), "", in},
		{"a good cookie beside a bad token", cookie.with("Authorization", "Bearer x"), s.URL, 401},
		{"a token from nowhere", bearer, "", in},
		{"a token from our page", bearer, s.URL, in},
		{"a token from another site", bearer, "https://evil.example", 403},
		{"nobody", nobody, "", 401},
		{"nobody from our page", nobody, s.URL, 401},
		{"nobody from another site", nobody, "https://evil.example", 403},
		{"a cookie that is stale", nobody.with("Cookie", "parley="+strings.Repeat("A", 43)), "", 401},
		{"no handshake", ada, s.URL, 426},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/ws", nil)
			r.Host = strings.TrimPrefix(s.URL, "http://")
			for name, values := range c.who.header {
				r.Header[name] = values
			}
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
			before := s.sockets.Load()
			w := httptest.NewRecorder()
			s.Config.Handler.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if let := s.sockets.Load() > before; let != (c.status == in) {
				t.Fatalf("let in: %v", let)
			}
		})
	}
	ada.call("POST", "/ws", nil).problem(405, codeMethodNotAllowed)
}

func TestAHundredHandshakesWithoutASessionAMinute(t *testing.T) {
	s := serve(t, func(c *config.Config) { c.RateLimits = true })
	ada := s.member("ada")
	ask := func(cookie string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		r.Header.Set("Connection", "Upgrade")
		r.Header.Set("Upgrade", "websocket")
		r.Header.Set("Origin", "http://example.com") // the recorder's own host
		r.Header.Set("Cookie", "parley="+cookie)
		w := httptest.NewRecorder()
		s.Config.Handler.ServeHTTP(w, r)
		return w
	}
	for i := range handshakesPerMinute {
		if w := ask("x"); w.Code != 401 {
			t.Fatalf("handshake %d got %d", i, w.Code)
		}
	}
	if w := ask("x"); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Fatalf("one more got %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	if w := ask(sessionCookie(t, ada)); w.Code != 101 {
		t.Fatalf("somebody with a session at the same address got %d", w.Code)
	}
}

func TestRequestsAreLimitedForAnAccountAndForAnAddress(t *testing.T) {
	s := serve(t, func(c *config.Config) { c.RateLimits = true })
	ada, ben := s.member("ada"), s.member("ben")
	refused := func(c *caller) int {
		for i := range 1000 {
			a := c.call("GET", "/api/v1/me", nil)
			if a.status == http.StatusTooManyRequests {
				a.problem(429, models.CodeRateLimited)
				if a.header.Get("Retry-After") != "1" {
					t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
				}
				return i
			}
		}
		t.Fatal("a thousand requests and no limit")
		return 0
	}
	if n := refused(ada); n < restBurst-1 {
		t.Errorf("request %d was refused", n)
	}
	ben.call("GET", "/api/v1/me", nil).want(200)
	s.anonymous().call("GET", "/livez", nil).want(200)
}

func TestTheEleventhSignInIsRefusedAndSaysWhenToComeBack(t *testing.T) {
	s := serve(t, func(c *config.Config) { c.RateLimits = true })
	s.member("ada")
	in := map[string]string{"username": "nobody", "password": password}
	for range 10 {
		s.anonymous().call("POST", "/api/v1/login", in).problem(401, models.CodeInvalidCredentials)
	}
	a := s.anonymous().call("POST", "/api/v1/login", in)
	a.problem(429, models.CodeRateLimited)
	if a.header.Get("Retry-After") == "" {
		t.Error("without Retry-After")
	}
}
