package poll

import (
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"parley/server/hub"
)

const (
	// writeStall is how long a client may take nothing at all before it is given up.
	writeStall = 10 * time.Second
	// retryAfter is what browsers are told to wait before they connect again, in milliseconds.
	retryAfter = "retry: 1000\n\n"
)

// Stream answers with server-sent events (HTML Living Standard, section 9.2) until the client goes, the sign-in ends or
// the server stops. The first event is the hello. An error means that nothing has been answered yet.
func (s *Server) Stream(w http.ResponseWriter, r *http.Request, who hub.Identity, q Request) error {
	f, err := s.follow(r.Context(), who, q, true)
	if err != nil {
		return err
	}
	defer f.session.Close()
	if f.over() == hub.CloseSignedOut {
		return why(hub.CloseSignedOut)
	}
	s.streams.Opened()
	defer s.streams.Gone()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	out := &stream{follower: f, w: w, control: http.NewResponseController(w)}
	if err := out.run(r.Context()); err != nil && r.Context().Err() == nil {
		s.log.Debug("a stream ended", "error", err)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.streams.Stalled()
		}
	}
	return nil
}

func (m *mailbox) over() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ended
}

// stream writes a follower's events as they come.
type stream struct {
	*follower
	w       http.ResponseWriter
	control *http.ResponseController
	buf     []byte
}

func (o *stream) run(ctx context.Context) error {
	// The server's deadlines are for requests that end.
	if err := o.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	if err := o.write([]byte(retryAfter)); err != nil {
		return err
	}
	beat := time.NewTicker(o.server.heartbeat)
	defer beat.Stop()
	for {
		events, ended := o.take()
		if len(events) > 0 && ended != hub.CloseSignedOut {
			if err := o.write(o.render(events)); err != nil {
				return err
			}
			beat.Reset(o.server.heartbeat)
		}
		if ended != 0 {
			return nil
		}
		o.sent()
		select {
		case <-o.wake:
		case <-beat.C:
			if err := o.write([]byte(":\n\n")); err != nil {
				return err
			}
		case <-o.server.draining:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// render turns records into events. Each that moves the cursor has it as its id; the first one, the hello, too.
func (o *stream) render(events []byte) []byte {
	b, told := o.buf[:0], 0
	for len(events) > 0 {
		var r record
		r, events = next(events)
		if r.apply(&o.at) || r.room == 0 {
			b = append(b, "id: "...)
			b = append(o.at.append(b), '\n')
		}
		if r.seq > 0 {
			told++
		}
		b = append(b, "data: "...)
		b = append(b, r.json...) // compact JSON has no line break
		b = append(b, '\n', '\n')
	}
	o.server.streams.Told(told)
	if cap(b) <= 64<<10 {
		o.buf = b
	}
	return b
}

func (o *stream) write(b []byte) error {
	o.server.streams.Sent(len(b))
	if err := o.control.SetWriteDeadline(time.Now().Add(writeStall)); err != nil {
		return err
	}
	if _, err := o.w.Write(b); err != nil {
		return err
	}
	return o.control.Flush()
}
