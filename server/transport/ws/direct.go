package ws

import (
	"errors"
	"net"
	"syscall"
)

// Direct writes to a socket without ever waiting for it. It keeps the state of an attempt, so that one allocates nothing,
// and belongs to one writer at a time. The zero value is for connections that cannot be written to in this way.
type Direct struct {
	raw syscall.RawConn // nil where the socket is not ours alone, as under TLS
	buf []byte
	n   int
	err error
	fn  func(fd uintptr)
}

// Open makes d write to nc, where that is possible.
func (d *Direct) Open(nc net.Conn) {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return
	}
	if raw, err := tcp.SyscallConn(); err == nil {
		d.raw, d.fn = raw, d.attempt
	}
}

// Ready reports whether d can write.
func (d *Direct) Ready() bool { return d.raw != nil }

// Write writes what the socket takes at once and returns how many bytes that was. An error means that the connection is
// of no more use.
func (d *Direct) Write(b []byte) (int, error) {
	d.buf, d.n, d.err = b, 0, nil
	// Control keeps the descriptor open as Write does, without what Write does for an attempt that may wait.
	err := d.raw.Control(d.fn)
	d.buf = nil
	if err == nil {
		err = d.err
	}
	if err != nil && !errors.Is(err, syscall.EAGAIN) {
		return 0, err
	}
	return max(d.n, 0), nil
}

func (d *Direct) attempt(fd uintptr) {
	for {
		d.n, d.err = syscall.Write(int(fd), d.buf)
		if d.err != syscall.EINTR { //nolint:errorlint // the system call's own
			return // also on EAGAIN: never wait here
		}
	}
}
