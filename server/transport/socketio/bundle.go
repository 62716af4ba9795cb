package socketio

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for the client
	"net/http"
	"strings"
	"sync"
)

//go:embed client/socket.io.min.js
var clientScript []byte

// Version is the version of the client library that is served; client/README.md has its hash.
const Version = "4.8.4"

// Bundle serves the client library, as every Socket.IO server does.
type Bundle struct {
	zipped func() []byte
}

// NewBundle returns the library, ready to be served.
func NewBundle() *Bundle {
	return &Bundle{zipped: sync.OnceValue(func() []byte {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err == nil {
			_, err = w.Write(clientScript)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return nil // it is served as it is, then
		}
		return b.Bytes()
	})}
}

// ServeHTTP answers for /socket.io/socket.io.js and /socket.io/socket.io.min.js.
func (l *Bundle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", `"`+Version+`"`)
	if strings.Contains(r.Header.Get("If-None-Match"), `"`+Version+`"`) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := clientScript
	if zipped := l.zipped(); zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = zipped
	}
	_, _ = w.Write(body) // a browser that has gone needs nothing
}
