package testkit

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// secrets are what the clients of one server said and were told that no log may hold. Every server of the kit logs at
// debug level, and at its end what it logged is searched for all of them.
type secrets struct {
	mu   sync.Mutex
	kind map[string]string // by value
}

// secretFields are the names under which secrets travel in bodies, forms and answers.
var secretFields = map[string]string{
	"password": "a password", "new_password": "a password", "current_password": "a password", "token": "a token", "secret": "a TOTP secret",
	"recovery_codes": "a recovery code", "invite": "an invitation's code", "code": "a code", "setup_code": "the setup code",
}

// shortestSecret is the length from which a value is a secret and not a word that stands in every log, such as "password".
const shortestSecret = 9

func newSecrets() *secrets { return &secrets{kind: map[string]string{Password: "a password"}} }

func (s *secrets) keep(kind, value string) {
	if len(value) < shortestSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kind[value] = kind
}

// request looks through what a client sends.
func (s *secrets) request(req *http.Request, body []byte) {
	if scheme, token, _ := strings.Cut(req.Header.Get("Authorization"), " "); scheme == "Bearer" {
		s.keep("a token", token)
	}
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(body)); err == nil {
			for name, kind := range secretFields {
				s.keep(kind, form.Get(name))
			}
		}
		return
	}
	s.json(body)
}

// reply looks through what a client is told.
func (s *secrets) reply(res *http.Response, body []byte) {
	for _, c := range res.Cookies() {
		if strings.HasPrefix(c.Name, "parley_lang") || strings.HasPrefix(c.Name, "parley_theme") || strings.HasPrefix(c.Name, "parley_room") {
			continue
		}
		s.keep("a cookie", c.Value)
	}
	if res.StatusCode < 300 && strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		s.json(body)
	}
}

func (s *secrets) json(body []byte) {
	if !slices.ContainsFunc(slices.Collect(maps.Keys(secretFields)), func(name string) bool { return bytes.Contains(body, []byte(`"`+name+`"`)) }) {
		return // a page of messages is not worth decoding
	}
	var v any
	if json.Unmarshal(body, &v) == nil {
		s.walk("", v)
	}
}

func (s *secrets) walk(field string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			s.walk(name, inner)
		}
	case []any:
		for _, inner := range v {
			s.walk(field, inner)
		}
	case string:
		if kind, ok := secretFields[field]; ok {
			s.keep(kind, v)
		}
	}
}

// Secrets returns the kinds of secrets that were used on the server so far.
func (s *Server) Secrets() []string {
	s.secrets.mu.Lock()
	defer s.secrets.mu.Unlock()
	return slices.Compact(slices.Sorted(maps.Values(s.secrets.kind)))
}

// leaks returns the kinds of secrets that stand in what was logged. The setup code is shown on a line of its own, for
// whoever sits at the terminal.
func (s *secrets) leaks(logs string) (kinds []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for value, kind := range s.kind {
		for _, spelt := range slices.Compact([]string{value, url.QueryEscape(value), url.PathEscape(value)}) {
			if at := strings.Index(logs, spelt); at >= 0 && !(kind == "the setup code" && strings.Count(logs, spelt) == strings.Count(logs, " "+spelt+"\n")) {
				begin := strings.LastIndexByte(logs[:at], '\n') + 1
				line, _, _ := strings.Cut(logs[begin:], "\n")
				kinds = append(kinds, kind+" in the line "+line)
			}
		}
	}
	return kinds
}
