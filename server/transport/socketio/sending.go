package socketio

import (
	"crypto/rand"
	"encoding/json"

	"parley/models"
	"parley/server/wire"
)

// send is message and json: any JSON value. It arrives on this namespace as it was sent.
func (m *member) send(e Event) error {
	if m.chat.draining.Load() {
		return models.Busy("The server is stopping.", nil)
	}
	if len(e.Args) == 0 || len(e.Attachments) > 0 {
		return badEvent("A message is a text or an object, without binaries.")
	}
	a, d := about{}, wire.Draft{}
	if first := e.Args[0]; first[0] == '{' {
		var err error
		if a, err = aboutOf(e); err != nil {
			return err
		}
	}
	var err error
	if d.RoomID, err = m.find(a); err != nil {
		return err
	}
	if a.ThreadID != "" {
		if d.ThreadID, err = parseID(a.ThreadID); err != nil {
			return models.NotFound("There is no such thread.")
		}
	}
	d.Text, d.ClientID, d.AlsoInRoom = textOf(e.Args[0]), a.ClientID, a.AlsoInRoom
	if d.ClientID == "" {
		d.ClientID = "sio-" + rand.Text()
	}
	m.unacked <- struct{}{} // waits while too many are there: the client's own connection then holds it back
	if m.protocol.shapes != nil {
		m.chat.shapes.remember(shapeKey{m.user, d.ClientID}, e.Args[0])
	}
	m.chat.cases.Submit(m.user, d, func(stored *wire.Message, duplicate bool, err error) {
		<-m.unacked
		if err != nil {
			m.refuseSend(e, err)
			return
		}
		answerEvent(e, struct {
			OK        bool   `json:"ok"`
			ID        string `json:"id"`
			Seq       int64  `json:"seq"`
			Duplicate bool   `json:"duplicate,omitempty"`
		}{true, stored.ID.String(), stored.Seq, duplicate})
	})
	return nil
}

// refuseSend is fail for the goroutine of the store, which does not count what was not understood.
func (m *member) refuseSend(e Event, err error) {
	m.answerFailure(e, err)
	m.countRefused()
}

// textOf is what the rest of Parley sees of a message: a text as it is, of an object what it most likely says, of
// everything else its JSON.
func textOf(arg json.RawMessage) string {
	var text string
	if json.Unmarshal(arg, &text) == nil {
		return text
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(arg, &fields) == nil {
		for _, name := range []string{"text", "message", "msg", "data", "body", "content"} {
			if raw, ok := fields[name]; ok && json.Unmarshal(raw, &text) == nil {
				return text
			}
		}
	}
	return string(arg)
}
