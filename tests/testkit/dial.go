package testkit

import (
	"crypto/tls"
	"net/http"
	"strings"

	"github.com/gorilla/websocket"
)

// Dialing is how a socket is opened.
type Dialing struct {
	Header      http.Header
	Protocols   []string
	Compression bool
	Silent      bool // do not read until Resume: a stalled client
}

// Dial opens a socket as this client's browser would (its cookie and the page's Origin), or with its bearer token.
func (c *Client) Dial() *Socket {
	c.t.Helper()
	s, res, err := c.TryDial(Dialing{})
	if err != nil {
		c.t.Fatalf("dial /ws as %q: %v (%s)", c.User.Username, err, status(res))
	}
	return s
}

// Connect dials and says hello without cursors.
func (c *Client) Connect() *Socket {
	c.t.Helper()
	s := c.Dial()
	s.Hello("", nil)
	return s
}

// tls is how the client speaks TLS, without HTTP/2: a handshake is HTTP/1.1.
func (c *Client) tls() *tls.Config {
	cfg := c.http.Transport.(*http.Transport).TLSClientConfig
	if cfg == nil {
		return nil
	}
	cfg = cfg.Clone()
	cfg.NextProtos = nil
	return cfg
}

func status(res *http.Response) string {
	if res == nil {
		return "no answer"
	}
	return res.Status
}

// TryDial opens a socket, or returns the handshake's answer.
func (c *Client) TryDial(d Dialing) (*Socket, *http.Response, error) {
	header := http.Header{}
	if c.bearer != "" {
		header.Set("Authorization", "Bearer "+c.bearer)
	} else {
		header.Set("Origin", c.base)
	}
	for name, values := range d.Header {
		header[name] = values
	}
	dialer := websocket.Dialer{TLSClientConfig: c.tls(), Jar: c.http.Jar, HandshakeTimeout: Deadline, Subprotocols: d.Protocols, EnableCompression: d.Compression}
	conn, res, err := dialer.Dial("ws"+strings.TrimPrefix(c.base, "http")+"/ws", header)
	if err != nil {
		return nil, res, err
	}
	s := &Socket{t: c.t, conn: conn, name: c.User.Username, order: newOrder(), changed: make(chan struct{}), stalls: d.Silent}
	c.t.Cleanup(s.finish)
	if !d.Silent {
		go s.read()
	}
	return s, res, nil
}
