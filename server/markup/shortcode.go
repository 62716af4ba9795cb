package markup

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxShortcode is the longest name between two colons that is looked up, in bytes.
const maxShortcode = 64

// shortcodeEnd is where the shortcode that begins with the colon at s[at] ends, its second colon
// included, or 0 where none can stand: a letter or a digit on either side makes it part of a time, a
// ratio or a line of code, as in 10:30:15 and 1:100:1.
func shortcodeEnd(s string, at int) int {
	if isAlnum(byteAt(s, at-1)) {
		return 0
	}
	end := at + 1
	for end < len(s) && end-at <= maxShortcode && isShortcodeByte(s[end]) {
		end++
	}
	if end == at+1 || byteAt(s, end) != ':' || isAlnum(byteAt(s, end+1)) {
		return 0
	}
	return end + 1
}

// isShortcodeByte knows what the names of the table are made of, as in :heart_eyes:, :+1: and :e-mail:.
func isShortcodeByte(b byte) bool {
	return b-'a' < 26 || isDigit(b) || b == '_' || b == '+' || b == '-'
}

// shortcode finds the emoji that the colon at s[at] begins, and how many bytes its name takes with both
// colons. ended is where in s the emoji before it ended: only there may one colon follow another, so
// that foo::key::bar stays what it is.
func (p *people) shortcode(s string, at, ended int) (symbol string, n int) {
	end := shortcodeEnd(s, at)
	if end == 0 || p.emoji == nil || byteAt(s, at-1) == ':' && at != ended {
		return "", 0
	}
	symbol, ok := p.emoji(s[at+1 : end-1])
	if !ok {
		return "", 0
	}
	return symbol, end - at
}

var kindEmoji = ast.NewNodeKind("Emoji")

// emojiNode is an emoji that was written by its name.
type emojiNode struct {
	ast.BaseInline
	symbol string
}

func (*emojiNode) Kind() ast.NodeKind { return kindEmoji }

func (e *emojiNode) Dump(source []byte, level int) {
	ast.DumpHelper(e, source, level, map[string]string{"Symbol": e.symbol}, nil)
}

// shortcodeParser makes an emoji of a name before emphasis can break :heart_eyes: apart.
type shortcodeParser struct{}

func (shortcodeParser) Trigger() []byte { return []byte{':'} }

func (shortcodeParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, seg := block.PeekLine()
	m := pc.Get(messageKey).(*message)
	if m.people == nil || line[0] != ':' {
		return nil
	}
	// Only what the parser sees of the line counts, less the end of it: a table cell ends before its line does.
	end := seg.Start + len(strings.TrimRight(string(line), "\r\n"))
	symbol, n := m.people.shortcode(m.source[:end], seg.Start, m.emojiEnd)
	if n == 0 {
		return nil
	}
	m.emojiEnd = seg.Start + n
	block.Advance(n)
	return &emojiNode{symbol: symbol}
}
