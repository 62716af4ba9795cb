package wire

import (
	"strconv"

	"parley/models"
)

// Message is one message as every reader sees it: nothing in it depends on who reads, so its bytes are made once.
type Message struct {
	ID         ID
	RoomID     ID
	Seq        int64 // of creation
	Num        int64 // 0 for a reply
	ThreadID   ID    // 0 for a top-level message
	ReplyCount int64
	Sender     Person
	ClientID   string
	Text       string
	HTML       string // "" where the text has no markup
	CreatedAt  models.Millis
	EditedAt   models.Millis
	Deleted    bool
	Pinned     bool
	AlsoInRoom bool
	Thread     *Thread // of a root that was replied to, or on a reply: its root's
	Reactions  []Reaction
	MentionIDs []ID
	MentionAll bool

	ChangedSeq int64 // the last change; orders a catch-up, is not part of the JSON
}

// Thread is what a root tells of its replies, and each reply of its root.
type Thread struct {
	SenderID    ID // on a reply: its root's sender, who follows the thread from its first reply on
	ReplyCount  int64
	LastReplyAt models.Millis
	Users       []Person // a few who replied last, the latest first
}

// Reaction is one emoji and the people who chose it.
type Reaction struct {
	Emoji   string
	UserIDs []ID
}

// MarshalJSON lets encoding/json embed a message with the same bytes that events carry.
func (m Message) MarshalJSON() ([]byte, error) { return m.AppendJSON(make([]byte, 0, 512)), nil }

// AppendJSON appends the message's JSON to b. Fields at their default are left out, as the contract allows: an event's
// bytes are sent a thousand times.
func (m *Message) AppendJSON(b []byte) []byte {
	b = append(b, `{"id":"`...)
	b = strconv.AppendInt(b, int64(m.ID), 10)
	b = append(b, `","room_id":"`...)
	b = strconv.AppendInt(b, int64(m.RoomID), 10)
	b = append(b, `","seq":`...)
	b = strconv.AppendInt(b, m.Seq, 10)
	b = appendInt(b, `,"num":`, m.Num)
	b = appendID(b, `,"thread_id":"`, m.ThreadID)
	b = appendInt(b, `,"reply_count":`, m.ReplyCount)
	b = append(b, `,"sender":`...)
	b = m.Sender.appendJSON(b)
	b = appendText(b, `,"client_id":`, m.ClientID)
	b = append(b, `,"text":`...)
	b = AppendString(b, m.Text)
	b = appendText(b, `,"html":`, m.HTML)
	b = appendTime(b, `,"created_at":"`, m.CreatedAt)
	b = appendTime(b, `,"edited_at":"`, m.EditedAt)
	b = appendTrue(b, `,"deleted":true`, m.Deleted)
	b = appendTrue(b, `,"pinned":true`, m.Pinned)
	b = appendTrue(b, `,"also_in_room":true`, m.AlsoInRoom)
	b = m.appendThread(b)
	b = m.appendReactions(b)
	b = m.appendMentions(b)
	return append(b, '}')
}

func (p *Person) appendJSON(b []byte) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, p.ID...)
	b = append(b, `","username":`...)
	b = AppendString(b, p.Username)
	b = appendText(b, `,"display_name":`, p.DisplayName)
	b = appendText(b, `,"avatar_url":`, p.AvatarURL)
	b = appendInt(b, `,"hue":`, int64(p.Hue))
	return append(b, '}')
}

func (m *Message) appendThread(b []byte) []byte {
	t := m.Thread
	if t == nil {
		return b
	}
	b = append(b, `,"thread":{"reply_count":`...)
	b = strconv.AppendInt(b, t.ReplyCount, 10)
	b = appendID(b, `,"sender_id":"`, t.SenderID)
	b = appendTime(b, `,"last_reply_at":"`, t.LastReplyAt)
	for i := range t.Users {
		if i == 0 {
			b = append(b, `,"users":[`...)
		} else {
			b = append(b, ',')
		}
		b = t.Users[i].appendJSON(b)
	}
	if len(t.Users) > 0 {
		b = append(b, ']')
	}
	return append(b, '}')
}

func (m *Message) appendReactions(b []byte) []byte {
	if len(m.Reactions) == 0 {
		return b
	}
	b = append(b, `,"reactions":[`...)
	for i := range m.Reactions {
		r := &m.Reactions[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"emoji":`...)
		b = AppendString(b, r.Emoji)
		b = append(b, `,"count":`...)
		b = strconv.AppendInt(b, int64(len(r.UserIDs)), 10)
		b = append(b, `,"user_ids":`...)
		b = appendIDs(b, r.UserIDs)
		b = append(b, '}')
	}
	return append(b, ']')
}

func (m *Message) appendMentions(b []byte) []byte {
	if len(m.MentionIDs) == 0 && !m.MentionAll {
		return b
	}
	b = append(b, `,"mentions":{"user_ids":`...)
	b = appendIDs(b, m.MentionIDs)
	b = appendTrue(b, `,"all":true`, m.MentionAll)
	return append(b, '}')
}
