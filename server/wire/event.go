package wire

import (
	"encoding/json"
	"strconv"

	"parley/models"
)

// EventType is the `type` of a server event.
type EventType string

// The events of the stream. Those above the blank line carry seq and are caught up after a cut; the others are not.
const (
	MessageCreated EventType = "message.created"
	MessageUpdated EventType = "message.updated"
	MessageDeleted EventType = "message.deleted"
	RoomUpdated    EventType = "room.updated"
	MemberJoined   EventType = "member.joined"
	MemberLeft     EventType = "member.left"

	Typing      EventType = "typing"
	Presence    EventType = "presence"
	Read        EventType = "read"
	RoomAdded   EventType = "room.added"
	RoomRemoved EventType = "room.removed"
	Notice      EventType = "notice"
	Synced      EventType = "synced"
	Reset       EventType = "reset"
	ThreadRead  EventType = "thread.read" // also: the caller follows the thread from now on
	ThreadLeft  EventType = "thread.left" // the caller follows it no more
	RoomMine    EventType = "room.me"     // the caller's own side of a room changed
	Blocks      EventType = "blocks"      // whom the caller has blocked changed
)

// Event is one thing that happened, before it is encoded. Which fields count depends on Type.
type Event struct {
	Type   EventType
	RoomID ID
	Seq    int64

	Message *Message // message.*
	Room    *Room    // room.updated, room.added
	User    *Person  // member.*, typing
	UserID  ID       // member.*, typing, presence: whom it is about

	Status   string  // presence: online, away, offline
	Num      int64   // read
	Unread   int64   // read, thread.read
	Mentions int64   // read, thread.read
	Text     string  // notice
	ThreadID ID      // thread.read, thread.left
	Me       *RoomMe // room.me
	UserIDs  []ID    // blocks

	// Welcome is, on member.joined, the room as the newcomer sees it. It is not encoded with the event: the newcomer's
	// connections get it as room.added just before.
	Welcome *Room

	// Told is called once the room has been told of the event, or just before where that takes long. It must not block.
	Told func()
}

// AppendJSON appends the event's JSON to b.
func (e *Event) AppendJSON(b []byte) []byte {
	b = append(b, `{"type":"`...)
	b = append(b, e.Type...)
	b = append(b, '"')
	b = appendID(b, `,"room_id":"`, e.RoomID)
	b = appendInt(b, `,"seq":`, e.Seq)
	switch e.Type {
	case MessageCreated, MessageUpdated, MessageDeleted:
		b = append(b, `,"message":`...)
		b = e.Message.AppendJSON(b)
	case RoomUpdated, RoomAdded:
		b = appendValue(b, `,"room":`, e.Room)
	case MemberJoined, MemberLeft, Typing:
		b = append(b, `,"user":`...)
		b = e.User.appendJSON(b)
	case Presence:
		b = appendID(b, `,"user_id":"`, e.UserID)
		b = appendText(b, `,"status":`, e.Status)
	case Read:
		b = append(b, `,"num":`...)
		b = strconv.AppendInt(b, e.Num, 10)
		b = append(b, `,"unread":`...)
		b = strconv.AppendInt(b, e.Unread, 10)
		b = append(b, `,"mentions":`...)
		b = strconv.AppendInt(b, e.Mentions, 10)
	case ThreadRead:
		b = appendID(b, `,"thread_id":"`, e.ThreadID)
		b = append(b, `,"unread":`...)
		b = strconv.AppendInt(b, e.Unread, 10)
		b = append(b, `,"mentions":`...)
		b = strconv.AppendInt(b, e.Mentions, 10)
	case ThreadLeft:
		b = appendID(b, `,"thread_id":"`, e.ThreadID)
	case RoomMine:
		b = appendValue(b, `,"me":`, e.Me)
	case Blocks:
		ids := make([]string, len(e.UserIDs))
		for i, id := range e.UserIDs {
			ids[i] = id.String()
		}
		b = appendValue(b, `,"user_ids":`, ids)
	case Notice:
		b = appendText(b, `,"text":`, e.Text)
	case Synced, Reset:
		if e.Seq == 0 {
			b = append(b, `,"seq":0`...)
		}
	case RoomRemoved:
	}
	return append(b, '}')
}

// appendValue encodes a cold shape by reflection. The shapes hold nothing that encoding/json can refuse.
func appendValue(b []byte, key string, v any) []byte {
	j, err := json.Marshal(v)
	if err != nil {
		j = []byte("null")
	}
	return append(append(b, key...), j...)
}

// HelloRoom is a room as the hello frame lists it: the whole of it, because what is the account's own (levels, marks) and
// the rooms that a client names no cursor for are caught up by nothing else.
type HelloRoom struct {
	Room
	// JoinedSeq is the seq at which the account became a member: for transports that find out from a cursor which rooms
	// are new.
	JoinedSeq int64 `json:"-"`
}

// Hello answers the client's hello.
type Hello struct {
	Type       string      `json:"type"` // "hello"
	Epoch      string      `json:"epoch"`
	User       User        `json:"user"`
	HeartbeatS int         `json:"heartbeat_s"`
	Rooms      []HelloRoom `json:"rooms"`
	Blocked    []string    `json:"blocked,omitempty"` // whom the account does not want to hear
}

// JSON returns the hello's frame.
func (h *Hello) JSON() []byte {
	h.Type = "hello"
	return appendValue(nil, "", h)
}

// AppendAck appends the answer to a message.send that is on disk.
func AppendAck(b []byte, ref string, m *Message, duplicate bool) []byte {
	b = append(b, `{"type":"ack"`...)
	b = appendText(b, `,"ref":`, ref)
	b = append(b, `,"message":`...)
	b = m.AppendJSON(b)
	b = appendTrue(b, `,"duplicate":true`, duplicate)
	return append(b, '}')
}

// AppendError appends the answer to a command that failed. retryAfter, in seconds, stands only where it is above 0.
func AppendError(b []byte, ref string, code models.Code, detail string, retryAfter float64) []byte {
	b = append(b, `{"type":"error"`...)
	b = appendText(b, `,"ref":`, ref)
	b = append(b, `,"code":"`...)
	b = append(b, code...)
	b = append(b, '"')
	b = appendText(b, `,"detail":`, detail)
	if retryAfter > 0 {
		b = append(b, `,"retry_after":`...)
		b = strconv.AppendFloat(b, retryAfter, 'f', 3, 64)
	}
	return append(b, '}')
}

// AppendPong appends the answer to a ping.
func AppendPong(b []byte, ref string) []byte {
	b = append(b, `{"type":"pong"`...)
	b = appendText(b, `,"ref":`, ref)
	return append(b, '}')
}

// Delta is what the store knows of a room after a cursor, in one consistent view.
type Delta struct {
	Events []Event // each with its seq, strictly rising
	Upto   int64   // the cursor after them
	Reset  bool    // too much, or not there any more: the client must page; Upto is the head
	Gone   bool    // the user is not a member
}
