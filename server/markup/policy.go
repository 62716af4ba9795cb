package markup

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// policy is the last word on what leaves this package: whatever the writer and the parser before it
// may have got wrong, no other element, attribute or address passes.
var policy = sync.OnceValue(newPolicy)

// newPolicy allows exactly what writer produces. It checks addresses by pattern and not by
// AllowURLSchemes: that one takes query strings apart and writes them anew, so that a link with a
// semicolon or a signature in it would lead elsewhere.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li",
		"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").Matching(regexp.MustCompile("^(?:https?://|mailto:)[^\\s\"<>\\\\`]+$")).OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + relation + `$`)).OnElements("a")
	p.AllowAttrs("target").Matching(regexp.MustCompile(`^_blank$`)).OnElements("a")
	p.AllowAttrs("title").OnElements("a", "span")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(?:mention(?: mention-all)?|hl-[a-z])$`)).OnElements("span")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[a-z0-9+#]{1,16}$`)).OnElements("code")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^align-(?:left|center|right)$`)).OnElements("th", "td")
	p.AllowAttrs("data-user-id").Matching(regexp.MustCompile(`^-?[0-9]{1,19}$`)).OnElements("span")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("disabled", "checked").Matching(regexp.MustCompile(`^$`)).OnElements("input")
	return p
}
