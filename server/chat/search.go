package chat

import (
	"context"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/models"
	"parley/server/search"
	"parley/server/store"
	"parley/server/wire"
)

// SearchRequest is a search as it was asked for; the filters may also stand inside Q.
type SearchRequest struct {
	Q, Room, From, Has, Before, After string
	Limit                             int // 1 to 200; 0: 20
	Cursor                            string
}

const (
	defaultFound = 20
	// snippetWidth is how much of a message a result shows, in characters.
	snippetWidth = 160
)

// searchBody is what the index holds of a message: its words, and a token of its room, so that a search in a small
// room does not walk through every room's messages.
func searchBody(text string, room models.ID) string {
	return search.Index(text) + " " + roomToken(room)
}

// roomToken is a token that no text has and no query asks for: qz begins a character above U+5B200 (search/encode.go),
// where there is none.
func roomToken(room models.ID) string { return "qz" + strconv.FormatInt(int64(room), 36) }

// Search returns the newest messages that fit, of the rooms that the caller may read. A filter that names nothing, such
// as an unknown person, finds nothing.
func (s *Service) Search(ctx context.Context, by *models.User, r SearchRequest) (wire.SearchPage, error) {
	page := wire.SearchPage{Results: []wire.SearchResult{}}
	q := search.Parse(r.Q)
	r.into(&q)
	page.Hints = hints(q)
	err := s.store.Snapshot(ctx, func(db *store.Queries) error {
		f, possible, err := s.filter(db, by, q, r, &page)
		if err != nil || !possible {
			return err
		}
		rows, err := db.Search(f)
		if err != nil {
			return err
		}
		if len(rows) == f.Limit {
			rows = rows[:f.Limit-1]
			page.NextCursor = rows[len(rows)-1].ID.String()
		}
		page.Results, err = s.results(db, by, q, rows)
		return err
	})
	return page, err
}

// into adds the parameters of the call to what stood in the query.
func (r *SearchRequest) into(q *search.Query) {
	for _, p := range []struct {
		from string
		to   *string
	}{{r.From, &q.From}, {r.Room, &q.In}, {r.Before, &q.Before}, {r.After, &q.After}} {
		if p.from != "" {
			*p.to = p.from
		}
	}
	if r.Has != "" && !slices.Contains(q.Has, r.Has) {
		q.Has = append(q.Has, r.Has)
	}
}

// filter turns a query into what the store is asked. possible is false where nothing can fit.
func (s *Service) filter(db *store.Queries, by *models.User, q search.Query, r SearchRequest, page *wire.SearchPage) (f store.SearchFilter, possible bool, err error) {
	f = store.SearchFilter{Reader: by.ID, OpenToo: seesEveryOpenRoom(by), Thread: q.IsThread}
	f.HasLink, f.HasFile = slices.Contains(q.Has, "link"), slices.Contains(q.Has, "file")
	if f.Before, err = parseBefore(r.Cursor); err != nil {
		return f, false, err
	}
	f.Limit = defaultFound + 1
	if r.Limit > 0 {
		f.Limit = pageSize(r.Limit) + 1
	}
	if f.Since, err = parseDay("after", q.After); err != nil {
		return f, false, err
	}
	if f.Until, err = parseDay("before", q.Before); err != nil {
		return f, false, err
	}
	if q.Blank || q.Empty() {
		return f, false, nil
	}
	if f.From, possible, err = s.findSender(db, by, q.From); err != nil || !possible {
		// To whom strangers do not exist, nobody is told apart from them.
		if err == nil && !confined(by) {
			page.Hints = append(page.Hints, wire.SearchHint{Code: "unknown_person", Word: q.From})
		}
		return f, false, err
	}
	if f.Room, possible, err = s.findRoom(db, by, q.In); err != nil || !possible {
		if err == nil {
			page.Hints = append(page.Hints, wire.SearchHint{Code: "unknown_room", Word: q.In})
		}
		return f, false, err
	}
	if len(q.Terms) > 0 {
		f.Match, f.Holds, f.Fits = q.FTS4(), q.Holds(), q.Fits
		more, err := within(db, by, f.Room)
		if err != nil {
			return f, false, err
		}
		f.Match += more
	}
	return f, true, nil
}

// maxWithin is of how many rooms a search asks the index at once.
const maxWithin = 32

// within is what a search adds to its words, so that the index passes over the rooms that are not meant: the one that was
// asked for, or the few that the caller knows at all. Without it, a guest's search for a common word would look at every
// message that holds it.
func within(db *store.Queries, by *models.User, room models.ID) (string, error) {
	if room != 0 {
		return " " + roomToken(room), nil
	}
	if seesEveryOpenRoom(by) {
		return "", nil
	}
	rooms, err := db.RoomIDs(by.ID)
	if err != nil || len(rooms) == 0 || len(rooms) > maxWithin {
		return "", err
	}
	tokens := make([]string, len(rooms))
	for i, id := range rooms {
		tokens[i] = roomToken(id)
	}
	return " (" + strings.Join(tokens, " OR ") + ")", nil
}

// hints says what of a query cannot be meant as it was read.
func hints(q search.Query) (out []wire.SearchHint) {
	for _, word := range q.Doubtful {
		code := "unknown_value"
		if name := strings.ToLower(word); strings.HasPrefix(name, "before") || strings.HasPrefix(name, "after") {
			code = "not_a_date"
		}
		out = append(out, wire.SearchHint{Code: code, Word: word})
	}
	if q.Blank {
		out = append(out, wire.SearchHint{Code: "no_words"})
	}
	return out
}

// parseDay reads a date as the beginning of that day in UTC.
func parseDay(field, day string) (models.Millis, error) {
	if day == "" {
		return 0, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, day); err == nil {
			return models.ToMillis(t), nil
		}
	}
	return 0, models.Invalid(field, "invalid", "A date looks like 2026-11-21.")
}

func (s *Service) findSender(db *store.Queries, by *models.User, name string) (models.ID, bool, error) {
	if name == "" {
		return 0, true, nil
	}
	if strings.EqualFold(name, "me") {
		return by.ID, true, nil
	}
	us, err := db.PeopleByName([]string{models.FoldKey(name)})
	if err != nil || len(us) > 0 {
		return firstID(us), err == nil, err
	}
	id, err := models.ParseID(name)
	return id, err == nil, nil
}

func firstID(us []models.User) models.ID {
	if len(us) == 0 {
		return 0
	}
	return us[0].ID
}

// findRoom returns the room of a name or an id among those that the caller may read; @name is the direct room of the two.
func (s *Service) findRoom(db *store.Queries, by *models.User, name string) (models.ID, bool, error) {
	if name == "" {
		return 0, true, nil
	}
	if person, direct := strings.CutPrefix(name, "@"); direct {
		return directWith(db, by, person)
	}
	if id, err := models.ParseID(name); err == nil {
		_, err := s.readable(db, by, id)
		if err == nil {
			return id, true, nil
		}
		if !models.IsCode(err, models.CodeNotFound) {
			return 0, false, err
		}
	}
	mine, err := db.RoomsOf(by.ID)
	if err != nil {
		return 0, false, err
	}
	open, err := db.OpenRooms(by.ID)
	if err != nil {
		return 0, false, err
	}
	key := roomKey(name)
	for _, v := range append(mine, open...) {
		if v.Name != "" && roomKey(v.Name) == key && (v.Me != nil || seesOpenRooms(by, &v.Room)) {
			return v.ID, true, nil
		}
	}
	return 0, false, nil
}

func directWith(db *store.Queries, by *models.User, username string) (models.ID, bool, error) {
	us, err := db.PeopleByName([]string{models.FoldKey(username)})
	if err != nil || len(us) == 0 {
		return 0, false, err
	}
	pair := []models.ID{by.ID, us[0].ID}
	slices.Sort(pair)
	r, err := db.DirectRoom(models.JoinIDs(pair))
	if models.IsCode(err, models.CodeNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	return r.ID, true, nil
}

func (s *Service) results(db *store.Queries, by *models.User, q search.Query, rows []models.Message) ([]wire.SearchResult, error) {
	out := make([]wire.SearchResult, 0, len(rows))
	messages, err := s.messages(db, rows)
	if err != nil {
		return nil, err
	}
	rooms := map[models.ID]wire.Room{}
	for i := range messages {
		id := messages[i].RoomID
		if _, ok := rooms[id]; !ok {
			v, err := db.RoomView(id, by.ID)
			if err != nil {
				return nil, err
			}
			shapes, err := s.rooms(db, by.ID, []store.RoomView{*v})
			if err != nil {
				return nil, err
			}
			rooms[id] = shapes[0]
		}
		out = append(out, wire.SearchResult{Message: messages[i], Room: rooms[id], Snippet: snippet(messages[i].Text, q)})
	}
	return out, nil
}

func snippet(text string, q search.Query) string {
	var b strings.Builder
	for _, p := range search.Snippet(text, q, snippetWidth) {
		if p.Hit {
			b.WriteString("<mark>" + html.EscapeString(p.Text) + "</mark>")
		} else {
			b.WriteString(html.EscapeString(p.Text))
		}
	}
	return b.String()
}
