package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/chat"
	"parley/server/wire"
)

// thread answers with a root and a stretch of its replies.
func (s *site) thread(c echo.Context) error {
	id, err := idOf(c, "message_id")
	if err != nil {
		return err
	}
	limit, err := limitOf(c)
	if err != nil {
		return err
	}
	after, err := numberOf(c, "after")
	if err != nil {
		return err
	}
	if after == nil {
		after = new(int64) // from its first reply
	}
	page, err := s.Chat.Thread(within(c), who(c).User, id, *after, limit)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, page)
}

func (s *site) readThread(c echo.Context) error {
	id, err := idOf(c, "message_id")
	if err != nil {
		return err
	}
	var in struct {
		Seq *int64 `json:"seq"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Seq == nil || *in.Seq < 0 {
		return models.Invalid("seq", "required", "seq is the last reply that was read.")
	}
	left, err := s.Chat.ReadThread(within(c), who(c).User, id, *in.Seq)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, left)
}

// followThread and unfollowThread are for whoever wants to hear of a thread, or no more.
func (s *site) followThread(c echo.Context) error { return s.setFollowing(c, s.Chat.Follow) }

func (s *site) unfollowThread(c echo.Context) error { return s.setFollowing(c, s.Chat.Unfollow) }

func (s *site) setFollowing(c echo.Context, set func(context.Context, *models.User, models.ID) error) error {
	id, err := idOf(c, "message_id")
	if err != nil {
		return err
	}
	if err := set(within(c), who(c).User, id); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) threads(c echo.Context) error {
	return answerPage(c, func(ctx context.Context, by *models.User, limit int, cursor string) (wire.Threads, error) {
		return s.Chat.Threads(ctx, by, limit, cursor)
	})
}

func (s *site) mentions(c echo.Context) error { return answerPage(c, s.Chat.Mentions) }

func (s *site) saved(c echo.Context) error { return answerPage(c, s.Chat.Saved) }

// answerPage answers with a page of one of the caller's inboxes.
func answerPage[P any](c echo.Context, read func(context.Context, *models.User, int, string) (P, error)) error {
	limit, err := limitOf(c)
	if err != nil {
		return err
	}
	cursor, err := textOf(c, "cursor")
	if err != nil {
		return err
	}
	page, err := read(within(c), who(c).User, limit, cursor)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, page)
}

func (s *site) save(c echo.Context) error { return s.setSaved(c, true) }

func (s *site) unsave(c echo.Context) error { return s.setSaved(c, false) }

func (s *site) setSaved(c echo.Context, on bool) error {
	id, err := idOf(c, "message_id")
	if err != nil {
		return err
	}
	if err := s.Chat.Save(within(c), who(c).User, id, on); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// search finds messages; the filters may stand in parameters or in q.
func (s *site) search(c echo.Context) error {
	var r chat.SearchRequest
	var err error
	for name, into := range map[string]*string{
		"q": &r.Q, "room_id": &r.Room, "from": &r.From, "has": &r.Has, "before": &r.Before, "after": &r.After, "cursor": &r.Cursor,
	} {
		if *into, err = textOf(c, name); err != nil {
			return err
		}
	}
	if len(r.Q) > maxQuery {
		return badQuery("q", "A search has at most 1,000 bytes.")
	}
	if r.Has != "" && r.Has != "link" && r.Has != "file" {
		return badQuery("has", "has is link or file.")
	}
	if c.QueryParam("limit") != "" {
		if r.Limit, err = limitOf(c); err != nil {
			return err
		}
	}
	page, err := s.Chat.Search(within(c), who(c).User, r)
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, page)
}

// maxQuery is the longest search, in bytes.
const maxQuery = 1000
