package ws

import (
	"errors"
	"net"
	"net/http"
	"time"
)

const (
	// maxEcho is the longest message that is echoed; the conformance suite sends up to 16 MiB.
	maxEcho = 32 << 20
	// echoWait is how long the client of an echo may be silent, or take nothing.
	echoWait = time.Minute
)

// Echo answers a handshake and sends every message back as it came, until the client closes. It is for conformance
// suites: nobody is asked who they are, so it must stand on a loopback listener only.
func (s *Server) Echo(w http.ResponseWriter, r *http.Request) {
	nc, inflater, err := s.handshake.Accept(w, r)
	if err != nil {
		return // it has been answered
	}
	e := echo{server: s, nc: nc, in: NewReader(nc, maxEcho, inflater), deflated: inflater != nil}
	go e.run()
}

type echo struct {
	server   *Server
	nc       net.Conn
	in       *Reader
	deflated bool
}

func (e *echo) run() {
	defer e.nc.Close()
	e.in.Control = func(op byte, payload []byte) error {
		if op == OpPing {
			return e.write(appendFrame(nil, finPong, payload))
		}
		return nil
	}
	var message, frame []byte
	for {
		if e.nc.SetReadDeadline(time.Now().Add(echoWait)) != nil {
			return
		}
		op, m, err := e.in.Next(message)
		if err != nil {
			e.end(err)
			return
		}
		message = m
		if e.deflated {
			frame = e.server.deflated.append(frame[:0], 0xc0|op, m)
		} else {
			frame = appendFrame(frame[:0], 0x80|op, m)
		}
		if e.write(frame) != nil {
			return
		}
	}
}

// end answers the client's close frame, or its breach.
func (e *echo) end(err error) {
	var breach *Violation
	var closed *PeerClosed
	code := 0
	switch {
	case errors.As(err, &breach):
		code = breach.Code
	case errors.As(err, &closed):
		code = closed.Code
	default:
		return
	}
	answer := appendFrame(nil, finClose, nil)
	if code != noStatus {
		answer = closeFrame(code, "")
	}
	if e.write(answer) != nil || breach == nil {
		return
	}
	// What the client is still sending must be read, or the reset would take the close frame with it.
	if tcp, ok := e.nc.(*net.TCPConn); ok && tcp.CloseWrite() == nil && tcp.SetReadDeadline(time.Now().Add(closeWait)) == nil {
		for scratch := make([]byte, 4096); ; {
			if _, err := tcp.Read(scratch); err != nil {
				return
			}
		}
	}
}

func (e *echo) write(b []byte) error {
	if err := e.nc.SetWriteDeadline(time.Now().Add(echoWait)); err != nil {
		return err
	}
	_, err := e.nc.Write(b)
	return err
}
