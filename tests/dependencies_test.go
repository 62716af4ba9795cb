package tests

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// dependency is a module or a package of somebody else's.
type dependency struct{ name, version, licence, print, part string }

func (d dependency) String() string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s |", d.name, d.version, d.licence, d.part, d.print)
}

// licenceWords tell licences by sentences that only they have. What is none of these is not taken without a look.
var licenceWords = []struct{ name, words string }{
	{"Apache-2.0", "Apache License"},
	{"MPL-2.0", "Mozilla Public License"},
	{"BSD-3-Clause", "Neither the name"},
	{"BSD-3-Clause", "names of its contributors may be used"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"MIT", "Permission is hereby granted, free of charge"},
	{"Unlicense", "free and unencumbered software released into the public domain"},
}

// allowedLicences may stand in an Apache-2.0 program without asking more of whoever runs it.
var allowedLicences = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "0BSD", "Unlicense", "BlueOak-1.0.0"}

// testsMayUse are licences of tools that no one receives with the program.
var testsMayUse = append(slices.Clone(allowedLicences), "MPL-2.0")

const dependencyMarks = "<!-- dependencies -->\n%s<!-- /dependencies -->"

// TestEveryDependencyIsListedWithItsLicence compares docs/dependencies.md with what the build and the tests really use
// and with the licences that lie beside it, so that neither a new dependency nor a changed licence comes in unseen.
// PARLEY_TEST_UPDATE=1 writes the list anew.
func TestEveryDependencyIsListedWithItsLicence(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("| name | version | licence | part of | licence file |\n|---|---|---|---|---|\n")
	for _, d := range append(goDependencies(t), npmDependencies(t)...) {
		may := allowedLicences
		if d.part != "the program" {
			may = testsMayUse
		}
		if !slices.Contains(may, d.licence) {
			t.Errorf("%s %s is under %q, which nobody has agreed to", d.name, d.version, d.licence)
		}
		b.WriteString(d.String() + "\n")
	}
	path := filepath.Join(testkit.Root(), "docs", "dependencies.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), "<!-- dependencies -->\n")
	listed, after, closed := strings.Cut(rest, "<!-- /dependencies -->")
	if !found || !closed {
		t.Fatal("docs/dependencies.md has lost its marks")
	}
	if listed == b.String() {
		return
	}
	if os.Getenv("PARLEY_TEST_UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(before+fmt.Sprintf(dependencyMarks, b.String())+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	was := strings.Split(listed, "\n")
	for line := range strings.Lines(b.String()) {
		if !slices.Contains(was, strings.TrimSuffix(line, "\n")) {
			t.Errorf("docs/dependencies.md lacks: %s", line)
		}
	}
	t.Error("docs/dependencies.md is not what is used; look at each change, then write it anew: PARLEY_TEST_UPDATE=1 go test ./tests -run EveryDependency")
}

// goDependencies are the modules that the program is built of, and those that only tests and tools use.
func goDependencies(t *testing.T) []dependency {
	t.Helper()
	program := modulesOf(t, "-deps", "./server")
	all := modulesOf(t, "-deps", "-test", "./...")
	var out []dependency
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d := dependency{name: name, version: all[name].Version, part: "tests"}
		if _, ok := program[name]; ok {
			d.part = "the program"
		}
		d.licence, d.print = licenceIn(t, all[name].Dir)
		out = append(out, d)
	}
	return out
}

type module struct {
	Path, Version, Dir string
	Main               bool
}

func modulesOf(t *testing.T, args ...string) map[string]module {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=Module"}, args...)...)
	cmd.Dir = testkit.Root()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	found := map[string]module{}
	for in := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct{ Module *module }
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module != nil && !p.Module.Main {
			found[p.Module.Path] = *p.Module
		}
	}
}

// licenceIn names the licence in a module's folder and the beginning of its file's SHA-256.
func licenceIn(t *testing.T, dir string) (name, print string) {
	t.Helper()
	for _, file := range []string{"LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "License", "COPYING", "COPYING.txt", "LICENSE-MIT"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			continue
		}
		sum := sha256.Sum256(text)
		print = "`" + hex.EncodeToString(sum[:6]) + "`"
		flat := strings.Join(strings.Fields(string(text)), " ")
		for _, l := range licenceWords {
			if strings.Contains(flat, l.words) {
				return l.name, print
			}
		}
		return "unknown", print
	}
	return "none found", ""
}

// npmDependencies are what stands in the lock file of the tests, and what is vendored.
func npmDependencies(t *testing.T) []dependency {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "tests", "node", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Version, License string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	out := []dependency{}
	for _, path := range slices.Sorted(maps.Keys(lock.Packages)) {
		if p := lock.Packages[path]; path != "" {
			if strings.HasSuffix(path, "node_modules/xmlhttprequest-ssl") && p.License == "" {
				p.License = "MIT" // its package.json names none; the LICENSE file in it is MIT's
			}
			out = append(out, dependency{name: "npm: " + path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):], version: p.Version, licence: p.License, part: "tests"})
		}
	}
	readme, err := os.ReadFile(filepath.Join(testkit.Root(), "static", "vendor", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(line, "|")
		if len(cells) < 6 || !strings.HasSuffix(strings.TrimSpace(cells[1]), ".js") {
			continue
		}
		licence, _, _ := strings.Cut(strings.TrimSpace(cells[4]), " ")
		out = append(out, dependency{name: "vendored: " + strings.TrimSpace(cells[2]), version: strings.TrimSpace(cells[3]), licence: licence, part: "the program"})
	}
	return out
}
