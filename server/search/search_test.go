package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// decode reads a token back, for tests to show that no two words share one.
func decode(token string) string {
	var b strings.Builder
	value := func(s string) (v int) {
		for _, c := range []byte(s) {
			v = v*36 + strings.IndexByte(digits, c)
		}
		return v
	}
	for i := 0; i < len(token); i++ {
		if token[i] != shift {
			b.WriteByte(token[i])
			continue
		}
		if i++; i < len(token) && token[i] == shift {
			b.WriteByte(shift)
			continue
		}
		for i < len(token) && token[i] != shift {
			if lead := strings.IndexByte(digits, token[i]); lead > 26 {
				b.WriteRune(rune(value(token[i:i+4]) - 27*46656))
				i += 4
				continue
			}
			v := value(token[i : i+3])
			if i += 3; v < lowRunes {
				b.WriteRune(rune(v + 0x80))
			} else {
				b.WriteRune(rune(v - lowRunes + hanStart))
			}
		}
	}
	return b.String()
}

func readable(t testing.TB, text string) string {
	t.Helper()
	words := Tokens(text)
	for i, w := range words {
		words[i] = decode(w)
	}
	return strings.Join(words, " ")
}

func TestTokensOfManyLanguages(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"English", "Hello, World! It's 10:30; see foo_bar-baz.", "hello world it s 10 30 see foo bar baz"},
		{"English with a q", "Iraq q queue", "iraq q queue"},
		{"German", "Müller Straße STRASSE ÖL ẞ", "muller strasse strasse ol ss"},
		{"French", "l'Été Œuvre cœur ÇA naïve", "l ete oeuvre coeur ca naive"},
		{"decomposed French", "l'e\u0301te\u0301 C\u0327A", "l ete ca"},
		{"Danish, Polish", "Ålesund SØREN Łódź đak Þór æble", "alesund soren lodz dak thor aeble"},
		{"Vietnamese", "Tiếng Việt ĐƯỜNG", "tieng viet duong"},
		{"Greek, final sigma", "ΟΔΌΣ οδός ᾠδή", "οδοσ οδοσ ωδη"},
		// Turkish tells i from ı; a search does not, or else a phone without a Turkish keyboard finds nothing.
		{"Turkish", "İstanbul ISPARTA ısı DİYARBAKIR", "istanbul isparta isi diyarbakir"},
		{"Russian", "Ёжик Йод КОТ", "ежик иод кот"},
		{"Arabic", "مُحَمَّد محمد أحمد إلى مدرسة كتـــاب", "محمد محمد احمد الي مدرسه كتاب"},
		{"Persian", "می\u200cخواهم ۱۴۰۵", "ميخواهم 1405"},
		{"Hebrew", "שָׁלוֹם שלום", "שלום שלום"},
		{"Hindi", "हिन्दी में १२", "हिन्दी में 12"},
		{"Tamil", "தமிழ் மொழி", "தமிழ் மொழி"},
		{"Thai", "ภาษาไทย", "ภา าษ ษา าไ ไท ทย ย"},
		{"Khmer, with a zero-width space", "ខ្មែរ\u200bក", "ខ្ ្ម មែ ែរ រ ក"},
		{"Chinese", "今天天气，好", "今天 天天 天气 气 好"},
		{"Chinese in English", "用Go写 v2版", "用 go 写 v2 版"},
		{"rare Han", "𠮷野家", "𠮷野 野家 家"},
		{"Japanese", "東京タワー", "東京 京タ タワ ワー ー"},
		{"half-width Japanese", "ﾀﾜｰ ｶﾞｷﾞ", "タワ ワー ー ガギ ギ"},
		{"full-width Latin", "Ｇｏ１２", "go12"},
		{"Korean", "한국어 도시", "한국 국어 어 도시 시"},
		{"decomposed Korean", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국 국"},
		{"emoji", "ok👍🏽 ❤️👩‍👩‍👧", "ok 👍 ❤ 👩 👩 👧"},
		{"a flag", "🇫🇷", "🇫 🇷"},
		{"compatibility", "ﬁne ½ x² ㍿ Ⅷ ℃", "fine 1 2 x2 株式 式会 会社 社 viii c"},
		{"invisible", "soft\u00adhyphen zero\u200bwidth a\u200db \u202eabc", "softhyphen zero width ab abc"},
		{"nothing", " \t\n.,;:!?-_—«»“”\u0301", ""},
		{"broken UTF-8", "a\xffb\xc3", "a b"},
		{"private and noncharacters", "a\ue000b\U0010fffdc", "a b c"},
	} {
		if got := readable(t, c.text); got != c.want {
			t.Errorf("%s: %q\ngot  %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}

func TestLongWordsAreCut(t *testing.T) {
	for _, letter := range []string{"a", "ж", "q"} {
		got := readable(t, strings.Repeat(letter, 1000)+" end")
		if want := strings.Repeat(letter, MaxWord) + " end"; got != want {
			t.Errorf("%q: %d", letter, utf8.RuneCountInString(got))
		}
	}
}

func TestQueriesFindWhatTheyShould(t *testing.T) {
	for _, c := range []struct {
		text  string
		found []string
		not   []string
	}{
		{
			"Das Straßenfest in München: don't miss it, foo_bar v 3.14!",
			[]string{"strassenfest", "STRAßEN", "munchen", "Münch", "don't", `"miss it"`, "in das", "foo_bar", "3.14", "stra", "“don't miss”", "miss."},
			[]string{"fest", `"it miss"`, "dont", `"Straß"`, "m", "3.1 x", "strassenfests"},
		},
		{"Η οδός είναι ωραία", []string{"ΟΔΌΣ", "οδοσ", "ΟΔΟΣ", "ωραι", "οδ"}, []string{"ο", "δος"}},
		{"İstanbul'da ısı IŞIK", []string{"istanbul", "ISTANBUL", "isi", "ISI", "ışık", "isik"}, nil},
		{"Кошка и собака", []string{"кош", "СОБАКА", "кошка собака", `"кошка и"`}, []string{"шка", `"кошка собака"`, "к"}},
		{"مُحَمَّد أحمد", []string{"محمد", "احمد", "مح"}, []string{"حمد x"}},
		{"हिन्दी भाषा", []string{"हिन्दी", "हिन"}, []string{"हन्दी"}},
		{"ภาษาไทยง่าย", []string{"ไทย", "ภาษา", "ง่าย", "ท"}, []string{"ไทยภาษา"}},
		{"今天天气很好，我们去公园", []string{"天气", "今", "好", "园", "我们去公园", "天气 公园", `"很好"`, "很好 去"}, []string{"好天", "今气", "天天天", "好我们x"}},
		{"東京タワーに行く", []string{"タワー", "ﾀﾜｰ", "東京", "ー", "行く"}, []string{"京都"}},
		{"한국어를 공부해요", []string{"한국", "한국어", "공부", "요"}, []string{"국한"}},
		{"Go语言 v2", []string{"语言", "go语言", "言", "语言 v2", "语言v2"}, []string{"go言"}},
		{"nice 👍🏽 work", []string{"👍", "👍🏿", "nice 👍", `"👍 work"`}, []string{"👎"}},
		{"NOT near OR and AND", []string{"NOT", "OR near", `"and and"`, "AND"}, []string{"NOT x"}},
	} {
		for _, q := range c.found {
			if !Match(c.text, Parse(q)) {
				t.Errorf("%q is not found by %q: %+v", c.text, q, Parse(q))
			}
		}
		for _, q := range c.not {
			if Match(c.text, Parse(q)) {
				t.Errorf("%q is found by %q: %+v", c.text, q, Parse(q))
			}
		}
	}
}

func words(term Term) string {
	s := strings.Join(term.Phrase, " ")
	if term.Prefix {
		s += "*"
	}
	return s
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		query string
		want  Query // Terms are compared by terms
		terms []string
	}{
		{"", Query{}, nil},
		{"  \t", Query{}, nil},
		{"hello wor", Query{}, []string{"hello", "wor*"}},
		{"hello wor ", Query{}, []string{"hello", "wor"}},
		{"hello, w", Query{}, []string{"hello", "w"}},
		{"done.", Query{}, []string{"done"}},
		{"a a a", Query{}, []string{"a"}},
		{`"a phrase" rest`, Query{}, []string{"a phrase", "rest*"}},
		{`"open phrase`, Query{}, []string{"open", "phrase*"}},
		{`say "" "." x`, Query{}, []string{"say", "x"}},
		{`foo"bar baz" end`, Query{}, []string{"foo bar", "baz", "end*"}},
		{"„eins zwei“ «deux trois»", Query{}, []string{"eins zwei", "deux trois"}},
		{"from:ada hello", Query{From: "ada"}, []string{"hello*"}},
		{"FROM:@Ada in:#general", Query{From: "Ada", In: "general"}, nil},
		{`in:"two words" x`, Query{In: "two words"}, []string{"x"}},
		{"from：ada", Query{From: "ada"}, nil},
		{"from:ada from:bob", Query{From: "bob"}, nil},
		{"has:link has:file has:LINK", Query{Has: []string{"link", "file"}}, nil},
		{"before:2026-11-01 after:2026-10-01", Query{Before: "2026-11-01", After: "2026-10-01"}, nil},
		{"is:thread", Query{IsThread: true}, nil},
		{"from: x", Query{}, []string{"from", "x"}},
		{"from:@", Query{}, []string{"from"}},
		{"has:cats is:here", Query{}, []string{"has cats", "is here*"}},
		{"before:yesterday after:2026-13-01", Query{}, []string{"before yesterday", "after 2026 13 01*"}},
		{"http://x.org to:me", Query{}, []string{"http x org", "to me*"}},
		{"a OR b AND NOT c*", Query{}, []string{"a", "or", "b", "and", "not", "c"}},
		{`x" OR body:secret --`, Query{}, []string{"x", "or", "body secret"}},
		{"-minus +plus (x) ^y", Query{}, []string{"minus", "plus", "x", "y"}},
	} {
		got := Parse(c.query)
		var terms []string
		for _, term := range got.Terms {
			terms = append(terms, words(term))
		}
		if !slices.Equal(terms, c.terms) {
			t.Errorf("%q: terms %q, want %q", c.query, terms, c.terms)
		}
		if got.Empty() != (len(c.terms) == 0 && c.want.Empty()) {
			t.Errorf("%q: Empty is %v", c.query, got.Empty())
		}
		got.Terms = nil
		if got.From != c.want.From || got.In != c.want.In || !slices.Equal(got.Has, c.want.Has) ||
			got.Before != c.want.Before || got.After != c.want.After || got.IsThread != c.want.IsThread {
			t.Errorf("%q: %+v, want %+v", c.query, got, c.want)
		}
	}
}

func TestAQueryIsBounded(t *testing.T) {
	if n := len(Parse(strings.Repeat("a1 b2 c3 d4 ", 80)).Terms); n != 4 {
		t.Errorf("%d terms", n)
	}
	var many strings.Builder
	for i := range 500 {
		many.WriteString(string(rune('a'+i%26)) + string(rune('a'+i/26)) + " ")
	}
	if n := len(Parse(many.String()).Terms); n != maxTerms {
		t.Errorf("%d terms", n)
	}
	q := Parse(strings.Repeat("字天", 100_000))
	if len(q.Terms) != 1 || len(q.Terms[0].Phrase) > maxPhrase {
		t.Errorf("%d tokens", len(q.Terms[0].Phrase))
	}
}

func TestFTS4(t *testing.T) {
	for query, want := range map[string]string{
		"":                  "",
		"from:ada":          "",
		"hello wor":         `"hello" "wor*"`,
		`"a b" c`:           `"a b" "c"`,
		`x" OR y NEAR/2 z*`: `"x" "or" "y" "near 2" "z"`,
		"日":                 `"q` + Tokens("日")[0][1:] + `*"`,
	} {
		if got := Parse(query).FTS4(); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("before ", 40) + "the Straße here " + strings.Repeat("after ", 40)
	for _, c := range []struct {
		text, query string
		width       int
		want        string
	}{
		{"Hello World", "world", 80, "Hello [World]"},
		{"Hello World", "wor", 80, "Hello [World]"},
		{"Die STRASSE, die Straße", "straße", 80, "Die [STRASSE], die [Straße]"},
		{"un e\u0301te\u0301 chaud", "été", 80, "un [e\u0301te\u0301] chaud"},
		{"今天天气很好", "天气", 80, "今天[天气]很好"},
		{"今天天气很好", "天", 80, "今[天天]气很好"},
		{"今天天气很好", "天天气很", 80, "今[天天气很]好"},
		{"ﾀﾜｰに", "タワー", 80, "[ﾀﾜｰ]に"},
		{"ok 👍🏽!", "👍", 80, "ok [👍🏽]!"},
		{"see 👩‍👩‍👧 there", "👩", 80, "see [👩‍👩‍👧] there"},
		{"a\n\n  b\tfoo\n", "foo", 80, "a b [foo]"},
		{"x foo bar y bar", `"foo bar"`, 80, "x [foo bar] y bar"},
		{"İSTANBUL", "istanbul", 80, "[İSTANBUL]"},
		{"no hit at all", "from:ada", 80, "no hit at all"},
		{"cut this text here please", "from:ada", 14, "cut this text…"},
		{long, "strasse", 40, "…the [Straße] here after after after after…"},
		{strings.Repeat("字", 100) + "天气" + strings.Repeat("字", 100), "天气", 20, "…字字字字字[天气]字字字字字字字字字字字字字…"},
		{"end of a long text where the hit is last", "last", 20, "…the hit is [last]"},
		{"foo " + strings.Repeat("x ", 50) + "foo bar", "foo bar", 20, "…x x x x x x [foo] [bar]"},
		{"", "x", 20, ""},
	} {
		var b strings.Builder
		for _, p := range Snippet(c.text, Parse(c.query), c.width) {
			if p.Text == "" {
				t.Errorf("%q: an empty part", c.text)
			}
			if p.Hit {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		if b.String() != c.want {
			t.Errorf("%q in %.40q\ngot  %s\nwant %s", c.query, c.text, b.String(), c.want)
		}
	}
}
