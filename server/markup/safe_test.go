package markup

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// allowed is the list that a page relies on, written down a second time on purpose: the sanitiser's
// policy may not be widened without this test being told.
var allowed = map[string]map[string]*regexp.Regexp{
	"p": nil, "br": nil, "hr": nil, "em": nil, "strong": nil, "del": nil, "pre": nil, "blockquote": nil,
	"ul": nil, "li": nil, "h1": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil, "h6": nil,
	"table": nil, "thead": nil, "tbody": nil, "tr": nil,
	"ol":   {"start": regexp.MustCompile(`^\d+$`)},
	"code": {"class": regexp.MustCompile(`^language-[a-z0-9+#]+$`)},
	"th":   {"class": regexp.MustCompile(`^align-(left|center|right)$`)},
	"td":   {"class": regexp.MustCompile(`^align-(left|center|right)$`)},
	"span": {
		"class":        regexp.MustCompile(`^(mention|mention mention-all|hl-[acdfiknst])$`),
		"data-user-id": regexp.MustCompile(`^-?\d+$`), "title": regexp.MustCompile(``),
	},
	"a": {
		"href": regexp.MustCompile(`^(https?://|mailto:)`), "title": regexp.MustCompile(``),
		"rel": regexp.MustCompile(`^noopener noreferrer nofollow ugc$`), "target": regexp.MustCompile(`^_blank$`),
	},
	"input": {
		"type": regexp.MustCompile(`^checkbox$`), "disabled": regexp.MustCompile(`^$`), "checked": regexp.MustCompile(`^$`),
	},
}

// unsafe parses the HTML as a browser would in a message's body and says what must not be there.
func unsafe(source string) error {
	body := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		return err
	}
	var again bytes.Buffer
	for _, n := range nodes {
		if err := unsafeNode(n); err != nil {
			return err
		}
		if err := html.Render(&again, n); err != nil {
			return err
		}
	}
	if got := strings.NewReplacer("<br/>", "<br>", "<hr/>", "<hr>", `""/>`, `"">`).Replace(again.String()); got != source {
		return fmt.Errorf("a browser would not keep it as it is:\n%q\n%q", source, got)
	}
	return nil
}

func unsafeNode(n *html.Node) error {
	switch n.Type {
	case html.TextNode:
		return nil
	case html.ElementNode:
	default:
		return fmt.Errorf("node of type %v: %q", n.Type, n.Data)
	}
	attrs, ok := allowed[n.Data]
	if !ok {
		return fmt.Errorf("element %q", n.Data)
	}
	has := map[string]string{}
	for _, a := range n.Attr {
		if want := attrs[a.Key]; want == nil || !want.MatchString(a.Val) {
			return fmt.Errorf("%s with %s=%q", n.Data, a.Key, a.Val)
		}
		has[a.Key] = a.Val
	}
	if err := unsafeLink(n.Data, has); err != nil {
		return err
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if err := unsafeNode(c); err != nil {
			return err
		}
	}
	return nil
}

func unsafeLink(element string, attrs map[string]string) error {
	if _, disabled := attrs["disabled"]; element == "input" && !disabled {
		return fmt.Errorf("a checkbox that can be clicked")
	}
	if element != "a" {
		return nil
	}
	u, err := url.Parse(attrs["href"])
	if err != nil || u.User != nil || attrs["rel"] == "" || attrs["target"] == "" {
		return fmt.Errorf("link %v: %v", attrs, err)
	}
	if u.Scheme != "mailto" && u.Hostname() == "" {
		return fmt.Errorf("link without a host %v", attrs)
	}
	return nil
}

func attacks(tb testing.TB) []string {
	tb.Helper()
	file, err := os.ReadFile("testdata/xss.txt")
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for line := range strings.SplitSeq(strings.TrimSuffix(string(file), "\n"), "\n") {
		if strings.HasPrefix(line, "# ") && len(out) == 0 {
			continue
		}
		if text, err := strconv.Unquote(line); err == nil && line[0] == '"' {
			line = text
		}
		out = append(out, line)
	}
	return out
}

func TestNoAttackOfTheCorpusGetsThrough(t *testing.T) {
	corpus := attacks(t)
	if len(corpus) < 100 {
		t.Fatalf("only %d attacks", len(corpus))
	}
	for _, attack := range corpus {
		// In every surrounding, and with the trigger that sends even a plain text to the parser.
		for _, around := range []string{"%s", "**b** %s", "> - %s", "%s @ada", "| a |\n|---|\n| %s |", "[%s](https://a.example)", "`%s", "*%s*"} {
			text := strings.ReplaceAll(around, "%s", attack)
			if err := unsafe(Render(text, team).HTML); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}

func TestTheSanitiserFindsNothingToDo(t *testing.T) {
	for _, attack := range attacks(t) {
		source := normalise("**b** " + attack)
		w := writer{source: source, people: &people{resolve: team, out: &Rendered{}}}
		w.children(parse(source, w.people))
		if got := policy().Sanitize(string(w.dst)); got != string(w.dst) {
			t.Errorf("the writer relies on the sanitiser:\nwritten   %s\nsanitised %s", w.dst, got)
		}
	}
}

func TestTypedHTMLStaysVisible(t *testing.T) {
	for _, text := range []string{
		"<b>bold</b>", "<script>alert(1)</script>", "<!-- note -->", "a <br> b", "</p>", "<x y='z'>", "<![CDATA[x]]>",
	} {
		got := Render("**!** "+text, nil).HTML
		want := "<p><strong>!</strong> " + string(escape(nil, text)) + "</p>"
		if got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// team is everybody whom the tests know.
func team(name string) (int64, string, bool) {
	known := map[string]int64{"ada": 1, "bob": 2, "_ada_": 3, "bob.": 4, "b.c-d": 5, "evil": 6, "ab": 7, strings.Repeat("n", 32): 8}
	display := map[string]string{"evil": `"><script>alert(1)</script>`}
	id, ok := known[name]
	return id, display[name], ok
}
