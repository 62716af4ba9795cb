package chat

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"parley/models"
	"parley/server/store"
)

// TestASearchInARoomFindsTheSameNearAndFar fills two rooms by turns, so that what is looked for stands among the messages
// that a search in a room reads itself, among those for which it asks the index, and among those that no index has yet.
func TestASearchInARoomFindsTheSameNearAndFar(t *testing.T) {
	s, _ := mustService(t)
	ctx := context.Background()
	ada, ben := mustUser(t, s, "ada"), mustUser(t, s, "ben")
	gus := mustUser(t, s, "gus")
	rooms := []models.ID{mustRoom(t, s, ada, models.KindOpen, "tea"), mustRoom(t, s, ada, models.KindOpen, "cake")}
	if _, err := s.Join(ctx, gus, rooms[1]); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Write(ctx, func(t *store.Tx) error { return t.SetRole(gus.ID, models.RoleGuest) }); err != nil {
		t.Fatal(err)
	}
	gus.Role = models.RoleGuest
	want := map[string][]string{} // texts, the oldest first
	want["0second"] = []string{"common 2 in room0"}
	const turns = 60
	for turn := range turns {
		for i, room := range rooms {
			var said []Past
			for n := range 50 {
				p := Past{By: ada, ClientID: fmt.Sprint(turn, "-", i, "-", n), Text: fmt.Sprintf("common %d in room%d", turn*50+n, i), At: 1}
				if n == 7 && turn%4 == 0 {
					p.By, p.Text = ben, p.Text+" seldom"
				}
				said = append(said, p)
				query := fmt.Sprint(i)
				want[query+"common"] = append(want[query+"common"], p.Text)
				if p.By == ben {
					want[query+"seldom"] = append(want[query+"seldom"], p.Text)
				}
			}
			if err := s.Import(ctx, room, said); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		by         *models.User
		query, key string
	}{
		{ada, "in:tea common ", "0common"},
		{ada, "in:cake common ", "1common"},
		{ada, "in:tea seldom ", "0seldom"},
		{ada, "in:cake from:ben common ", "1seldom"},
		{ada, `in:tea "common 2"`, "0second"},
		{gus, "common ", "1common"},
		{gus, "seldom ", "1seldom"},
		{gus, "in:tea common ", ""},
		{gus, "room0 ", ""},
	} {
		var found []string
		for cursor := ""; ; {
			page, err := s.Search(ctx, c.by, SearchRequest{Q: c.query, Limit: 37, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Results {
				found = append(found, r.Message.Text)
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		slices.Reverse(found)
		if !slices.Equal(found, want[c.key]) {
			t.Errorf("%s searches for %q and finds %d messages, want %d", c.by.Username, c.query, len(found), len(want[c.key]))
		}
	}
}
