package hub

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"parley/server/wire"
)

// Options are what a hub is made of.
type Options struct {
	Source         Source
	Log            *slog.Logger     // nil: discarded
	Now            func() time.Time // nil: the clock
	Observer       Observer         // nil: nobody looks
	MaxConnections int              // for one account; 0: no limit
}

// Observer is told what the hub does; for metrics.
type Observer interface {
	Published(e *wire.Event)
	Delivered(k Kind, events int) // to that many connections of the kind, one event each
	CaughtUp(how string)          // ring, store, reset, behind
}

type nobody struct{}

func (nobody) Published(*wire.Event) {}
func (nobody) Delivered(Kind, int)   {}
func (nobody) CaughtUp(string)       {}

// Hub is the meeting place of sessions and rooms. Its methods are safe for concurrent use and never wait.
type Hub struct {
	source  Source
	log     *slog.Logger
	clock   func() time.Time
	observe Observer
	limit   int
	ctx     context.Context
	cancel  context.CancelFunc

	mu     sync.RWMutex
	rooms  map[wire.ID]*room
	people map[wire.ID]*person
	nextID uint64
}

// New returns a hub. Close it when the process ends.
func New(o Options) *Hub {
	h := &Hub{
		source: o.Source, log: o.Log, clock: o.Now, observe: o.Observer, limit: o.MaxConnections,
		rooms: map[wire.ID]*room{}, people: map[wire.ID]*person{},
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.clock == nil {
		h.clock = time.Now
	}
	if h.observe == nil {
		h.observe = nobody{}
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	go h.sweep()
	return h
}

// Close ends the hub's own work. Sessions are closed by their transports.
func (h *Hub) Close() { h.cancel() }

// SetSource says where catch-ups are read from; call it before the first session.
func (h *Hub) SetSource(s Source) { h.source = s }

func (h *Hub) now() time.Time { return h.clock() }

// room returns a room, made on first use. Rooms stay: an empty one is some 200 bytes, and its head seq is what tells a
// cursor that is up to date from one that is not.
func (h *Hub) room(id wire.ID) *room {
	h.mu.RLock()
	r := h.rooms[id]
	h.mu.RUnlock()
	if r != nil {
		return r
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if r = h.rooms[id]; r == nil {
		r = &room{id: id, hub: h, used: h.now()}
		h.rooms[id] = r
	}
	return r
}

// Publish hands an event with a seq to everybody in its room. Call it in the order of the commits. The event must not
// be changed afterwards.
func (h *Hub) Publish(e *wire.Event) {
	h.observe.Published(e)
	h.room(e.RoomID).publish(e)
}

// ToUser hands an event to every connection of one account but the one numbered except.
func (h *Hub) ToUser(user wire.ID, e *wire.Event, except uint64) {
	for _, s := range h.sessionsOf(user) {
		if s.ID == except {
			continue
		}
		s.mu.Lock()
		if s.state == greeting {
			s.late = append(s.late, e)
		}
		ready := s.state == live
		s.mu.Unlock()
		if ready {
			s.Send(encode(s.protocol, e))
		}
	}
}

// EndSession closes every connection that was opened by a credential.
func (h *Hub) EndSession(credential wire.ID) {
	h.end(func(s *Session) bool { return s.Who.Credential == credential })
}

// EndUser closes every connection of an account but those opened by the credential except; 0 spares none.
func (h *Hub) EndUser(user, except wire.ID) {
	h.end(func(s *Session) bool { return s.User == user && (except == 0 || s.Who.Credential != except) })
}

// end takes the matching sessions out of their rooms at once, so that nothing more reaches them, and closes them.
func (h *Hub) end(match func(*Session) bool) {
	for _, s := range h.sessions(match) {
		s.Close()
		s.sink.Close(CloseSignedOut, "signed out")
	}
}

// CloseAll closes every connection: the server is about to stop.
func (h *Hub) CloseAll(code int, reason string) {
	for _, s := range h.sessions(func(*Session) bool { return true }) {
		s.Close()
		s.sink.Close(code, reason)
	}
}

// Connections returns how many sessions there are.
func (h *Hub) Connections() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	for _, p := range h.people {
		n += len(p.sessions)
	}
	return n
}

// Credentials returns the credentials that have a connection open, each once, to check that they still hold.
func (h *Hub) Credentials() []wire.ID {
	seen := map[wire.ID]struct{}{}
	var ids []wire.ID
	for _, s := range h.sessions(func(*Session) bool { return true }) {
		if _, ok := seen[s.Who.Credential]; !ok {
			seen[s.Who.Credential] = struct{}{}
			ids = append(ids, s.Who.Credential)
		}
	}
	return ids
}

func (h *Hub) sessions(match func(*Session) bool) []*Session {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var ss []*Session
	for _, p := range h.people {
		for _, s := range p.sessions {
			if match(s) {
				ss = append(ss, s)
			}
		}
	}
	return ss
}

// ringLife is how long a quiet room keeps its ring: longer than any reconnect that is worth a shortcut.
const ringLife = 2 * time.Minute

// sweep takes the rings of quiet rooms away.
func (h *Hub) sweep() {
	tick := time.NewTicker(ringLife / 2)
	defer tick.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
		}
		h.mu.RLock()
		rooms := make([]*room, 0, len(h.rooms))
		for _, r := range h.rooms {
			rooms = append(rooms, r)
		}
		h.mu.RUnlock()
		for _, r := range rooms {
			r.mu.Lock()
			if h.now().Sub(r.used) > ringLife {
				r.ring.forget()
			}
			r.mu.Unlock()
		}
	}
}
