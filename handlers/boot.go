package handlers

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/wire"
	"parley/templates"
)

// bootMessages is how many messages come inside the page: a screen and what is above it.
const bootMessages = 50

// boot is what a room page brings along, so that it can be drawn before anything else is asked for. All of it has the
// shapes of the public contract.
type boot struct {
	Me        wire.User      `json:"me"`
	Epoch     string         `json:"epoch"`
	Lang      string         `json:"lang"`
	Team      bootTeam       `json:"team"`
	Rooms     []wire.Room    `json:"rooms"`
	Room      *wire.Room     `json:"room"`
	Messages  []wire.Message `json:"messages"`
	HasBefore bool           `json:"has_before"`
	HasAfter  bool           `json:"has_after"`
	Blocked   []string       `json:"blocked,omitempty"`
	Focus     int64          `json:"focus,omitempty"` // the seq that a permalink means
}

type bootTeam struct {
	Name string `json:"name"`
}

// homePage is the last room; on a phone the scripts show the list of rooms before it.
func (s *site) homePage(c echo.Context, id auth.Identity) error {
	b, err := s.newBoot(c, id)
	if err != nil {
		return err
	}
	if last := lastRoom(c, b.Rooms); last != nil {
		if err := s.enterRoom(c, id, b, last.ID, 0); err != nil {
			return err
		}
	}
	return s.showRoom(c, b, "home")
}

// lastRoom is the room that was open last in this browser; on a first visit the oldest open room, which is the one that
// everybody joined first, and only then any other.
func lastRoom(c echo.Context, rooms []wire.Room) *wire.Room {
	last := choice(c, roomCookie)
	var first *wire.Room
	for i := range rooms {
		r := &rooms[i]
		if r.ID == last {
			return r
		}
		if !r.Archived && (first == nil || meets(r) && !meets(first) || meets(r) == meets(first) && older(r.ID, first.ID)) {
			first = r
		}
	}
	return first
}

// meets says that a room is where everybody can be found.
func meets(r *wire.Room) bool { return r.Kind == models.KindOpen }

// older compares ids, which are decimal numbers that grow with time.
func older(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }

func (s *site) roomPage(c echo.Context, id auth.Identity) error {
	num := int64(0)
	if text := c.Param("num"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return models.NotFound("There is no such message.")
		}
		num = n
	}
	b, err := s.newBoot(c, id)
	if err != nil {
		return err
	}
	if err := s.enterRoom(c, id, b, c.Param("id"), num); err != nil {
		return err
	}
	return s.showRoom(c, b, "room")
}

func (s *site) newBoot(c echo.Context, id auth.Identity) (*boot, error) {
	rooms, err := s.Chat.Rooms(within(c), id.User)
	if err != nil {
		return nil, fmt.Errorf("listing rooms for a page: %w", err)
	}
	blocked, err := s.Chat.Blocked(within(c), id.User)
	if err != nil {
		return nil, fmt.Errorf("listing blocks for a page: %w", err)
	}
	l := s.language(c)
	b := &boot{
		Me: wire.NewUser(id.User, true), Epoch: s.Chat.Epoch(), Lang: l.Tag, Team: bootTeam{teamName},
		Rooms: rooms, Messages: []wire.Message{},
	}
	for _, u := range blocked {
		b.Blocked = append(b.Blocked, u.ID)
	}
	return b, nil
}

// enterRoom adds the room and its messages: the latest, those around the first unread one where that is further back,
// or those around the message with the given num. The room's seq is read before the messages, so everything up to it
// is in them, and the stream goes on from there.
func (s *site) enterRoom(c echo.Context, id auth.Identity, b *boot, room string, num int64) error {
	roomID, err := models.ParseID(room)
	if err != nil {
		return err
	}
	r, err := s.Chat.Room(within(c), id.User, roomID)
	if err != nil {
		return err
	}
	at, focused := num, num > 0
	if !focused && r.Me != nil && r.Unread > bootMessages-10 {
		at = r.Me.LastReadNum + 1
	}
	page := chat.Page{Limit: bootMessages}
	if at > 0 {
		seq, err := s.Chat.SeqOf(within(c), id.User, roomID, at)
		if err != nil && focused {
			return err
		}
		if err == nil {
			page.Around = &seq
			if focused {
				b.Focus = seq
			}
		}
	}
	got, err := s.Chat.History(within(c), id.User, roomID, page)
	if err != nil {
		return err
	}
	b.Room, b.Messages, b.HasBefore, b.HasAfter = &r, got.Messages, got.HasBefore, got.HasAfter
	return nil
}

func (s *site) showRoom(c echo.Context, b *boot, view string) error {
	f := s.frame(c, "")
	page := templates.Room{Frame: f, View: view, Strings: s.views.assets.URL(stringsName(b.Lang))}
	if b.Room != nil {
		page.Name = b.Room.Name
		page.Title = b.Room.Name + " · " + teamName
	}
	var err error
	if page.Boot, err = scriptData(b); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, "room", page)
}

// scriptData is v as JSON inside a script element. encoding/json writes <, > and & as escapes, so no text in it can end
// the element.
func scriptData(v any) (template.JS, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encoding a page's data: %w", err)
	}
	return template.JS(b), nil //nolint:gosec // G203: escaped by encoding/json, as said above
}
