package tests

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestMalformedInputIsRefusedPolitely sends each malformed body to each route that takes one: always a 4xx
// problem+json, never a 5xx, never a success.
func TestMalformedInputIsRefusedPolitely(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	m := ada.Send(room, "1", "hello")
	routes := []struct{ method, path string }{
		{"POST", "/api/v1/signup"},
		{"POST", "/api/v1/login"},
		{"PATCH", "/api/v1/me"},
		{"POST", "/api/v1/me/password"},
		{"POST", "/api/v1/me/tokens"},
		{"POST", "/api/v1/rooms"},
		{"PATCH", "/api/v1/rooms/" + room},
		{"POST", "/api/v1/rooms/" + room + "/read"},
		{"PATCH", "/api/v1/rooms/" + room + "/me"},
		{"POST", "/api/v1/rooms/" + room + "/messages"},
		{"PATCH", "/api/v1/messages/" + m.ID},
		{"POST", "/api/v1/rooms/" + room + "/preview"},
		{"POST", "/api/v1/rooms/direct"},
		{"POST", "/api/v1/threads/" + m.ID + "/read"},
	}
	bodies := []struct {
		name string
		body any
		want []int
	}{
		{"nothing", testkit.RawJSON(""), []int{400, 422}},
		{"half an object", testkit.RawJSON(`{"text":"x`), []int{400}},
		{"an array", testkit.RawJSON(`[]`), []int{400}},
		{"a string", testkit.RawJSON(`"text"`), []int{400}},
		{"a number", testkit.RawJSON(`1`), []int{400}},
		{"trailing data", testkit.RawJSON(`{"text":"a","client_id":"b","num":1,"name":"zz"} {"x":1}`), []int{400}},
		{"trailing garbage", testkit.RawJSON(`{"text":"a","client_id":"b","num":1,"name":"zz"}]`), []int{400}},
		{"deep nesting", testkit.RawJSON(`{"text":` + strings.Repeat("[", 25_000) + strings.Repeat("]", 25_000) + `}`), []int{400}},
		{"deep nesting under an unknown name", testkit.RawJSON(`{"zzz":` + strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000) + `}`), []int{400}},
		{"wrong types", testkit.RawJSON(`{"username":1,"password":[],"display_name":{},"text":false,"client_id":{},"name":[],"topic":1,"num":"x","muted":"yes","notify":1,"current_password":1,"new_password":2}`), []int{400}},
		{"a huge number", testkit.RawJSON(`{"num":1e999,"text":1e999,"name":1e999,"username":1e999,"display_name":1e999,"notify":1e999,"current_password":1e999}`), []int{400}},
		{"not UTF-8", testkit.RawJSON("{\"text\":\"\xff\xfe\",\"client_id\":\"u\",\"name\":\"\xff\",\"username\":\"\xff\",\"password\":\"\xff\",\"display_name\":\"\xff\",\"topic\":\"\xff\",\"num\":\"\xff\",\"notify\":\"\xff\",\"current_password\":\"\xff\",\"new_password\":\"\xff\"}"), []int{400, 422, 401, 403}},
		{"a body over a megabyte", testkit.RawJSON(`{"text":"` + strings.Repeat("x", 1<<20) + `"}`), []int{413}},
		{"another content type", testkit.Raw{Type: "text/plain", Body: `{"text":"a","client_id":"b"}`}, []int{400, 415, 422}},
		{"no JSON at all", testkit.RawJSON("\x00\x01\x02"), []int{400}},
	}
	for _, route := range routes {
		for _, b := range bodies {
			t.Run(fmt.Sprintf("%s %s with %s", route.method, strings.NewReplacer(room, "ROOM", m.ID, "MESSAGE").Replace(route.path), b.name), func(t *testing.T) {
				r := ada.On(t).Do(route.method, route.path, b.body)
				for _, status := range b.want {
					if r.Status == status {
						r.WantProblem(t, status, "")
						return
					}
				}
				t.Errorf("status %d, want %v: %.300s", r.Status, b.want, r.Body)
			})
		}
	}
	if n := len(ada.History(room)); n != 1 {
		t.Errorf("malformed input left %d messages, want 1", n)
	}
}

func TestUnknownPathsAndIDsAreNotFound(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for _, path := range []string{
		"/api/v1/nothing", "/api/v1/", "/api/v2/me",
		"/api/v1/rooms/0", "/api/v1/rooms/-1", "/api/v1/rooms/abc", "/api/v1/rooms/1.5", "/api/v1/rooms/99999999999999999999999",
		"/api/v1/rooms/9223372036854775807", "/api/v1/rooms/%00", "/api/v1/rooms/..%2f..", "/api/v1/rooms/1%20or%201=1/messages",
		"/api/v1/messages/123/revisions", "/api/v1/users/0",
	} {
		t.Run(path, func(t *testing.T) {
			r := ada.On(t).Get(path)
			if r.Status != 404 && r.Status != 400 {
				t.Fatalf("status %d: %.200s", r.Status, r.Body)
			}
			r.WantProblem(t, r.Status, "")
		})
	}
	r := ada.Put("/api/v1/me", testkit.Object{})
	r.WantProblem(t, http.StatusMethodNotAllowed, "")
	for _, path := range []string{"/..%2f..%2fetc/passwd", "/static/..%2f..%2fgo.mod", "/%c0%ae%c0%ae/", "//evil.example", "/rooms/abc"} {
		if r := ada.Get(path); r.Status >= 500 || strings.Contains(string(r.Body), "module parley") || strings.Contains(r.Header.Get("Location"), "//evil") {
			t.Errorf("%s: status %d, location %q", path, r.Status, r.Header.Get("Location"))
		}
	}
}

func TestTextWithNULIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	m := ada.Send(room, "1", "hello")
	ada.Post("/api/v1/rooms/"+room+"/messages", testkit.Object{"text": "a\x00b", "client_id": "nul"}).WantProblem(t, 400, "")
	ada.Post("/api/v1/rooms/"+room+"/messages", testkit.Object{"text": "ab", "client_id": "n\x00"}).WantProblem(t, 400, "")
	ada.Patch("/api/v1/messages/"+m.ID, testkit.Object{"text": "a\x00b"}).WantProblem(t, 400, "")
	ada.Patch("/api/v1/rooms/"+room, testkit.Object{"topic": "a\x00b"}).WantProblem(t, 400, "")
	ada.Patch("/api/v1/rooms/"+room, testkit.Object{"name": "a\x00b"}).WantProblem(t, 400, "")
	ada.Patch("/api/v1/me", testkit.Object{"display_name": "a\x00b"}).WantProblem(t, 400, "")
	ada.Post("/api/v1/me/tokens", testkit.Object{"name": "a\x00b"}).WantProblem(t, 400, "")
}

// TestASocketSurvivesMalformedCommands sends what is not a command: each is answered or ignored, and the connection lives.
func TestASocketSurvivesMalformedCommands(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	s := ada.Connect()
	for _, frame := range []string{
		``, `{`, `[]`, `null`, `"ping"`, `1`, `{"type":1}`, `{"type":"ping"} {"type":"ping"}`, `{"type":"ping","ref":5}`,
		`{"type":"message.send","room_id":{},"text":[]}`, `{"type":"read","room_id":"1","num":1e999}`,
		`{"type":"read","room_id":"1","num":-1}`, `{"type":"open","room_id":"1","since":-5}`,
		strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000), strings.Repeat("[", 100_000),
		`{"type":"` + strings.Repeat("x", 100_000) + `"}`, "\u0000", `{"type":"ping","ref":"` + strings.Repeat("r", 1000) + `"}`,
	} {
		if err := s.WriteRaw(1, []byte(frame)); err != nil {
			t.Fatalf("the connection was gone before %.60q: %v", frame, err)
		}
		s.Fence()
	}
	general := ada.General().ID
	s.Say(general, "after", "still here")
}
