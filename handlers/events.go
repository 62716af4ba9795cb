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
	maxOpen     = 20 // rooms that one request names as on screen
)

// Follow is a request for events over plain HTTP.
type Follow struct {
	Cursor string        // "": from now on
	Open   []models.ID   // rooms on screen
	Stream bool          // server-sent events; else a long poll
	Wait   time.Duration // of a poll
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
	for _, open := range q["open"] {
		id, err := models.ParseID(open)
		if err != nil || len(f.Open) == maxOpen {
			return models.Invalid("open", "invalid", "open is the id of a room, and stands at most 20 times.")
		}
		f.Open = append(f.Open, id)
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
