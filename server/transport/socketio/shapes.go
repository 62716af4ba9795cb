package socketio

import (
	"encoding/json"
	"sync"

	"parley/server/hub"
	"parley/server/wire"
)

const (
	// What was sent in a shape of its own is remembered for so many messages, and so many bytes of them.
	maxShapes     = 4096
	maxShapeBytes = 8 << 20
)

// shapes remembers how clients of the namespace / wrote their messages, so that the others get them the same way while
// they are live. The store knows the text alone: a message that is caught up arrives as the Message object.
type shapes struct {
	mu    sync.Mutex
	known map[shapeKey]json.RawMessage
	order []shapeKey
	bytes int
}

type shapeKey struct {
	sender   wire.ID
	clientID string
}

func newShapes() *shapes { return &shapes{known: map[shapeKey]json.RawMessage{}} }

func (s *shapes) remember(k shapeKey, shape json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.known[k]; again {
		return // the first counts, as it does for the text
	}
	s.known[k] = shape
	s.order = append(s.order, k)
	s.bytes += len(shape)
	for len(s.order) > maxShapes || s.bytes > maxShapeBytes && len(s.order) > 1 {
		s.bytes -= len(s.known[s.order[0]])
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
}

func (s *shapes) of(sender wire.ID, clientID string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[shapeKey{sender, clientID}]
}

// events is the protocol of one namespace: one encoding of an event serves all of its clients.
type events struct {
	namespace string
	shapes    *shapes // nil: every message arrives as the Message object
}

// Kind implements hub.Protocol.
func (p events) Kind() hub.Kind {
	if p.shapes == nil {
		return hub.KindSocketIOFull
	}
	return hub.KindSocketIO
}

// Append implements hub.Protocol.
func (p events) Append(b []byte, e *wire.Event, whole []byte) []byte {
	name, arg := string(e.Type), json.RawMessage(whole)
	switch e.Type {
	case wire.MessageCreated:
		name, arg = "message", p.message(e.Message)
	case wire.MessageUpdated, wire.MessageDeleted:
		arg = e.Message.AppendJSON(nil)
	case wire.MemberJoined:
		name = "joined"
	case wire.MemberLeft:
		name = "left"
	case wire.Typing, wire.Presence, wire.Synced, wire.Reset:
	default:
		if p.shapes != nil {
			return b // the classic pages know nothing of it
		}
	}
	return appendPacket(b, packetEvent, p.namespace, noID, eventData(name, arg))
}

func (p events) message(m *wire.Message) json.RawMessage {
	if p.shapes != nil {
		sender, _ := parseID(m.Sender.ID)
		if shape := p.shapes.of(sender, m.ClientID); shape != nil {
			return shape
		}
	}
	return m.AppendJSON(nil)
}
