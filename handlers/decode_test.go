package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"parley/models"
)

func TestABodyIsOneJSONObjectInUTF8(t *testing.T) {
	type body struct {
		Text string `json:"text"`
		Num  *int64 `json:"num"`
	}
	for _, c := range []struct {
		name, kind, body string
		code             models.Code // "": taken
	}{
		{"an object", "application/json", `{"text":"a","num":1}`, ""},
		{"white space around it", "application/json", " \n{\"text\":\"a\"}\r\n", ""},
		{"unknown fields", "application/json", `{"text":"a","other":{"x":[]}}`, ""},
		{"no type", "", `{"text":"a"}`, ""},
		{"a charset", "application/json; charset=UTF-8", `{"text":"a"}`, ""},
		{"a kind of JSON", "application/vnd.api+json", `{"text":"a"}`, ""},
		{"another charset", "application/json; charset=latin1", `{"text":"a"}`, codeMediaType},
		{"a form", "application/x-www-form-urlencoded", "text=a", codeMediaType},
		{"text", "text/plain", `{"text":"a"}`, codeMediaType},
		{"a type that is none", "application/json; =", `{"text":"a"}`, codeMediaType},
		{"nothing", "application/json", "", models.CodeBadRequest},
		{"white space", "application/json", "  ", models.CodeBadRequest},
		{"null", "application/json", "null", models.CodeBadRequest},
		{"an array", "application/json", `[{"text":"a"}]`, models.CodeBadRequest},
		{"a string", "application/json", `"text"`, models.CodeBadRequest},
		{"half of it", "application/json", `{"text":"a`, models.CodeBadRequest},
		{"something after it", "application/json", `{"text":"a"}{"text":"b"}`, models.CodeBadRequest},
		{"garbage after it", "application/json", `{"text":"a"}]`, models.CodeBadRequest},
		{"a wrong type", "application/json", `{"text":1}`, models.CodeBadRequest},
		{"a number that is none", "application/json", `{"num":1e999}`, models.CodeBadRequest},
		{"a fraction", "application/json", `{"num":1.5}`, models.CodeBadRequest},
		{"not UTF-8", "application/json", "{\"text\":\"\xff\"}", models.CodeBadRequest},
		{"too deep", "application/json", `{"text":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}", models.CodeBadRequest},
		{"a byte order mark", "application/json", "\ufeff{\"text\":\"a\"}", models.CodeBadRequest},
		{"exactly a MiB", "application/json", `{"text":"` + strings.Repeat("x", maxBody-11) + `"}`, ""},
		{"a byte more", "application/json", `{"text":"` + strings.Repeat("x", maxBody-10) + `"}`, models.CodeTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
			if c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
			}
			w := httptest.NewRecorder()
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			var v body
			err := decode(echo.New().NewContext(r, w), &v)
			if got := models.CodeOf(err); got != c.code {
				t.Fatalf("error %v, want the code %q", err, c.code)
			}
			if err == nil && v.Text == "" {
				t.Fatal("the field was not read")
			}
		})
	}
}

func TestAQueryIsCheckedBeforeItIsUsed(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	rooms := into[struct{ Rooms []struct{ ID string } }](ada.call("GET", "/api/v1/rooms", nil).want(200)).Rooms
	if len(rooms) != 1 {
		t.Fatalf("rooms are %+v", rooms)
	}
	room := "/api/v1/rooms/" + rooms[0].ID
	for path, status := range map[string]int{
		room + "/messages":                                200,
		room + "/messages?limit=1":                        200,
		room + "/messages?limit=200":                      200,
		room + "/messages?limit=0":                        400,
		room + "/messages?limit=201":                      200,
		room + "/messages?limit=-1":                       400,
		room + "/messages?limit=x":                        400,
		room + "/messages?limit=1.5":                      400,
		room + "/messages?limit=99999999999999999999":     400,
		room + "/messages?before=5":                       200,
		room + "/messages?after=0":                        200,
		room + "/messages?around=9223372036854775807":     200,
		room + "/messages?after=9223372036854775807":      200,
		room + "/messages?before=9223372036854775807":     200,
		room + "/messages?around=0":                       200,
		room + "/messages?before=9223372036854775808":     400,
		room + "/messages?before=-1":                      400,
		room + "/messages?before=x":                       400,
		room + "/messages?before=1&after=2":               400,
		room + "/messages?around=1&after=2":               400,
		room + "/changes":                                 200,
		room + "/changes?since=0":                         200,
		room + "/changes?since=9223372036854775807":       200,
		room + "/changes?since=x":                         400,
		room + "/changes?since=-1":                        400,
		"/api/v1/users?limit=1&q=a":                       200,
		"/api/v1/users?limit=999":                         200, // a page, and a cursor for the rest
		"/api/v1/users?q=%00":                             400,
		"/api/v1/users?q=%ff":                             400,
		"/api/v1/users?cursor=%00":                        400,
		"/api/v1/users?q=" + strings.Repeat("%25", 1_000): 200,
		"/api/v1/rooms?browse=1":                          200,
		"/api/v1/rooms?browse=maybe":                      400,
	} {
		if a := ada.call("GET", path, nil); a.status != status {
			t.Errorf("%.80s: status %d, want %d: %s", path, a.status, status, a.body)
		} else if status == 400 {
			a.problem(400, models.CodeBadRequest)
		}
	}
}
