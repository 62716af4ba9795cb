package testkit

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Deadline is how long the kit waits for anything that must come. It is generous because a loaded two-core
// machine and the race detector are both slow; a test that passes never waits for it.
const Deadline = 20 * time.Second

// program is the server's binary, built once for a whole test run: a build a test would cost a minute.
type program struct {
	once sync.Once
	dir  string
	path string
	err  error
}

var built program

// Main runs the tests of a package and removes the built program afterwards. Call it from TestMain. Where -parallel says
// nothing, one test more than there are cores runs at once: half of their time they wait, for servers, for browsers and
// for deadlines.
func Main(m *testing.M) int {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		if err := flag.Set("test.parallel", strconv.Itoa(runtime.GOMAXPROCS(0)+1)); err != nil {
			panic(err) // package testing has no such flag any more
		}
	}
	defer func() {
		if built.dir != "" {
			_ = os.RemoveAll(built.dir)
		}
	}()
	return m.Run()
}

// Binary builds the program on the first call (with the race detector where the tests have it) and returns its path.
// PARLEY_TEST_PROGRAM names one that is built already: a release can be put through the same tests.
func Binary(t testing.TB) string {
	t.Helper()
	built.once.Do(built.build)
	if built.err != nil {
		t.Fatalf("the program does not build: %v", built.err)
	}
	return built.path
}

func (p *program) build() {
	if p.path = os.Getenv("PARLEY_TEST_PROGRAM"); p.path != "" {
		return
	}
	p.dir, p.err = os.MkdirTemp("", "parley-test-")
	if p.err != nil {
		return
	}
	p.path = filepath.Join(p.dir, "parley")
	args := []string{"build", "-o", p.path}
	if Race {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "parley/server")...).CombinedOutput()
	if err != nil {
		p.err = fmt.Errorf("go build parley/server: %w\n%s", err, out)
	}
}
