package markup

import (
	"html"
	"strconv"
	"time"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// renderMarkdown is the way through the parser and the sanitiser. It is not ok where the parser
// panicked or the result is too large to send to everybody.
func renderMarkdown(source string, p *people) (r Rendered, ok bool) {
	defer func() {
		if p.asking {
			return // the caller's own panic goes on
		}
		if recover() != nil {
			r, ok = Rendered{}, false
		}
	}()
	p.out = &r
	w := writer{source: source, people: p, dst: make([]byte, 0, 2*len(source)+128)}
	w.children(parse(source, p))
	if !w.marked {
		return Rendered{}, true
	}
	if len(w.dst) > maxHTML {
		return Rendered{}, false
	}
	r.HTML = string(policy().SanitizeBytes(w.dst))
	r.HasLink = w.linked
	return r, true
}

// writer writes a tree as HTML: no white space between blocks, so that a page may show a body with its
// spaces kept, and only what the sanitiser's policy knows.
type writer struct {
	source string
	people *people
	dst    []byte
	marked bool // something is there that escaping alone would not show
	linked bool
	inLink bool

	spent    int       // bytes of code coloured so far
	deadline time.Time // for colouring, set at the first block
}

func (w *writer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; {
		if t, ok := c.(*ast.Text); ok {
			c = w.textRun(t)
			continue
		}
		w.node(c)
		c = c.NextSibling()
	}
}

func (w *writer) wrap(tag string, n ast.Node) {
	w.marked = true
	w.open(tag)
	w.children(n)
	w.close(tag)
}

func (w *writer) open(tag string)  { w.raw("<", tag, ">") }
func (w *writer) close(tag string) { w.raw("</", tag, ">") }

func (w *writer) raw(parts ...string) {
	for _, s := range parts {
		w.dst = append(w.dst, s...)
	}
}

func (w *writer) escaped(s string) { w.dst = escape(w.dst, s) }

func (w *writer) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph:
		w.open("p")
		w.children(n)
		w.close("p")
	case *ast.Heading:
		w.wrap("h"+strconv.Itoa(n.Level), n)
	case *ast.Blockquote:
		w.wrap("blockquote", n)
	case *ast.ThematicBreak:
		w.marked = true
		w.open("hr")
	case *ast.List:
		w.list(n)
	case *ast.ListItem:
		w.wrap("li", n)
	case *ast.CodeBlock:
		w.code("", w.linesOf(n))
	case *ast.FencedCodeBlock:
		w.fence(n)
	case *east.Table:
		w.table(n)
	default:
		w.inline(n)
	}
}

func (w *writer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Emphasis:
		w.wrap([]string{"em", "strong"}[n.Level-1], n)
	case *east.Strikethrough:
		w.wrap("del", n)
	case *ast.CodeSpan:
		w.marked = true
		w.open("code")
		w.escaped(codeSpanText(n, w.source))
		w.close("code")
	case *ast.AutoLink:
		w.autoLink(n)
	case *ast.Link:
		w.link(n)
	case *ast.Image:
		w.image(n)
	case *east.TaskCheckBox:
		w.marked = true
		w.raw(`<input type="checkbox" disabled=""`)
		if n.IsChecked {
			w.raw(` checked=""`)
		}
		w.raw("> ")
	case *emojiNode:
		w.marked = true
		w.raw(n.symbol)
	case *mention:
		var m bool
		w.dst, m = w.people.write(w.dst, n.typed, n.who)
		w.marked = w.marked || m
	default:
		w.children(n)
	}
}

// textRun writes the text nodes that follow each other without a gap as one, so that an address is
// found whole even where the parser stopped at an underscore. It returns the node after them.
func (w *writer) textRun(t *ast.Text) ast.Node {
	start, stop := t.Segment.Start, t.Segment.Stop
	next := t.NextSibling()
	for !t.SoftLineBreak() && !t.HardLineBreak() {
		n, ok := next.(*ast.Text)
		if !ok || n.Segment.Start != stop {
			break
		}
		t, stop, next = n, n.Segment.Stop, n.NextSibling()
	}
	w.text(start, stop)
	if t.HardLineBreak() && byteAt(w.source, stop) == '\\' {
		w.marked = true // the backslash is gone
	}
	if t.SoftLineBreak() || t.HardLineBreak() {
		w.open("br")
	}
	return next
}

// text writes a piece of the source. E-mail addresses are judged by what stands around them there.
func (w *writer) text(start, stop int) {
	for i := start; i < stop && !w.inLink; i++ {
		if w.source[i] != '@' {
			continue
		}
		if first, last, ok := emailAt(w.source, i); ok && first >= start && last <= stop {
			w.literal(w.source[start:first])
			w.anchor("mailto:"+w.source[first:last], "")
			w.escaped(w.source[first:last])
			w.close("a")
			i, start = last-1, last
		}
	}
	w.literal(w.source[start:stop])
}

// literal writes text with its backslash escapes and character references resolved.
func (w *writer) literal(raw string) {
	from := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			if i+1 < len(raw) && isPunct(raw[i+1]) {
				w.escaped(raw[from:i])
				from = i + 1
				i++
				w.marked = true
			}
		case '&':
			if n := entityLen(raw[i:]); n > 0 {
				w.escaped(raw[from:i])
				w.escaped(html.UnescapeString(raw[i : i+n]))
				from = i + n
				i += n - 1
				w.marked = true
			}
		}
	}
	w.escaped(raw[from:])
}

func (w *writer) list(n *ast.List) {
	if !n.IsOrdered() {
		w.wrap("ul", n)
		return
	}
	w.marked = true
	if n.Start == 1 {
		w.open("ol")
	} else {
		w.raw(`<ol start="`, strconv.Itoa(n.Start), `">`)
	}
	w.children(n)
	w.close("ol")
}

func (w *writer) table(n *east.Table) {
	w.marked = true
	w.open("table")
	body := false
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		_, head := row.(*east.TableHeader)
		cell := "td"
		if head {
			cell = "th"
			w.open("thead")
		} else if !body {
			body = true
			w.open("tbody")
		}
		w.open("tr")
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			w.cell(cell, c.(*east.TableCell))
		}
		w.close("tr")
		if head {
			w.close("thead")
		}
	}
	if body {
		w.close("tbody")
	}
	w.close("table")
}

func (w *writer) cell(tag string, c *east.TableCell) {
	w.raw("<", tag)
	if c.Alignment != east.AlignNone {
		w.raw(` class="align-`, c.Alignment.String(), `"`)
	}
	w.raw(">")
	w.children(c)
	w.close(tag)
}
