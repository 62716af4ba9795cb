package poll

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"parley/models"
	"parley/server/hub"
	"parley/server/wire"
)

// Chat is what the transports ask of the use cases.
type Chat interface {
	// Hello returns the account's rooms in one view, or an error when the identity no longer holds.
	Hello(ctx context.Context, who hub.Identity) (wire.Hello, error)
}

// Observer is told what one of the two transports does; for metrics.
type Observer interface {
	Opened()
	Gone()
	Stalled()
	Sent(bytes int)
	Told(events int) // of rooms, with a seq
}

// Options are what a server is made of.
type Options struct {
	Hub       *hub.Hub
	Chat      Chat
	Log       *slog.Logger
	Heartbeat time.Duration // between comments on a quiet stream; 0: 15 s, under what proxies cut at
	Streams   Observer
	Polls     Observer
}

// Server makes hub sessions of requests for events.
type Server struct {
	hub       *hub.Hub
	chat      Chat
	log       *slog.Logger
	heartbeat time.Duration
	streams   Observer
	polls     Observer

	drain    sync.Once
	draining chan struct{}
}

// New returns a server.
func New(o Options) *Server {
	s := &Server{
		hub: o.Hub, chat: o.Chat, log: o.Log, heartbeat: o.Heartbeat, streams: o.Streams, polls: o.Polls,
		draining: make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.heartbeat == 0 {
		s.heartbeat = 15 * time.Second
	}
	return s
}

// Drain ends every stream and answers every poll with what it has; new ones are refused.
func (s *Server) Drain() { s.drain.Do(func() { close(s.draining) }) }

func (s *Server) stopping() bool {
	select {
	case <-s.draining:
		return true
	default:
		return false
	}
}

// Request is what a client asks for.
type Request struct {
	Cursor string    // "": from now on, but for the rooms of Since
	Open   []wire.ID // rooms on screen: typing and presence are wanted
	Hello  bool      // a poll begins with the hello too; a stream always does
	// What a client without a cursor has of its rooms, as in the hello of a socket.
	Epoch string
	Since map[wire.ID]int64
}

var errTooMany = models.RateLimited("This account has too many connections.", 10*time.Second)

// follower is one request on the hub.
type follower struct {
	*mailbox
	server *Server
	at     cursor // where the client will stand once it has what was taken
	hello  wire.Hello
}

// follow begins a session at the client's cursor; what it missed waits in the mailbox when follow returns. The caller
// closes the session. synced says whether rooms in which nothing was missed are told so.
func (s *Server) follow(ctx context.Context, who hub.Identity, q Request, stream bool) (*follower, error) {
	if s.stopping() {
		return nil, models.Busy("The server is stopping.", nil)
	}
	f := &follower{mailbox: newMailbox(), server: s}
	if q.Cursor != "" {
		var err error
		if f.at, err = parseCursor(q.Cursor); err != nil {
			return nil, err
		}
	}
	if !s.hub.Admit(who.UserID) {
		return nil, errTooMany
	}
	f.session = s.hub.Open(who, records{}, f.mailbox)
	var err error
	if f.hello, err = s.chat.Hello(ctx, who); err != nil {
		f.session.Close()
		return nil, err
	}
	f.hello.HeartbeatS = int(s.heartbeat / time.Second)
	f.start(ctx, q, stream)
	return f, nil
}

func (f *follower) start(ctx context.Context, q Request, stream bool) {
	var greeting []byte
	if stream || q.Hello {
		greeting = appendRecord(nil, leaves, 0, 0, f.hello.JSON())
	}
	sameEpoch := f.at.epoch == f.hello.Epoch
	fresh := q.Cursor == ""
	if fresh {
		sameEpoch = q.Epoch == "" || q.Epoch == f.hello.Epoch
	}
	joined := make([]hub.Joined, 0, len(f.hello.Rooms))
	cursors := map[wire.ID]int64{}
	for _, s := range f.at.spots {
		cursors[s.room] = s.seq
	}
	if fresh {
		maps.Copy(cursors, q.Since)
	}
	f.at.epoch = f.hello.Epoch
	for i := range f.hello.Rooms {
		r := &f.hello.Rooms[i]
		id, err := models.ParseID(r.ID)
		if err != nil {
			continue // the server's own ids parse
		}
		joined = append(joined, hub.Joined{RoomID: id, Seq: r.Seq})
		seq, known := f.at.seq(id)
		switch {
		case fresh:
			if since, named := q.Since[id]; named {
				f.at.set(id, since)
			} else {
				f.at.set(id, r.Seq)
			}
		case !known:
			// Joined since the cursor was made: everything from the joining on is news.
			e := &wire.Event{Type: wire.RoomAdded, RoomID: id, Room: &r.Room}
			greeting = appendRecord(greeting, moves, id, r.JoinedSeq-1, e.AppendJSON(nil))
			f.at.set(id, r.JoinedSeq-1)
			cursors[id] = r.JoinedSeq - 1
		case sameEpoch && seq == r.Seq && !stream:
			delete(cursors, id) // a poll that has missed nothing must wait, not be told so
		}
	}
	f.session.Start(ctx, greeting, joined, cursors, sameEpoch)
	for _, room := range q.Open {
		if stream || q.Hello {
			f.session.OpenRoom(room)
		} else {
			f.session.Watch(room)
		}
	}
}

// why turns a close code into the answer to a request that has not been answered yet.
func why(code int) error {
	switch code {
	case hub.CloseSignedOut:
		return models.NewError(models.CodeNotSignedIn, "The sign-in has ended.")
	case hub.CloseRestart:
		return nil
	}
	return models.Busy("The server could not read what was missed.", nil)
}
