package tests

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// nodeDeadline is generous: the type check alone takes several seconds of a slow core.
const nodeDeadline = 3 * time.Minute

func TestJavaScriptUnitTestsPass(t *testing.T) {
	t.Parallel()
	node := testkit.Need(t, "node")
	root := testkit.Root()
	files := javaScriptTests(t, filepath.Join(root, "static", "js"))
	if len(files) == 0 {
		t.Fatal("static/js has no *.test.js: the browser's logic is not tested")
	}
	runIn(t, root, node, append([]string{"--test"}, files...)...)
}

func TestJavaScriptTypesHold(t *testing.T) {
	t.Parallel()
	node := testkit.Need(t, "node")
	packages := testkit.Need(t, "npm")
	runIn(t, testkit.Root(), node, filepath.Join(packages, "typescript", "bin", "tsc"), "--project", filepath.Join("static", "jsconfig.json"))
}

func TestTheNpmLockNamesNoAddress(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile(filepath.Join(testkit.Root(), "tests", "node", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(lock), "://") {
		t.Error("tests/node/package-lock.json has addresses in it, and would pin everybody to one registry: run npm with --omit-lockfile-registry-resolved")
	}
}

func javaScriptTests(t *testing.T, dir string) []string {
	t.Helper()
	files := []string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".test.js") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func runIn(t *testing.T, dir, program string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), nodeDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s %s: %v\n%s", filepath.Base(program), strings.Join(args, " "), err, out)
	}
}
