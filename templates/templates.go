// Package templates owns the HTML of every page: parsed once, escaped by html/template. It knows no request, no
// account and no database; handlers hand it plain values, the translated words and the addresses of assets.
package templates

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
)

//go:embed layout.html parts.html admin.html pages/*.html
var files embed.FS

// Frame is what every page needs of its reader; page values embed it.
type Frame struct {
	Lang  string // BCP 47
	Dir   string // ltr or rtl
	Theme string // light, dark or auto
	Dense string // comfortable or compact
	Title string
	Team  string

	Translate func(key string, args ...any) string
}

// T returns the words of a key in the page's language; args are name, value, name, value.
func (f Frame) T(key string, args ...any) string { return f.Translate(key, args...) }

// Set is every page, ready to be rendered by name. It is safe for concurrent use.
type Set struct {
	pages map[string]*template.Template
}

// Parse parses all pages. asset returns the address under which a static file of the given name is served.
func Parse(asset func(name string) string) (*Set, error) {
	funcs := template.FuncMap{"asset": asset, "saved": saved}
	base, err := template.New("layout").Funcs(funcs).ParseFS(files, "layout.html", "parts.html", "admin.html")
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("list the pages: %w", err)
	}
	s := &Set{pages: make(map[string]*template.Template, len(names))}
	for _, name := range names {
		page, err := template.Must(base.Clone()).ParseFS(files, name)
		if err != nil {
			return nil, fmt.Errorf("parse page %s: %w", name, err)
		}
		s.pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return s, nil
}

// Render writes the page of that name. data embeds Frame and holds what the page asks for.
func (s *Set) Render(w io.Writer, name string, data any) error {
	page, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("no page called %q", name)
	}
	if err := page.ExecuteTemplate(w, "page", data); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	return nil
}
