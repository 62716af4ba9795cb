package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// firstRunLimit is generous: the compiler has a cold cache on a fresh machine, and two cores are slow.
const firstRunLimit = 5 * time.Minute

// TestAFirstRunEndsWithTwoPeopleTalking does what the README says, from a copy of the sources to an invited second person's
// answer, and says how long each step takes.
func TestAFirstRunEndsWithTwoPeopleTalking(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the program anew")
	}
	t.Parallel()
	browser := testkit.NewBrowser(t)
	begin := time.Now()
	step := func(what string) { t.Logf("%6.1f s: %s", time.Since(begin).Seconds(), what) }

	clone := filepath.Join(t.TempDir(), "parley")
	for _, part := range []string{"go.mod", "go.sum", "server", "models", "migrations", "handlers", "templates", "static"} {
		copyTree(t, filepath.Join(testkit.Root(), part), filepath.Join(clone, part))
	}
	step("the sources are there")
	args := []string{"build", "-buildvcs=false", "-o", filepath.Join(clone, "bin", "parley")}
	if testkit.Race {
		args = append(args, "-race") // the objects that the other tests have compiled
	}
	build := exec.CommandContext(t.Context(), "go", append(args, "./server")...)
	build.Dir = clone
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build ./server: %v\n%s", err, out)
	}
	step("it is built")
	srv := testkit.Start(t, testkit.Program(filepath.Join(clone, "bin", "parley")))
	step("it serves")

	ada, bob := browser.Person("ada"), browser.Person("bob")
	ada.Go(srv.URL)
	ada.Wait("a fresh server asks for its owner", `location.pathname === "/setup"`)
	signUpInBrowser(srv, ada, "/")
	step("the owner is in")
	ada.Click(`.beginning a[href="/admin/invites"]`)
	ada.Click(`main form:has([name=role]) button.primary`)
	ada.Wait("the link", `document.querySelector(".fresh code")?.textContent.includes("/invite/")`)
	link := ada.Eval(`document.querySelector(".fresh code").textContent`)
	step("the invite is made")
	signUpInBrowser(srv, bob, strings.TrimPrefix(link, srv.URL))
	step("the second person is in")
	ada.Go(srv.URL)
	ada.Wait("the room", `document.querySelector("#composer")?.checkVisibility()`)
	bob.Type("#composer", "Hello, I am here")
	bob.Enter()
	ada.Wait("the first words", row("Hello, I am here")+`?.dataset.messageId`)
	ada.Type("#composer", "Welcome!")
	ada.Enter()
	bob.Wait("and the answer", row("Welcome!")+`?.dataset.messageId`)
	step("they talk")
	if took := time.Since(begin); took > firstRunLimit {
		t.Errorf("the first run took %v, want at most %v", took, firstRunLimit)
	}
	for _, p := range []*testkit.Tab{ada, bob} {
		p.Silent(t)
	}

	// The door is shut behind the owner.
	if r := srv.Anonymous().Get("/setup"); !isRedirect(r) {
		t.Errorf("/setup of a server that has an owner: %d, want a redirect", r.Status)
	}
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	if info.IsDir() {
		err = os.CopyFS(to, os.DirFS(from))
	} else {
		var data []byte
		if data, err = os.ReadFile(from); err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o755)
		}
		if err == nil {
			err = os.WriteFile(to, data, 0o644)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}
