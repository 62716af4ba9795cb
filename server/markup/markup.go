// Package markup turns what a person typed into HTML that is safe to insert into a page.
//
// It owns the dialect (CommonMark with the GitHub additions, every typed newline a line break, no raw
// HTML, no remote images), which text counts as a mention or a link, and the list of elements and
// attributes that a message may consist of. It never touches a database, a request or the network: who
// exists is answered by the caller's Resolve. The HTML is made once, when a message is written.
package markup

import (
	"strings"
	"unicode/utf8"
)

const (
	// MaxMentions is how many different people one message can mention; further names stay text.
	MaxMentions = 50

	// maxSource is the longest text in bytes that is looked at: 16,384 characters of 4 bytes each.
	maxSource = 64 << 10

	// maxHTML bounds what one message can cost every reader. 16,384 ampersands become 80 KiB.
	maxHTML = 128 << 10
)

// Resolve says who bears a username. The name comes lower-cased, without the @, and has 2 to 32 of
// [a-z0-9_.-]. The display name, if any, becomes the mention's tooltip. It is called at most
// maxLookups times for one message, never twice for one name, and not at all where there is no @.
type Resolve func(username string) (id int64, display string, ok bool)

// Lookup says what the names in a text stand for. A nil function knows none.
type Lookup struct {
	Person Resolve
	// Emoji returns the emoji of a shortcode, whose name comes without its colons.
	Emoji func(name string) (symbol string, ok bool)
}

// Rendered is one message's body, ready to store.
type Rendered struct {
	// HTML is safe to insert, and empty where the text has no markup: then the text itself, escaped and
	// with its line breaks kept, is what to show.
	HTML string
	// Mentions are the known usernames, lower-cased, in the order of the text, each once, at most
	// MaxMentions. MentionIDs[i] is the account of Mentions[i].
	Mentions   []string
	MentionIDs []int64
	// All is true where @all or @here stands in the text.
	All bool
	// HasLink is true where the HTML has at least one link.
	HasLink bool
}

// Render is Lookup.Render without shortcodes.
func Render(text string, resolve Resolve) Rendered { return Lookup{Person: resolve}.Render(text) }

// Render makes the HTML of one message. It never fails and never panics: text that is over a bound
// (see tooHard) or that the parser chokes on keeps its mentions and emoji and is otherwise shown as it
// was typed.
func (l Lookup) Render(text string) Rendered {
	kind := classify(text)
	if kind == plain {
		return Rendered{}
	}
	text = normalise(text)
	p := &people{resolve: l.Person, emoji: l.Emoji}
	if kind == markdown && len(text) <= maxSource && !tooHard(text) {
		if r, ok := renderMarkdown(text, p); ok {
			return r
		}
	}
	return renderLines(text, p)
}

// normalise gives the parser what it expects: valid UTF-8, \n for every line ending (CommonMark 2.1),
// no NUL (CommonMark 2.3). The stored text keeps what was typed.
func normalise(text string) string {
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	if strings.Contains(text, "\x00") {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return text
}
