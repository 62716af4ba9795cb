package markup

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// agree holds the quick way to the parser's: where classify says that no parser is needed, the parser
// finds nothing but paragraphs of text, line breaks and mentions.
func agree(t interface{ Fatalf(string, ...any) }, text string) {
	kind := classify(text)
	if kind == markdown {
		return
	}
	text = normalise(text)
	quick := &people{resolve: team, emoji: symbols, out: &Rendered{}}
	lines, marked := writeLines(text, quick)
	w := writer{source: text, people: &people{resolve: team, emoji: symbols, out: &Rendered{}}}
	w.children(parse(text, w.people))
	if string(lines) != string(w.dst) || marked != w.marked || w.linked {
		t.Fatalf("%q is kind %d\nquick  %s\nparser %s", text, kind, lines, w.dst)
	}
	if kind == plain && marked {
		t.Fatalf("%q is called plain and has a mention", text)
	}
}

var pieces = rapid.SampledFrom([]string{
	"a", "b ", " ", "  ", "    ", "\n", "\n\n", "\t", "\r\n", "\r", "*", "**", "_", "`", "```", "~", "~~", "[", "]", "](", "(", ")", "!", "<", ">", "&",
	"&amp;", "&#64;", ";", "\\", "-", "--", "---", "+", "#", "##", "|", ":", ":-", "=", "==", ".", "1", "1.", "2)", "@", "@ada", "@bob.", "@all", "@ada@",
	"@_ada_", ":tada:", ":+1:", ":no:", "::", ":heart_eyes:", "/", "//", "http", "https", "://", "HTTPS://x.org", "www.", "WWW", "x.org", "me@x.org", "é", "日", "、", "😀", "\u00a0", "\u3000", "\u200b",
	"\u0301", "\v", "\f", "\x00", "\x7f", "'", "\"", "[x]", "[ ] ", "ftp", "$", "%", "^", "{", "}", "?", ",", "\xff",
})

func TestTheQuickWayAgreesWithTheParser(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			agree(t, strings.Join(rapid.SliceOfN(pieces, 1, 12).Draw(t, "pieces"), ""))
		}
	})
	for _, attack := range attacks(t) {
		agree(t, attack)
	}
}

func FuzzAgreement(f *testing.F) {
	for _, attack := range attacks(f) {
		f.Add(attack)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1000 {
			agree(t, text)
		}
	})
}

func FuzzRender(f *testing.F) {
	for _, attack := range attacks(f) {
		f.Add(attack)
		f.Add("**b** " + attack + " @ada")
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Lookup{Person: team, Emoji: symbols}.Render(text)
		if err := unsafe(r.HTML); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if len(r.HTML) > maxHTML+1024 || !utf8.ValidString(r.HTML) {
			t.Fatalf("%q: %d bytes", text, len(r.HTML))
		}
		if preview := Plain(text); utf8.RuneCountInString(preview) > maxPlain || strings.ContainsAny(preview, "\n\t") || !utf8.ValidString(preview) {
			t.Fatalf("%q: preview %q", text, preview)
		}
	})
}
