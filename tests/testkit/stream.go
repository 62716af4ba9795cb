package testkit

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Stream is one connection of server-sent events. A goroutine reads every event into a list as it comes.
type Stream struct {
	c      *Client
	res    *http.Response
	cancel context.CancelFunc

	mu     sync.Mutex
	events []StreamEvent
	taken  int
	ended  bool
}

// StreamEvent is one event with the id that stood beside it.
type StreamEvent struct {
	ID string
	Frame
}

// Stream opens server-sent events; query is what stands behind the question mark, lastID the Last-Event-ID.
func (c *Client) Stream(query, lastID string) *Stream {
	c.t.Helper()
	s, err := c.TryStream(query, lastID)
	if err != nil {
		c.t.Fatalf("open a stream: %v", err)
	}
	return s
}

// TryStream is Stream for goroutines and refusals.
func (c *Client) TryStream(query, lastID string) (*Stream, error) {
	ctx, cancel := context.WithCancel(context.Background())
	req, err := c.request(ctx, http.MethodGet, "/api/v1/events?"+query, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	endless := http.Client{Jar: c.http.Jar, Transport: c.http.Transport}
	res, err := endless.Do(req)
	if err != nil {
		cancel()
		return nil, err
	}
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		cancel()
		return nil, fmt.Errorf("a stream was answered with %s, %s", res.Status, res.Header.Get("Content-Type"))
	}
	s := &Stream{c: c, res: res, cancel: cancel}
	c.t.Cleanup(s.Cut)
	go s.read()
	return s, nil
}

func (s *Stream) read() {
	in := bufio.NewScanner(s.res.Body)
	in.Buffer(nil, 1<<20)
	var e StreamEvent
	for in.Scan() {
		name, value, _ := strings.Cut(in.Text(), ": ")
		switch name {
		case "id":
			e.ID = value
		case "data":
			e.Raw = []byte(value)
		case "":
			if e.Raw == nil {
				continue // a comment, or retry
			}
			raw := e.Raw
			if err := json.Unmarshal(raw, &e.Frame); err != nil {
				s.c.t.Errorf("an event is not JSON: %s", raw)
			}
			e.Raw = raw
			s.mu.Lock()
			s.events = append(s.events, e)
			s.mu.Unlock()
			e = StreamEvent{}
		}
	}
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
}

// Next waits for the next event.
func (s *Stream) Next() StreamEvent {
	s.c.t.Helper()
	Eventually(s.c.t, "another event on the stream", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.taken < len(s.events)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken++
	return s.events[s.taken-1]
}

// Expect waits for the next event and demands its type.
func (s *Stream) Expect(kind string) StreamEvent {
	s.c.t.Helper()
	e := s.Next()
	if e.Type != kind {
		s.c.t.Fatalf("the stream went on with %s, want %s: %s", e.Type, kind, e.Raw)
	}
	return e
}

// All is every event so far.
func (s *Stream) All() []StreamEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]StreamEvent(nil), s.events...)
}

// Count is how many events of a type have come so far.
func (s *Stream) Count(kind string) int {
	n := 0
	for _, e := range s.All() {
		if e.Type == kind {
			n++
		}
	}
	return n
}

// ExpectEnd waits until the server has ended the stream.
func (s *Stream) ExpectEnd(within time.Duration) {
	s.c.t.Helper()
	EventuallyWithin(s.c.t, within, "the stream ends", s.Ended)
}

// Ended says whether the stream is over.
func (s *Stream) Ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// Header is a header of the stream's answer.
func (s *Stream) Header(name string) string { return s.res.Header.Get(name) }

// Cut ends the stream from this side.
func (s *Stream) Cut() { s.cancel() }

// Polled is the answer to a long poll.
type Polled struct {
	Events []Frame
	Cursor string
}

// Types are those of its events in their order, with a space between them.
func (p Polled) Types() string {
	types := make([]string, len(p.Events))
	for i, e := range p.Events {
		types[i] = e.Type
	}
	return strings.Join(types, " ")
}

// UnmarshalJSON keeps each event's own bytes.
func (p *Polled) UnmarshalJSON(data []byte) error {
	var raw struct {
		Events []json.RawMessage
		Cursor string
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if raw.Events == nil {
		return fmt.Errorf("a poll's answer has no events: %s", data)
	}
	p.Cursor = raw.Cursor
	for _, e := range raw.Events {
		var f Frame
		if err := json.Unmarshal(e, &f); err != nil {
			return err
		}
		f.Raw = e
		p.Events = append(p.Events, f)
	}
	return nil
}

// Poll asks for what came after the cursor, waiting for it for this many seconds.
func (c *Client) Poll(cursor string, wait int) Polled {
	c.t.Helper()
	reply := c.Get(fmt.Sprintf("/api/v1/events?cursor=%s&wait=%d", Query(cursor), wait)).Want(c.t, http.StatusOK)
	return Decode[Polled](reply)
}
