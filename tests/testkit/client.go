package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// Password is what the kit's accounts sign in with.
const Password = "correct horse battery staple"

// Client is one person's way in over REST: a browser's cookie jar, or a bearer token.
type Client struct {
	User User // who signed in; empty for an anonymous client

	t      testing.TB
	base   string
	http   *http.Client
	bearer string
	header http.Header

	secrets *secrets
}

// Raw is a body that is sent as it stands, with its content type.
type Raw struct {
	Type string
	Body string
}

// RawJSON is a body that claims to be JSON and is sent byte for byte.
func RawJSON(body string) Raw { return Raw{Type: "application/json", Body: body} }

// Reply is an answer, read to its end.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte

	t testing.TB
}

// Anonymous is a client with no account and an empty cookie jar.
func (s *Server) Anonymous() *Client {
	return newClient(s.t, s.URL, s.transport(), s.secrets)
}

func newClient(t testing.TB, base string, transport *http.Transport, used *secrets) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatalf("cookie jar: %v", err)
	}
	return &Client{
		t: t, base: base, header: http.Header{}, secrets: used,
		http: &http.Client{Jar: jar, Timeout: Deadline, CheckRedirect: noRedirect, Transport: transport},
	}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// SignUp makes an account with the kit's password and returns its signed-in client.
func (s *Server) SignUp(username string) *Client {
	s.t.Helper()
	c := s.Anonymous()
	reply := c.Post("/api/v1/signup", Object{"username": username, "password": Password})
	c.User = Decode[struct{ User User }](reply.Want(c.t, http.StatusCreated)).User
	return c
}

// Login signs in with the kit's password, in a cookie jar of its own.
func (s *Server) Login(username string) *Client {
	s.t.Helper()
	return s.LoginWith(username, Password)
}

// LoginWith signs in with this password and must succeed.
func (s *Server) LoginWith(username, password string) *Client {
	s.t.Helper()
	c := s.Anonymous()
	reply := c.Post("/api/v1/login", Object{"username": username, "password": password})
	c.User = Decode[struct{ User User }](reply.Want(c.t, http.StatusOK)).User
	return c
}

// On is the same client with its failures reported to a subtest.
func (c *Client) On(t testing.TB) *Client {
	again := *c
	again.t = t
	return &again
}

// With is the same client, sending one more header with every request.
func (c *Client) With(name, value string) *Client {
	again := *c
	again.header = c.header.Clone()
	again.header.Set(name, value)
	return &again
}

// Token makes an API token and returns a client that has nothing else: no cookie.
func (c *Client) Token(name string) *Client {
	c.t.Helper()
	made := Decode[struct{ Token string }](c.Post("/api/v1/me/tokens", Object{"name": name}).Want(c.t, http.StatusCreated))
	return c.Bearer(made.Token)
}

// Bearer is a client for this token and nothing else.
func (c *Client) Bearer(token string) *Client {
	b := newClient(c.t, c.base, c.http.Transport.(*http.Transport).Clone(), c.secrets)
	b.bearer, b.User = token, c.User
	return b
}

// Cookie is the session cookie's value, or empty.
func (c *Client) Cookie() string {
	u, _ := url.Parse(c.base)
	for _, k := range c.http.Jar.Cookies(u) {
		if k.Name == "parley" || k.Name == "__Host-parley" {
			return k.Value
		}
	}
	return ""
}

// SetCookie plants a session cookie, as an attacker or a stale browser would.
func (c *Client) SetCookie(value string) {
	u, _ := url.Parse(c.base)
	c.http.Jar.SetCookies(u, []*http.Cookie{{Name: "parley", Value: value, Path: "/"}})
}

// Get asks for a path.
func (c *Client) Get(path string) Reply { c.t.Helper(); return c.Do(http.MethodGet, path, nil) }

// Post sends a body.
func (c *Client) Post(path string, body any) Reply {
	c.t.Helper()
	return c.Do(http.MethodPost, path, body)
}

// Put sends a body.
func (c *Client) Put(path string, body any) Reply {
	c.t.Helper()
	return c.Do(http.MethodPut, path, body)
}

// Patch sends a body.
func (c *Client) Patch(path string, body any) Reply {
	c.t.Helper()
	return c.Do(http.MethodPatch, path, body)
}

// Delete asks for removal.
func (c *Client) Delete(path string) Reply { c.t.Helper(); return c.Do(http.MethodDelete, path, nil) }

// Do makes one call and reads the whole answer; no answer at all fails the test, and so does a 500, wherever it comes from.
func (c *Client) Do(method, path string, body any) Reply {
	c.t.Helper()
	reply, err := c.Try(context.Background(), method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	if reply.Status == http.StatusInternalServerError {
		c.t.Errorf("%s %s answered 500: %s", method, path, reply.Body)
	}
	return reply
}

// Try is Do for goroutines and for servers that may die: it returns the error.
func (c *Client) Try(ctx context.Context, method, path string, body any) (Reply, error) {
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return Reply{}, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return Reply{}, err
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		return Reply{}, fmt.Errorf("read the answer: %w", err)
	}
	c.secrets.reply(res, all)
	return Reply{Status: res.StatusCode, Header: res.Header, Body: all, t: c.t}, nil
}

func (c *Client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var sent []byte
	kind := ""
	switch b := body.(type) {
	case nil:
	case Raw:
		sent, kind = []byte(b.Body), b.Type
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		sent, kind = encoded, "application/json"
	}
	var payload io.Reader
	if body != nil {
		payload = bytes.NewReader(sent)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, payload)
	if err != nil {
		return nil, err
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	if forged := c.header.Get("Host"); forged != "" {
		req.Host = forged // the header alone is never sent
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	c.secrets.request(req, sent)
	return req, nil
}

// Want fails the test unless the answer has this status, and returns the answer.
func (r Reply) Want(t testing.TB, status int) Reply {
	t.Helper()
	if r.Status != status {
		t.Fatalf("status %d, want %d; the answer: %.600s", r.Status, status, r.Body)
	}
	return r
}

// WantProblem demands an RFC 9457 body with this status and, unless it is empty, this code.
func (r Reply) WantProblem(t testing.TB, status int, code string) Problem {
	t.Helper()
	r.Want(t, status)
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") {
		t.Fatalf("an error's content type is %q, want application/problem+json; the answer: %.300s", kind, r.Body)
	}
	p := Decode[Problem](r)
	if p.Status != status || p.Code == "" || p.Title == "" || p.Type == "" {
		t.Errorf("a problem lacks type, title, code or its own status: %s", r.Body)
	}
	if code != "" && p.Code != code {
		t.Errorf("problem code %q, want %q; the answer: %s", p.Code, code, r.Body)
	}
	return p
}

// Decode reads a JSON answer; one that is not of the expected form fails the test with its bytes.
func Decode[T any](r Reply) T {
	r.t.Helper()
	var v T
	if err := json.Unmarshal(r.Body, &v); err != nil {
		r.t.Fatalf("the answer is not the JSON that was expected: %v\n%.600s", err, r.Body)
	}
	return v
}
