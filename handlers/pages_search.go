package handlers

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/wire"
	"parley/templates"
)

// searchOperators are what narrows a search down when it begins a word of it.
var searchOperators = []string{"from:", "in:", "has:", "before:", "after:", "is:"}

// searchPage shows what a search finds, whole from the server: a result can be bookmarked and needs no script.
func (s *site) searchPage(c echo.Context, id auth.Identity) error {
	q, cursor, err := soughtOf(c)
	if err != nil {
		return err
	}
	f := s.frame(c, "search.heading")
	page := templates.Search{Frame: f, Q: q, Searched: strings.TrimSpace(q) != "", Chips: searchChips(f, q, id.User.Username, time.Now())}
	if len(q) > maxQuery {
		page.Searched, page.Error = false, f.T("search.long")
		return s.show(c, http.StatusBadRequest, "search", page)
	}
	if !page.Searched {
		return s.show(c, http.StatusOK, "search", page)
	}
	found, err := s.Chat.Search(within(c), id.User, chat.SearchRequest{Q: q, Cursor: cursor})
	if err != nil {
		return err
	}
	for i := range found.Results {
		page.Results = append(page.Results, searchResult(&found.Results[i], id.User.ID.String()))
	}
	for _, h := range found.Hints {
		page.Hints = append(page.Hints, f.T("search.hint."+h.Code, "word", h.Word))
	}
	if found.NextCursor != "" {
		page.Next = "/search?" + url.Values{"q": {q}, "cursor": {found.NextCursor}}.Encode()
	}
	return s.show(c, http.StatusOK, "search", page)
}

// searchResult is a hit as the page shows it; its address is the message's own, a reply's that of its thread.
func searchResult(r *wire.SearchResult, me string) templates.SearchResult {
	m := &r.Message
	to := "/rooms/" + m.RoomID.String()
	if m.Num > 0 {
		to += "/" + models.ID(m.Num).String()
	} else {
		to += "?thread=" + m.ThreadID.String()
	}
	room := r.Room.Name
	if r.Room.Kind == models.KindDirect {
		room = peopleOf(&r.Room, me)
	}
	sender := m.Sender.DisplayName
	if sender == "" {
		sender = m.Sender.Username
	}
	return templates.SearchResult{
		URL: to, Room: room, Sender: sender, At: time.UnixMilli(int64(m.CreatedAt)).UTC().Format(time.RFC3339),
		Snippet: template.HTML(r.Snippet), //nolint:gosec // G203: chat escapes the text and adds nothing but <mark>
	}
}

// peopleOf is what a direct room is called: the others in it.
func peopleOf(r *wire.Room, me string) string {
	var names []string
	for _, u := range r.Users {
		if u.ID == me && len(r.Users) > 1 {
			continue
		}
		if u.DisplayName != "" {
			names = append(names, u.DisplayName)
		} else {
			names = append(names, u.Username)
		}
	}
	return strings.Join(names, ", ")
}

// searchChips are the filters of a search, each with the search without it; then those that could be added.
func searchChips(f templates.Frame, q, me string, now time.Time) []templates.Chip {
	words := searchWords(q)
	var chips []templates.Chip
	for i, word := range words {
		if isOperator(word) {
			chips = append(chips, templates.Chip{Label: word, URL: searchURL(slices.Delete(slices.Clone(words), i, i+1)), On: true})
		}
	}
	for _, offer := range []struct{ label, word string }{
		{f.T("search.fromMe"), "from:" + me},
		{f.T("search.links"), "has:link"},
		{f.T("search.threads"), "is:thread"},
		{f.T("search.week"), "after:" + now.AddDate(0, 0, -7).Format(time.DateOnly)},
	} {
		operator, _, _ := strings.Cut(offer.word, ":")
		taken := slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(strings.ToLower(w), operator+":") })
		if !taken {
			chips = append(chips, templates.Chip{Label: offer.label, URL: searchURL(append(slices.Clone(words), offer.word))})
		}
	}
	return chips
}

func isOperator(word string) bool {
	return slices.ContainsFunc(searchOperators, func(op string) bool {
		return len(word) > len(op) && strings.EqualFold(word[:len(op)], op)
	})
}

func searchURL(words []string) string {
	return "/search?" + url.Values{"q": {strings.Join(words, " ")}}.Encode()
}

// searchWords parts a search at its spaces, but for those between quotes.
func searchWords(q string) []string {
	quoted := false
	return strings.FieldsFunc(q, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t' || r == '\n')
	})
}
