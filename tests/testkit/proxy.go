package testkit

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// What a Proxy does with WebSockets.
const (
	SocketsPass    = "pass"    // both ways
	SocketsRefused = "refused" // the handshake is answered by the proxy: 403
	SocketsHang    = "hang"    // the handshake is never answered
	SocketsMute    = "mute"    // the handshake passes, and no byte after it
)

// Proxy is what stands between a browser and the server in some offices: it speaks HTTP, and has views of its own about
// WebSockets and about answers that do not end.
type Proxy struct {
	URL string

	t      testing.TB
	server string // host:port
	plain  *httputil.ReverseProxy

	mu      sync.Mutex
	sockets string
	buffers bool
	live    map[net.Conn]struct{} // sockets that pass
	changed chan struct{}         // closed when the mode is another
}

// NewProxy starts a proxy before the server. It lets everything pass at first.
func NewProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	target := &url.URL{Scheme: "http", Host: s.Addr}
	p := &Proxy{t: t, server: s.Addr, sockets: SocketsPass, live: map[net.Conn]struct{}{}, changed: make(chan struct{})}
	p.plain = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // the page's origin, as proxies should
		},
		ModifyResponse: p.hold,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	listener := httptest.NewServer(p)
	p.URL = listener.URL
	t.Cleanup(func() {
		p.Sockets(SocketsRefused)
		listener.CloseClientConnections()
		listener.Close()
	})
	return p
}

// Sockets says what becomes of WebSockets from now on; those that are open, or hang, are cut.
func (p *Proxy) Sockets(mode string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sockets = mode
	close(p.changed)
	p.changed = make(chan struct{})
	for conn := range p.live {
		_ = conn.Close()
	}
}

// Mute swallows the frames of the sockets that are open, and of those to come, without cutting anything.
func (p *Proxy) Mute() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sockets = SocketsMute
}

// Buffers says whether answers are held until they are whole, so that a stream of events never comes.
func (p *Proxy) Buffers(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.buffers = on
}

// Live counts the WebSockets that pass.
func (p *Proxy) Live() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.live)
}

func (p *Proxy) mode() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sockets
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		p.plain.ServeHTTP(w, r)
		return
	}
	p.mu.Lock()
	mode, changed := p.sockets, p.changed
	p.mu.Unlock()
	switch mode {
	case SocketsRefused:
		w.WriteHeader(http.StatusForbidden)
	case SocketsHang:
		select {
		case <-changed:
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler) // the connection ends without an answer
	default:
		p.relay(w, r)
	}
}

// relay carries one WebSocket, byte for byte, as long as the mode lets them.
func (p *Proxy) relay(w http.ResponseWriter, r *http.Request) {
	up, err := net.Dial("tcp", p.server)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer up.Close()
	down, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		p.t.Errorf("hijack: %v", err)
		return
	}
	defer down.Close()
	if err := r.Write(up); err != nil {
		return
	}
	in := bufio.NewReader(up)
	answer, err := http.ReadResponse(in, r)
	if err != nil || answer.Write(down) != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		return
	}
	p.note(down, true)
	defer p.note(down, false)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { p.carry(up, down); cancel() }()
	go func() { p.carry(down, in); cancel() }()
	<-ctx.Done()
}

func (p *Proxy) note(conn net.Conn, live bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if live {
		p.live[conn] = struct{}{}
	} else {
		delete(p.live, conn)
	}
}

func (p *Proxy) carry(to net.Conn, from interface{ Read([]byte) (int, error) }) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && p.mode() != SocketsMute {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// hold keeps a stream of events to itself, as a proxy does that waits for the end of an answer.
func (p *Proxy) hold(res *http.Response) error {
	p.mu.Lock()
	buffers := p.buffers
	p.mu.Unlock()
	if buffers && strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		<-res.Request.Context().Done()
	}
	return nil
}
