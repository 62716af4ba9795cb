package tests

import (
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestTheHandshakeAdmitsOnlyItsOwnPagesAndTokens(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	bearer, nobody := ada.Token("script"), srv.Anonymous()
	stale := srv.Anonymous()
	stale.SetCookie("no-such-session")
	const missing = ""
	for _, c := range []struct {
		name    string
		client  *testkit.Client
		method  string
		headers map[string]string
		status  []int
	}{
		{"a page of ours", ada, "GET", nil, []int{101}},
		{"a page of ours by another spelling of the scheme", ada, "GET", map[string]string{"Origin": strings.ToUpper(srv.URL[:4]) + srv.URL[4:]}, []int{101, 403}},
		{"a token without Origin", bearer, "GET", map[string]string{"Origin": missing}, []int{101}},
		{"a cookie without Origin", ada, "GET", map[string]string{"Origin": missing}, []int{403}},
		{"a foreign Origin", ada, "GET", map[string]string{"Origin": "http://evil.example"}, []int{403}},
		{"the Origin null", ada, "GET", map[string]string{"Origin": "null"}, []int{403}},
		{"our host with a suffix", ada, "GET", map[string]string{"Origin": srv.URL + ".evil.example"}, []int{403}},
		{"our host as a user name", ada, "GET", map[string]string{"Origin": srv.URL + "@evil.example"}, []int{403}},
		{"another port", ada, "GET", map[string]string{"Origin": "http://127.0.0.1:9"}, []int{403}},
		{"another scheme", ada, "GET", map[string]string{"Origin": "https://" + srv.Addr}, []int{403}},
		{"another name for the same machine", ada, "GET", map[string]string{"Origin": strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)}, []int{403}},
		{"a foreign Origin with a token", bearer, "GET", map[string]string{"Origin": "http://evil.example"}, []int{403}},
		{"nobody", nobody, "GET", nil, []int{401}},
		{"a session that is not there", stale, "GET", nil, []int{401}},
		{"a token that is not there", ada.Bearer("nonsense"), "GET", map[string]string{"Origin": missing}, []int{401}},
		{"WebSocket version 12", ada, "GET", map[string]string{"Sec-WebSocket-Version": "12"}, []int{426}},
		{"no version", ada, "GET", map[string]string{"Sec-WebSocket-Version": missing}, []int{400, 426}},
		{"a key that is none", ada, "GET", map[string]string{"Sec-WebSocket-Key": "short"}, []int{400}},
		{"no key", ada, "GET", map[string]string{"Sec-WebSocket-Key": missing}, []int{400}},
		{"no Upgrade", ada, "GET", map[string]string{"Upgrade": missing}, []int{400, 426}},
		{"no Connection", ada, "GET", map[string]string{"Connection": missing}, []int{400, 426}},
		{"POST", ada, "POST", nil, []int{400, 405}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, res := c.client.RawHandshake(t, c.method, c.headers)
			for _, status := range c.status {
				if res.StatusCode == status {
					return
				}
			}
			t.Errorf("the handshake got %s, want %v", res.Status, c.status)
		})
	}
	t.Run("the refusal of a version names 13", func(t *testing.T) {
		_, res := ada.RawHandshake(t, http.MethodGet, map[string]string{"Sec-WebSocket-Version": "8"})
		if got := res.Header.Get("Sec-WebSocket-Version"); got != "13" {
			t.Errorf("Sec-WebSocket-Version is %q, want 13", got)
		}
	})
	ada.Get("/api/v1/me").Want(t, 200)
}

func TestASubprotocolIsEchoedOnlyWhereItWasOffered(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for _, c := range []struct {
		offered []string
		want    string
	}{
		{nil, ""},
		{[]string{"parley.v1"}, "parley.v1"},
		{[]string{"parley.v9", "parley.v1"}, "parley.v1"},
		{[]string{"graphql-ws"}, ""},
	} {
		s, res, err := ada.TryDial(testkit.Dialing{Protocols: c.offered})
		if err != nil {
			t.Errorf("offered %v: %v", c.offered, err)
			continue
		}
		if got := res.Header.Get("Sec-WebSocket-Protocol"); got != c.want {
			t.Errorf("offered %v: %q was echoed, want %q", c.offered, got, c.want)
		}
		s.Hello("", nil)
	}
}

func TestTheNumberOfConnectionsAnAccountHasIsLimited(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits())
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	var open []*testkit.Socket
	for range 20 {
		open = append(open, ada.Connect())
	}
	_, res, err := ada.TryDial(testkit.Dialing{})
	if err == nil || res == nil || res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Fatalf("the 21st connection: %v, %+v; want 429 with Retry-After", err, res)
	}
	bob.Connect()
	open[0].Cut()
	testkit.Eventually(t, "a place is free again", func() bool {
		s, _, err := ada.TryDial(testkit.Dialing{})
		if err != nil {
			return false
		}
		s.Hello("", nil)
		return true
	})
}
