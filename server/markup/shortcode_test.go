package markup

import (
	"fmt"
	"strings"
	"testing"
)

// symbols knows four names.
func symbols(name string) (string, bool) {
	symbol, ok := map[string]string{"tada": "🎉", "+1": "👍", "heart_eyes": "😍", "100": "💯"}[name]
	return symbol, ok
}

func TestShortcodesBecomeEmojiWhereTheyStandAlone(t *testing.T) {
	for text, want := range map[string]string{
		":tada:":                           "<p>🎉</p>",
		"done :tada:!":                     "<p>done 🎉!</p>",
		"(:tada:)":                         "<p>(🎉)</p>",
		":tada::+1: :heart_eyes:":          "<p>🎉👍 😍</p>",
		"天:tada:气":                         "<p>天🎉气</p>",
		"a\n:tada:\n\nb <c":                "<p>a<br>🎉</p><p>b &lt;c</p>",
		"**:tada:** _:+1:_":                "<p><strong>🎉</strong> <em>👍</em></p>",
		"_a :heart_eyes: b :heart_eyes:_":  "<p><em>a 😍 b 😍</em></p>",
		"# :tada:":                         "<h1>🎉</h1>",
		"- :100:":                          "<ul><li>💯</li></ul>",
		"a | b\n-|-\n:tada: | :+1:":        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>🎉</td><td>👍</td></tr></tbody></table>",
		"@ada :tada: :nobody:":             "<p>" + at(1, "@ada") + " 🎉 :nobody:</p>",
		"[:tada:](https://x.org)":          "<p>" + anchor("https://x.org", "🎉") + "</p>",
		":nobody: and :tada:":              "<p>:nobody: and 🎉</p>",
		"see https://x.org/:tada:/ :tada:": "<p>see " + anchor("https://x.org/:tada:/", "https://x.org/:tada:/") + " 🎉</p>",
		":tada:https://x.org":              "", // a letter follows: no emoji, and the address is one
	} {
		if want == "" {
			want = "<p>:tada:" + anchor("https://x.org", "https://x.org") + "</p>"
		}
		if got := (Lookup{Person: team, Emoji: symbols}).Render(text).HTML; got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestWhatOnlyLooksLikeAShortcodeStaysText(t *testing.T) {
	lookup := Lookup{Person: team, Emoji: symbols}
	for _, text := range []string{
		":nobody:", ":", "::", ":::", "10:100:30", "1:100:1", "foo::tada::bar", "std::100::x", "a:tada:", ":tada:b", ": tada :", ":Tada:", ":tada",
		"x ::tada:", "C:\\tada:", ":" + strings.Repeat("a", 65) + ":", "\uff1atada\uff1a",
	} {
		if got := lookup.Render(text).HTML; got != "" {
			t.Errorf("%q became %s", text, got)
		}
	}
	for _, text := range []string{"`:tada:`", "```\n:tada:\n```", "    :tada:", "\\:tada:", "<https://x.org/:tada:>", "**a** b:tada:"} {
		if got := lookup.Render(text).HTML; strings.Contains(got, "🎉") || !strings.Contains(got, ":tada:") {
			t.Errorf("%q became %s", text, got)
		}
	}
	if got := (Lookup{}).Render(":tada:").HTML; got != "" {
		t.Errorf("without a table :tada: became %s", got)
	}
}

func TestEveryNameThatRenderAsksForIsAmongNames(t *testing.T) {
	for _, text := range []string{
		"@ada", "hi @bob.", "@bob... @Ada, @ada", "**@ada** `@code` me@x.org @all @here", "@x @_ada_ @a-b--", "foo@bar @ada@ @ada@host", strings.Repeat("@ada. ", 300),
		"看@ada吧 @" + strings.Repeat("z", 40),
	} {
		listed := map[string]bool{}
		for _, name := range Names(text, 1000) {
			if listed[name] {
				t.Errorf("%q lists %q twice", text, name)
			}
			listed[name] = true
		}
		Render(text, func(name string) (int64, string, bool) {
			if !listed[name] {
				t.Errorf("%q asks for %q, which Names does not list: %v", text, name, listed)
			}
			return team(name)
		})
	}
	var crowd strings.Builder
	for i := range 50 {
		fmt.Fprintf(&crowd, "@user%d ", i)
	}
	if n := len(Names(crowd.String(), 20)); n != 20 {
		t.Errorf("%d names of 50, limited to 20", n)
	}
	if Names("nobody here", 10) != nil {
		t.Error("a text without an @ has names")
	}
}

func BenchmarkShortcode(b *testing.B) {
	lookup := Lookup{Person: team, Emoji: symbols}
	b.ReportAllocs()
	for b.Loop() {
		lookup.Render(sentence + " :tada:")
	}
}
