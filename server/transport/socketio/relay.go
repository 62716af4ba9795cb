package socketio

import (
	"parley/models"
	"parley/server/hub"
)

// relay passes an event of another name to the other Socket.IO clients in the room that its first argument names, where
// this client is in it and the room takes such events. Nothing is kept of it, and who is slow misses it.
func (m *member) relay(e Event) error {
	a, err := m.about(e)
	if err != nil {
		return err
	}
	if a.name() == "" || len(e.Args) == 0 || e.Args[0][0] != '{' {
		return badEvent("An event of this name goes to the room that its object names as room.")
	}
	id, err := m.find(a)
	if err != nil {
		return err
	}
	if !m.session.Hears(id) {
		return models.NewError(models.CodeNotAMember, "Join the room first.")
	}
	if err := m.chat.cases.MayRelay(m.chat.ctx, m.user, id); err != nil {
		return err
	}
	kind, data := eventKind(packetEvent, e.Attachments), eventData(e.Name, e.Args...)
	there := m.session.Relay(id, func(k hub.Kind) []byte {
		switch k {
		case hub.KindSocketIO:
			return appendPacket(nil, kind, namespaceCompatible, noID, data, e.Attachments...)
		case hub.KindSocketIOFull:
			return appendPacket(nil, kind, namespaceFull, noID, data, e.Attachments...)
		}
		return nil
	})
	if !there {
		return models.NewError(models.CodeNotAMember, "Join the room first.")
	}
	answerDone(e)
	return nil
}
