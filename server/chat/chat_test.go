package chat

import (
	"context"
	"fmt"
	"testing"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// nobodyListens is a hub without connections; it keeps what was published. Publishing follows the answer to a write:
// read events through published.
type nobodyListens struct{ events []*wire.Event }

// published returns what was published by every write that was answered before.
func (l *nobodyListens) published(tb testing.TB, s *Service) []*wire.Event {
	tb.Helper()
	if err := s.store.Write(context.Background(), func(*store.Tx) error { return nil }); err != nil {
		tb.Fatal(err)
	}
	return l.events
}

func (l *nobodyListens) Publish(e *wire.Event) { l.events = append(l.events, e) }

func (*nobodyListens) ToUser(models.ID, *wire.Event, uint64) {}

// mustService opens a service over an empty store of its own.
func mustService(tb testing.TB) (*Service, *nobodyListens) {
	tb.Helper()
	st, err := store.Open(context.Background(), store.Options{Dir: tb.TempDir()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { st.Close() })
	live := &nobodyListens{}
	return New(st, live, Options{}), live
}

// mustUser makes an account without a password, a member of general.
func mustUser(tb testing.TB, s *Service, name string) *models.User {
	tb.Helper()
	u := &models.User{ID: s.store.NewID(), Username: name, NameKey: models.FoldKey(name), Role: models.RoleMember, CreatedAt: s.store.Now()}
	err := s.store.Write(context.Background(), func(t *store.Tx) error {
		if err := t.InsertUser(u); err != nil {
			return err
		}
		return s.Welcome(t, u)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func mustRoom(tb testing.TB, s *Service, by *models.User, kind models.RoomKind, name string) models.ID {
	tb.Helper()
	r, err := s.CreateRoom(context.Background(), by, NewRoom{Name: name, Kind: kind})
	if err != nil {
		tb.Fatal(err)
	}
	id, err := models.ParseID(r.ID)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// BenchmarkSend is the whole path of a message without a transport: 64 senders in one room, each waiting for its ack,
// every ack after an fsync.
func BenchmarkSend(b *testing.B) {
	s, _ := mustService(b)
	users := make([]*models.User, 64)
	for i := range users {
		users[i] = mustUser(b, s, fmt.Sprintf("user%d", i))
	}
	room := mustRoom(b, s, users[0], models.KindOpen, "bench")
	for _, u := range users[1:] {
		if _, err := s.Join(context.Background(), u, room); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	done := make(chan struct{})
	for i, u := range users {
		go func() {
			for n := i; n < b.N; n += len(users) {
				d := Draft{RoomID: room, ClientID: fmt.Sprint("c", n), Text: "The quick brown fox jumps over the lazy dog, again and again, until it is about one hundred and twenty-eight bytes."}
				if _, err := s.Send(context.Background(), u, d); err != nil {
					b.Error(err)
				}
			}
			done <- struct{}{}
		}()
	}
	for range users {
		<-done
	}
}
