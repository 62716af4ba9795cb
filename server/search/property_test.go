package search

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var pieces = rapid.SampledFrom([]string{
	"a", "B", "q", "zz", "Qatar", "1", "３", "é", "e\u0301", "ß", "İ", "ı", "σς", "Ж", "ё", "й", " ", " ", " ", "-", "_", ".", "\"", ":", "'", "\n", "\u3000",
	"今", "天気", "ー", "カ", "ﾀﾞ", "か\u3099", "한", "국어", "\u1112\u1161", "\u11ab", "ไทย", "น้ำ", "ก\u0e48", "हि", "न्दी", "श\u094d\u200dर", "م", "مُحَ", "ـ", "ש\u05c1", "٣",
	"👍", "🏽", "👩\u200d👧", "❤\ufe0f", "🇫🇷", "½", "㍿", "ﬁ", "²", "\u200b", "\u200d", "\u00ad", "\u0301", "\u094d", "\xff", "\U000e0100", "𠮷", "x\u0338", "，", "from", "has",
})

func anyText(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.OneOf(pieces, pieces, pieces, rapid.StringN(1, 3, -1)), 1, 20).Draw(t, "pieces"), "")
}

// Whatever somebody copies out of a message, from the beginning of one word to the end of another,
// finds that message.
func TestEveryPieceOfATextFindsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			text := anyText(t)
			s := scanner{keep: true}
			s.scan(text)
			if len(s.tokens) == 0 {
				continue
			}
			first := rapid.IntRange(0, len(s.tokens)-1).Draw(t, "first")
			last := rapid.IntRange(first, len(s.tokens)-1).Draw(t, "last")
			if first > 0 && sharesCharacter(s.tokens[first-1], s.tokens[first]) {
				continue
			}
			start, end := s.tokens[first].start, max(s.tokens[first].end, s.tokens[last].end)
			piece := text[start:end]
			if r, _ := utf8.DecodeRuneInString(piece); classify(r) == isMark || classify(r) == isIgnored || strings.Contains(piece, `"`) {
				continue // half a character, which nobody can copy; or what cannot stand in quotes
			}
			term, ok := newTerm(piece, false)
			if q := (Query{Terms: []Term{term}}); !ok || !Match(text, q) {
				t.Fatalf("%q of %q: %+v not in %q", piece, text, term, s.out)
			}
			if q := Parse(`"` + piece + `"`); !Match(text, q) {
				t.Fatalf("%q of %q: %+v", piece, text, q)
			}
		}
	})
}

// sharesCharacter says that both come from one character of the text, as the four of ㍿ do.
func sharesCharacter(before, t token) bool {
	return before.start == t.start || before.kind == word && before.end > t.start
}

// While a word is being typed, each of its beginnings finds it, in any script.
func TestEveryBeginningOfAWordFindsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t)
		s := scanner{keep: true}
		s.scan(text)
		for _, tok := range s.tokens {
			if tok.kind != word {
				continue
			}
			typed := text[tok.start:tok.end]
			for end := range typed {
				if r, _ := utf8.DecodeRuneInString(typed[end:]); unicode.IsMark(r) {
					continue // one character so far, whose marks are put in order when all are there
				}
				if q := Parse(typed[:end]); len(q.Terms) > 0 && q.Terms[0].Prefix && !Match(text, q) {
					t.Fatalf("%q of %q: %+v not in %q", typed[:end], text, q, s.out)
				}
			}
		}
	})
}

func TestTokensAreASCIIWordsThatDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t) + rapid.String().Draw(t, "string")
		index := Index(text)
		for i, c := range []byte(index) {
			if c != ' ' && (c < '0' || c > '9') && (c < 'a' || c > 'z') || c == ' ' && (i == 0 || index[i-1] == ' ' || i == len(index)-1) {
				t.Fatalf("%q: %q", text, index)
			}
		}
		var again []byte
		for _, token := range Tokens(text) {
			s := scanner{}
			for _, r := range decode(token) {
				s.put(r)
			}
			if string(s.out) != token {
				t.Fatalf("%q is read as %q and written as %q", token, decode(token), s.out)
			}
			again = append(append(again, ' '), token...)
		}
		if strings.TrimPrefix(string(again), " ") != index {
			t.Fatalf("%q: %q", index, again)
		}
	})
}

// The code of a beginning is the beginning of the code, and of no other word's.
func TestTheCodeKeepsBeginnings(t *testing.T) {
	letters := rapid.SliceOfN(rapid.SampledFrom([]rune("aqz09жяﻯ今ー国𠮷한")), 1, 6)
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		var sa, sb scanner
		for _, r := range a {
			sa.put(r)
		}
		for _, r := range b {
			sb.put(r)
		}
		if strings.HasPrefix(string(a), string(b)) != strings.HasPrefix(string(sa.out), string(sb.out)) {
			t.Fatalf("%q %q: %s %s", string(a), string(b), sa.out, sb.out)
		}
	})
}

func checkSnippet(t interface{ Fatalf(string, ...any) }, text string, q Query, width int) {
	parts := Snippet(text, q, width)
	n := 0
	for _, p := range parts {
		n += utf8.RuneCountInString(p.Text)
		if p.Text == "" || utf8.ValidString(text) && !utf8.ValidString(p.Text) {
			t.Fatalf("%q for %+v: %+v", text, q, parts)
		}
		if p.Hit && len(q.Terms) == 0 {
			t.Fatalf("%q: a hit of nothing: %+v", text, parts)
		}
	}
	if n > width+maxGrapheme+2 {
		t.Fatalf("%q for %+v: %d characters: %+v", text, q, n, parts)
	}
	if len(q.Terms) == 1 && width >= 10 && Match(text, q) && !hasHit(parts) {
		t.Fatalf("%q for %+v: no hit in %+v", text, q, parts)
	}
}

// maxGrapheme is how much longer than asked for a snippet of the texts here may be, not to cut a character.
const maxGrapheme = 60

func hasHit(parts []Part) bool {
	for _, p := range parts {
		if p.Hit {
			return true
		}
	}
	return false
}

func TestSnippetsShowTheHit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Repeat(anyText(t), rapid.IntRange(1, 5).Draw(t, "times"))
		checkSnippet(t, text, Parse(anyText(t)), rapid.IntRange(1, 60).Draw(t, "width"))
	})
}

func FuzzParse(f *testing.F) {
	for _, query := range []string{"", `from:ada in:"two words" has:link "a b" c`, "今日 は", `"`, "from：x", "before:2026-11-21 -x*", "'); DROP TABLE s; --"} {
		f.Add(query, "a text with 今日は and \"quotes\"")
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		q := Parse(query)
		if len(q.Terms) > maxTerms || strings.Trim(q.FTS4(), `"0123456789abcdefghijklmnopqrstuvwxyz* `) != "" {
			t.Fatalf("%q: %s", query, q.FTS4())
		}
		for _, term := range q.Terms {
			if len(term.Phrase) == 0 || len(term.Phrase) > maxPhrase {
				t.Fatalf("%q: %+v", query, term)
			}
		}
		Match(text, q)
		for _, p := range Snippet(text, q, 40) {
			if p.Text == "" {
				t.Fatalf("%q in %q: an empty part", query, text)
			}
		}
		if q.Empty() && len(Tokens(query)) > 0 && len(query) < maxQuery {
			t.Fatalf("%q is empty", query)
		}
	})
}
