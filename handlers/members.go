package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/chat"
	"parley/server/wire"
)

func (s *site) join(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	room, err := s.Chat.Join(within(c), who(c).User, id)
	return roomOr(c, room, err)
}

func (s *site) leave(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := s.Chat.Leave(within(c), who(c).User, id); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) members(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	members, err := s.Chat.Members(within(c), who(c).User, id)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("members", members))
}

func (s *site) addMember(c echo.Context) error {
	room, user, err := roomAndUser(c)
	if err != nil {
		return err
	}
	if err := s.Chat.AddMember(within(c), who(c).User, room, user); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) removeMember(c echo.Context) error {
	room, user, err := roomAndUser(c)
	if err != nil {
		return err
	}
	if err := s.Chat.RemoveMember(within(c), who(c).User, room, user); err != nil {
		return err
	}
	return nothing(c)
}

func roomAndUser(c echo.Context) (room, user models.ID, err error) {
	if room, err = idOf(c, "id"); err != nil {
		return 0, 0, err
	}
	user, err = idOf(c, "user_id")
	return room, user, err
}

// markRead moves the caller's mark in a room, forwards or back.
func (s *site) markRead(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Num *int64 `json:"num"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Num == nil || *in.Num < 0 {
		return models.Invalid("num", "required", "num is a whole number from 0 on.")
	}
	const noConnection = 0 // every connection of the caller is told
	unread, err := s.Chat.MarkRead(within(c), who(c).User, id, *in.Num, noConnection)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, unread)
}

// markAll marks every room of the caller's as read, or each room named as far as it says. It answers with the marks as
// they were, in the shape that it takes: sent back, they undo it.
func (s *site) markAll(c echo.Context) error {
	var in struct {
		Rooms []mark `json:"rooms"`
	}
	if c.Request().ContentLength != 0 { // nothing said is everything meant
		if err := decode(c, &in); err != nil {
			return err
		}
	}
	to, err := marks(in.Rooms)
	if err != nil {
		return err
	}
	before, err := s.Chat.MarkAll(within(c), who(c).User, to)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("rooms", before))
}

// mark is a wire.Mark as it is sent, so that what is wrong with it can be said.
type mark struct {
	RoomID string `json:"room_id"`
	Num    *int64 `json:"num"`
}

// marks returns nil for no list at all, which is another thing than an empty one.
func marks(list []mark) ([]wire.Mark, error) {
	if list == nil {
		return nil, nil
	}
	to := make([]wire.Mark, len(list))
	for i, m := range list {
		id, err := models.ParseID(m.RoomID)
		if err != nil {
			return nil, models.Invalid("rooms", "invalid", "Each of rooms has a room_id.")
		}
		if m.Num == nil || *m.Num < 0 {
			return nil, models.Invalid("rooms", "invalid", "Each of rooms has a num, a whole number from 0 on.")
		}
		to[i] = wire.Mark{RoomID: id, Num: *m.Num}
	}
	return to, nil
}

func (s *site) setPreferences(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Notify    *models.Notify `json:"notify"`
		Muted     *bool          `json:"muted"`
		Favourite *bool          `json:"favourite"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	room, err := s.Chat.SetPreferences(within(c), who(c).User, id, chat.Preferences(in))
	return roomOr(c, room, err)
}
