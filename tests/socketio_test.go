package tests

import (
	"context"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

const clientsDeadline = 60 * time.Second

func TestSocketIOClientsOfEveryTransport(t *testing.T) {
	t.Parallel()
	node := testkit.Need(t, "node")
	testkit.Need(t, "npm")
	for _, transports := range []string{"websocket", "polling", "polling,websocket"} {
		t.Run(transports, func(t *testing.T) {
			t.Parallel()
			s := testkit.Start(t)
			ada, bob := s.SignUp("ada"), s.SignUp("bob")
			ada.CreateRoom("lounge", "open")
			runClient(t, node, "clients/socketio.mjs", s.URL, transports, tokenOf(t, ada), tokenOf(t, bob))
		})
	}
}

func tokenOf(t *testing.T, c *testkit.Client) string {
	t.Helper()
	reply := c.Post("/api/v1/me/tokens", testkit.Object{"name": "a client"}).Want(t, http.StatusCreated)
	return testkit.Decode[struct{ Token string }](reply).Token
}

// runClient runs a script of tests/node, which prints ok when all is well.
func runClient(t *testing.T, program, script string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), clientsDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append([]string{script}, args...)...)
	cmd.Dir = filepath.Join(testkit.Root(), "tests", "node")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "ok") {
		t.Errorf("%s: %v\n%s", script, err, out)
	}
}
