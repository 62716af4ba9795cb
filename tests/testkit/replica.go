package testkit

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// Replica is a client's whole state, built from the socket's frames as the contract tells every client to: its rooms
// with their messages, replies, members and counts. It must equal what a fresh load says.
type Replica struct {
	Epoch string
	Rooms map[string]*ReplicaRoom

	me string
}

// ReplicaRoom is one room of a replica.
type ReplicaRoom struct {
	Name, Topic string
	Cursor      int64
	Num         int64
	LastRead    int64
	Messages    map[string]FullMessage
	Members     map[string]bool
}

// NewReplica knows nothing yet.
func NewReplica(userID string) *Replica {
	return &Replica{Rooms: map[string]*ReplicaRoom{}, me: userID}
}

// FreshReplica is the state that a client without memory loads by REST.
func FreshReplica(c *Client) *Replica {
	c.t.Helper()
	r := NewReplica(c.User.ID)
	for _, room := range c.Rooms() {
		if loaded := loadRoom(c, room.ID); loaded != nil {
			loaded.Cursor = room.Seq
			r.Rooms[room.ID] = loaded
		}
	}
	return r
}

// loadRoom reads a room by REST: nil where it may not be read any more.
func loadRoom(c *Client, id string) *ReplicaRoom {
	c.t.Helper()
	reply := c.Get("/api/v1/rooms/" + id)
	if reply.Status == http.StatusNotFound {
		return nil
	}
	room := Decode[struct{ Room Room }](reply.Want(c.t, http.StatusOK)).Room
	if room.Me == nil {
		return nil
	}
	loaded := &ReplicaRoom{Name: room.Name, Topic: room.Topic, Num: room.Num, LastRead: room.Me.LastReadNum, Messages: map[string]FullMessage{}, Members: map[string]bool{}}
	// Between two calls the reader may be put out of the room: then there is none to load.
	members := c.Get("/api/v1/rooms/" + id + "/members")
	if members.Status == http.StatusNotFound {
		return nil
	}
	for _, m := range Decode[struct{ Members []Member }](members.Want(c.t, http.StatusOK)).Members {
		loaded.Members[m.User.ID] = true
	}
	for since, more := int64(0), true; more; {
		reply := c.Get(fmt.Sprintf("/api/v1/rooms/%s/changes?since=%d", id, since))
		if reply.Status == http.StatusNotFound {
			return nil
		}
		page := Decode[struct {
			Messages []FullMessage
			Upto     int64
			More     bool
		}](reply.Want(c.t, http.StatusOK))
		for _, m := range page.Messages {
			loaded.Messages[m.ID] = m
		}
		since, more = page.Upto, page.More
	}
	return loaded
}

// Cursors is what a hello names.
func (r *Replica) Cursors() map[string]int64 {
	cursors := map[string]int64{}
	for id, room := range r.Rooms {
		cursors[id] = room.Cursor
	}
	return cursors
}

// Apply takes in one frame; what a frame does not carry is read with c.
func (r *Replica) Apply(f Frame, c *Client) {
	switch f.Type {
	case "hello":
		r.hello(f, c)
		return
	case "room.added":
		r.load(f.Room.ID, f.Room.Seq, c)
		return
	case "room.removed":
		delete(r.Rooms, f.RoomID)
		return
	case "reset":
		r.load(f.RoomID, f.Seq, c)
		return
	}
	room := r.Rooms[f.RoomID]
	if room == nil {
		return
	}
	switch f.Type {
	case "message.created", "message.updated", "message.deleted":
		room.take(f.Full(), r.me)
	case "member.joined":
		room.Members[f.User.ID] = true
	case "member.left":
		delete(room.Members, f.User.ID)
	case "room.updated":
		room.Name, room.Topic = f.Room.Name, f.Room.Topic
	case "read":
		room.LastRead = f.Num
	}
	if f.Seq > 0 {
		room.Cursor = f.Seq
	}
}

func (r *Replica) hello(f Frame, c *Client) {
	r.Epoch = f.Epoch
	listed := map[string]bool{}
	for _, h := range f.Rooms {
		listed[h.ID] = true
		if room := r.Rooms[h.ID]; room != nil {
			room.Num, room.LastRead = h.Num, h.Num-h.Unread
		} else {
			r.load(h.ID, h.Seq, c)
		}
	}
	maps.DeleteFunc(r.Rooms, func(id string, _ *ReplicaRoom) bool { return !listed[id] })
}

// load reads a room again. It may be newer than the cursor: what came between is told once more.
func (r *Replica) load(id string, cursor int64, c *Client) {
	delete(r.Rooms, id)
	if room := loadRoom(c, id); room != nil {
		room.Cursor = cursor
		r.Rooms[id] = room
	}
}

// take files a message in its present state; a reply tells its root's count.
func (room *ReplicaRoom) take(m FullMessage, me string) {
	room.Messages[m.ID] = m
	if root, known := room.Messages[m.ThreadID]; known && m.Thread != nil {
		root.ReplyCount = m.Thread.ReplyCount
		root.Thread = m.Thread
		if root.ReplyCount == 0 {
			root.Thread = nil
		}
		room.Messages[root.ID] = root
	}
	if m.Num > room.Num {
		room.Num = m.Num
		if m.Sender.ID == me {
			room.LastRead = m.Num
		}
	}
}

// Counts are the room's unread messages and those of them that address the user.
func (room *ReplicaRoom) Counts(me string) (unread, mentions int64) {
	for _, m := range room.Messages {
		if m.Num > room.LastRead && (m.Mentions.All || slices.Contains(m.Mentions.UserIDs, me)) {
			mentions++
		}
	}
	return room.Num - room.LastRead, mentions
}

// Differences lists where a replica differs from the truth, in words.
func (r *Replica) Differences(truth *Replica) (out []string) {
	for id, want := range truth.Rooms {
		got := r.Rooms[id]
		if got == nil {
			out = append(out, fmt.Sprintf("room %s (%s) is missing", id, want.Name))
			continue
		}
		if got.Name != want.Name || got.Topic != want.Topic || got.Cursor != want.Cursor || got.Num != want.Num || got.LastRead != want.LastRead {
			out = append(out, fmt.Sprintf("room %s: %q %q cursor %d num %d read %d, want %q %q %d %d %d", id,
				got.Name, got.Topic, got.Cursor, got.Num, got.LastRead, want.Name, want.Topic, want.Cursor, want.Num, want.LastRead))
		}
		if !maps.Equal(got.Members, want.Members) {
			out = append(out, fmt.Sprintf("room %s has the members %v, want %v", id, slices.Sorted(maps.Keys(got.Members)), slices.Sorted(maps.Keys(want.Members))))
		}
		out = append(out, messageDifferences(got.Messages, want.Messages)...)
	}
	for id := range r.Rooms {
		if truth.Rooms[id] == nil {
			out = append(out, "room "+id+" should not be there")
		}
	}
	return out
}

func messageDifferences(got, want map[string]FullMessage) (out []string) {
	for id, w := range want {
		g, known := got[id]
		if w.ThreadID != "" { // a reply's copy of its root's count is as old as the reply's event: the root has the present one
			g.Thread, w.Thread = nil, nil
		}
		switch {
		case !known:
			out = append(out, fmt.Sprintf("message %s (seq %d, %q) is missing", id, w.Seq, w.Text))
		case !reflect.DeepEqual(g, w):
			out = append(out, strings.Join([]string{"message " + id + " differs:", fmt.Sprintf("  seen %+v %+v", g, g.Thread), fmt.Sprintf("  true %+v %+v", w, w.Thread)}, "\n"))
		}
	}
	for id, g := range got {
		if _, there := want[id]; !there {
			out = append(out, fmt.Sprintf("message %s (seq %d, %q) should not be there", id, g.Seq, g.Text))
		}
	}
	return out
}
