package tests

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestTheReadmesCurlWalkWorksAsWritten(t *testing.T) {
	t.Parallel()
	testkit.Need(t, "curl")
	readme, err := os.ReadFile(filepath.Join(testkit.Root(), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "<!-- curl -->\n```sh\n")
	script, _, found := strings.Cut(rest, "```\n<!-- /curl -->")
	if !found {
		t.Fatal("README.md has lost its <!-- curl --> marks")
	}
	srv := testkit.Start(t)
	script = strings.Replace(script, "URL=http://127.0.0.1:8080\n", "URL="+srv.URL+"\n", 1)
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", script)
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the walk stops: %v\n%s", err, out)
	}

	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	last := lines[len(lines)-1]
	var page struct{ Messages []struct{ Text, HTML string } }
	if err := json.Unmarshal([]byte(last), &page); err != nil {
		t.Fatalf("the last answer is no page of messages: %v\n%s", err, out)
	}
	if len(page.Messages) != 1 || page.Messages[0].Text != "Hello, **world**" || !strings.Contains(page.Messages[0].HTML, "<strong>world</strong>") {
		t.Errorf("the room should hold one message, sent once: %s", last)
	}
}
