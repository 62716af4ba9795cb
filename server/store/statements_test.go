package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"parley/models"
	"parley/server/chat"
	"parley/server/store"
	"parley/server/wire"
)

type deaf struct{}

func (deaf) Publish(*wire.Event)                   {}
func (deaf) ToUser(models.ID, *wire.Event, uint64) {}

// crowd is a room of so many members in a store whose statements are counted.
type crowd struct {
	t          *testing.T
	dir        string
	store      *store.Store
	chat       *chat.Service
	room       models.ID
	sender     *models.User
	statements atomic.Int64
	sent       int
}

func newCrowd(t *testing.T, members int) *crowd {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	c := &crowd{t: t, dir: dir, store: st, chat: chat.New(st, deaf{}, chat.Options{})}
	st.Record(func(string, []any) { c.statements.Add(1) })
	users := make([]*models.User, members)
	err = st.Write(context.Background(), func(tx *store.Tx) error {
		for i := range users {
			name := fmt.Sprintf("user%d", i)
			users[i] = &models.User{ID: tx.NewID(), Username: name, NameKey: name, Role: models.RoleMember, CreatedAt: tx.Now()}
			if err := tx.InsertUser(users[i]); err != nil {
				return err
			}
			if err := c.chat.Welcome(tx, users[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.sender = users[0]
	rooms, err := c.chat.Rooms(context.Background(), c.sender)
	if err != nil {
		t.Fatal(err)
	}
	if c.room, err = models.ParseID(rooms[0].ID); err != nil {
		t.Fatal(err)
	}
	return c
}

// cost is how many statements one send takes, everything that it reads and its transaction included.
func (c *crowd) cost(text string, thread models.ID) int64 {
	c.t.Helper()
	before := c.statements.Load()
	c.send(text, thread)
	return c.statements.Load() - before
}

func (c *crowd) send(text string, thread models.ID) models.ID {
	c.t.Helper()
	c.sent++
	got, err := c.chat.Send(context.Background(), c.sender, chat.Draft{RoomID: c.room, ClientID: fmt.Sprint("c", c.sent), Text: text, ThreadID: thread})
	if err != nil {
		c.t.Fatal(err)
	}
	return got.Message.ID
}

func names(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "@user%d ", i+1)
	}
	return b.String()
}

// TestStatementsPerSendDoNotGrow sends the same in a room of two and in one of 2,000, with one name and with fifty,
// into a new thread and into one of a hundred replies and followers.
func TestStatementsPerSendDoNotGrow(t *testing.T) {
	few, many := newCrowd(t, 2), newCrowd(t, 2000)
	for _, c := range []*crowd{few, many} {
		c.send("the first send looks accounts up", 0)
	}
	same := func(what string, a, b int64) {
		t.Helper()
		if a != b || a == 0 {
			t.Errorf("%s: %d statements against %d", what, a, b)
		}
	}
	plain := few.cost("hello", 0)
	t.Logf("a message takes %d statements", plain)
	same("2 members and 2,000", plain, many.cost("hello", 0))
	same("@all of 2 and of 2,000", few.cost("@all come", 0), many.cost("@all come", 0))
	same("one name and fifty", many.cost(names(1), 0), many.cost(names(50), 0))
	if everybody, one := many.cost("@all", 0), many.cost(names(1), 0); everybody > one {
		t.Errorf("@all takes %d statements, one name %d", everybody, one)
	}

	young, old := many.send("young", 0), many.send("old", 0)
	for range 50 {
		many.send(names(50), old)
	}
	many.send("a first reply", young)
	same("a reply to a young thread and to an old one", many.cost("again", young), many.cost("again", old))
	same("a reply with one name and with fifty", many.cost(names(1), old), many.cost(names(50), old))
	for range 100 {
		many.send("another thread's", many.send("root", 0))
	}
	same("with few threads and with many", few.cost("hello", 0), many.cost("hello", 0))
}
