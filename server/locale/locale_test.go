package locale

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryLanguageHasTheSameKeysAndParameters(t *testing.T) {
	c := load(t)
	first := c.Lookup(Tags[0])
	for _, tag := range Tags[1:] {
		other := c.Lookup(tag)
		for key, entry := range first.texts {
			translated, ok := other.texts[key]
			if !ok {
				t.Errorf("%s misses %q", tag, key)
				continue
			}
			if want, got := parameters(entry), parameters(translated); !slices.Equal(want, got) {
				t.Errorf("%s: %q takes %v, in %s it takes %v", tag, key, got, Tags[0], want)
			}
			if (entry.forms == nil) != (translated.forms == nil) {
				t.Errorf("%s: %q must be a plural in both languages or in none", tag, key)
			}
		}
		for key := range other.texts {
			if _, ok := first.texts[key]; !ok {
				t.Errorf("%s has %q, which %s does not know", tag, key, Tags[0])
			}
		}
	}
}

func TestNoEntryIsEmptyOrLeftInEnglish(t *testing.T) {
	c := load(t)
	for key, entry := range c.Lookup("zh-CN").texts {
		for _, s := range append(slices.Collect(maps.Values(entry.forms)), entry.plain) {
			if s != "" && !regexp.MustCompile(`\p{Han}`).MatchString(s) {
				t.Errorf("zh-CN: %q is %q, which holds no Chinese", key, s)
			}
		}
		if entry.plain == "" && entry.forms["other"] == "" {
			t.Errorf("zh-CN: %q is empty", key)
		}
	}
}

var parameter = regexp.MustCompile(`\{\w+\}`)

func parameters(t text) []string {
	seen := map[string]bool{}
	for _, s := range append(slices.Collect(maps.Values(t.forms)), t.plain) {
		for _, p := range parameter.FindAllString(s, -1) {
			seen[p] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Keys are written out in the sources, or end in a variable part after a constant beginning: "js.shortcuts." + name.
func TestEveryKeyIsUsedAndEveryUsedKeyExists(t *testing.T) {
	var scripts, server strings.Builder
	gather(t, &scripts, "../../static/js", ".js")
	gather(t, &server, "../../templates", ".html", ".go")
	gather(t, &server, "../../handlers", ".go")
	c := load(t)
	for key := range c.Lookup("en").texts {
		name, isScript := strings.CutPrefix(key, "js.")
		source, quotes := server.String(), `"`
		if isScript {
			source, quotes = scripts.String(), `'`
		}
		if !strings.Contains(source, quotes+name+quotes) && !usedByPrefix(source, name) {
			t.Errorf("%q is in the catalogue and used nowhere", key)
		}
	}
	for _, m := range regexp.MustCompile(`\bt\('([\w.]+)'|\bt\([^()]*\? '([\w.]+)' : '([\w.]+)'`).FindAllStringSubmatch(scripts.String(), -1) {
		for _, name := range m[1:] {
			if _, ok := c.Lookup("en").texts["js."+name]; name != "" && !ok {
				t.Errorf("scripts say %q, which the catalogue lacks", name)
			}
		}
	}
	for _, m := range regexp.MustCompile(`\.T "([\w.]+)"|\.T\("([\w.]+)"`).FindAllStringSubmatch(server.String(), -1) {
		name := m[1] + m[2]
		if _, ok := c.Lookup("en").texts[name]; !ok && !strings.HasSuffix(name, ".") {
			t.Errorf("templates or handlers say %q, which the catalogue lacks", name)
		}
	}
}

func gather(t *testing.T, into *strings.Builder, root string, kinds ...string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(kinds, filepath.Ext(name)) || strings.Contains(filepath.Base(name), "test") {
			return err
		}
		data, err := os.ReadFile(name)
		into.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func usedByPrefix(source, key string) bool {
	for at, c := range key {
		if c == '.' && (strings.Contains(source, "`"+key[:at+1]+"${") || strings.Contains(source, `"`+key[:at+1]+`"`)) {
			return true
		}
	}
	return false
}

func TestMatchPrefersTheChoiceThenTheHeader(t *testing.T) {
	c := load(t)
	for _, tt := range []struct{ chosen, accept, want string }{
		{"", "", "en"},
		{"zh-CN", "en-GB,en;q=0.9", "zh-CN"},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"},
		{"", "de,zh-TW;q=0.5,en;q=0.4", "zh-CN"},
		{"", "fr;q=1, en;q=0.2", "en"},
		{"", "zh;q=0.1,en-US;q=0.9", "en"},
		{"xx", "*", "en"},
		{"", "zh;q=broken", "en"},
	} {
		if got := c.Match(tt.chosen, tt.accept).Tag; got != tt.want {
			t.Errorf("Match(%q, %q) = %s, want %s", tt.chosen, tt.accept, got, tt.want)
		}
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		tag  string
		n    int
		want string
	}{{"en", 1, "1 reply"}, {"en", 0, "0 replies"}, {"en", 2, "2 replies"}, {"zh-CN", 1, "1 条回复"}} {
		if got := c.Lookup(tt.tag).T("js.message.replies", "n", tt.n); got != tt.want {
			t.Errorf("%s: %d gives %q, want %q", tt.tag, tt.n, got, tt.want)
		}
	}
}

func TestScriptsGetTheirKeysAndNoOthers(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal(load(t).Lookup("en").Scripts(), &got); err != nil {
		t.Fatal(err)
	}
	for key := range got {
		if !strings.HasPrefix(key, "js.") {
			t.Errorf("scripts get %q", key)
		}
	}
	if len(got) == 0 {
		t.Error("scripts get no words")
	}
}

// Of two entries with one key the later wins and nobody is told.
func TestNoKeyStandsTwiceInACatalogue(t *testing.T) {
	for _, tag := range Tags {
		data, err := files.ReadFile(tag + ".json")
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, m := range regexp.MustCompile(`(?m)^\s*"([\w.-]+)":`).FindAllStringSubmatch(string(data), -1) {
			if seen[m[1]] {
				t.Errorf("%s has %q twice", tag, m[1])
			}
			seen[m[1]] = true
		}
	}
}
