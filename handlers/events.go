package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
)

const eventsPath = "/api/v1/events"

const (
	// defaultWait is how long a poll is held where it does not say, and maxWait the longest it may ask for: under the 60
	// seconds after which most proxies give a request up.
	defaultWait = 25 * time.Second
	maxWait     = 55 * time.Second
	maxOpen     = 20  // rooms that one request names as on screen
	maxSince    = 100 // rooms that one request names a seq of
)

// Follow is a request for events over plain HTTP.
type Follow struct {
	Cursor string        // "": from now on, but for the rooms of Since
	Open   []models.ID   // rooms on screen
	Stream bool          // server-sent events; else a long poll
	Wait   time.Duration // of a poll
	// Hello asks a poll for the hello of a socket too. Epoch and Since are what a client would say in its own.
	Hello bool
	Epoch string
	Since map[models.ID]int64
}

// events answers with the event stream: as server-sent events where the Accept header asks for them, else as one long
// poll. Pages of other sites are kept out as they are from sockets, for a stream of theirs would take up a place.
func (s *site) events(c echo.Context) error {
	r := c.Request()
	if err := s.sameOrigin(r); err != nil {
		return err
	}
	q := r.URL.Query()
	f := Follow{Cursor: q.Get("cursor"), Stream: wantsStream(r)}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		f.Cursor = last // newer than the address that the browser connects to again
	}
	var err error
	if f.Wait, err = waitOf(q.Get("wait")); err != nil {
		return err
	}
	if f.Open, err = openOf(q["open"]); err != nil {
		return err
	}
	f.Hello, f.Epoch = q.Get("hello") == "1", q.Get("epoch")
	if f.Since, err = sinceOf(q["since"]); err != nil {
		return err
	}
	if r.Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	return s.Events(c, who(c), f)
}

// sameOrigin refuses a request that a browser says another site makes, whatever its method.
func (s *site) sameOrigin(r *http.Request) error {
	origin := r.Header.Get(echo.HeaderOrigin)
	if origin != "" {
		if s.origins.allows(r, origin) {
			return nil
		}
		return models.Forbidden("A page of another site may not connect.")
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return models.Forbidden("A page of another site may not connect.")
	}
	return nil
}

func wantsStream(r *http.Request) bool {
	return strings.Contains(r.Header.Get(echo.HeaderAccept), "text/event-stream")
}

func openOf(values []string) ([]models.ID, error) {
	var rooms []models.ID
	for _, open := range values {
		id, err := models.ParseID(open)
		if err != nil || len(rooms) == maxOpen {
			return nil, models.Invalid("open", "invalid", "open is the id of a room, and stands at most 20 times.")
		}
		rooms = append(rooms, id)
	}
	return rooms, nil
}

// sinceOf reads what a client has of its rooms, each as ROOM:SEQ.
func sinceOf(values []string) (map[models.ID]int64, error) {
	if len(values) > maxSince {
		return nil, models.Invalid("since", "too_many", "since stands at most 100 times.")
	}
	since := make(map[models.ID]int64, len(values))
	for _, value := range values {
		room, seq, _ := strings.Cut(value, ":")
		id, err := models.ParseID(room)
		n, notNumber := strconv.ParseInt(seq, 10, 64)
		if err != nil || notNumber != nil || n < 0 {
			return nil, models.Invalid("since", "invalid", "since is ROOM:SEQ.")
		}
		since[id] = n
	}
	return since, nil
}

// typing tells the room that the caller is writing, for clients that have no socket to say it on. Whoever has no
// connection that hears the room is not seen typing either.
func (s *site) typing(c echo.Context) error {
	room, err := idOf(c, "id")
	if err != nil {
		return err
	}
	id := who(c)
	if s.Config.RateLimits {
		if ok, _ := s.typed.Allow(id.User.ID.String()); !ok {
			return nothing(c)
		}
	}
	if !s.Typing(id, room) {
		if err := s.Chat.WhyNot(within(c), id.User.ID, room); err != nil {
			return err
		}
	}
	return nothing(c)
}

func waitOf(text string) (time.Duration, error) {
	if text == "" {
		return defaultWait, nil
	}
	seconds, err := strconv.Atoi(text)
	wait := time.Duration(seconds) * time.Second
	if err != nil || seconds < 0 || wait > maxWait {
		return 0, models.Invalid("wait", "range", "wait is a number of seconds from 0 to 55.")
	}
	return wait, nil
}
