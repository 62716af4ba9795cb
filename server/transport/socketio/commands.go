package socketio

import (
	"bytes"
	"encoding/json"
	"errors"

	"parley/models"
	"parley/server/hub"
	"parley/server/wire"
)

// Event implements Listener.
func (m *member) Event(e Event) {
	var err error
	if m.session.Who.ReadOnly && e.Name != "join" && e.Name != "leave" && e.Name != "rooms" {
		m.fail(e, errReadOnly())
		return
	}
	switch e.Name {
	case "message", "json":
		err = m.send(e)
	case "join":
		err = m.join(e)
	case "leave":
		err = m.leave(e)
	case "rooms":
		err = m.rooms(e)
	case "typing":
		err = m.typing(e)
	case "read":
		err = m.read(e)
	default:
		err = m.relay(e)
	}
	if err != nil {
		m.fail(e, err)
	}
}

func errReadOnly() error { return models.Forbidden("This token may not write.") }

// answer sends an ack to a client that wants one.
func answerEvent(e Event, v any) {
	if e.Ack == nil {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte(`{"ok":false}`) // the shapes hold nothing that cannot be encoded
	}
	e.Ack([]json.RawMessage{b})
}

// answerDone is the ack of an event whose only answer is that it was carried out.
func answerDone(e Event) {
	answerEvent(e, struct {
		OK bool `json:"ok"`
	}{true})
}

// failure is the ack of an event that was not carried out.
type failure struct {
	OK         bool        `json:"ok"`
	Code       models.Code `json:"code"`
	Detail     string      `json:"detail"`
	RetryAfter float64     `json:"retry_after,omitempty"`
}

// fail answers an event that was not carried out, and ends a connection that sends too many of them.
func (m *member) fail(e Event, err error) {
	switch m.answerFailure(e, err) {
	case models.CodeBadRequest, models.CodeValidation:
		if m.bad++; m.bad >= maxBad {
			m.Close(hub.CloseBadFlood, "too many bad events")
		}
	case models.CodeRateLimited:
		m.countRefused()
	}
}

// answerFailure is the ack of an event that was not carried out; it returns the code that it named. It may be called by
// any goroutine.
func (m *member) answerFailure(e Event, err error) models.Code {
	var ours *models.Error
	if !errors.As(err, &ours) || ours.Code == models.CodeInternal {
		ours = models.NewError(models.CodeInternal, "Something went wrong here. It was logged.")
		m.chat.log.Error("an event of Socket.IO", "event", e.Name, "error", err)
	}
	answerEvent(e, failure{Code: ours.Code, Detail: ours.Detail, RetryAfter: ours.RetryAfter.Seconds()})
	return ours.Code
}

func (m *member) countRefused() {
	if m.refusals.Add(1) == maxRefused {
		m.Close(hub.CloseTooMany, "too many messages")
	}
}

// ready says whether an event that is no message may be carried out now.
func (m *member) ready() error {
	if m.chat.draining.Load() {
		return models.Busy("The server is stopping.", nil)
	}
	if !m.allowance.Allow() {
		return models.RateLimited("Too many events in a short time.", 0)
	}
	return nil
}

// about is the argument of an event that is about a room: its id or name, or an object that has one of them.
type about struct {
	Room       string `json:"room"`
	RoomID     string `json:"room_id"`
	Since      *int64 `json:"since"`
	Num        *int64 `json:"num"`
	ClientID   string `json:"client_id"`
	ThreadID   string `json:"thread_id"`
	AlsoInRoom bool   `json:"also_in_room"`
}

func (a *about) name() string {
	if a.RoomID != "" {
		return a.RoomID
	}
	return a.Room
}

// about reads what an event is about that is no message, where it may be carried out now.
func (m *member) about(e Event) (about, error) {
	if err := m.ready(); err != nil {
		return about{}, err
	}
	return aboutOf(e)
}

// aboutOf reads the first argument. Objects may hold whatever else their page likes.
func aboutOf(e Event) (about, error) {
	var a about
	if len(e.Args) == 0 {
		return a, nil
	}
	switch first := bytes.TrimSpace(e.Args[0]); first[0] {
	case '"':
		if err := json.Unmarshal(first, &a.Room); err != nil {
			return a, badEvent("The argument is not a text.")
		}
	case '{':
		if err := json.Unmarshal(first, &a); err != nil {
			return a, badEvent("room, room_id and client_id are texts, since and num numbers.")
		}
	}
	return a, nil
}

func badEvent(detail string) error { return models.NewError(models.CodeBadRequest, detail) }

// find returns the room that an event is about; general where it names none.
func (m *member) find(a about) (wire.ID, error) {
	name := a.name()
	if name == "" {
		if m.general == 0 {
			return 0, models.NotFound("There is no such room.")
		}
		return m.general, nil
	}
	if id, ok := m.entered(name); ok {
		return id, nil
	}
	r, err := m.chat.cases.Find(m.chat.ctx, m.user, name)
	if err != nil {
		return 0, err
	}
	return parseID(r.ID)
}

// entered finds a room that the client hears without asking the store.
func (m *member) entered(name string) (wire.ID, bool) {
	id, ok := m.names[name]
	if !ok {
		var err error
		if id, err = parseID(name); err != nil {
			return 0, false
		}
	}
	return id, m.session.Hears(id)
}

// remember keeps by which name a room was entered. One room has as many spellings as its letters have cases, so what is
// kept is bounded; a name that was let go is looked up again.
func (m *member) remember(name string, room wire.ID) {
	if len(m.names) >= maxNames {
		clear(m.names)
	}
	m.names[name] = room
}

// placed is a room as acks name it.
type placed struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Seq  int64  `json:"seq,omitempty"`
}

// join subscribes this client to a room, and makes its account a member of an open one.
func (m *member) join(e Event) error {
	a, err := m.about(e)
	if err != nil {
		return err
	}
	if a.name() == "" {
		return badEvent("join needs a room.")
	}
	found, err := m.chat.cases.Find(m.chat.ctx, m.user, a.name())
	if err != nil {
		return err
	}
	room := &found
	id, err := parseID(room.ID)
	if err != nil {
		return err
	}
	if room.Me == nil {
		if m.session.Who.ReadOnly {
			return errReadOnly() // to become a member is to write
		}
		joined, err := m.chat.cases.Join(m.chat.ctx, m.user, id)
		if err != nil {
			return err
		}
		room = &joined
	}
	m.remember(a.name(), id)
	if a.Since != nil {
		// The answer comes first, so that the client knows what the catch-up belongs to.
		m.joined(e, room)
		m.enter(id, room.Seq, a.Since)
		return nil
	}
	m.enter(id, room.Seq, nil)
	m.joined(e, room)
	return nil
}

func (m *member) joined(e Event, r *wire.Room) {
	answerEvent(e, struct {
		OK   bool   `json:"ok"`
		Room placed `json:"room"`
		Seq  int64  `json:"seq"`
	}{true, placed{ID: r.ID, Name: r.Name}, r.Seq})
}

// leave unsubscribes this client, and nothing else: its account stays a member.
func (m *member) leave(e Event) error {
	a, err := m.about(e)
	if err != nil {
		return err
	}
	id, err := m.find(a)
	if err != nil {
		return err
	}
	m.session.Exit(id)
	answerDone(e)
	return nil
}

// rooms tells which rooms this client hears.
func (m *member) rooms(e Event) error {
	if err := m.ready(); err != nil {
		return err
	}
	out := []placed{}
	for _, id := range m.session.Entered() {
		r, err := m.chat.cases.Find(m.chat.ctx, m.user, id.String())
		if err != nil {
			return err
		}
		out = append(out, placed{ID: r.ID, Name: r.Name, Seq: r.Seq})
	}
	answerEvent(e, struct {
		OK    bool     `json:"ok"`
		Rooms []placed `json:"rooms"`
	}{true, out})
	return nil
}

func (m *member) typing(e Event) error {
	a, err := m.about(e)
	if err != nil {
		return err
	}
	id, err := m.find(a)
	if err != nil {
		return err
	}
	if !m.session.Typing(id) {
		return models.NewError(models.CodeNotAMember, "Join the room first.")
	}
	answerDone(e)
	return nil
}

func (m *member) read(e Event) error {
	a, err := m.about(e)
	if err != nil {
		return err
	}
	if a.Num == nil {
		return models.Invalid("num", "required", "read needs num.")
	}
	id, err := m.find(a)
	if err != nil {
		return err
	}
	if err := m.chat.cases.Read(m.chat.ctx, m.user, id, *a.Num, m.session.ID); err != nil {
		return err
	}
	answerDone(e)
	return nil
}
