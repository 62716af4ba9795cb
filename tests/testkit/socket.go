package testkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// Socket is one WebSocket connection. A goroutine reads every frame into a list as it comes and checks the order
// that the contract promises; the faults it finds fail the test when it ends.
type Socket struct {
	t    testing.TB
	conn *websocket.Conn
	name string

	writing sync.Mutex

	mu      sync.Mutex
	frames  []Frame
	taken   []bool
	order   *order
	changed chan struct{} // closed and replaced at each frame and at the end
	ended   error         // why reading ended; nil while it goes on
	refs    int
	stalls  bool // its order is not checked: how a stalled reader is caught up is the server's choice
}

func (s *Socket) read() {
	for {
		kind, data, err := s.conn.ReadMessage()
		var f Frame
		switch {
		case err != nil:
		case kind != websocket.TextMessage:
			err = fmt.Errorf("a frame of kind %d, want text", kind)
		case !utf8.Valid(data):
			err = fmt.Errorf("a frame is not UTF-8: %q", data)
		default:
			if err = json.Unmarshal(data, &f); err != nil {
				err = fmt.Errorf("a frame is not the JSON of the contract: %w: %s", err, data)
			}
			f.Raw = data
		}
		if s.receive(f, err) {
			return
		}
	}
}

// receive files a frame or the end, and says whether it was the end.
func (s *Socket) receive(f Frame, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.ended = err
	} else {
		if !s.stalls {
			s.order.see(f)
		}
		s.frames = append(s.frames, f)
		s.taken = append(s.taken, false)
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return err != nil
}

// Hello sends the first frame with these cursors and returns the server's hello.
func (s *Socket) Hello(epoch string, cursors map[string]int64) Frame {
	s.t.Helper()
	hello := Object{"type": "hello"}
	if epoch != "" {
		hello["epoch"] = epoch
	}
	if cursors != nil {
		hello["rooms"] = cursors
		s.Expecting(cursors)
	}
	s.Write(hello)
	return s.Expect("hello")
}

// Expecting tells the order check that a catch-up from these cursors comes.
func (s *Socket) Expecting(cursors map[string]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order.expect(cursors)
}

// Write sends one object. A connection that has ended swallows it: what matters is what comes back.
func (s *Socket) Write(v any) {
	s.t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		s.t.Fatalf("encode a frame: %v", err)
	}
	_ = s.WriteRaw(websocket.TextMessage, data)
}

// WriteRaw sends one frame of these bytes.
func (s *Socket) WriteRaw(kind int, data []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(Deadline))
	return s.conn.WriteMessage(kind, data)
}

// Send sends message.send and returns its ref.
func (s *Socket) Send(roomID, clientID, text string) string {
	s.t.Helper()
	ref := s.NewRef()
	s.Write(Object{"type": "message.send", "ref": ref, "room_id": roomID, "client_id": clientID, "text": text})
	return ref
}

// Say sends a message and waits for its ack.
func (s *Socket) Say(roomID, clientID, text string) Frame {
	s.t.Helper()
	return s.Answer(s.Send(roomID, clientID, text))
}

// NewRef is a ref that this connection has not used.
func (s *Socket) NewRef() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refs++
	return fmt.Sprintf("r%d", s.refs)
}

// Answer waits for the ack, pong or error with this ref.
func (s *Socket) Answer(ref string) Frame {
	s.t.Helper()
	return s.Await("the answer to ref "+ref, func(f Frame) bool { return f.Ref == ref })
}

// Expect takes the first frame of this type that no earlier call took, waiting for it if need be.
func (s *Socket) Expect(kind string) Frame {
	s.t.Helper()
	return s.Await(kind, func(f Frame) bool { return f.Type == kind })
}

// ExpectIn is Expect for one room.
func (s *Socket) ExpectIn(kind, roomID string) Frame {
	s.t.Helper()
	return s.Await(kind+" in room "+roomID, func(f Frame) bool { return f.Type == kind && f.RoomID == roomID })
}

// Await takes the first frame that fits and that no earlier call took, waiting for it if need be.
func (s *Socket) Await(what string, fits func(Frame) bool) Frame {
	s.t.Helper()
	f, err := s.TryAwait(fits)
	if err != nil {
		s.t.Fatalf("%s's socket waited for %s: %v; it has:\n%s", s.name, what, err, s.Transcript())
	}
	return f
}

// TryAwait is Await for goroutines: it returns the error.
func (s *Socket) TryAwait(fits func(Frame) bool) (Frame, error) {
	deadline := time.NewTimer(Deadline)
	defer deadline.Stop()
	from := 0
	for {
		s.mu.Lock()
		for i := from; i < len(s.frames); i++ {
			if !s.taken[i] && fits(s.frames[i]) {
				s.taken[i] = true
				f := s.frames[i]
				s.mu.Unlock()
				return f, nil
			}
		}
		from = len(s.frames)
		ended, changed := s.ended, s.changed
		s.mu.Unlock()
		if ended != nil {
			return Frame{}, fmt.Errorf("the connection ended: %w", ended)
		}
		select {
		case <-changed:
		case <-deadline.C:
			return Frame{}, fmt.Errorf("nothing in %v", Deadline)
		}
	}
}

// AwaitCount waits until this many frames have come in all, the connection has ended, or stop is closed.
func (s *Socket) AwaitCount(n int, stop <-chan struct{}) {
	deadline := time.NewTimer(Deadline)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		enough, changed := len(s.frames) >= n || s.ended != nil, s.changed
		s.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-changed:
		case <-stop:
			return
		case <-deadline.C:
			return
		}
	}
}

// Fence sends a ping and waits for its pong: every command sent before has then been read by the server.
func (s *Socket) Fence() {
	s.t.Helper()
	ref := s.NewRef()
	s.Write(Object{"type": "ping", "ref": ref})
	s.Answer(ref)
}

// Frames is every frame so far that fits.
func (s *Socket) Frames(fits func(Frame) bool) []Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Frame
	for _, f := range s.frames {
		if fits(f) {
			out = append(out, f)
		}
	}
	return out
}

// Transcript is what came, for a failing test's message.
func (s *Socket) Transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	from := max(0, len(s.frames)-30)
	for _, f := range s.frames[from:] {
		fmt.Fprintf(&b, "  %.300s\n", f.Raw)
	}
	return b.String()
}

// ExpectClose waits for the end and demands this close code.
func (s *Socket) ExpectClose(code int) {
	s.t.Helper()
	if got := s.WaitClosed(Deadline); got != code {
		s.t.Errorf("%s's socket closed with %d (%v), want %d", s.name, got, s.endedWith(), code)
	}
}

// WaitClosed waits for the end and returns the close code, or 0 where the connection ended without a close frame
// (which the library reports as 1006, a code that is never sent).
func (s *Socket) WaitClosed(within time.Duration) int {
	s.t.Helper()
	EventuallyWithin(s.t, within, s.name+"'s socket closes", func() bool { return s.endedWith() != nil })
	var closed *websocket.CloseError
	if errors.As(s.endedWith(), &closed) && closed.Code != websocket.CloseAbnormalClosure {
		return closed.Code
	}
	return 0
}

func (s *Socket) endedWith() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// Closed says whether the connection has ended.
func (s *Socket) Closed() bool { return s.endedWith() != nil }

// Bye closes the connection as the protocol has it, with code 1000.
func (s *Socket) Bye() {
	_ = s.WriteRaw(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
}

// Cut ends the connection without a word, as a lost network would.
func (s *Socket) Cut() { _ = s.conn.NetConn().Close() }

// Abort ends the connection with a reset, which throws away what is still under way.
func (s *Socket) Abort() {
	if tcp, ok := s.conn.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	s.Cut()
}

// Resume lets a silent socket read.
func (s *Socket) Resume() { go s.read() }

func (s *Socket) finish() {
	s.Cut()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range s.order.faults {
		s.t.Errorf("%s's socket: %s", s.name, fault)
	}
}
