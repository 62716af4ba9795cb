package testkit

import (
	"fmt"
	"maps"
	"slices"
)

// View is what a client that only listens knows: the messages of its rooms by id, and a cursor for each room.
// It applies events as the contract tells every client to, so that it can be compared with the server's own state.
type View struct {
	Epoch   string
	Cursors map[string]int64
	rooms   map[string]map[string]Message
}

// NewView knows nothing yet and stands at 0 in these rooms.
func NewView(roomIDs ...string) *View {
	v := &View{Cursors: map[string]int64{}, rooms: map[string]map[string]Message{}}
	for _, id := range roomIDs {
		v.Cursors[id] = 0
		v.rooms[id] = map[string]Message{}
	}
	return v
}

// Apply takes in one frame; at a reset it reads the room again with fetch.
func (v *View) Apply(f Frame, fetch func(roomID string) []Message) {
	room, mine := v.rooms[f.RoomID]
	switch f.Type {
	case "hello":
		v.Epoch = f.Epoch
		return
	case "reset":
		if mine {
			clear(room)
			for _, m := range fetch(f.RoomID) {
				room[m.ID] = m
			}
		}
	case "message.created", "message.updated", "message.deleted":
		if mine && f.Message != nil {
			room[f.Message.ID] = *f.Message
		}
	}
	if mine && f.Seq > 0 {
		v.Cursors[f.RoomID] = f.Seq
	}
}

// Drain applies every frame that the socket has received.
func (v *View) Drain(s *Socket, fetch func(roomID string) []Message) {
	for _, f := range s.Frames(func(Frame) bool { return true }) {
		v.Apply(f, fetch)
	}
}

// Differences lists where the view differs from the true history of a room, in words.
func (v *View) Differences(roomID string, truth []Message) []string {
	var out []string
	left := maps.Clone(v.rooms[roomID])
	for _, want := range truth {
		got, known := left[want.ID]
		delete(left, want.ID)
		switch {
		case !known:
			out = append(out, fmt.Sprintf("message %s (seq %d, %q) never arrived", want.ID, want.Seq, want.Text))
		case got.Text != want.Text || got.Deleted != want.Deleted || got.Seq != want.Seq || got.Num != want.Num ||
			got.ClientID != want.ClientID || got.HTML != want.HTML || got.EditedAt != want.EditedAt:
			out = append(out, fmt.Sprintf("message %s differs:\n  seen %+v\n  true %+v", want.ID, got, want))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		out = append(out, fmt.Sprintf("message %s was seen but is not in the history: %+v", id, left[id]))
	}
	return out
}
