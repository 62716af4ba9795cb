package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/chat"
	"parley/server/wire"
)

// send answers 201 once the message is on disk, and 200 where it had been sent before.
func (s *site) send(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Text       string `json:"text"`
		ClientID   string `json:"client_id"`
		ThreadID   string `json:"thread_id"`
		AlsoInRoom bool   `json:"also_in_room"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	draft := chat.Draft{RoomID: id, ClientID: in.ClientID, Text: in.Text, AlsoInRoom: in.AlsoInRoom}
	if in.ThreadID != "" {
		if draft.ThreadID, err = models.ParseID(in.ThreadID); err != nil {
			return models.NotFound("There is no such thread.")
		}
	}
	sent, err := s.Chat.Send(within(c), who(c).User, draft)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if sent.Duplicate {
		status = http.StatusOK
	}
	return respond(c, status, one("message", sent.Message))
}

// preview answers with what a text would be as a message of the room.
func (s *site) preview(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := s.Chat.Preview(within(c), who(c).User, id, in.Text)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, p)
}

// history pages through a room by seq: before, after or around one, around a message's num or a moment, or the newest
// where none is named.
func (s *site) history(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	found, err := s.Chat.History(within(c), who(c).User, id, page)
	if err != nil {
		return err
	}
	if found.Messages == nil {
		found.Messages = []wire.Message{}
	}
	return respond(c, http.StatusOK, found)
}

func pageOf(c echo.Context) (p chat.Page, err error) {
	if p.Limit, err = limitOf(c); err != nil {
		return p, err
	}
	given := 0
	for name, into := range map[string]**int64{"before": &p.Before, "after": &p.After, "around": &p.Around, "num": &p.Num} {
		n, err := numberOf(c, name)
		if err != nil {
			return p, err
		}
		if n != nil {
			*into = n
			given++
		}
	}
	if text := c.QueryParam("at"); text != "" {
		at, err := wire.ParseTime(text)
		if err != nil {
			return p, badQuery("at", "at is a time as in RFC 3339, like 2026-11-01T09:00:00Z.")
		}
		p.At = &at
		given++
	}
	if given > 1 {
		return p, badQuery("before", "Only one of before, after, around, num and at can be given.")
	}
	return p, nil
}

func (s *site) changes(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	since, err := numberOf(c, "since")
	if err != nil {
		return err
	}
	if since == nil {
		since = new(int64) // from the start
	}
	changes, err := s.Chat.Changes(within(c), who(c).User, id, *since)
	if err != nil {
		return err
	}
	if changes.Messages == nil {
		changes.Messages = []wire.Message{}
	}
	return respond(c, http.StatusOK, changes)
}

func (s *site) edit(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	message, err := s.Chat.Edit(within(c), who(c).User, id, in.Text)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("message", message))
}

func (s *site) deleteMessage(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	message, err := s.Chat.Delete(within(c), who(c).User, id)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("message", message))
}

func (s *site) revisions(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	revisions, err := s.Chat.Revisions(within(c), who(c).User, id)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("revisions", revisions))
}
