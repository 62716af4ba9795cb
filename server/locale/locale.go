// Package locale owns every word that a person reads, in every language, for templates and scripts alike: one
// catalogue a language. It never decides what is said, only how.
package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed *.json
var files embed.FS

// Tags are the languages there are, the first of them the one for everybody else.
var Tags = []string{"en", "zh-CN"}

// text is one entry: plain words, or one form for each plural category.
type text struct {
	plain string
	forms map[string]string
}

// UnmarshalJSON takes a string, or an object of plural categories.
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, &t.forms)
	}
	return json.Unmarshal(b, &t.plain)
}

// MarshalJSON is the inverse of UnmarshalJSON.
func (t text) MarshalJSON() ([]byte, error) {
	if t.forms != nil {
		return json.Marshal(t.forms)
	}
	return json.Marshal(t.plain)
}

// Language is one catalogue. It is safe for concurrent use.
type Language struct {
	Tag     string // BCP 47
	Dir     string // ltr or rtl
	texts   map[string]text
	scripts json.RawMessage
}

// Catalogue is every language.
type Catalogue struct {
	languages map[string]*Language
}

// Load reads the embedded catalogues.
func Load() (*Catalogue, error) {
	c := &Catalogue{languages: map[string]*Language{}}
	for _, tag := range Tags {
		data, err := files.ReadFile(tag + ".json")
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", tag, err)
		}
		l := &Language{Tag: tag, Dir: "ltr"}
		if err := json.Unmarshal(data, &l.texts); err != nil {
			return nil, fmt.Errorf("parse catalogue %s: %w", tag, err)
		}
		if l.scripts, err = json.Marshal(l.only("js.")); err != nil {
			return nil, fmt.Errorf("encode catalogue %s: %w", tag, err)
		}
		c.languages[tag] = l
	}
	return c, nil
}

// only returns the entries whose key starts with the prefix.
func (l *Language) only(prefix string) map[string]text {
	out := map[string]text{}
	for key, t := range l.texts {
		if strings.HasPrefix(key, prefix) {
			out[key] = t
		}
	}
	return out
}

// Scripts is the JSON object of all that the browser's scripts say: the keys that begin with "js.".
func (l *Language) Scripts() json.RawMessage { return l.scripts }

// T returns the words of a key. args are name, value, name, value; a plural is chosen by the argument called n. A key
// that does not exist is its own text, so that it is seen and not silently empty.
func (l *Language) T(key string, args ...any) string {
	t, ok := l.texts[key]
	if !ok {
		return key
	}
	s := t.plain
	if t.forms != nil {
		s = t.forms[category(l.Tag, args)]
		if s == "" {
			s = t.forms["other"]
		}
	}
	for i := 0; i+1 < len(args); i += 2 {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return s
}

// category is the CLDR plural category of the argument called n, for the languages there are.
func category(tag string, args []any) string {
	if tag != "en" {
		return "other"
	}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "n" && fmt.Sprint(args[i+1]) == "1" {
			return "one"
		}
	}
	return "other"
}

// Has reports whether the catalogue knows the key.
func (l *Language) Has(key string) bool {
	_, ok := l.texts[key]
	return ok
}
