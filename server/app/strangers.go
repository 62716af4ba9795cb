package app

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"parley/server/limits"
)

const (
	// strangersPerNetwork bounds the connections of one address on which nobody has signed in. A browser opens six; an
	// office behind one address has most of its connections signed in.
	strangersPerNetwork = 256
	// strangerWait is how long such a connection may say nothing, as long as its first headers may take.
	strangerWait = 10 * time.Second
)

// strangers knows the connections that are HTTP still: which of them have sent nothing yet, and on which nobody has signed
// in. Those are few for one address, and end soon when they are idle: each holds a file descriptor that somebody else
// needs.
type strangers struct {
	most    int            // for one network; 0: any number
	trusted []netip.Prefix // proxies, whose connections are everybody's
	refused func()

	mu    sync.Mutex
	conns map[net.Conn]*stranger
	each  map[string]int
}

// stranger is one connection.
type stranger struct {
	of      *strangers
	conn    net.Conn
	network string
	known   bool        // somebody has signed in on it, or it is a proxy's
	unused  bool        // no request came yet
	cut     *time.Timer // runs while it is idle and not known
}

func newStrangers(most int, trusted []netip.Prefix, refused func()) *strangers {
	return &strangers{most: most, trusted: trusted, refused: refused, conns: map[net.Conn]*stranger{}, each: map[string]int{}}
}

// watch lets a server report its connections.
func (s *strangers) watch(srv *http.Server) {
	srv.ConnContext = s.meet
	srv.ConnState = s.follow
}

type strangerKey struct{}

// meet takes a new connection in; the requests on it find their way back by the context.
func (s *strangers) meet(ctx context.Context, c net.Conn) context.Context {
	st := &stranger{of: s, conn: c, unused: true, known: s.most == 0}
	if peer, err := netip.ParseAddrPort(c.RemoteAddr().String()); err == nil {
		addr := peer.Addr().Unmap().WithZone("")
		st.network = limits.Network(addr.String())
		st.known = st.known || slices.ContainsFunc(s.trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = st
	if !st.known {
		s.each[st.network]++
	}
	return context.WithValue(ctx, strangerKey{}, st)
}

// signedIn says that the connection of a request is somebody's.
func signedIn(ctx context.Context) {
	if st, ok := ctx.Value(strangerKey{}).(*stranger); ok {
		st.of.know(st)
	}
}

func (s *strangers) know(st *stranger) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !st.known {
		st.known = true
		s.forget(st.network)
	}
}

func (s *strangers) forget(network string) {
	if s.each[network]--; s.each[network] <= 0 {
		delete(s.each, network)
	}
}

// follow is called by the server when a connection's state changes.
func (s *strangers) follow(c net.Conn, state http.ConnState) {
	if !s.note(c, state) {
		s.refused()
		_ = c.Close() // it is told nothing: an answer would cost more than it did
	}
}

// note returns false where the connection is one too many.
func (s *strangers) note(c net.Conn, state http.ConnState) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.conns[c]
	if st == nil {
		return true
	}
	if st.cut != nil {
		st.cut.Stop()
		st.cut = nil
	}
	switch state {
	case http.StateNew:
		return st.known || s.each[st.network] <= s.most
	case http.StateActive:
		st.unused = false
	case http.StateIdle:
		if !st.known {
			st.cut = time.AfterFunc(strangerWait, func() { _ = c.Close() })
		}
	case http.StateClosed, http.StateHijacked:
		delete(s.conns, c)
		if !st.known {
			s.forget(st.network)
		}
	}
	return true
}

// closeUnused ends the connections that have not sent a request yet. Browsers open such in advance, and Shutdown would
// wait five seconds for each.
func (s *strangers) closeUnused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c, st := range s.conns {
		if st.unused {
			_ = c.Close() // nothing was promised on it
		}
	}
}
