package testkit

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// CreateRoom makes a room of this kind ("open" or "private").
func (c *Client) CreateRoom(name, kind string) Room {
	c.t.Helper()
	reply := c.Post("/api/v1/rooms", Object{"name": name, "kind": kind}).Want(c.t, http.StatusCreated)
	return Decode[struct{ Room Room }](reply).Room
}

// Rooms lists the caller's rooms.
func (c *Client) Rooms() []Room {
	c.t.Helper()
	return Decode[struct{ Rooms []Room }](c.Get("/api/v1/rooms").Want(c.t, http.StatusOK)).Rooms
}

// Room reads one room.
func (c *Client) Room(id string) Room {
	c.t.Helper()
	return Decode[struct{ Room Room }](c.Get("/api/v1/rooms/"+id).Want(c.t, http.StatusOK)).Room
}

// General is the room that every account is in from the start.
func (c *Client) General() Room {
	c.t.Helper()
	for _, r := range c.Rooms() {
		if r.Name == "general" {
			return r
		}
	}
	c.t.Fatalf("%s is not in general", c.User.Username)
	return Room{}
}

// Join joins an open room.
func (c *Client) Join(roomID string) Room {
	c.t.Helper()
	reply := c.Post("/api/v1/rooms/"+roomID+"/join", nil).Want(c.t, http.StatusOK)
	return Decode[struct{ Room Room }](reply).Room
}

// Leave leaves a room.
func (c *Client) Leave(roomID string) {
	c.t.Helper()
	c.Post("/api/v1/rooms/"+roomID+"/leave", nil).Want(c.t, http.StatusNoContent)
}

// AddMember puts somebody into a room.
func (c *Client) AddMember(roomID, userID string) {
	c.t.Helper()
	c.wantDone(c.Put("/api/v1/rooms/"+roomID+"/members/"+userID, nil))
}

// RemoveMember puts somebody out of a room.
func (c *Client) RemoveMember(roomID, userID string) {
	c.t.Helper()
	c.wantDone(c.Delete("/api/v1/rooms/" + roomID + "/members/" + userID))
}

func (c *Client) wantDone(r Reply) { c.t.Helper(); r.Want(c.t, http.StatusNoContent) }

// Members lists a room's members.
func (c *Client) Members(roomID string) []Member {
	c.t.Helper()
	reply := c.Get("/api/v1/rooms/"+roomID+"/members").Want(c.t, http.StatusOK)
	return Decode[struct{ Members []Member }](reply).Members
}

// Send sends a message over REST and must succeed with 201.
func (c *Client) Send(roomID, clientID, text string) Message {
	c.t.Helper()
	return MessageOf(c.PostMessage(roomID, clientID, text).Want(c.t, http.StatusCreated))
}

// PostMessage sends a message and returns whatever the server says.
func (c *Client) PostMessage(roomID, clientID, text string) Reply {
	c.t.Helper()
	return c.Post("/api/v1/rooms/"+roomID+"/messages", Object{"text": text, "client_id": clientID})
}

// TrySend sends a message from a goroutine or to a server that may die; the message is valid at 200 and 201.
func (c *Client) TrySend(ctx context.Context, roomID, clientID, text string) (Message, int, error) {
	reply, err := c.Try(ctx, http.MethodPost, "/api/v1/rooms/"+roomID+"/messages", Object{"text": text, "client_id": clientID})
	if err != nil {
		return Message{}, 0, err
	}
	if reply.Status != http.StatusOK && reply.Status != http.StatusCreated {
		return Message{}, reply.Status, nil
	}
	return MessageOf(reply), reply.Status, nil
}

// MessageOf reads the message out of an answer.
func MessageOf(r Reply) Message {
	return Decode[struct{ Message Message }](r).Message
}

// Edit changes a message's text.
func (c *Client) Edit(messageID, text string) Message {
	c.t.Helper()
	return MessageOf(c.Patch("/api/v1/messages/"+messageID, Object{"text": text}).Want(c.t, http.StatusOK))
}

// DeleteMessage leaves a tombstone.
func (c *Client) DeleteMessage(messageID string) Message {
	c.t.Helper()
	return MessageOf(c.Delete("/api/v1/messages/"+messageID).Want(c.t, http.StatusOK))
}

// Page reads one page of history; query is what stands behind the question mark.
func (c *Client) Page(roomID, query string) Page {
	c.t.Helper()
	path := "/api/v1/rooms/" + roomID + "/messages"
	if query != "" {
		path += "?" + query
	}
	return Decode[Page](c.Get(path).Want(c.t, http.StatusOK))
}

// History reads a room's whole history, oldest first, in pages of 200.
func (c *Client) History(roomID string) []Message {
	c.t.Helper()
	var all []Message
	after := int64(0)
	for {
		page := c.Page(roomID, fmt.Sprintf("after=%d&limit=200", after))
		all = append(all, page.Messages...)
		if !page.HasAfter {
			return all
		}
		if len(page.Messages) == 0 {
			c.t.Fatalf("an empty page after seq %d claims that more follows", after)
		}
		after = page.Messages[len(page.Messages)-1].Seq
	}
}

// Changes reads what happened after a cursor, following `more` to the end.
func (c *Client) Changes(roomID string, since int64) Changes {
	c.t.Helper()
	var all Changes
	for {
		part := Decode[Changes](c.Get(fmt.Sprintf("/api/v1/rooms/%s/changes?since=%d", roomID, since)).Want(c.t, http.StatusOK))
		all.Messages = append(all.Messages, part.Messages...)
		all.Upto, all.Reset = part.Upto, part.Reset
		if !part.More {
			return all
		}
		if part.Upto <= since {
			c.t.Fatalf("changes since %d claim more but end at %d", since, part.Upto)
		}
		since = part.Upto
	}
}

// Mark moves the caller's read mark and returns the counts that follow.
func (c *Client) Mark(roomID string, num int64) (unread, mentions int64) {
	c.t.Helper()
	reply := c.Post("/api/v1/rooms/"+roomID+"/read", Object{"num": num}).Want(c.t, http.StatusOK)
	counts := Decode[struct{ Unread, Mentions int64 }](reply)
	return counts.Unread, counts.Mentions
}

// Sessions lists the caller's sign-ins.
func (c *Client) Sessions() []Session {
	c.t.Helper()
	return Decode[struct{ Sessions []Session }](c.Get("/api/v1/me/sessions").Want(c.t, http.StatusOK)).Sessions
}

// Query escapes a value for a query string.
func Query(value string) string { return url.QueryEscape(value) }
