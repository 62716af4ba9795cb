// Package emoji holds the one table of emoji and their names, for the server and, as JSON, for the client. It decides
// nothing about where an emoji may stand.
package emoji

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
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
	entries []Entry
	byName  map[string]string
},
) {
	t.byName = make(map[string]string, 2048)
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		e := Entry{Emoji: f[0], Names: strings.Fields(f[1]), Category: int(f[2][0] - '0'), Tags: strings.Fields(f[3])}
		for _, name := range e.Names {
			t.byName[name] = e.Emoji
		}
		t.entries = append(t.entries, e)
	}
	return t
})

// ByName returns the emoji of a name, with or without the colons around it.
func ByName(name string) (string, bool) {
	symbol, ok := parsed().byName[strings.Trim(name, ":")]
	return symbol, ok
}

// JSON returns the whole table for the client.
func JSON() ([]byte, error) { return json.Marshal(parsed().entries) }
