// Package emoji holds the one table of emoji and their names, for the server and, as JSON, for the client. It decides
// nothing about where an emoji may stand.
package emoji

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// table is gemoji 8.1.0 (MIT, see LICENSE-gemoji) in four columns: emoji, names, number of the category, tags.
//
//go:embed emoji.tsv
var table string

// Entry is one emoji with its names, the first of which is its own, and words to find it by.
type Entry struct {
	Emoji    string   `json:"emoji"`
	Names    []string `json:"names"`
	Category int      `json:"category"` // 0 smileys, 1 people, 2 animals and nature, 3 food, 4 places, 5 activities, 6 objects, 7 symbols, 8 flags
	Tags     []string `json:"tags,omitempty"`
}

// parsed reads the table once, when somebody first asks: most processes that start are asked for no emoji.
var parsed = sync.OnceValue(func() (t struct {
	entries  []Entry
	byName   map[string]string
	bySymbol map[string]string
	parts    map[rune]bool // what the table's emoji are made of, but ASCII
},
) {
	t.byName = make(map[string]string, 2048)
	t.bySymbol = make(map[string]string, 2048)
	t.parts = make(map[rune]bool, 1500)
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		e := Entry{Emoji: f[0], Names: strings.Fields(f[1]), Category: int(f[2][0] - '0'), Tags: strings.Fields(f[3])}
		for _, name := range e.Names {
			t.byName[name] = e.Emoji
		}
		t.bySymbol[bare(e.Emoji)] = e.Emoji
		for _, r := range e.Emoji {
			t.parts[r] = r >= 0x80
		}
		t.entries = append(t.entries, e)
	}
	return t
})

// ByName returns the emoji of a name, with or without the colons around it.
func ByName(name string) (string, bool) {
	symbol, ok := parsed().byName[strings.TrimSuffix(strings.TrimPrefix(name, ":"), ":")]
	return symbol, ok
}

// variation is U+FE0F, which asks for the coloured picture; some keyboards type it and some do not.
const variation = "\ufe0f"

// bare is a symbol without what makes no other emoji of it.
func bare(symbol string) string { return strings.ReplaceAll(symbol, variation, "") }

// Canonical returns the one form of an emoji that was given as a symbol or by its name between colons, so that ❤ and ❤️
// are the same. A name alone is a word: there are emoji called x, no and 100.
// Symbols newer than the table, and people in any mixture of skin tones, are known by the characters they are made of.
// A letter, a digit or a sign that is no picture is not an emoji, nor are two of them.
func Canonical(given string) (string, bool) {
	t := parsed()
	if len(given) > 2 && given[0] == ':' && given[len(given)-1] == ':' {
		symbol, ok := t.byName[given[1:len(given)-1]]
		return symbol, ok
	}
	if symbol, ok := t.bySymbol[bare(given)]; ok {
		return symbol, true
	}
	if given == "" || len(given) > maxBytes || !utf8.ValidString(given) || uniseg.GraphemeClusterCount(given) != 1 {
		return "", false
	}
	pictures := 0
	for _, r := range given {
		switch {
		case r == 0x200d || r == 0xfe0f || r >= 0xe0020 && r <= 0xe007f: // joiner, variation, tags of a flag
		case t.parts[r] || r >= 0x1f000 && r <= 0x1faff:
			pictures++
		default:
			return "", false
		}
	}
	return given, pictures > 0
}

// maxBytes is the longest emoji; the longest family of skin tones has 41 bytes.
const maxBytes = 64

// JSON returns the whole table for the client.
func JSON() ([]byte, error) { return json.Marshal(parsed().entries) }
