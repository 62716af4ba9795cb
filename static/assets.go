// Package static owns what browsers load besides pages: scripts, styles, icons. Everything is embedded, named by its
// content, compressed once and served as immutable. It never builds anything: dist is made by the program in build.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed dist/*.js dist/*.css icons/*.svg icons/*.png sw.js manifest.webmanifest
var files embed.FS

// hashLength is how much of the SHA-256 stands in a name; 40 bits keep a handful of files apart.
const hashLength = 10

// Assets is every file, ready to be served. It is safe for concurrent use.
type Assets struct {
	byName map[string]*asset // as pages ask for it: room.js, icons/icon.svg
	byPath map[string]*asset // as browsers do: room.1a2b3c4d5e.js, and the plain name too
}

type asset struct {
	name, hash, kind string
	body             []byte
	zipped           func() []byte // nil inside where compression does not pay
}

// Load reads and names the embedded files. Each is compressed when it is first asked for.
func Load() (*Assets, error) {
	a := &Assets{byName: map[string]*asset{}, byPath: map[string]*asset{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		a.add(strings.TrimPrefix(name, "dist/"), body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read embedded assets: %w", err)
	}
	return a, nil
}

// Add takes a file that is made when the program starts, as if it had been embedded. It may only be called before the first
// Serve.
func (a *Assets) Add(name string, body []byte) { a.add(name, body) }

func (a *Assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	f := &asset{name: name, hash: hex.EncodeToString(sum[:])[:hashLength], kind: kindOf(name), body: body}
	f.zipped = sync.OnceValue(func() []byte { return zip(f.kind, body) })
	a.byName[name] = f
	a.byPath[name] = f
	a.byPath[f.path()] = f
}

// path is the name with the hash before its extension.
func (f *asset) path() string {
	ext := path.Ext(f.name)
	return strings.TrimSuffix(f.name, ext) + "." + f.hash + ext
}

// kindOf is the media type of a name; the table of the operating system is not asked, as it differs between machines.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func zip(kind string, body []byte) []byte {
	if strings.HasPrefix(kind, "image/png") {
		return nil
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	// Writing into memory cannot fail.
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// URL returns the address of a file, as Serve knows it under /static/. A name that is not there panics: it is written
// in a template, and the first render of a test finds it.
func (a *Assets) URL(name string) string {
	f := a.byName[name]
	if f == nil {
		panic("static: no asset called " + name)
	}
	return "/static/" + f.path()
}

// Serve answers a request for the file of that path below /static/; ok is false where there is none. A path with a
// hash may be kept for ever, one without must be asked for again.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request, name string) (ok bool) {
	f := a.byPath[name]
	if f == nil {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+f.hash+`"`)
	h.Set("Vary", "Accept-Encoding")
	if name == f.path() {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
		if strings.Contains(r.Header.Get("If-None-Match"), f.hash) {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	body := f.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if z := f.zipped(); z != nil && len(z) < len(body) {
			h.Set("Content-Encoding", "gzip")
			body = z
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		// A reader that went away is no fault of ours.
		_, _ = w.Write(body)
	}
	return true
}
