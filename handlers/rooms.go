package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/chat"
	"parley/server/wire"
)

// rooms lists the caller's own, or with ?browse=1 every open room that is not archived.
func (s *site) rooms(c echo.Context) error {
	find := s.Chat.Rooms
	switch c.QueryParam("browse") {
	case "", "0", "false":
	case "1", "true":
		find = s.Chat.Browse
	default:
		return badQuery("browse", "browse is 1 or absent.")
	}
	rooms, err := find(within(c), who(c).User)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("rooms", rooms))
}

func (s *site) createRoom(c echo.Context) error {
	var in struct {
		Name  string          `json:"name"`
		Topic string          `json:"topic"`
		Kind  models.RoomKind `json:"kind"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	room, err := s.Chat.CreateRoom(within(c), who(c).User, chat.NewRoom(in))
	if err != nil {
		return err
	}
	return respond(c, http.StatusCreated, one("room", room))
}

func (s *site) direct(c echo.Context) error {
	var in struct {
		UserIDs []string `json:"user_ids"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	ids := make([]models.ID, len(in.UserIDs))
	for i, text := range in.UserIDs {
		id, err := models.ParseID(text)
		if err != nil {
			id = 0 // an id that nobody has
		}
		ids[i] = id
	}
	room, created, err := s.Chat.Direct(within(c), who(c).User, ids)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return respond(c, status, one("room", room))
}

func (s *site) room(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	room, err := s.Chat.Room(within(c), who(c).User, id)
	return roomOr(c, room, err)
}

func (s *site) updateRoom(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Name            *string `json:"name"`
		Topic           *string `json:"topic"`
		CustomEventsOff *bool   `json:"custom_events_off"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	room, err := s.Chat.UpdateRoom(within(c), who(c).User, id, chat.RoomPatch{Name: in.Name, Topic: in.Topic, CustomEventsOff: in.CustomEventsOff})
	return roomOr(c, room, err)
}

func (s *site) archiveRoom(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	room, err := s.Chat.ArchiveRoom(within(c), who(c).User, id)
	return roomOr(c, room, err)
}

// roomOr answers with a room or with the error that came instead.
func roomOr(c echo.Context, room wire.Room, err error) error {
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("room", room))
}
