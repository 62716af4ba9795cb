package testkit

import "encoding/json"

// User is an account as the contract shows it.
type User struct {
	ID          string `json:"id"`
	Username    string `json:"username"`
	DisplayName string `json:"display_name"`
	Role        string `json:"role"`
	Email       string `json:"email"`
	CreatedAt   string `json:"created_at"`
}

// Room is a room as its caller sees it.
type Room struct {
	ID            string      `json:"id"`
	Name          string      `json:"name"`
	Kind          string      `json:"kind"`
	Topic         string      `json:"topic"`
	Seq           int64       `json:"seq"`
	Num           int64       `json:"num"`
	Unread        int64       `json:"unread"`
	Mentions      int64       `json:"mentions"`
	LastMessageAt string      `json:"last_message_at"`
	Archived      bool        `json:"archived"`
	Me            *Membership `json:"me"`
}

// Membership is the caller's own part in a room.
type Membership struct {
	Role        string `json:"role"`
	Notify      string `json:"notify"`
	Muted       bool   `json:"muted"`
	Favourite   bool   `json:"favourite"`
	LastReadNum int64  `json:"last_read_num"`
	Mute        *Mute  `json:"mute"`
}

// Mute is a manager's: until a time, or until it is lifted.
type Mute struct {
	Until string `json:"until"`
}

// Member is one row of a room's member list.
type Member struct {
	User     User   `json:"user"`
	Role     string `json:"role"`
	JoinedAt string `json:"joined_at"`
}

// Message is a message in its present state.
type Message struct {
	ID        string `json:"id"`
	RoomID    string `json:"room_id"`
	Seq       int64  `json:"seq"`
	Num       int64  `json:"num"`
	ThreadID  string `json:"thread_id"`
	Sender    User   `json:"sender"`
	ClientID  string `json:"client_id"`
	Text      string `json:"text"`
	HTML      string `json:"html"`
	CreatedAt string `json:"created_at"`
	EditedAt  string `json:"edited_at"`
	Deleted   bool   `json:"deleted"`
	Pinned    bool   `json:"pinned"`
	Mentions  struct {
		UserIDs []string `json:"user_ids"`
		All     bool     `json:"all"`
	} `json:"mentions"`
}

// Page is one page of a room's history.
type Page struct {
	Messages  []Message `json:"messages"`
	HasBefore bool      `json:"has_before"`
	HasAfter  bool      `json:"has_after"`
}

// Changes is what happened in a room after a cursor.
type Changes struct {
	Messages []Message `json:"messages"`
	Upto     int64     `json:"upto"`
	More     bool      `json:"more"`
	Reset    bool      `json:"reset"`
}

// Session is one sign-in of an account.
type Session struct {
	ID         string `json:"id"`
	Current    bool   `json:"current"`
	UserAgent  string `json:"user_agent"`
	IP         string `json:"ip"`
	CreatedAt  string `json:"created_at"`
	LastSeenAt string `json:"last_seen_at"`
}

// Problem is an error body (RFC 9457).
type Problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Code   string       `json:"code"`
	Detail string       `json:"detail"`
	Errors []FieldError `json:"errors"`
}

// FieldError names one input that was refused.
type FieldError struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Frame is any object that the server sends on a socket: the fields of all of them side by side.
type Frame struct {
	Type       string   `json:"type"`
	Ref        string   `json:"ref"`
	RoomID     string   `json:"room_id"`
	Seq        int64    `json:"seq"`
	Num        int64    `json:"num"`
	Unread     int64    `json:"unread"`
	Mentions   int64    `json:"mentions"`
	Code       string   `json:"code"`
	Detail     string   `json:"detail"`
	Duplicate  bool     `json:"duplicate"`
	Message    *Message `json:"message"`
	Room       *Room    `json:"room"`
	User       *User    `json:"user"`
	UserID     string   `json:"user_id"`
	Status     string   `json:"status"`
	Epoch      string   `json:"epoch"`
	HeartbeatS float64  `json:"heartbeat_s"`
	Rooms      []Room   `json:"rooms"`

	Me      *Membership `json:"me"`
	UserIDs []string    `json:"user_ids"`
	Blocked []string    `json:"blocked"`

	Raw json.RawMessage `json:"-"` // the frame's bytes
}

// Object is a JSON object to be sent.
type Object = map[string]any
