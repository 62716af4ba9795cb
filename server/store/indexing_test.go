package store_test

import (
	"context"
	"fmt"
	"testing"

	"parley/models"
	"parley/server/chat"
	"parley/server/store"
)

// TestASearchReadsWhatIsInTheIndexAndWhatWaits sends more messages than stay out of the index, and finds the same before and
// after they are indexed, in the same order, and after the next start.
func TestASearchReadsWhatIsInTheIndexAndWhatWaits(t *testing.T) {
	c := newCrowd(t, 1)
	const sent = 1300
	for i := range sent {
		c.send(fmt.Sprintf("wxcommon every%d", i%100), 0)
	}
	check := func(when string) {
		t.Helper()
		db := openFile(t, c.dir)
		var waiting, indexed int
		err := db.QueryRow(`SELECT count(*) FILTER (WHERE docid > v), count(*) FILTER (WHERE docid <= v)
			FROM search_rows, (SELECT CAST(v AS INTEGER) v FROM meta WHERE k = 'indexed')`).Scan(&waiting, &indexed)
		if err != nil || waiting+indexed != sent || waiting == 0 || indexed == 0 {
			t.Fatalf("%s: %d rows wait and %d in the index (%v), of %d in both", when, waiting, indexed, err, sent)
		}
		for query, want := range map[string]int{"wxcommon": sent, "every7": 143, "every77": 13, "every77 wxcommon": 13, `"wxcommon every77"`: 13, `"every77 wxcommon"`: 0, "wxcom": sent} {
			if got := c.searchAll(query); got != want {
				t.Errorf("%s: a search for %s finds %d messages, want %d", when, query, got, want)
			}
		}
	}
	check("at first")
	if err := c.store.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(context.Background(), store.Options{Dir: c.dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	c.store, c.chat = again, chat.New(again, deaf{}, chat.Options{})
	check("after the next start")
}

// searchAll goes through all pages of a search, which must be in falling order of their ids without a repetition.
func (c *crowd) searchAll(query string) (found int) {
	c.t.Helper()
	last := models.ID(1<<63 - 1)
	for cursor := ""; ; {
		page, err := c.chat.Search(context.Background(), c.sender, chat.SearchRequest{Q: query, Limit: 90, Cursor: cursor})
		if err != nil {
			c.t.Fatal(err)
		}
		for _, r := range page.Results {
			if r.Message.ID >= last {
				c.t.Fatalf("a search for %s finds %d after %d", query, r.Message.ID, last)
			}
			last = r.Message.ID
			found++
		}
		if cursor = page.NextCursor; cursor == "" {
			return found
		}
	}
}
