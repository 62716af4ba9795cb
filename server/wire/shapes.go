package wire

import (
	"encoding/json"
	"time"

	"parley/models"
)

// ID is a row's id, so that packages which speak only of the wire need no other import for it.
type ID = models.ID

// TimeLayout is RFC 3339 in UTC with milliseconds.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// Time formats a moment as the contract has it; never is the empty string.
func Time(m models.Millis) string {
	if m == 0 {
		return ""
	}
	return m.Time().Format(TimeLayout)
}

// ParseTime reads what Time wrote.
func ParseTime(s string) (models.Millis, error) {
	t, err := time.Parse(time.RFC3339, s)
	return models.ToMillis(t), err
}

// Person is the little of an account that stands beside everything the account does.
type Person struct {
	ID          string `json:"id"`
	Username    string `json:"username"`
	DisplayName string `json:"display_name,omitempty"`
	AvatarURL   string `json:"avatar_url,omitempty"`
	Hue         int    `json:"hue,omitempty"`
}

// NewPerson returns the person of an account.
func NewPerson(u *models.User) Person {
	return Person{ID: u.ID.String(), Username: u.Username, DisplayName: u.DisplayName, AvatarURL: u.AvatarURL, Hue: u.Hue}
}

// User is an account as others see it; Email only as its owner and admins do.
type User struct {
	ID          string      `json:"id"`
	Username    string      `json:"username"`
	DisplayName string      `json:"display_name"`
	Role        models.Role `json:"role"`
	AvatarURL   string      `json:"avatar_url,omitempty"`
	Status      string      `json:"status,omitempty"`
	Hue         int         `json:"hue,omitempty"`
	Email       string      `json:"email,omitempty"`
	CreatedAt   string      `json:"created_at"`
	Disabled    bool        `json:"disabled,omitempty"`
}

// NewUser returns the shape of an account; private adds what only the owner and admins see.
func NewUser(u *models.User, private bool) User {
	w := User{
		ID: u.ID.String(), Username: u.Username, DisplayName: u.Name(), Role: u.Role, AvatarURL: u.AvatarURL,
		Status: u.Status, Hue: u.Hue, CreatedAt: Time(u.CreatedAt), Disabled: u.DisabledAt != 0,
	}
	if private && u.Email != nil {
		w.Email = *u.Email
	}
	return w
}

// Users is one page of accounts.
type Users struct {
	Users      []User `json:"users"`
	NextCursor string `json:"next_cursor,omitempty"`
}

// Session is one sign-in, as its owner sees it.
type Session struct {
	ID         string `json:"id"`
	Current    bool   `json:"current"`
	UserAgent  string `json:"user_agent"`
	IP         string `json:"ip"`
	CreatedAt  string `json:"created_at"`
	LastSeenAt string `json:"last_seen_at"`
}

// Token is a personal access token; Token itself is there only in the answer that made it.
type Token struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Token      string   `json:"token,omitempty"`
	Scopes     []string `json:"scopes"`
	CreatedAt  string   `json:"created_at,omitempty"`
	LastUsedAt string   `json:"last_used_at,omitempty"`
	ExpiresAt  string   `json:"expires_at,omitempty"`
}

// Room is a room as one account sees it; Me is nil where it is not a member.
type Room struct {
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	Kind          models.RoomKind `json:"kind"`
	Topic         string          `json:"topic,omitempty"`
	Seq           int64           `json:"seq"`
	Num           int64           `json:"num"`
	Unread        int64           `json:"unread"`
	Mentions      int64           `json:"mentions"`
	LastMessageAt string          `json:"last_message_at,omitempty"`
	Archived      bool            `json:"archived,omitempty"`
	// CustomEventsOff says that events of other names than the server's own are not relayed to the room.
	CustomEventsOff bool     `json:"custom_events_off,omitempty"`
	Users           []Person `json:"users,omitempty"` // of a direct room: everybody in it
	Me              *RoomMe  `json:"me"`
}

// RoomMe is the caller's own side of a room.
type RoomMe struct {
	Role        models.RoomRole `json:"role"`
	Notify      models.Notify   `json:"notify"`
	Muted       bool            `json:"muted"`
	Favourite   bool            `json:"favourite"`
	LastReadNum int64           `json:"last_read_num"`
	Mute        *Mute           `json:"mute,omitempty"` // by a manager; muted is the caller's own wish for quiet
}

// Mute says that a member may read and not speak: until a time, or, where there is none, until it is lifted.
type Mute struct {
	Until string `json:"until,omitempty"`
}

// Until formats the end of something that may have none.
func Until(m models.Millis) string {
	if m == models.Forever {
		return "lifted"
	}
	return Time(m)
}

// Member is one person of a room.
type Member struct {
	User     User            `json:"user"`
	Role     models.RoomRole `json:"role"`
	JoinedAt string          `json:"joined_at"`
	Mute     *Mute           `json:"mute,omitempty"`
}

// Unread is what is left to read in a room.
type Unread struct {
	Unread   int64 `json:"unread"`
	Mentions int64 `json:"mentions"`
}

// MessagePage is a stretch of a room's history, oldest first.
type MessagePage struct {
	Messages  []Message `json:"messages"`
	HasBefore bool      `json:"has_before"`
	HasAfter  bool      `json:"has_after"`
}

// Preview is what a text would be as a message. HTML is "" where the text has no markup.
type Preview struct {
	HTML     string `json:"html,omitempty"`
	Notifies int64  `json:"notifies"` // how many others
}

// Mark is how far an account has read a room.
type Mark struct {
	RoomID ID    `json:"room_id,string"`
	Num    int64 `json:"num"`
}

// Changes is all that was created or changed after a cursor, in the order of the last change, or a reset.
type Changes struct {
	Messages []Message
	Upto     int64
	More     bool
	Reset    bool
}

// MarshalJSON writes either `{"reset":true}` or the three fields of a delta, each always present.
func (c Changes) MarshalJSON() ([]byte, error) {
	if c.Reset {
		return []byte(`{"reset":true}`), nil
	}
	return json.Marshal(struct {
		Messages []Message `json:"messages"`
		Upto     int64     `json:"upto"`
		More     bool      `json:"more"`
	}{c.Messages, c.Upto, c.More})
}

// MessageList is one page of an inbox: mentions, or what was saved for later.
type MessageList struct {
	Messages   []Message `json:"messages"`
	NextCursor string    `json:"next_cursor,omitempty"`
}

// ThreadPage is a thread's root and a stretch of its replies, oldest first.
type ThreadPage struct {
	Root     Message   `json:"root"`
	Messages []Message `json:"messages"`
	HasAfter bool      `json:"has_after"`
	Unread   int64     `json:"unread"` // and Mentions: of somebody who follows the thread, for a badge
	Mentions int64     `json:"mentions"`
	// Following says that the caller follows the thread.
	Following bool `json:"following"`
}

// FollowedThread is a thread in the caller's inbox; Mentions are those unread replies that address the caller.
type FollowedThread struct {
	Root        Message `json:"root"`
	Unread      int64   `json:"unread"`
	Mentions    int64   `json:"mentions"`
	LastReplyAt string  `json:"last_reply_at"`
}

// Threads is one page of the threads that the caller follows, the latest reply first.
type Threads struct {
	Threads    []FollowedThread `json:"threads"`
	NextCursor string           `json:"next_cursor,omitempty"`
}

// SearchResult is a message that was found. Snippet is HTML: escaped text with the words that fit in mark elements.
type SearchResult struct {
	Message Message `json:"message"`
	Room    Room    `json:"room"`
	Snippet string  `json:"snippet"`
}

// SearchPage is one page of results, newest first.
type SearchPage struct {
	Results    []SearchResult `json:"results"`
	NextCursor string         `json:"next_cursor,omitempty"`
	Hints      []SearchHint   `json:"hints,omitempty"`
}

// SearchHint says of a part of a search why it may not find what was meant: unknown_person, unknown_room, not_a_date,
// unknown_value (both searched for as words), or no_words where there are only signs.
type SearchHint struct {
	Code string `json:"code"`
	Word string `json:"word,omitempty"`
}

// Revision is a text that a message had before an edit.
type Revision struct {
	Revision int64  `json:"revision"`
	Text     string `json:"text"`
	EditedAt string `json:"edited_at"`
	EditedBy string `json:"edited_by"`
}
