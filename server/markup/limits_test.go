package markup

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// longest is as much as a message may have.
const longest = 16384

func fill(unit string) string { return strings.Repeat(unit, longest/len(unit)) }

// hostile are texts that ask more of a parser than their length says: a table of the wide kind took
// 2.8 s before tooHard knew it.
func hostile() map[string]string {
	var deep, ticks strings.Builder
	for i := 0; deep.Len()+2*i < longest-4; i++ {
		deep.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	for i := 1; ticks.Len()+i < longest; i++ {
		ticks.WriteString(strings.Repeat("`", i) + "a")
	}
	texts := map[string]string{
		"100 KB of stars": strings.Repeat("*", 100_000), "10k quotations": strings.Repeat(">", 10_000),
		"50k brackets": strings.Repeat("[", 50_000), "50k images": strings.Repeat("![", 25_000),
		"a list 127 deep": deep.String(), "code spans of every length": ticks.String(),
		"a wide table":    strings.Repeat("a|", longest/8) + "\n" + strings.Repeat("-|", longest/8) + "\n" + strings.Repeat("x|\n", longest/8),
		"a tall table":    "a|b\n-|-\n" + strings.Repeat("x|y\n", longest/4-4),
		"a quoted table":  strings.Repeat("> a|b\n> -|-\n", longest/12),
		"emphasis nested": strings.Repeat("*a **b ", longest/14) + strings.Repeat("b* a** ", longest/14),
		"go":              "```go\n" + strings.Repeat("func f() { \"x\" }\n", 900),
		"ruby":            "```ruby\n" + strings.Repeat("%w(", 1800),
		"spaces in code":  "```tf\n" + strings.Repeat(" ", maxHighlight-blockCost),
		"no end of host":  strings.Repeat("éwww.-", longest/7) + "日" + strings.Repeat("!日", 4000),
		"tildes":          "**a** b" + strings.Repeat("~", longest-7),
	}
	for _, unit := range []string{
		"*", "_", "~", "`", ">", "[", "![", "](", "[](", "[a](", "[a](<", "[a](b \"", "[a](][a](", "<", "<a:", "- ", "* ", "+ ", "1. ", "> - ", "- > 1. ",
		"**a", "*a_", "*_ ", "_*", "*a **b ", "~~a", "~a~ ", "|", "|-", "-|\n", "-\n", "*\n", "1.\n", "- [ ] a\n", "> a\nb\n", "a\n=\n", "---\n", "\\`", "\\```go\na",
		"&", "&amp;", "http://", "http://a.b ", "www.", "www.a.b ", "éwww.-", "a@b.cc ", "@aa ", "@a....... ", "```go\na\n```\n", "    \n    a\n", "[*a", "*](",
	} {
		texts[fmt.Sprintf("%q", unit)] = fill(unit)
	}
	return texts
}

func TestHostileTextsAreQuick(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes everything 10 times slower")
	}
	// 50 ms is what is promised. A busy machine must not fail the test, and what it guards against is a hundred times
	// slower: so it counts the thread's own time where the system tells it, and allows four times as much.
	const promised, limit = 50 * time.Millisecond, 200 * time.Millisecond
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for name, text := range hostile() {
		best := time.Hour
		for try := 0; try < 5 && best > promised; try++ {
			start := worked()
			r := Render(text, team)
			Plain(text)
			best = min(best, worked()-start)
			if err := unsafe(r.HTML); err != nil && !strings.Contains(err.Error(), "as it is") {
				t.Errorf("%s: %v", name, err)
			}
			if len(r.HTML) > maxHTML {
				t.Errorf("%s: %d bytes of HTML", name, len(r.HTML))
			}
		}
		if best > limit {
			t.Errorf("%s took %v", name, best)
		} else if best > promised {
			t.Logf("%s took %v", name, best)
		}
	}
}

func TestTextOverABoundKeepsItsMentions(t *testing.T) {
	r := Render(strings.Repeat("> ", maxNesting+1)+"**a** @ada\nb", team)
	want := "<p>" + strings.Repeat("&gt; ", maxNesting+1) + "**a** " + at(1, "@ada") + "<br>b</p>"
	if r.HTML != want || len(r.Mentions) != 1 {
		t.Errorf("got  %+v\nwant %s", r, want)
	}
}

func TestOrdinaryTextsAreInsideTheBounds(t *testing.T) {
	row := strings.Repeat("| cell ", 10) + "|\n"
	for name, text := range map[string]string{
		"a table of 10 by 100": row + strings.Repeat("|---", 10) + "|\n" + strings.Repeat(row, 100),
		"a page of bold words": strings.Repeat("**bold** and _it_ ", 900),
		"300 links":            strings.Repeat("[a](https://x.org/a) text with words\n", 300),
		"quotations 10 deep":   strings.Repeat("> ", 10) + "a",
		"a long list":          strings.Repeat("- [ ] a thing to do\n", 800),
		"a 300 line log":       strings.Repeat("2026-11-21 10:00:00 | INFO | https://x.org/a_b_c | *ok*\n", 300)[:longest],
	} {
		if tooHard(text) {
			t.Errorf("%s is refused", name)
		}
	}
}
