package ws

import (
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/gorilla/websocket"
)

// Handshake opens WebSocket connections. Who may connect from where is decided before a request reaches it.
type Handshake struct {
	upgrader websocket.Upgrader
	inflater *Inflater // nil where compression is not taken
}

// NewHandshake returns a handshake that accepts one of these subprotocols where it is offered, and permessage-deflate
// (RFC 7692) where that is and deflate is set.
func NewHandshake(deflate bool, subprotocols ...string) *Handshake {
	h := &Handshake{upgrader: websocket.Upgrader{
		HandshakeTimeout:  helloWait,
		ReadBufferSize:    readBuffer,
		WriteBufferSize:   256,
		WriteBufferPool:   &sync.Pool{},
		Subprotocols:      subprotocols,
		EnableCompression: deflate,
		CheckOrigin:       func(*http.Request) bool { return true },
		Error:             refuse,
	}}
	if deflate {
		h.inflater = newInflater()
	}
	return h
}

// Accept answers a handshake and returns its connection. Where messages may be compressed, in either direction and each
// by itself, inflater is not nil. On an error it has answered already.
func (h *Handshake) Accept(w http.ResponseWriter, r *http.Request) (nc net.Conn, inflater *Inflater, err error) {
	if h.inflater != nil {
		// gorilla takes every offer by its name alone; it sees the one that was understood here, or none.
		offered := offersDeflate(r.Header)
		r = r.Clone(r.Context())
		r.Header.Del(headerExtensions)
		if offered {
			r.Header.Set(headerExtensions, extensionDeflate)
			inflater = h.inflater
		}
	}
	c, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil, nil, err
	}
	return c.NetConn(), inflater, nil
}

const (
	headerExtensions = "Sec-WebSocket-Extensions"
	extensionDeflate = "permessage-deflate"
)

// offersDeflate reports whether one of the offers can be taken: the answer will name both no_context_takeover
// parameters, which every client must understand (RFC 7692, section 7.1.1), and no window, so an offer that asks for a
// smaller window of the server's cannot.
func offersDeflate(h http.Header) bool {
	for _, line := range h.Values(headerExtensions) {
		for offer := range strings.SplitSeq(line, ",") {
			name, parameters, _ := strings.Cut(offer, ";")
			if strings.EqualFold(strings.TrimSpace(name), extensionDeflate) && takesParameters(parameters) {
				return true
			}
		}
	}
	return false
}

func takesParameters(list string) bool {
	if strings.TrimSpace(list) == "" {
		return true
	}
	seen := map[string]bool{}
	for parameter := range strings.SplitSeq(list, ";") {
		name, value, valued := strings.Cut(strings.TrimSpace(parameter), "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.Trim(strings.TrimSpace(value), `"`)
		if seen[name] {
			return false
		}
		seen[name] = true
		switch name {
		case "server_no_context_takeover", "client_no_context_takeover":
			if valued {
				return false
			}
		case "client_max_window_bits":
			if valued && !isWindow(value) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isWindow reports whether the value is a window size in bits as RFC 7692, section 7.1.2 writes it.
func isWindow(v string) bool {
	switch v {
	case "8", "9", "10", "11", "12", "13", "14", "15":
		return true
	}
	return false
}

// refuse answers a handshake that RFC 6455 does not allow; section 4.2.2 wants the versions named.
func refuse(w http.ResponseWriter, r *http.Request, status int, reason error) {
	if r.Header.Get("Sec-WebSocket-Version") != "13" && websocket.IsWebSocketUpgrade(r) {
		status = http.StatusUpgradeRequired
		w.Header().Set("Sec-WebSocket-Version", "13")
	}
	http.Error(w, reason.Error(), status)
}
