package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"parley/server/locale"
	"parley/server/wire"
)

func TestNextLeadsNowhereElse(t *testing.T) {
	for next, want := range map[string]string{
		"":                        "/",
		"/rooms/5":                "/rooms/5",
		"/rooms/5/7?x=1#y":        "/rooms/5/7?x=1#y",
		"//evil.example":          "/",
		"///evil.example":         "/",
		`/\evil.example`:          "/",
		`\\evil.example`:          "/",
		"/\t/evil.example":        "/",
		"/\n/evil.example":        "/",
		"https://evil.example/":   "/",
		"javascript:alert(1)":     "/",
		"rooms/5":                 "/",
		"http:evil.example":       "/",
		"/%zz":                    "/",
		"https:///evil.example/x": "/",
	} {
		if got := local(next); got != want {
			t.Errorf("local(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestADeviceIsCalledByItsBrowserAndSystem(t *testing.T) {
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0":                   "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36":                       "Chrome on Android",
		"curl/8.5.0":    "curl",
		"":              "Unknown device",
		"<script>alert": "Unknown device",
	} {
		if got := device(words.Lookup("en"), agent); got != want {
			t.Errorf("device(%q) = %q, want %q", agent, got, want)
		}
	}
}

func TestARefusalIsSaidInTheReadersLanguage(t *testing.T) {
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	zh := words.Lookup("zh-CN")
	form := refused(zh, problem{Errors: []problemField{{"username", "taken", "Somebody else has this username."}, {"odd", "unheard_of", "As the server says."}}})
	if form.Errors["username"] != "已被使用。" || form.Errors["odd"] != "As the server says." || form.Error != "" {
		t.Errorf("got %+v", form)
	}
	form = refused(zh, problem{Code: "invalid_credentials", Detail: "no"})
	if form.Error != "用户名或密码错误。" {
		t.Errorf("the form says %q", form.Error)
	}
}

func TestThePageOpensWhereTheReaderWas(t *testing.T) {
	rooms := []wire.Room{{ID: "1", Archived: true}, {ID: "2"}, {ID: "3"}}
	for cookie, want := range map[string]string{"": "2", "3": "3", "1": "1", "99": "2", "<x>": "2"} {
		c := requestOf(&http.Cookie{Name: roomCookie, Value: url.QueryEscape(cookie)})
		if got := lastRoom(c, rooms); got == nil || got.ID != want {
			t.Errorf("with the cookie %q the page opens %v, want %s", cookie, got, want)
		}
	}
	if got := lastRoom(requestOf(&http.Cookie{}), nil); got != nil {
		t.Errorf("without rooms the page opens %v", got)
	}
}

func requestOf(cookie *http.Cookie) echo.Context {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(cookie)
	return echo.New().NewContext(r, httptest.NewRecorder())
}

func TestTextInTheBootBlockCannotEndIt(t *testing.T) {
	data, err := scriptData(map[string]string{"text": "</script><script>alert(1)</script><!--\u2028"})
	if err != nil {
		t.Fatal(err)
	}
	if s := string(data); strings.ContainsAny(s, "<>\u2028") {
		t.Errorf("the block holds %s", s)
	}
}
