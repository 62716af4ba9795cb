package hub

import (
	"time"

	"parley/server/wire"
)

// The states of presence.
const (
	Online  = "online"
	Away    = "away"
	Offline = "offline"
)

const (
	// lingers is how long a person who has lost the last connection still counts as there: a reload takes less.
	lingers = 2 * time.Second
	// presenceGathers is how long changes of presence are gathered before a room is told, so that a storm of
	// reconnects becomes a few writes.
	presenceGathers = 200 * time.Millisecond
	// typingEvery is how often one connection's typing is passed on at most.
	typingEvery = time.Second
	// presenceAtOnce bounds how many people's presence is told when a room comes on screen.
	presenceAtOnce = 1000
)

// person is an account with connections, or one that has just lost its last. Hub.mu guards it.
type person struct {
	sessions map[uint64]*Session
	admitted int    // handshakes let in, sessions or about to be
	live     int    // sessions that have had their hello
	told     string // what others were told last; "" is offline
}

// Admit counts a connection of the account before its handshake; false means that it has as many as it may. Every
// Admit that returned true needs one Dismiss, which Session.Close does for a session that was opened.
func (h *Hub) Admit(user wire.ID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.person(user)
	if h.limit > 0 && p.admitted >= h.limit {
		return false
	}
	p.admitted++
	return true
}

// Dismiss gives a place back whose handshake failed.
func (h *Hub) Dismiss(user wire.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.people[user]; p != nil {
		p.admitted--
		h.forget(user, p)
	}
}

func (h *Hub) person(user wire.ID) *person {
	p := h.people[user]
	if p == nil {
		p = &person{sessions: map[uint64]*Session{}}
		h.people[user] = p
	}
	return p
}

func (h *Hub) forget(user wire.ID, p *person) {
	if p.admitted == 0 && len(p.sessions) == 0 && p.told == "" {
		delete(h.people, user)
	}
}

// Open makes a session for a connection that was admitted. From now on joins reach it; nothing is sent before Start.
func (h *Hub) Open(who Identity, protocol Protocol, sink Sink) *Session {
	return h.open(who, protocol, sink, false)
}

// OpenPicky is Open for a connection that enters rooms one by one, instead of all of its account's.
func (h *Hub) OpenPicky(who Identity, protocol Protocol, sink Sink) *Session {
	return h.open(who, protocol, sink, true)
}

func (h *Hub) open(who Identity, protocol Protocol, sink Sink, picky bool) *Session {
	s := &Session{picky: picky, Who: who, User: who.UserID, hub: h, sink: sink, protocol: protocol, subs: map[wire.ID]*sub{}}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.nextID++
	s.ID = h.nextID
	h.person(s.User).sessions[s.ID] = s
	return s
}

func (h *Hub) sessionsOf(user wire.ID) []*Session {
	h.mu.RLock()
	defer h.mu.RUnlock()
	p := h.people[user]
	if p == nil {
		return nil
	}
	ss := make([]*Session, 0, len(p.sessions))
	for _, s := range p.sessions {
		ss = append(ss, s)
	}
	return ss
}

func (h *Hub) arrive(s *Session) {
	h.mu.Lock()
	if p := h.people[s.User]; p != nil && p.sessions[s.ID] == s {
		p.live++
	}
	h.mu.Unlock()
	h.tell(s.User, nil)
}

func (h *Hub) leave(s *Session, subs map[wire.ID]*sub, wasLive bool) {
	h.mu.Lock()
	p := h.people[s.User]
	if p == nil {
		h.mu.Unlock()
		return
	}
	delete(p.sessions, s.ID)
	p.admitted--
	if wasLive {
		p.live--
	}
	last := p.live == 0
	h.forget(s.User, p)
	h.mu.Unlock()
	if !wasLive {
		return
	}
	rooms := make([]*room, 0, len(subs))
	for _, sb := range subs {
		rooms = append(rooms, sb.room)
	}
	if !last {
		h.tell(s.User, nil)
		return
	}
	time.AfterFunc(lingers, func() { h.tell(s.User, rooms) })
}

// tell passes on an account's presence where it has changed. rooms are those of a session that is gone already.
func (h *Hub) tell(user wire.ID, rooms []*room) {
	h.mu.Lock()
	p := h.people[user]
	if p == nil {
		h.mu.Unlock()
		return
	}
	status := p.status()
	if status == p.told {
		h.forget(user, p)
		h.mu.Unlock()
		return
	}
	p.told = status
	sessions := make([]*Session, 0, len(p.sessions))
	for _, s := range p.sessions {
		sessions = append(sessions, s)
	}
	h.forget(user, p)
	h.mu.Unlock()
	if status == "" {
		status = Offline
	}
	// All of them: one that is still being greeted is in no room yet.
	told := map[*room]struct{}{}
	for _, s := range sessions {
		rooms = append(rooms, s.rooms()...)
	}
	for _, r := range rooms {
		if _, ok := told[r]; !ok {
			told[r] = struct{}{}
			r.flag(user, status)
		}
	}
}

// status is what others should see; "" where the person has no connection.
func (p *person) status() string {
	if p.live == 0 {
		return ""
	}
	for _, s := range p.sessions {
		if !s.isHidden() {
			return Online
		}
	}
	return Away
}

func (s *Session) isHidden() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hidden
}

func (s *Session) rooms() []*room {
	s.mu.Lock()
	defer s.mu.Unlock()
	rs := make([]*room, 0, len(s.subs))
	for _, sb := range s.subs {
		rs = append(rs, sb.room)
	}
	return rs
}

// flag notes a change of presence and tells the room's viewers soon.
func (r *room) flag(user wire.ID, status string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.viewers == 0 {
		return
	}
	if r.flags == nil {
		r.flags = map[wire.ID]string{}
		time.AfterFunc(presenceGathers, r.tellFlags)
	}
	r.flags[user] = status
}

func (r *room) tellFlags() {
	r.mu.Lock()
	flags := r.flags
	r.flags = nil
	r.mu.Unlock()
	for user, status := range flags {
		r.whisper(&wire.Event{Type: wire.Presence, UserID: user, Status: status})
	}
}

// OpenRoom says that a room came on screen: typing and presence are wanted from now on. It reports false where the
// session is not in the room.
func (s *Session) OpenRoom(room wire.ID) bool {
	r := s.view(room, true)
	if r == nil {
		return false
	}
	s.hub.tell(s.User, nil)
	r.introduce(s)
	return true
}

// Watch is OpenRoom without being told at once who is there, for connections that come and go too often to be told each
// time.
func (s *Session) Watch(room wire.ID) bool { return s.view(room, true) != nil }

// CloseRoom says that a room left the screen.
func (s *Session) CloseRoom(room wire.ID) bool {
	r := s.view(room, false)
	if r == nil {
		return false
	}
	s.hub.tell(s.User, nil)
	return true
}

func (s *Session) view(id wire.ID, on bool) *room {
	r := s.hub.room(id)
	r.mu.Lock()
	defer r.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	sb := s.subs[id]
	_, behind := s.behind[id]
	if sb == nil && !behind {
		return nil
	}
	if s.onScreen == nil {
		s.onScreen = map[wire.ID]struct{}{}
	}
	if on {
		s.onScreen[id] = struct{}{}
	} else {
		delete(s.onScreen, id)
	}
	s.hidden = len(s.onScreen) == 0
	if sb != nil && sb.viewing != on {
		sb.viewing = on
		if on {
			r.viewers++
		} else {
			r.viewers--
		}
	}
	return r
}

// introduce tells a session who of the room is there.
func (r *room) introduce(s *Session) {
	r.mu.Lock()
	seen := map[wire.ID]struct{}{}
	for _, sb := range r.subs {
		if len(seen) == presenceAtOnce {
			break
		}
		seen[sb.session.User] = struct{}{}
	}
	r.mu.Unlock()
	var b []byte
	s.hub.mu.RLock()
	for user := range seen {
		status := Offline
		if p := s.hub.people[user]; p != nil && p.told != "" {
			status = p.told
		}
		e := &wire.Event{Type: wire.Presence, UserID: user, Status: status}
		b = s.protocol.Append(b, e, e.AppendJSON(nil))
	}
	s.hub.mu.RUnlock()
	s.sink.WriteEphemeral(b)
}

// Typing tells those who have the room on screen that the session's person is writing. It reports false where the
// session is not in the room.
func (s *Session) Typing(room wire.ID) bool {
	s.mu.Lock()
	sb := s.subs[room]
	now := s.hub.now()
	quiet := now.Sub(s.typedAt) < typingEvery
	if sb != nil && !quiet {
		s.typedAt = now
	}
	s.mu.Unlock()
	if sb == nil {
		return false
	}
	if !quiet {
		sb.room.whisper(&wire.Event{Type: wire.Typing, RoomID: room, User: &s.Who.User, UserID: s.User})
	}
	return true
}

// Typing is Session.Typing for an account that says so by other means than its connection. It reports false where no
// connection of the account hears the room.
func (h *Hub) Typing(user, room wire.ID) bool {
	for _, s := range h.sessionsOf(user) {
		if s.Typing(room) {
			return true
		}
	}
	return false
}
