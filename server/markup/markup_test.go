package markup

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func anchor(href, label string) string {
	return `<a href="` + href + `" rel="noopener noreferrer nofollow ugc" target="_blank">` + label + `</a>`
}

func at(id int, typed string) string {
	return fmt.Sprintf(`<span class="mention" data-user-id="%d">%s</span>`, id, typed)
}

func TestTextWithoutMarkupHasNoHTML(t *testing.T) {
	for _, text := range []string{
		"hello", "two\nlines", "two\n\nparagraphs", "  spaces  ", "", "\n\n", "\r\n",
		"2 * 3 * 4", "a*b", "snake_case_name and __x", "5 - 3 = 2", "-5 degrees", "+1", "#hashtag", "#1", "1.5", "10:30", "3)x",
		"<3", "a < b > c", "R&D", "AT&T; x", "C:\\Users\\ada", "~5 minutes", ":-)", "it's \"quoted\"", "[x] (y)", "[label]", "a|b",
		"http:/x", "https://", "www.", "www.x", "ftp://x.org", "foo@bar", "@nobody", "a @ b", "mail me @ home", "javascript:alert(1)",
		"你好，世界", "日本語", "😀 👍🏽", "[x](javascript:alert(1))", "<foo:bar>", "https://user@example.com",
	} {
		if r := Render(text, team); r.HTML != "" || r.HasLink || r.All || r.Mentions != nil {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

func TestMarkdown(t *testing.T) {
	code := func(language, code string) string {
		return `<pre><code class="language-` + language + `">` + code + `</code></pre>`
	}
	for text, want := range map[string]string{
		"**b** *i* ~~s~~ ~t~ `c`":  "<p><strong>b</strong> <em>i</em> <del>s</del> <del>t</del> <code>c</code></p>",
		"*a*\nb  \nc\\\nd":         "<p><em>a</em><br>b<br>c<br>d</p>",
		"# A\n## B\ntext\n---":     "<h1>A</h1><h2>B</h2><h2>text</h2>",
		"- a\n- b\n\n3. c\n4. d":   `<ul><li>a</li><li>b</li></ul><ol start="3"><li>c</li><li>d</li></ol>`,
		"1. a\n   - b":             "<ol><li>a<ul><li>b</li></ul></li></ol>",
		"- [ ] a\n- [x] b":         `<ul><li><input type="checkbox" disabled=""> a</li><li><input type="checkbox" disabled="" checked=""> b</li></ul>`,
		"> a\n> b\n\nc":            "<blockquote><p>a<br>b</p></blockquote><p>c</p>",
		"***":                      "<hr>",
		"a | b\n:-|-:\n1 | *2*":    `<table><thead><tr><th class="align-left">a</th><th class="align-right">b</th></tr></thead><tbody><tr><td class="align-left">1</td><td class="align-right"><em>2</em></td></tr></tbody></table>`,
		"    indented\n\tcode":     "<pre><code>indented\ncode</code></pre>",
		"```\n<b> *x*\n```":        "<pre><code>&lt;b&gt; *x*</code></pre>",
		"```typed here\nmore\n```": "<pre><code>typed here\nmore</code></pre>",
		"```text\nx\n```":          code("text", "x"),
		"```go\nvar x = 1 // y\n```": code("go", `<span class="hl-k">var </span>x = <span class="hl-n">1 </span>`+
			`<span class="hl-c">// y</span>`),
		"```diff\n-a\n+b\n```":                     code("diff", "<span class=\"hl-d\">-a\n</span><span class=\"hl-i\">+b</span>"),
		`\*a\* &amp; &copy; &#64; &nosuch;`:        "<p>*a* &amp; © @ &amp;nosuch;</p>",
		"`a\nb`":                                   "<p><code>a b</code></p>",
		"[a](https://x.org \"t\")":                 `<p><a href="https://x.org" rel="noopener noreferrer nofollow ugc" target="_blank" title="t">a</a></p>`,
		"![cat](https://x.org/c.png)":              "<p>" + anchor("https://x.org/c.png", "cat") + "</p>",
		"![](https://x.org/c.png)":                 "<p>" + anchor("https://x.org/c.png", "https://x.org/c.png") + "</p>",
		"[![cat](https://x.org/c)](https://y.org)": "<p>" + anchor("https://y.org", "cat") + "</p>",
		"[](https://x.org)":                        "<p>" + anchor("https://x.org", "https://x.org") + "</p>",
		"*[x](javascript:alert(1))*":               "<p><em>[x](javascript:alert(1))</em></p>",
		"**a**\r\n\rb\x00\xff":                     "<p><strong>a</strong></p><p>b\uFFFD\uFFFD</p>",
		"[a]: https://x.org\n\n**[a]**":            "<p>[a]: " + anchor("https://x.org", "https://x.org") + "</p><p><strong>[a]</strong></p>",
	} {
		if got := Render(text, nil).HTML; got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestBareAddressesBecomeLinks(t *testing.T) {
	for text, want := range map[string]string{
		"see https://x.org.":                            "see " + anchor("https://x.org", "https://x.org") + ".",
		"(http://x.org/a_(b))":                          "(" + anchor("http://x.org/a_(b)", "http://x.org/a_(b)") + ")",
		"**https://x.org/a_b_c**":                       "<strong>" + anchor("https://x.org/a_b_c", "https://x.org/a_b_c") + "</strong>",
		"https://x.org/a?b=1;c=%20d&e#f":                anchor("https://x.org/a?b=1;c=%20d&amp;e#f", "https://x.org/a?b=1;c=%20d&amp;e#f"),
		"http://localhost:8080/x http://wiki":           anchor("http://localhost:8080/x", "http://localhost:8080/x") + " " + anchor("http://wiki", "http://wiki"),
		"HTTPS://X.ORG":                                 anchor("https://X.ORG", "HTTPS://X.ORG"),
		"www.x.org, ok":                                 anchor("http://www.x.org", "www.x.org") + ", ok",
		"看https://x.org吧":                               "看" + anchor("https://x.org", "https://x.org") + "吧",
		"见 https://x.org/路径。好":                          "见 " + anchor("https://x.org/路径", "https://x.org/路径") + "。好",
		"https://例え.jp/":                                anchor("https://例え.jp/", "https://例え.jp/"),
		"<https://x.org/a*b>":                           anchor("https://x.org/a*b", "https://x.org/a*b"),
		"first_last@x.org, a.b+c@y-z.co.uk":             anchor("mailto:first_last@x.org", "first_last@x.org") + ", " + anchor("mailto:a.b+c@y-z.co.uk", "a.b+c@y-z.co.uk"),
		"<me@x.org>":                                    anchor("mailto:me@x.org", "me@x.org"),
		"[https://a.org](https://b.org)":                anchor("https://b.org", "https://a.org"),
		"[me@a.org](https://b.org)":                     anchor("https://b.org", "me@a.org"),
		"`https://x.org` *x*":                           "<code>https://x.org</code> <em>x</em>",
		"[a](<https://x.org/a b>)":                      anchor("https://x.org/a%20b", "a"),
		"[a](https://x.org/%zz)":                        anchor("https://x.org/%25zz", "a"),
		"\"https://x.org\" 'https://y.org/'":            "&#34;" + anchor("https://x.org", "https://x.org") + "&#34; &#39;" + anchor("https://y.org/", "https://y.org/") + "&#39;",
		"https://" + strings.Repeat("a.", 200) + " *x*": "https://" + strings.Repeat("a.", 200) + " <em>x</em>",
	} {
		r := Render(text, nil)
		if want = "<p>" + want + "</p>"; r.HTML != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, r.HTML, want)
		}
		if r.HasLink != strings.Contains(want, "<a ") {
			t.Errorf("%q: HasLink %v", text, r.HasLink)
		}
	}
}

func TestMentions(t *testing.T) {
	for _, c := range []struct {
		text, html string
		ids        []int64
	}{
		{"@ada", at(1, "@ada"), []int64{1}},
		{"hi @Ada, @bob!", "hi " + at(1, "@Ada") + ", " + at(2, "@bob") + "!", []int64{1, 2}},
		{"@bob. @ada. @ada...", at(4, "@bob.") + " " + at(1, "@ada") + ". " + at(1, "@ada") + "...", []int64{4, 1}},
		{"@b.c-d- @_ada_ _@bob_", at(5, "@b.c-d") + "- " + at(3, "@_ada_") + " <em>" + at(2, "@bob") + "</em>", []int64{5, 3, 2}},
		{"**@ada** ~~@bob~~", "<strong>" + at(1, "@ada") + "</strong> <del>" + at(2, "@bob") + "</del>", []int64{1, 2}},
		{"你好@ada吗 (@bob)", "你好" + at(1, "@ada") + "吗 (" + at(2, "@bob") + ")", []int64{1, 2}},
		{"wait...@ada\n@bob", "wait..." + at(1, "@ada") + "<br>" + at(2, "@bob"), []int64{1, 2}},
		{"*x* `@ada` @bob", "<em>x</em> <code>@ada</code> " + at(2, "@bob"), []int64{2}},
		{"[@ada](https://x.org/@bob)", anchor("https://x.org/@bob", at(1, "@ada")), []int64{1}},
		{"https://x.org/@ada @bob", anchor("https://x.org/@ada", "https://x.org/@ada") + " " + at(2, "@bob"), []int64{2}},
		{"me@ada.com @bob", anchor("mailto:me@ada.com", "me@ada.com") + " " + at(2, "@bob"), []int64{2}},
		{"x@ada foo_@ada é@ada +@ada @@ada @ada@host @adaé @ada-x @bob", "x@ada foo_@ada é@ada +@ada @@ada @ada@host @adaé @ada-x " + at(2, "@bob"), []int64{2}},
		{`\@ada &#64;ada *x* @bob`, "@ada @ada <em>x</em> " + at(2, "@bob"), []int64{2}},
		{"@ada @ADA @bob @ada", at(1, "@ada") + " " + at(1, "@ADA") + " " + at(2, "@bob") + " " + at(1, "@ada"), []int64{1, 2}},
		{"@" + strings.Repeat("n", 32) + " @" + strings.Repeat("n", 33), at(8, "@"+strings.Repeat("n", 32)) + " @" + strings.Repeat("n", 33), []int64{8}},
		{"<@ada> & \"@bob\"", "&lt;" + at(1, "@ada") + "&gt; &amp; &#34;" + at(2, "@bob") + "&#34;", []int64{1, 2}},
		{"![@ada](https://x.org)", anchor("https://x.org", "@ada"), nil},
		{"@evil", `<span class="mention" data-user-id="6" title="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">@evil</span>`, []int64{6}},
	} {
		r := Render(c.text, team)
		if want := "<p>" + c.html + "</p>"; r.HTML != want {
			t.Errorf("%q\ngot  %s\nwant %s", c.text, r.HTML, want)
		}
		if !slices.Equal(r.MentionIDs, c.ids) || len(r.Mentions) != len(c.ids) || r.All {
			t.Errorf("%q: mentions %v %v", c.text, r.Mentions, r.MentionIDs)
		}
	}
}

func TestMentioningEverybody(t *testing.T) {
	const all = `<span class="mention mention-all">%s</span>`
	r := Render("@all and @Here.", nil)
	if want := "<p>" + fmt.Sprintf(all, "@all") + " and " + fmt.Sprintf(all, "@Here") + ".</p>"; r.HTML != want || !r.All {
		t.Errorf("got %+v\nwant %s", r, want)
	}
	if r := Render("`@all` \\@here *x* x@all @allx", team); r.All || r.Mentions != nil {
		t.Errorf("%+v", r)
	}
}

func TestMentionsAreLimitedInNumberAndInLookups(t *testing.T) {
	asked := map[string]int{}
	resolve := func(name string) (int64, string, bool) {
		asked[name]++
		return int64(len(asked)), "", true
	}
	for _, markup := range []string{"", "**x** "} {
		clear(asked)
		var text strings.Builder
		text.WriteString(markup)
		for i := range 300 {
			fmt.Fprintf(&text, "@user%d @user%d ", i, i)
		}
		r := Render(text.String(), resolve)
		if len(r.Mentions) != MaxMentions || len(r.MentionIDs) != MaxMentions || r.Mentions[49] != "user49" {
			t.Errorf("%q: %d mentions", markup, len(r.Mentions))
		}
		if n := strings.Count(r.HTML, "<span"); n != 2*MaxMentions {
			t.Errorf("%q: %d spans", markup, n)
		}
		for name, n := range asked {
			if n > 1 || len(asked) > maxLookups {
				t.Errorf("%q: asked %d times for %s, %d names", markup, n, name, len(asked))
			}
		}
	}
}

func TestNobodyIsLookedUpWithoutAnAt(t *testing.T) {
	resolve := func(name string) (int64, string, bool) {
		t.Errorf("looked up %q", name)
		return 0, "", false
	}
	for _, text := range []string{"hello", "**b**", "me@x.org", "`@ada`", "@all", "@", "@x", "a@b"} {
		Render(text, resolve)
	}
}

func TestAPanicOfTheCallerIsItsOwn(t *testing.T) {
	for _, text := range []string{"@ada", "**x** @ada"} {
		func() {
			defer func() {
				if recover() != "database gone" {
					t.Errorf("%q: the panic was swallowed", text)
				}
			}()
			Render(text, func(string) (int64, string, bool) { panic("database gone") })
		}()
	}
}

func TestPlain(t *testing.T) {
	long := strings.Repeat("long ", 100)
	for text, want := range map[string]string{
		"hello":                      "hello",
		" two\n\n  lines\t":          "two lines",
		"**bold** _it_ `a*b` ~~x~~":  "bold it a*b x",
		"# Title\n- a\n- [x] b\n> c": "Title a ☑ b c",
		"[label](https://x.org) ![p](https://x.org/p.png) https://y.org [](https://z.org)": "label p https://y.org https://z.org",
		"```go\nx := 1\n```":                  "x := 1",
		"```typed\nmore\n```":                 "typed more",
		"a | b\n-|-\n1 | 2":                   "a b 1 2",
		"hi @ada &amp; \\*co\\*":              "hi @ada & *co*",
		"<b>tag</b> *x*":                      "<b>tag</b> x",
		long:                                  long[:199] + "…",
		"**" + long:                           ("**" + long)[:199] + "…",
		strings.Repeat("é", 200):              strings.Repeat("é", 200),
		strings.Repeat("é", 201):              strings.Repeat("é", 199) + "…",
		strings.Repeat("👩‍👩‍👧", 60):           strings.Repeat("👩‍👩‍👧", 39) + "…",
		"x" + strings.Repeat(" ", 5000) + "y": "x…",
		"":                                    "",
	} {
		got := Plain(text)
		if want = strings.ReplaceAll(want, " …", "…"); strings.ReplaceAll(got, " …", "…") != want {
			t.Errorf("%.40q\ngot  %s\nwant %s", text, got, want)
		}
		if n := len([]rune(got)); n > maxPlain {
			t.Errorf("%.40q: %d runes", text, n)
		}
	}
}
