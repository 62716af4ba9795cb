package testkit

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// FullMessage is a message with all that has happened around it.
type FullMessage struct {
	Message
	ReplyCount int64      `json:"reply_count"`
	AlsoInRoom bool       `json:"also_in_room"`
	Thread     *Thread    `json:"thread"`
	Reactions  []Reaction `json:"reactions"`
}

// Thread is what a reply tells of its root, or the root of itself.
type Thread struct {
	ReplyCount  int64  `json:"reply_count"`
	LastReplyAt string `json:"last_reply_at"`
	Users       []User `json:"users"` // who replied last, the latest first
}

// Reaction is one emoji on a message and who chose it.
type Reaction struct {
	Emoji   string   `json:"emoji"`
	Count   int      `json:"count"`
	UserIDs []string `json:"user_ids"`
}

// ThreadPage is a root and a stretch of its replies.
type ThreadPage struct {
	Root     FullMessage   `json:"root"`
	Messages []FullMessage `json:"messages"`
	HasAfter bool          `json:"has_after"`
	Unread   int64         `json:"unread"`
}

// FollowedThread is a thread in the caller's inbox.
type FollowedThread struct {
	Root        FullMessage `json:"root"`
	Unread      int64       `json:"unread"`
	LastReplyAt string      `json:"last_reply_at"`
}

// MessageList is one page of an inbox.
type MessageList struct {
	Messages   []FullMessage `json:"messages"`
	NextCursor string        `json:"next_cursor"`
}

// SearchPage is one page of what was found.
type SearchPage struct {
	Results []struct {
		Message FullMessage `json:"message"`
		Room    Room        `json:"room"`
		Snippet string      `json:"snippet"`
	} `json:"results"`
	NextCursor string `json:"next_cursor"`
	Hints      []struct{ Code, Word string }
}

// DirectRoom is a room with the people in it.
type DirectRoom struct {
	Room
	Users []User `json:"users"`
}

// FullOf reads the message out of an answer.
func FullOf(r Reply) FullMessage { return Decode[struct{ Message FullMessage }](r).Message }

// Full is the message of an event with all that the frame says of it.
func (f Frame) Full() FullMessage {
	var v struct{ Message FullMessage }
	_ = json.Unmarshal(f.Raw, &v) // it was read once already
	return v.Message
}

// PostReply answers a message in its thread and returns whatever the server says.
func (c *Client) PostReply(root Message, clientID, text string, also bool) Reply {
	c.t.Helper()
	body := Object{"text": text, "client_id": clientID, "thread_id": root.ID}
	if also {
		body["also_in_room"] = true
	}
	return c.Post("/api/v1/rooms/"+root.RoomID+"/messages", body)
}

// Reply answers a message in its thread and must succeed.
func (c *Client) Reply(root Message, clientID, text string) FullMessage {
	c.t.Helper()
	return FullOf(c.PostReply(root, clientID, text, false).Want(c.t, http.StatusCreated))
}

func reactionPath(messageID, emoji string) string {
	return "/api/v1/messages/" + messageID + "/reactions/" + url.PathEscape(emoji)
}

// React puts the caller's emoji on a message.
func (c *Client) React(messageID, emoji string) FullMessage {
	c.t.Helper()
	return FullOf(c.Put(reactionPath(messageID, emoji), nil).Want(c.t, http.StatusOK))
}

// TryReact is React with whatever the server says.
func (c *Client) TryReact(messageID, emoji string) Reply {
	c.t.Helper()
	return c.Put(reactionPath(messageID, emoji), nil)
}

// Unreact takes the caller's emoji off a message.
func (c *Client) Unreact(messageID, emoji string) FullMessage {
	c.t.Helper()
	return FullOf(c.Delete(reactionPath(messageID, emoji)).Want(c.t, http.StatusOK))
}

// Pin pins a message.
func (c *Client) Pin(messageID string) FullMessage {
	c.t.Helper()
	return FullOf(c.Put("/api/v1/messages/"+messageID+"/pin", nil).Want(c.t, http.StatusOK))
}

// Unpin takes a pin off.
func (c *Client) Unpin(messageID string) FullMessage {
	c.t.Helper()
	return FullOf(c.Delete("/api/v1/messages/"+messageID+"/pin").Want(c.t, http.StatusOK))
}

// Pins lists a room's pinned messages.
func (c *Client) Pins(roomID string) []FullMessage {
	c.t.Helper()
	return Decode[MessageList](c.Get("/api/v1/rooms/"+roomID+"/pins").Want(c.t, http.StatusOK)).Messages
}

// Thread reads a thread; query is what stands behind the question mark.
func (c *Client) Thread(rootID, query string) ThreadPage {
	c.t.Helper()
	return Decode[ThreadPage](c.Get("/api/v1/threads/"+rootID+"?"+query).Want(c.t, http.StatusOK))
}

// ReadThread moves the caller's mark in a thread and returns what is unread.
func (c *Client) ReadThread(rootID string, seq int64) int64 {
	c.t.Helper()
	reply := c.Post("/api/v1/threads/"+rootID+"/read", Object{"seq": seq}).Want(c.t, http.StatusOK)
	return Decode[struct{ Unread int64 }](reply).Unread
}

// Threads lists the threads that the caller follows.
func (c *Client) Threads() []FollowedThread {
	c.t.Helper()
	return Decode[struct{ Threads []FollowedThread }](c.Get("/api/v1/me/threads").Want(c.t, http.StatusOK)).Threads
}

// Inbox reads a page of "mentions" or "saved"; query is what stands behind the question mark.
func (c *Client) Inbox(name, query string) MessageList {
	c.t.Helper()
	return Decode[MessageList](c.Get("/api/v1/me/"+name+"?"+query).Want(c.t, http.StatusOK))
}

// Save keeps a message for later.
func (c *Client) Save(messageID string) {
	c.t.Helper()
	c.wantDone(c.Put("/api/v1/me/saved/"+messageID, nil))
}

// Unsave lets it go.
func (c *Client) Unsave(messageID string) {
	c.t.Helper()
	c.wantDone(c.Delete("/api/v1/me/saved/" + messageID))
}

// OpenDirect asks for the direct room with these people and returns whatever the server says.
func (c *Client) OpenDirect(userIDs ...string) Reply {
	c.t.Helper()
	return c.Post("/api/v1/rooms/direct", Object{"user_ids": userIDs})
}

// DirectOf reads the room out of an answer.
func DirectOf(r Reply) DirectRoom { return Decode[struct{ Room DirectRoom }](r).Room }

// Search asks for a page of messages; query is what stands behind the question mark.
func (c *Client) Search(query string) SearchPage {
	c.t.Helper()
	return Decode[SearchPage](c.Get("/api/v1/search?"+query).Want(c.t, http.StatusOK))
}
