package bench

import (
	"context"
	"io"
	"testing"
	"unicode/utf8"

	"parley/models"
	"parley/server/chat"
	"parley/server/store"
)

// TestASeededFolderIsOneThatAServerCouldHaveMade fills a small one and reads it back by the use cases.
func TestASeededFolderIsOneThatAServerCouldHaveMade(t *testing.T) {
	dir := t.TempDir()
	const batch, messages = 400, 5*400 + 17
	out, err := FillFolder(context.Background(), Seed{Dir: dir, Messages: messages, Progress: io.Discard, batch: batch, readings: 25})
	if err != nil {
		t.Fatal(err)
	}
	if out.Messages != messages || out.History.Count != 25 || out.Hello.Count != 25 || len(out.Search) != 6 || out.Search[0].Count != 5 {
		t.Errorf("the fill reports %+v", out)
	}
	st, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	rooms := chat.New(st, silence{}, chat.Options{})
	seed0, err := st.Read(context.Background()).UserByLogin("seed0")
	if err != nil {
		t.Fatal(err)
	}
	list, err := rooms.Rooms(context.Background(), seed0)
	if err != nil {
		t.Fatal(err)
	}
	found := int64(0)
	for _, r := range list {
		found += r.Num
		if r.Seq != r.Num+1 { // the creator's joining is the one change that is no message
			t.Errorf("room %s stands at seq %d with %d messages", r.Name, r.Seq, r.Num)
		}
		id, err := models.ParseID(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		page, err := rooms.History(context.Background(), seed0, id, chat.Page{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		if want := int(min(r.Num, 200)); len(page.Messages) != want {
			t.Errorf("room %s shows %d messages, want %d", r.Name, len(page.Messages), want)
		}
	}
	if found != messages {
		t.Errorf("the rooms have %d messages, want %d", found, messages)
	}
	if _, err := FillFolder(context.Background(), Seed{Dir: dir, Messages: 1, Progress: io.Discard}); err == nil {
		t.Error("a folder that has a database was filled again")
	}
}

func TestRoomsShareMessagesUnevenly(t *testing.T) {
	counts := make([]int, seedRooms)
	for n := range 1 << 12 {
		counts[roomShare(n)]++
	}
	if counts[0] != 1<<11 || counts[1] != 1<<10 || counts[11] != 1 {
		t.Errorf("of 4,096 batches the rooms get %v", counts)
	}
}

func TestProseIsTextThatAMessageCanHold(t *testing.T) {
	p := newProse(1, []string{"ada"})
	chinese := 0
	for range 2000 {
		text := p.text()
		if err := models.CheckText(text); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if r, _ := utf8.DecodeRuneInString(text); r > 0x3000 {
			chinese++
		}
	}
	if chinese < 300 || chinese > 500 {
		t.Errorf("%d of 2,000 texts are Chinese, want about one in five", chinese)
	}
	first, again := newProse(7, nil).text(), newProse(7, nil).text()
	if first != again {
		t.Error("the same seed gives two texts")
	}
}

func TestEnglishWordsOfDifferentRanksDiffer(t *testing.T) {
	seen := map[string]uint64{}
	for rank := uint64(len(commonWords)); rank < rareWords; rank++ {
		w := englishWord(rank)
		if other, twice := seen[w]; twice {
			t.Fatalf("ranks %d and %d are both %q", other, rank, w)
		}
		seen[w] = rank
	}
}
