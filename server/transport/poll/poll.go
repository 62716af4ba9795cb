package poll

import (
	"context"
	"net/http"
	"time"

	"parley/server/hub"
)

// MaxWait is the longest that a poll may be held.
const MaxWait = 55 * time.Second

// Poll answers with what happened after the cursor, as soon as there is something and after wait at the latest. An
// error means that nothing has been answered yet.
func (s *Server) Poll(w http.ResponseWriter, r *http.Request, who hub.Identity, q Request, wait time.Duration) error {
	ctx := r.Context()
	f, err := s.follow(ctx, who, q, false)
	if err != nil {
		return err
	}
	defer f.session.Close()
	s.polls.Opened()
	defer s.polls.Gone()
	if q.Cursor == "" {
		wait = 0
	}
	var events []byte
	var ended int
	if wait == 0 {
		events, ended = f.take()
	} else if events, ended, err = f.hold(ctx, w, wait); err != nil {
		return err
	}
	if ended != 0 && len(events) == 0 || ended == hub.CloseSignedOut {
		if err := why(ended); err != nil {
			return err
		}
	}
	return f.answer(w, r, events)
}

// hold waits for the first events, the end of the session, or the end of the wait.
func (f *follower) hold(ctx context.Context, w http.ResponseWriter, wait time.Duration) (events []byte, ended int, err error) {
	// The server's deadline for reading requests would end this one halfway: all of it has been read.
	if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil {
		return nil, 0, err
	}
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	for {
		if events, ended = f.take(); len(events) > 0 || ended != 0 {
			return events, ended, nil
		}
		f.sent()
		select {
		case <-f.wake:
		case <-timeout.C:
			return nil, 0, nil
		case <-f.server.draining:
			return nil, 0, nil
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

// answer writes the events and where they lead. The cursor is the answer's ETag too: a client that asks again in short
// polls and names it is told in a head alone, 304, that nothing has happened.
func (f *follower) answer(w http.ResponseWriter, r *http.Request, events []byte) error {
	told, quiet := 0, len(events) == 0
	b := append(make([]byte, 0, len(events)+256), `{"events":[`...)
	for first := true; len(events) > 0; first = false {
		var rec record
		rec, events = next(events)
		rec.apply(&f.at)
		if rec.seq > 0 {
			told++
		}
		if !first {
			b = append(b, ',')
		}
		b = append(b, rec.json...)
	}
	b = append(b, `],"cursor":"`...)
	at := len(b)
	b = append(f.at.append(b), `"}`...)
	tag := `"` + string(b[at:len(b)-1])
	w.Header().Set("ETag", tag)
	if quiet && r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	f.server.polls.Sent(len(b))
	f.server.polls.Told(told)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write(b); err != nil {
		f.server.log.Debug("a poll's answer was not delivered", "error", err)
	}
	return nil
}
