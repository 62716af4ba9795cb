package testkit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// need is something outside Go that some tests use: where to find it and what to tell a person who lacks it.
type need struct {
	find func() string // path, or "" where it is missing
	get  string        // how to get it on Debian
}

func needs() map[string]need {
	return map[string]need{
		"browser": {findProgram("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"), "apt-get install chromium"},
		"node":    {findProgram("node"), "apt-get install nodejs (version 20 or newer)"},
		"curl":    {findProgram("curl"), "apt-get install curl"},
		"python-socketio": {func() string {
			for _, python := range []string{"/usr/bin/python3", "python3"} { // Debian's first: others know none of its packages
				if exec.Command(python, "-c", "import socketio, requests").Run() == nil {
					return python
				}
			}
			return ""
		}, "apt-get install python3-socketio python3-requests"},
		"npm": {func() string {
			dir := filepath.Join(Root(), "tests", "node", "node_modules")
			if _, err := os.Stat(filepath.Join(dir, ".package-lock.json")); err != nil {
				return ""
			}
			return dir
		}, "npm ci in tests/node"},
	}
}

// Need returns the path of what a test cannot do without: "browser", "node", "curl", "python-socketio"
// (a Python that has it) or "npm" (the folder tests/node/node_modules). Where it is missing the test is skipped, in a line that says how to get it; but it fails
// where PARLEY_TEST_REQUIRE, a list with commas, names it, so that continuous integration never skips by accident.
func Need(t testing.TB, what string) string {
	t.Helper()
	n, ok := needs()[what]
	if !ok {
		t.Fatalf("testkit.Need knows no %q", what)
	}
	if path := n.find(); path != "" {
		return path
	}
	line := fmt.Sprintf("this test needs %s; get it with: %s", what, n.get)
	if required(what) {
		t.Fatalf("%s (PARLEY_TEST_REQUIRE names it, so it may not be skipped)", line)
	}
	t.Skip(line)
	return ""
}

func required(what string) bool {
	list := strings.Split(os.Getenv("PARLEY_TEST_REQUIRE"), ",")
	return slices.ContainsFunc(list, func(name string) bool { return strings.TrimSpace(name) == what })
}

func findProgram(names ...string) func() string {
	return func() string {
		for _, name := range names {
			if path, err := exec.LookPath(name); err == nil {
				return path
			}
		}
		return ""
	}
}

// Root is the folder of the module: the first one above the test's that has a go.mod.
func Root() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for d := dir; d != filepath.Dir(d); d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d
		}
	}
	return dir
}
