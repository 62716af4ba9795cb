package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// threat is a line of docs/threats.md.
type threat struct {
	section, says string
	tests         []string
	waitsFor      string
}

// threats reads docs/threats.md.
func threats(t *testing.T) []threat {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "threats.md"))
	if err != nil {
		t.Fatal(err)
	}
	var all []threat
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			section = name
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) < 2 || strings.HasPrefix(line, "| what is tried") {
			continue
		}
		held := strings.TrimSpace(cells[len(cells)-1])
		row := threat{section: section, says: strings.TrimSpace(cells[0])}
		if reason, ok := strings.CutPrefix(held, "waits for:"); ok {
			row.waitsFor = strings.TrimSpace(reason)
		} else {
			for name := range strings.SplitSeq(held, ",") {
				row.tests = append(row.tests, strings.TrimSpace(name))
			}
		}
		all = append(all, row)
	}
	return all
}

// goTests finds every test and fuzz target of the module, with the body of its function.
func goTests(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	found := map[string]*ast.FuncDecl{}
	err := filepath.WalkDir(testkit.Root(), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 1) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				found[f.Name.Name] = f
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skipsInSilence reports whether a test can be skipped without saying why.
func skipsInSilence(f *ast.FuncDecl) bool {
	silent := false
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, ok := call.Fun.(*ast.SelectorExpr)
		if ok && (name.Sel.Name == "SkipNow" || strings.HasPrefix(name.Sel.Name, "Skip") && len(call.Args) == 0) {
			silent = true
		}
		return true
	})
	return silent
}

// TestEveryThreatNamesTheTestsThatHoldIt is the report: each line is held by tests that exist and are not skipped
// without a reason, or says what it waits for.
func TestEveryThreatNamesTheTestsThatHoldIt(t *testing.T) {
	t.Parallel()
	known := goTests(t)
	held, waiting := 0, 0
	all := threats(t)
	for _, row := range all {
		if row.waitsFor != "" {
			waiting++
			t.Logf("waits for %s: %s", row.waitsFor, row.says)
			continue
		}
		good := len(row.tests) > 0
		for _, name := range row.tests {
			f := known[name]
			switch {
			case f == nil:
				t.Errorf("%s: %q names the test %s, which is not there", row.section, row.says, name)
				good = false
			case skipsInSilence(f):
				t.Errorf("%s: %q is held by %s, which can be skipped without a reason", row.section, row.says, name)
				good = false
			}
		}
		if good {
			held++
		}
	}
	t.Logf("%d of %d lines are held by tests; %d wait for what is not built yet", held, len(all)-waiting, waiting)
	if len(all) < 80 {
		t.Errorf("only %d lines were read: the file or its shape has changed", len(all))
	}
}
