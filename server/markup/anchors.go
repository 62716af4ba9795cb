package markup

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

func (w *writer) anchor(href, title string) {
	w.marked, w.linked = true, true
	w.raw(`<a href="`)
	w.escaped(href)
	w.raw(`" rel="`, relation, `" target="_blank"`)
	if title != "" {
		w.raw(` title="`)
		w.escaped(title)
		w.raw(`"`)
	}
	w.raw(">")
}

// autoLink writes <address> and bare addresses. What leads nowhere is shown as typed.
func (w *writer) autoLink(n *ast.AutoLink) {
	label := string(n.Label([]byte(w.source)))
	angle := byteAt(w.source, n.Pos()) == '<'
	dest := label
	switch {
	case n.AutoLinkType == ast.AutoLinkEmail:
		dest = "mailto:" + label
	case !strings.Contains(label, ":") || len(label) > 4 && strings.EqualFold(label[:4], "www."):
		dest = "http://" + label
	}
	href, ok := webAddress(dest)
	switch {
	case ok && !w.inLink:
		w.anchor(href, "")
		w.escaped(label)
		w.close("a")
	case angle:
		w.escaped("<" + label + ">")
	default:
		w.escaped(label)
	}
}

func (w *writer) link(n *ast.Link) {
	href, ok := webAddress(unescape(string(n.Destination)))
	if !ok || w.inLink {
		w.raw("[")
		w.children(n)
		w.inert(n.Destination, n.Title)
		return
	}
	w.anchor(href, unescape(string(n.Title)))
	w.inLink = true
	start := len(w.dst)
	w.children(n)
	if strings.TrimSpace(string(w.dst[start:])) == "" {
		w.escaped(href) // a link without words could not be seen
	}
	w.inLink = false
	w.close("a")
}

// image writes a link to the picture: a remote picture would tell its server who reads the message.
func (w *writer) image(n *ast.Image) {
	alt := plainText(n, w.source)
	href, ok := webAddress(unescape(string(n.Destination)))
	switch {
	case !ok:
		w.raw("![")
		w.escaped(alt)
		w.inert(n.Destination, n.Title)
	case w.inLink:
		w.marked = true
		w.escaped(alt)
	default:
		w.anchor(href, unescape(string(n.Title)))
		if strings.TrimSpace(alt) == "" {
			alt = href
		}
		w.escaped(alt)
		w.close("a")
	}
}

// inert ends a link that leads nowhere, in the way it was typed.
func (w *writer) inert(dest, title []byte) {
	w.raw("](")
	w.escaped(string(dest))
	if len(title) > 0 {
		w.escaped(` "` + string(title) + `"`)
	}
	w.raw(")")
}
