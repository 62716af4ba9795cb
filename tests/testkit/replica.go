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
// with their messages, replies, members and counts, its own choices for them, and whom it does not hear. It must equal
// what a fresh load says.
type Replica struct {
	Epoch   string
	Rooms   map[string]*ReplicaRoom
	Blocked map[string]bool

	me string
}

// ReplicaRoom is one room of a replica.
type ReplicaRoom struct {
	Name, Topic string
	Archived    bool
	Own         string // the reader's own choices, and whether a manager has muted him
	Cursor      int64
	Num         int64
	LastRead    int64
	Messages    map[string]FullMessage
	Members     map[string]bool
}

// NewReplica knows nothing yet.
func NewReplica(userID string) *Replica {
	return &Replica{Rooms: map[string]*ReplicaRoom{}, Blocked: map[string]bool{}, me: userID}
}

// FreshReplica is the state that a client without memory loads by REST.
func FreshReplica(c *Client) *Replica {
	c.t.Helper()
	r := NewReplica(c.User.ID)
	blocked := Decode[struct{ Users []User }](c.Get("/api/v1/me/blocks").Want(c.t, http.StatusOK))
	for _, u := range blocked.Users {
		r.Blocked[u.ID] = true
	}
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
	loaded := &ReplicaRoom{Num: room.Num, Messages: map[string]FullMessage{}, Members: map[string]bool{}}
	loaded.called(room)
	loaded.own(room.Me)
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

// called takes over what everybody sees of the room itself.
func (room *ReplicaRoom) called(r Room) {
	room.Name, room.Topic, room.Archived = r.Name, r.Topic, r.Archived
}

// own takes over the reader's side of the room.
func (room *ReplicaRoom) own(me *Membership) {
	room.LastRead = me.LastReadNum
	room.Own = fmt.Sprintf("%s muted %t favourite %t silenced %t", me.Notify, me.Muted, me.Favourite, me.Mute != nil)
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
	case "blocks":
		r.block(f.UserIDs)
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
		room.called(*f.Room)
	case "room.me":
		room.own(f.Me)
	case "read":
		room.LastRead = f.Num
	}
	if f.Seq > 0 {
		room.Cursor = f.Seq
	}
}

func (r *Replica) hello(f Frame, c *Client) {
	r.Epoch = f.Epoch
	r.block(f.Blocked)
	listed := map[string]bool{}
	for _, h := range f.Rooms {
		listed[h.ID] = true
		if room := r.Rooms[h.ID]; room != nil {
			room.Num = h.Num
			room.called(h)
			room.own(h.Me)
		} else {
			r.load(h.ID, h.Seq, c)
		}
	}
	maps.DeleteFunc(r.Rooms, func(id string, _ *ReplicaRoom) bool { return !listed[id] })
}

func (r *Replica) block(ids []string) {
	clear(r.Blocked)
	for _, id := range ids {
		r.Blocked[id] = true
	}
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

// Counts are a room's unread messages and those of them that address the user and are by nobody whom he does not hear.
func (r *Replica) Counts(roomID string) (unread, mentions int64) {
	room, me := r.Rooms[roomID], r.me
	for _, m := range room.Messages {
		if m.Num > room.LastRead && !r.Blocked[m.Sender.ID] && (m.Mentions.All || slices.Contains(m.Mentions.UserIDs, me)) {
			mentions++
		}
	}
	return room.Num - room.LastRead, mentions
}

// words is all of a room but its people and its messages.
func (room *ReplicaRoom) words() string {
	return fmt.Sprintf("%q %q archived %t, %s, cursor %d num %d read %d", room.Name, room.Topic, room.Archived, room.Own, room.Cursor, room.Num, room.LastRead)
}

// Differences lists where a replica differs from the truth, in words.
func (r *Replica) Differences(truth *Replica) (out []string) {
	for id, want := range truth.Rooms {
		got := r.Rooms[id]
		if got == nil {
			out = append(out, fmt.Sprintf("room %s (%s) is missing", id, want.Name))
			continue
		}
		if got.words() != want.words() {
			out = append(out, fmt.Sprintf("room %s: %s, want %s", id, got.words(), want.words()))
		}
		if !maps.Equal(got.Members, want.Members) {
			out = append(out, fmt.Sprintf("room %s has the members %v, want %v", id, slices.Sorted(maps.Keys(got.Members)), slices.Sorted(maps.Keys(want.Members))))
		}
		out = append(out, messageDifferences(got.Messages, want.Messages)...)
	}
	if !maps.Equal(r.Blocked, truth.Blocked) {
		out = append(out, fmt.Sprintf("blocked are %v, want %v", slices.Sorted(maps.Keys(r.Blocked)), slices.Sorted(maps.Keys(truth.Blocked))))
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
