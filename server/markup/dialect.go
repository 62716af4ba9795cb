package markup

import (
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// dialect is the parser that every message shares, built at the first message that needs one.
var dialect = sync.OnceValue(newDialect)

// newDialect is CommonMark with GitHub's strikethrough, tables and task lists. Left out on purpose:
// raw HTML, which stays the text it is, and link reference definitions, which would make what was typed
// vanish from the message.
func newDialect() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(shortcodeParser{}, 340),
			util.Prioritized(addressParser{}, 350),
			util.Prioritized(mentionParser{}, 400),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
		),
		parser.WithParagraphTransformers(
			util.Prioritized(extension.NewTableParagraphTransformer(), 200),
		),
		parser.WithASTTransformers(
			util.Prioritized(extension.NewTableASTTransformer(), 0),
		),
	)
}

// parse builds the tree of a message. p may be nil: then nobody is mentioned.
func parse(source string, p *people) ast.Node {
	pc := parser.NewContext()
	pc.Set(messageKey, &message{source: source, people: p, emojiEnd: -1})
	return dialect().Parse(text.NewReader([]byte(source)), parser.WithContext(pc))
}

// message is what the inline parsers below need to know of the text they work in.
type message struct {
	source   string
	people   *people
	emojiEnd int // where the last emoji ended in the source
}

var messageKey = parser.NewContextKey()

var kindMention = ast.NewNodeKind("Mention")

// mention is a name that somebody bears, with its @.
type mention struct {
	ast.BaseInline
	typed string
	who   person
}

func (*mention) Kind() ast.NodeKind { return kindMention }

func (m *mention) Dump(source []byte, level int) {
	ast.DumpHelper(m, source, level, map[string]string{"Typed": m.typed}, nil)
}

// mentionParser makes a mention before emphasis can break a name like _ada_ apart.
type mentionParser struct{}

func (mentionParser) Trigger() []byte { return []byte{'@'} }

func (mentionParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, seg := block.PeekLine()
	m := pc.Get(messageKey).(*message)
	if m.people == nil || line[0] != '@' {
		return nil
	}
	who, n := m.people.find(m.source[:seg.Stop], seg.Start)
	if n == 0 {
		return nil
	}
	block.Advance(n)
	return &mention{typed: m.source[seg.Start : seg.Start+n], who: who}
}

// addressParser links bare addresses. goldmark asks inline parsers at punctuation only, so it is asked
// at the colon or the dot, and takes the scheme back from the text before.
type addressParser struct{}

func (addressParser) Trigger() []byte { return []byte{':', '.'} }

func (addressParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, seg := block.PeekLine()
	before, ok := parent.LastChild().(*ast.Text)
	if !ok || line[0] == ' ' || before.Segment.Stop != seg.Start || before.SoftLineBreak() || before.HardLineBreak() {
		return nil
	}
	source := pc.Get(messageKey).(*message).source[:seg.Stop]
	start := addressStart(source, seg.Start)
	if start < before.Segment.Start {
		return nil
	}
	end := addressEnd(source, start)
	if end <= seg.Start {
		return nil
	}
	before.Segment = before.Segment.WithStop(start)
	if before.Segment.Start == start {
		parent.RemoveChild(parent, before)
	}
	block.Advance(end - seg.Start)
	return ast.NewAutoLink(ast.AutoLinkURL, ast.NewTextSegment(text.NewSegment(start, end)))
}
