//go:build unix

package tests

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// shown is one example of docs/clients.md: how it is run, and what it must print once a message came.
type shown struct {
	name string
	need []string
	run  func(t *testing.T, file string) *exec.Cmd
}

func TestTheExamplesOfTheDocumentationRun(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "clients.md"))
	if err != nil {
		t.Fatal(err)
	}
	shell := func(_ *testing.T, file string) *exec.Cmd { return exec.Command("sh", file) }
	for _, e := range []shown{
		{"curl", []string{"curl"}, shell},
		{"poll", []string{"curl"}, shell},
		{"example.mjs", []string{"node", "npm"}, func(t *testing.T, file string) *exec.Cmd {
			// Modules are found from where the script lies.
			if err := os.Symlink(testkit.Need(t, "npm"), filepath.Join(filepath.Dir(file), "node_modules")); err != nil {
				t.Fatal(err)
			}
			return exec.Command(testkit.Need(t, "node"), file)
		}},
		{"example.py", []string{"python-socketio"}, func(t *testing.T, file string) *exec.Cmd {
			return exec.Command(testkit.Need(t, "python-socketio"), file)
		}},
		{"example.go", nil, func(t *testing.T, file string) *exec.Cmd {
			program := strings.TrimSuffix(file, ".go")
			build := exec.Command("go", "build", "-o", program, file)
			build.Dir = testkit.Root()
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("build: %v\n%s", err, out)
			}
			return exec.Command(program)
		}},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			for _, need := range e.need {
				testkit.Need(t, need)
			}
			e.check(t, example(t, string(doc), e.name))
		})
	}
}

// TestThePagesOfTheDocumentationRun opens the examples for browsers behind a proxy that serves a page beside the server, as
// somebody does who has a page already.
func TestThePagesOfTheDocumentationRun(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "clients.md"))
	if err != nil {
		t.Fatal(err)
	}
	browser := testkit.NewBrowser(t)
	// What a page logs stands in it, so that it can be looked at.
	const head = `<!doctype html><title>A page</title><form><input></form><pre></pre>
<script>console.log = (...what) => { document.querySelector("pre").textContent += what.join(" ") + "\n" }</script>`
	for name, page := range map[string]string{
		"socket.js": head + "<script>" + example(t, string(doc), "socket.js") + "</script>",
		"page.html": head + example(t, string(doc), "page.html"),
	} {
		t.Run(name, func(t *testing.T) {
			s := testkit.Start(t)
			ada, bob := s.SignUp("ada"), s.SignUp("bob")
			room := ada.General().ID
			p := browser.Person("ada " + name)
			p.SignIn(ada)
			p.Go(besideParley(t, s, page) + "/my-page")
			i := 0
			testkit.Eventually(t, "the page shows a message", func() bool {
				i++
				if i%20 == 1 { // the page may not be there yet for the first ones
					bob.Send(room, fmt.Sprint("shown-", i), "for the page")
				}
				return strings.Contains(p.Eval(`document.querySelector("pre").textContent`), "for the page") ||
					strings.Contains(p.Eval(`document.querySelector("pre").textContent`), "[object Object]")
			})
			if name == "page.html" {
				p.Eval(`(document.querySelector("input").value = "typed in the page", document.querySelector("form").requestSubmit(), 0)`)
				testkit.Eventually(t, "what was typed is stored", func() bool {
					history := bob.History(room)
					return history[len(history)-1].Text == "typed in the page"
				})
				p.Wait("and comes back as it was sent", `document.querySelector("pre").textContent.includes("typed in the page")`)
			}
		})
	}
}

// besideParley serves a page and, at the same address, the server.
func besideParley(t *testing.T, s *testkit.Server, page string) (url string) {
	t.Helper()
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = "http", s.Addr // the Host stays: it is the page's origin
	}}
	both := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/my-page" {
			proxy.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page) // a browser that has gone needs nothing
	}))
	t.Cleanup(func() {
		both.CloseClientConnections()
		both.Close()
	})
	return both.URL
}

// example returns the code that stands behind its mark.
func example(t *testing.T, doc, name string) string {
	t.Helper()
	_, after, ok := strings.Cut(doc, "<!-- example: "+name+" -->\n```")
	_, code, ok2 := strings.Cut(after, "\n")
	code, _, ok3 := strings.Cut(code, "```")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("docs/clients.md has lost its example %s", name)
	}
	return code
}

func (e shown) check(t *testing.T, code string) {
	t.Helper()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	room := ada.General().ID
	file := filepath.Join(t.TempDir(), e.name)
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := e.run(t, file)
	cmd.Env = append(os.Environ(), "URL="+s.URL, "TOKEN="+tokenOf(t, ada))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &testkit.Printed{}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = ownGroup()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	defer func() { killGroup(cmd); <-ended }()
	i := 0
	testkit.Eventually(t, "the example prints a message", func() bool {
		i++
		if i%20 == 1 { // it may not be there yet for the first ones
			_, _, _ = ada.TrySend(ctx, room, "shown-"+strings.Repeat("x", i/20+1), "for the example")
		}
		return strings.Contains(out.String(), "for the example")
	})
}
