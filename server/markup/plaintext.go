package markup

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

const (
	// maxPlain is the longest preview in characters, as a notification shows it.
	maxPlain = 200

	// plainSource is how much of a text a preview is made from, in bytes.
	plainSource = 4 << 10
)

// Plain is a text in one line without its markup, for notifications and lists: at most 200 characters,
// cut between two graphemes and then ended by "…".
func Plain(text string) (preview string) {
	cut := len(text) > plainSource
	if cut {
		end := plainSource
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	text = normalise(text)
	defer func() {
		if recover() != nil {
			preview = oneLine(text, cut)
		}
	}()
	if classify(text) == markdown && !tooHard(text) {
		text = plainText(parse(text, nil), text)
	}
	return oneLine(text, cut)
}

// plainText gathers the words below a node.
func plainText(n ast.Node, source string) string {
	p := plainWriter{source: source}
	p.children(n)
	return p.String()
}

type plainWriter struct {
	strings.Builder
	source string
}

func (p *plainWriter) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		p.node(c)
		if c.Type() == ast.TypeBlock && c.NextSibling() != nil {
			p.WriteByte(' ')
		}
	}
}

func (p *plainWriter) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		p.WriteString(unescape(p.source[n.Segment.Start:n.Segment.Stop]))
		if n.SoftLineBreak() || n.HardLineBreak() {
			p.WriteByte(' ')
		}
	case *ast.CodeSpan:
		p.WriteString(codeSpanText(n, p.source))
	case *ast.FencedCodeBlock:
		_, code := fenceParts(n, p.source)
		p.WriteString(code)
	case *ast.CodeBlock:
		p.Write(n.Lines().Value([]byte(p.source)))
	case *ast.AutoLink:
		p.Write(n.Label([]byte(p.source)))
	case *east.TaskCheckBox:
		p.WriteString(map[bool]string{false: "☐ ", true: "☑ "}[n.IsChecked])
	case *mention:
		p.WriteString(n.typed)
	case *ast.Link:
		p.link(n, n.Destination)
	case *ast.Image:
		p.link(n, n.Destination)
	default:
		p.children(n)
	}
}

// link writes the words of a link, or its address where it has none.
func (p *plainWriter) link(n ast.Node, dest []byte) {
	before := p.Len()
	p.children(n)
	if strings.TrimSpace(p.String()[before:]) == "" {
		p.WriteString(unescape(string(dest)))
	}
}

func codeSpanText(n *ast.CodeSpan, source string) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.WriteString(source[t.Segment.Start:t.Segment.Stop])
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// oneLine folds white space and cuts. more says that the text went on.
func oneLine(text string, more bool) string {
	var b strings.Builder
	runes, end := 0, 0 // end: the last place where the mark of a cut still fits
	for word := range strings.FieldsSeq(text) {
		if runes > 0 {
			word = " " + word
		}
		for word != "" {
			grapheme, rest, _, _ := uniseg.FirstGraphemeClusterInString(word, -1)
			n := len([]rune(grapheme))
			if runes+n > maxPlain {
				return b.String()[:end] + "…"
			}
			b.WriteString(grapheme)
			runes += n
			word = rest
			if runes < maxPlain {
				end = b.Len()
			}
		}
	}
	if more {
		return b.String()[:end] + "…"
	}
	return b.String()
}
