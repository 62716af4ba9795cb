package models

import (
	"strings"
	"unicode/utf8"
)

// RoomKind says who can find and enter a room.
type RoomKind string

// The kinds of room. A direct room is between a fixed set of people.
const (
	KindOpen    RoomKind = "open"
	KindPrivate RoomKind = "private"
	KindDirect  RoomKind = "direct"
)

// Room is a place where members talk. LastSeq numbers every change in it from 1 without a hole; LastNum numbers its
// top-level messages, so that unread is a subtraction and never a row for each member.
type Room struct {
	ID            ID `gorm:"primaryKey;autoIncrement:false"`
	Kind          RoomKind
	Name          string
	NameKey       *string // unique among open rooms; nil for every other kind
	Topic         string
	LastSeq       int64
	LastNum       int64
	UpdatedSeq    int64 // seq of the last change of the room itself: name, topic, archive
	PurgedSeq     int64 // cursors at or below it cannot be caught up any more
	LastMessageAt Millis
	CreatedAt     Millis `gorm:"autoCreateTime:false"`
	CreatedBy     ID
	ArchivedAt    Millis
	DirectKey     *string // the sorted member ids of a direct room; unique
	// CustomEventsOff says that the room takes no events of names that are not the server's own.
	CustomEventsOff bool
}

// TableName is the table of rooms.
func (Room) TableName() string { return "rooms" }

// CheckRoomName returns a validation error unless the name has 1 to 64 characters on one line, not all white space.
func CheckRoomName(name string) error {
	if blank(name) {
		return Invalid("name", "required", "A room needs a name of 1 to 64 characters.")
	}
	return checkLine("name", name, 64)
}

// CheckTopic returns a validation error unless the topic has at most 250 characters on one line.
func CheckTopic(topic string) error { return checkLine("topic", topic, 250) }

// RoomRole says what a member may do in a room.
type RoomRole string

// A manager may rename, archive, add and remove; the room's creator is its first one.
const (
	RoomManager RoomRole = "manager"
	RoomMember  RoomRole = "member"
)

// Notify says which messages of a room call a member's attention.
type Notify string

// The notification levels of a membership.
const (
	NotifyAll      Notify = "all"
	NotifyMentions Notify = "mentions"
	NotifyNone     Notify = "none"
)

// Membership ties a user to a room. A person who left keeps the row, with LeftSeq, so that others can be told at
// catch-up; coming back sets it to 0 again.
type Membership struct {
	RoomID      ID `gorm:"primaryKey;autoIncrement:false"`
	UserID      ID `gorm:"primaryKey;autoIncrement:false"`
	Role        RoomRole
	Notify      Notify
	Muted       bool
	Favourite   bool
	JoinedSeq   int64
	LeftSeq     int64 // 0 while a member
	JoinedAt    Millis
	LastReadNum int64
	// SilencedUntil is when a manager's mute ends: the member may read and not speak. Forever: when it is lifted. It is
	// not Muted, which is the member's own wish for quiet.
	SilencedUntil Millis
}

// TableName is the table of memberships.
func (Membership) TableName() string { return "memberships" }

// Current reports whether the row stands for a member, not for somebody who left.
func (m *Membership) Current() bool { return m.LeftSeq == 0 }

// Silenced reports whether the member may not speak now.
func (m *Membership) Silenced(now Millis) bool { return now < m.SilencedUntil }

// ValidNotify reports whether level is one of the levels.
func ValidNotify(level Notify) bool {
	return level == NotifyAll || level == NotifyMentions || level == NotifyNone
}

// DefaultNotify is the level of a new membership.
func DefaultNotify(kind RoomKind) Notify {
	if kind == KindDirect {
		return NotifyAll
	}
	return NotifyMentions
}

// MaxTextRunes is the longest message body, in characters.
const MaxTextRunes = 16384

// CheckText returns a validation error unless text is 1 to 16,384 characters of UTF-8, not all white space, no NUL.
func CheckText(text string) error {
	switch {
	case !utf8.ValidString(text):
		return Invalid("text", "encoding", "The text is not UTF-8.")
	case strings.TrimSpace(text) == "":
		return Invalid("text", "required", "The text is empty.")
	case strings.IndexByte(text, 0) >= 0:
		return NewError(CodeBadRequest, "The text contains a NUL character.")
	case len(text) > MaxTextRunes && utf8.RuneCountInString(text) > MaxTextRunes:
		return Invalid("text", "too_long", "A message has at most 16,384 characters.")
	}
	return nil
}
