package testkit

import (
	"encoding/json"
	"strings"
	"testing"
)

// Route is one line of the server's own list of what it answers.
type Route struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

// Routes asks the program for its routes (the hidden command `routes`, one JSON object a line).
func Routes(t testing.TB) []Route {
	t.Helper()
	r := Run(t, []string{"PARLEY_DATA=" + t.TempDir()}, "routes")
	if r.Exit != 0 {
		t.Fatalf("`routes` ended with %d: %s", r.Exit, r.Stderr)
	}
	var routes []Route
	for line := range strings.Lines(r.Stdout) {
		var route Route
		if err := json.Unmarshal([]byte(line), &route); err != nil {
			t.Fatalf("`routes` printed a line that is not JSON: %q", line)
		}
		routes = append(routes, route)
	}
	return routes
}
