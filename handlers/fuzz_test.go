package handlers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/models"
)

// fuzzed is the whole stack of handlers over a real store, and somebody signed in.
type fuzzed struct {
	*served
	ada    *caller
	cookie string
	ids    *strings.Replacer
}

func newFuzzed(f *testing.F) *fuzzed {
	z := &fuzzed{served: serve(f)}
	z.ada = z.member("ada")
	room := decoded[struct{ Room struct{ ID string } }](z.ada.call("POST", "/api/v1/rooms", map[string]string{"name": "Tea"}).want(201)).Room.ID
	message := decoded[struct{ Message struct{ ID string } }](z.ada.call("POST", "/api/v1/rooms/"+room+"/messages", map[string]string{"text": "x", "client_id": "x"}).want(201)).Message.ID
	z.ids = strings.NewReplacer("ROOM", room, "MESSAGE", message)
	z.cookie = z.session()
	return z
}

func decoded[T any](a answer) (v T) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("%s: %v", a.body, err)
	}
	return v
}

func (z *fuzzed) session() string {
	at, _ := url.Parse(z.URL)
	for _, k := range z.ada.http.Jar.Cookies(at) {
		if k.Name == cookieName {
			return k.Value
		}
	}
	return ""
}

// ask hands the bytes of a request to the handlers, past the network; nil where they are no request.
func (z *fuzzed) ask(raw []byte) *httptest.ResponseRecorder {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return nil
	}
	r.RemoteAddr = "192.0.2.1:1234"
	w := httptest.NewRecorder()
	z.Config.Handler.ServeHTTP(w, r)
	return w
}

// judge fails the test where an answer is the server's fault, breaks its own line, or leads to another site.
func judge(t *testing.T, raw []byte, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= http.StatusInternalServerError {
		t.Fatalf("answered with %d: %s\n%q", w.Code, w.Body, raw)
	}
	for name, values := range w.Header() {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n\x00") {
				t.Fatalf("the header %s is %q\n%q", name, v, raw)
			}
		}
	}
	if to := w.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`)) {
		t.Fatalf("led to %q\n%q", to, raw)
	}
	if kind := w.Header().Get("Content-Type"); w.Code >= 400 && kind == "application/problem+json" {
		var p problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Code == "" || p.Status != w.Code || p.Code == models.CodeInternal {
			t.Fatalf("the problem of %d is %s", w.Code, w.Body)
		}
	}
}

// FuzzREST sends any body, under any type, with any parameters, to every route of the API, as somebody who is signed in.
func FuzzREST(f *testing.F) {
	z := newFuzzed(f)
	var routes []Route
	for _, r := range Routes() {
		if strings.HasPrefix(r.Path, "/api/v1/") && r.Path != eventsPath {
			routes = append(routes, r)
		}
	}
	for i := range routes {
		for _, body := range []string{
			"", `{}`, `{"text":"hello","client_id":"a","name":"tea","topic":"t","num":1,"username":"bob","password":"long enough to be taken","display_name":"B","user_ids":["1"]}`,
			`{"text":null,"name":[],"num":1e999,"username":{},"muted":"yes"}`, `[1,2,{"a":"\ud800"}]`, `{"name":"a","name":"b"}`, "\xff\xfe",
		} {
			f.Add(uint16(i), "ROOM", "limit=1&q=a&before=5", "application/json", []byte(body))
			f.Add(uint16(i), "MESSAGE", "cursor=x&since=-1&after=9999999999999999999", "text/html; charset=latin1", []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, pick uint16, parameter, query, kind string, body []byte) {
		route := routes[int(pick)%len(routes)]
		if route.Path == "/api/v1/logout" {
			return // the rest needs the session
		}
		var parts []string
		for part := range strings.SplitSeq(route.Path, "/") {
			if strings.HasPrefix(part, ":") {
				part = z.ids.Replace(parameter)
			}
			parts = append(parts, part)
		}
		var raw bytes.Buffer
		fmt.Fprintf(&raw, "%s %s?%s HTTP/1.1\r\nHost: team.example\r\nCookie: parley=%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
			route.Method, strings.Join(parts, "/"), query, z.cookie, kind, len(body))
		raw.Write(body)
		if w := z.ask(raw.Bytes()); w != nil {
			judge(t, raw.Bytes(), w)
		}
	})
}

// FuzzHeaders sends any headers, behind any method and path, with the session's cookie and without.
func FuzzHeaders(f *testing.F) {
	z := newFuzzed(f)
	for _, path := range []string{"/", "/login?next=//evil.example", "/api/v1/me", "/api/v1/rooms/ROOM", "/rooms/ROOM/1", "/search?q=x", "/ws", "/static/x.js", "/settings?lang=zh-CN", "/socket.io/?EIO=4&transport=polling", "/.well-known/change-password", "/connection"} {
		for _, headers := range []string{
			"", "Accept: text/html", "Origin: null\r\nSec-Fetch-Site: cross-site", "Authorization: Bearer x", "Authorization: Basic eDp4", "Accept-Language: zh;q=0.9, *;q=5, " + strings.Repeat("a-", 100),
			"X-Forwarded-For: 1.2.3.4, [::1]:80, x\r\nX-Forwarded-Proto: https", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
			"Cookie: parley_lang=%0d%0a; parley_theme=\"x\"; parley_room=../..", "Range: bytes=0-1,5-", "If-None-Match: W/\"x\"", "Accept-Encoding: gzip;q=0, br", "X-Request-Id: " + strings.Repeat("y", 300),
			"Last-Event-ID: 1\r\nAccept: text/event-stream", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\n\r\nusername=ada&password=x&next=/%5cevil.ex", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0",
		} {
			f.Add("GET", path, headers, true)
			f.Add("POST", path, headers, false)
		}
	}
	f.Fuzz(func(t *testing.T, method, path, headers string, signedIn bool) {
		if strings.HasPrefix(path, eventsPath) || strings.HasPrefix(path, "/test/panic") || strings.Contains(path, "logout") {
			return
		}
		cookie := ""
		if signedIn {
			cookie = "Cookie: parley=" + z.cookie + "\r\n"
		}
		raw := []byte(method + " " + z.ids.Replace(path) + " HTTP/1.1\r\nHost: team.example\r\n" + cookie + headers + "\r\n\r\n")
		if w := z.ask(raw); w != nil {
			judge(t, raw, w)
		}
	})
}
