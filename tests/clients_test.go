//go:build unix

package tests

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
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
	out := &printed{}
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

// printed keeps what a program prints while it runs.
type printed struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}
