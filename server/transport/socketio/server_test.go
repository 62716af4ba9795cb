package socketio

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// openApp lets everybody into every namespace.
type openApp struct{}

func (openApp) Has(string) bool { return true }

func (openApp) Connect(_ *Client, _ json.RawMessage, greet func()) (Listener, error) {
	greet()
	return deaf{}, nil
}

type deaf struct{}

func (deaf) Event(Event) {}
func (deaf) Drained()    {}
func (deaf) Left()       {}

func TestTheNamespacesOfAConnectionAreBounded(t *testing.T) {
	t.Parallel()
	server := NewServer(Options{Namespaces: 2}, openApp{})
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { server.Serve(w, r, nil) }))
	t.Cleanup(host.Close)
	t.Cleanup(func() { server.Close(t.Context()) })
	ask := func(method, query, body string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, host.URL+"/?EIO=4&transport=polling"+query, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %s %s (%v)", method, query, res.Status, b, err)
		}
		return string(b)
	}
	var greeting struct{ Sid string }
	if err := json.Unmarshal([]byte(ask("GET", "", "")[1:]), &greeting); err != nil {
		t.Fatal(err)
	}
	sid := "&sid=" + greeting.Sid
	ask("POST", sid, "40/a,\x1e40/b,\x1e40/c,")
	answers := strings.Split(ask("GET", sid, ""), "\x1e")
	if len(answers) != 3 || answers[2] != `44/c,{"message":"Too many namespaces"}` {
		t.Errorf("the third of two namespaces is answered %q", answers)
	}
	ask("POST", sid, "41/a,\x1e40/c,")
	if got := ask("GET", sid, ""); !strings.HasPrefix(got, `40/c,{"sid":`) {
		t.Errorf("after one was left the third is answered %q", got)
	}
}
