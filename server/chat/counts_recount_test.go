package chat

import (
	"context"
	"maps"
	"slices"

	"parley/models"
	"parley/server/wire"
)

// unread recounts a room: the messages after the mark, and those of them that address the user.
func (r *spokenRoom) unread(user models.ID) (u wire.Unread) {
	for _, m := range r.said {
		if m.place <= r.members[user] {
			continue
		}
		u.Unread++
		if !m.deleted && !r.blocks[[2]models.ID{user, m.sender}] && (m.everybody || slices.Contains(m.named, user)) {
			u.Mentions++
		}
	}
	return u
}

// unread recounts a thread: the replies after the mark that are still there, and those of them that address the user.
func (m *spoken) unread(user models.ID) (u wire.Unread) {
	for _, reply := range m.replies {
		if reply.place <= m.followers[user] || reply.deleted {
			continue
		}
		u.Unread++
		heard := reply.sender != user && !m.room.blocks[[2]models.ID{user, reply.sender}]
		if heard && (reply.everybody || slices.Contains(reply.named, user)) {
			u.Mentions++
		}
	}
	return u
}

func (w *talk) compareAll() {
	for _, u := range w.users {
		w.compare(u)
		w.compareThreads(u)
		w.compareMentions(u)
	}
}

func (w *talk) compare(u *models.User) {
	h, err := w.s.Hello(context.Background(), u.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	seen := map[string]wire.Unread{}
	for _, r := range h.Rooms {
		if r.Name != "general" {
			seen[r.ID] = wire.Unread{Unread: r.Unread, Mentions: r.Mentions}
		}
	}
	want := map[string]wire.Unread{}
	for _, r := range w.rooms {
		if _, member := r.members[u.ID]; member {
			want[r.id.String()] = r.unread(u.ID)
		}
	}
	if !maps.Equal(seen, want) {
		w.t.Errorf("%s is told %v, a recount says %v", u.Username, seen, want)
	}
}

func (w *talk) compareThreads(u *models.User) {
	seen, want := map[models.ID]wire.Unread{}, map[models.ID]wire.Unread{}
	for cursor := ""; ; {
		page, err := w.s.Threads(context.Background(), u, 30, cursor)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range page.Threads {
			seen[f.Root.ID] = wire.Unread{Unread: f.Unread, Mentions: f.Mentions}
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	for _, r := range w.rooms {
		for _, m := range r.said {
			_, member := r.members[u.ID]
			_, follows := m.followers[u.ID]
			there := slices.ContainsFunc(m.replies, func(reply *spoken) bool { return !reply.deleted })
			if member && follows && there {
				want[m.id] = m.unread(u.ID)
			}
		}
	}
	if !maps.Equal(seen, want) {
		w.t.Errorf("%s follows %v, a recount says %v", u.Username, seen, want)
	}
}

// compareMentions reads somebody's inbox of mentions to its end, in pages so small that some hold nothing but what is left
// out.
func (w *talk) compareMentions(u *models.User) {
	var seen, want []models.ID
	for cursor := ""; ; {
		page, err := w.s.Mentions(context.Background(), u, 2, cursor)
		if err != nil {
			w.t.Fatal(err)
		}
		for i := range page.Messages {
			seen = append(seen, page.Messages[i].ID)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	for _, r := range w.rooms {
		if _, member := r.members[u.ID]; !member {
			continue
		}
		for _, m := range r.all {
			addressed := slices.Contains(m.named, u.ID) || m.everybody && m.seq > r.joined[u.ID]
			if addressed && m.sender != u.ID && !m.deleted && !w.blocks[[2]models.ID{u.ID, m.sender}] {
				want = append(want, m.id)
			}
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	if !slices.Equal(seen, want) {
		w.t.Errorf("%s's inbox of mentions has %d messages %v, a recount says %d %v", u.Username, len(seen), seen, len(want), want)
	}
}

// compareSequences demands that what was published numbers every room's changes from 1 without a hole.
func (w *talk) compareSequences() {
	next := map[models.ID]int64{}
	for _, e := range w.live.published(w.t, w.s) {
		if next[e.RoomID]++; e.Seq != next[e.RoomID] {
			w.t.Fatalf("room %d went from %d to %d", e.RoomID, next[e.RoomID]-1, e.Seq)
		}
	}
}
