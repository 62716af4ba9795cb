package static

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func sum(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

func TestDistIsMadeFromTheSourcesThatAreHere(t *testing.T) {
	f, err := os.Open("dist/SOURCES")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	listed := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		hash, name, _ := strings.Cut(lines.Text(), "  ")
		listed[name] = true
		if sum(t, name) != hash {
			t.Errorf("%s changed after dist was made: run make assets", name)
		}
	}
	for _, root := range []string{"js", "css", "vendor"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			source := strings.HasSuffix(name, ".css") || strings.HasSuffix(name, ".js") && !strings.HasSuffix(name, ".test.js")
			if err == nil && source && !listed[filepath.ToSlash(name)] {
				t.Errorf("%s came after dist was made: run make assets", name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestVendoredFilesAreTheOnesTheReadmeNames(t *testing.T) {
	readme, err := os.ReadFile("vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| (\\S+\\.js) \\|.*`([0-9a-f]{64})` \\|$").FindAllStringSubmatch(string(readme), -1)
	if len(rows) == 0 {
		t.Fatal("the README lists no vendored file")
	}
	listed := map[string]bool{}
	for _, row := range rows {
		listed[row[1]] = true
		if got := sum(t, filepath.Join("vendor", row[1])); got != row[2] {
			t.Errorf("%s has hash %s, the README says %s", row[1], got, row[2])
		}
	}
	found, err := filepath.Glob("vendor/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		if !listed[filepath.Base(name)] {
			t.Errorf("%s is vendored and not in the README", name)
		}
	}
}

func TestTheBudgetsOfTheRoomPageAreKept(t *testing.T) {
	a := mustLoad(t)
	for name, limit := range map[string]int{"room.js": 35 << 10, "more.js": 14 << 10, "after.js": 4 << 10, "fallback.js": 3 << 10, "connection.js": 8 << 10, "room.css": 10 << 10, "pages.js": 2 << 10, "pages.css": 10 << 10} {
		if got := len(a.byName[name].zipped()); got > limit {
			t.Errorf("%s is %d bytes compressed, the budget is %d", name, got, limit)
		}
	}
}

func mustLoad(t *testing.T) *Assets {
	t.Helper()
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAHashedAddressIsServedForEver(t *testing.T) {
	a := mustLoad(t)
	url := a.URL("room.js")
	if !regexp.MustCompile(`^/static/room\.[0-9a-f]{10}\.js$`).MatchString(url) {
		t.Fatalf("the address of room.js is %s", url)
	}
	for _, tt := range []struct{ path, encoding, control string }{
		{strings.TrimPrefix(url, "/static/"), "gzip", "public, max-age=31536000, immutable"},
		{"room.js", "gzip", "no-cache"},
		{"room.js", "", "no-cache"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/static/"+tt.path, nil)
		r.Header.Set("Accept-Encoding", tt.encoding)
		w := httptest.NewRecorder()
		if !a.Serve(w, r, tt.path) {
			t.Fatalf("%s is not served", tt.path)
		}
		if got := w.Header().Get("Cache-Control"); got != tt.control {
			t.Errorf("%s: Cache-Control is %q, want %q", tt.path, got, tt.control)
		}
		if got := w.Header().Get("Content-Encoding"); got != tt.encoding {
			t.Errorf("%s: Content-Encoding is %q, want %q", tt.path, got, tt.encoding)
		}
		if body := read(t, w); string(body) != string(a.byName["room.js"].body) {
			t.Errorf("%s: the body is not the file", tt.path)
		}
	}
}

func read(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	var from io.Reader = w.Body
	if w.Header().Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		from = z
	}
	body, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestWhatTheReaderHasIsNotSentAgain(t *testing.T) {
	a := mustLoad(t)
	r := httptest.NewRequest(http.MethodGet, "/sw.js", nil)
	r.Header.Set("If-None-Match", `"`+a.byName["sw.js"].hash+`"`)
	w := httptest.NewRecorder()
	if !a.Serve(w, r, "sw.js") || w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("got %d with %d bytes, want 304 and none", w.Code, w.Body.Len())
	}
}

func TestSourcesAndTestsAreNotServed(t *testing.T) {
	a := mustLoad(t)
	for _, name := range []string{"js/room.js", "SOURCES", "build/main.go", "../go.mod", "core/state.test.js", "room.0000000000.js", ""} {
		w := httptest.NewRecorder()
		if a.Serve(w, httptest.NewRequest(http.MethodGet, "/static/", nil), name) {
			t.Errorf("%q is served", name)
		}
	}
}
