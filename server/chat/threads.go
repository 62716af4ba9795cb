package chat

import (
	"context"
	"math"
	"slices"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

var errNoThread = models.NotFound("There is no such thread.")

// follow makes the author of a reply a follower who has read it, and the root's author and whoever is mentioned
// followers who have not.
func (p *posting) follow(t *store.Tx, root, m *models.Message) error {
	if err := t.Follow(root.ID, m.SenderID, *m.ThreadNum); err != nil {
		return err
	}
	return t.FollowFrom(root.ID, followers(m, p.body.mentions, root.SenderID), *m.ThreadNum-1)
}

// followers are those whom a reply calls into its thread: the people it names, and with the first reply the root's
// author.
func followers(m *models.Message, named []models.ID, rootSender models.ID) []models.ID {
	called := slices.Clone(named)
	if *m.ThreadNum == 1 && !slices.Contains(called, rootSender) {
		called = append(called, rootSender)
	}
	return slices.DeleteFunc(called, func(u models.ID) bool { return u == m.SenderID })
}

// maxFaces is how many of the people in a thread stand on its root: those who replied last.
const maxFaces = 3

// withReplier puts somebody who has just replied before the others who did.
func withReplier(faces []models.ID, by models.ID) []models.ID {
	others := slices.DeleteFunc(faces, func(u models.ID) bool { return u == by })
	return append([]models.ID{by}, others[:min(len(others), maxFaces-1)]...)
}

// newThread is what a root tells of its thread.
func newThread(root *models.Message, people map[models.ID]*models.User) *wire.Thread {
	t := &wire.Thread{ReplyCount: root.ReplyCount, LastReplyAt: root.LastReplyAt}
	for _, id := range models.SplitIDs(root.Repliers) {
		if u := people[id]; u != nil {
			t.Users = append(t.Users, wire.NewPerson(u))
		}
	}
	return t
}

// threadOf is what a reply tells of the thread that its root began.
func threadOf(root *models.Message, people map[models.ID]*models.User) *wire.Thread {
	t := newThread(root, people)
	t.SenderID = root.SenderID
	return t
}

// Thread returns a root and up to limit of its replies with a seq above after, oldest first.
func (s *Service) Thread(ctx context.Context, by *models.User, id models.ID, after int64, limit int) (wire.ThreadPage, error) {
	var page wire.ThreadPage
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		root, err := s.readableRoot(q, by, id)
		if err != nil {
			return err
		}
		limit := pageSize(limit)
		rows, err := q.Replies(root.ID, after, limit+1)
		if err != nil {
			return err
		}
		page.HasAfter = len(rows) > limit
		rows = rows[:min(len(rows), limit)]
		left, err := q.UnreadReplies(root.ID, by.ID)
		if err != nil {
			return err
		}
		page.Unread, page.Mentions = left.Unread, left.Mentions
		if page.Following, err = q.Follows(root.ID, by.ID); err != nil {
			return err
		}
		views, err := s.messages(q, append([]models.Message{*root}, rows...))
		if err != nil {
			return err
		}
		page.Root, page.Messages = views[0], views[1:]
		return nil
	})
	return page, err
}

func (s *Service) readableRoot(q *store.Queries, by *models.User, id models.ID) (*models.Message, error) {
	root, err := s.readableMessage(q, by, id)
	if err == nil && root.ThreadID != nil {
		err = errNoThread
	}
	return root, err
}

// enterOf is enter for the room of a message: where the caller may not know of the room, there is no such message.
func (s *Service) enterOf(t *store.Tx, by *models.User, m *models.Message) error {
	_, err := s.enter(t, by, m.RoomID)
	if models.IsCode(err, models.CodeNotFound) {
		err = errNoMessage
	}
	return err
}

// ReadThread moves the caller's mark in a thread to the reply with this seq, back too, and tells its connections. The
// caller follows the thread from then on.
func (s *Service) ReadThread(ctx context.Context, by *models.User, id models.ID, seq int64) (wire.Unread, error) {
	var out wire.Unread
	err := s.store.Write(ctx, func(t *store.Tx) error {
		root, err := s.enterThread(t, by, id)
		if err != nil {
			return err
		}
		num, err := t.ThreadNumUpto(root.ID, seq)
		if err != nil {
			return err
		}
		if err := t.Follow(root.ID, by.ID, num); err != nil {
			return err
		}
		out, err = s.tellThread(t, by, root)
		return err
	})
	return out, err
}

// enterThread is enter for the room of a root; there is no thread of a reply.
func (s *Service) enterThread(t *store.Tx, by *models.User, id models.ID) (*models.Message, error) {
	root, err := t.Message(id)
	if err != nil {
		return nil, err
	}
	if err := s.enterOf(t, by, root); err != nil {
		return nil, err
	}
	if root.ThreadID != nil {
		return nil, errNoThread
	}
	return root, nil
}

// tellThread tells the caller's connections what is left of a thread that the caller follows.
func (s *Service) tellThread(t *store.Tx, by *models.User, root *models.Message) (wire.Unread, error) {
	left, err := t.UnreadReplies(root.ID, by.ID)
	if err != nil {
		return wire.Unread{}, err
	}
	e := &wire.Event{Type: wire.ThreadRead, RoomID: root.RoomID, ThreadID: root.ID, Unread: left.Unread, Mentions: left.Mentions}
	t.AfterCommit(func() { s.live.ToUser(by.ID, e, 0) })
	return wire.Unread{Unread: left.Unread, Mentions: left.Mentions}, nil
}

// Follow makes the caller a follower of a thread who has read what is there; a follower keeps the mark.
func (s *Service) Follow(ctx context.Context, by *models.User, id models.ID) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		root, err := s.enterThread(t, by, id)
		if err != nil {
			return err
		}
		last, err := t.LastThreadNum(root.ID)
		if err != nil {
			return err
		}
		if err := t.FollowFrom(root.ID, []models.ID{by.ID}, last); err != nil {
			return err
		}
		_, err = s.tellThread(t, by, root)
		return err
	})
}

// Unfollow ends that, until a reply of the caller's own or one that names the caller. Again: no error.
func (s *Service) Unfollow(ctx context.Context, by *models.User, id models.ID) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		root, err := s.enterThread(t, by, id)
		if err != nil {
			return err
		}
		e := &wire.Event{Type: wire.ThreadLeft, RoomID: root.RoomID, ThreadID: root.ID}
		t.AfterCommit(func() { s.live.ToUser(by.ID, e, 0) })
		return t.Unfollow(root.ID, by.ID)
	})
}

// Threads returns the threads that the caller follows, the latest reply first; cursor is the next_cursor of the page
// before.
func (s *Service) Threads(ctx context.Context, by *models.User, limit int, cursor string) (wire.Threads, error) {
	at, id, err := parseMoment(cursor)
	if err != nil {
		return wire.Threads{}, err
	}
	limit = pageSize(limit)
	page := wire.Threads{Threads: []wire.FollowedThread{}}
	err = s.store.Snapshot(ctx, func(q *store.Queries) error {
		views, err := q.Threads(by.ID, at, id, limit+1)
		if err != nil {
			return err
		}
		if len(views) > limit {
			views = views[:limit]
			page.NextCursor = formatMoment(views[limit-1].LastReplyAt, views[limit-1].Root)
		}
		ids := make([]models.ID, len(views))
		for i := range views {
			ids[i] = views[i].Root
		}
		roots, err := s.messagesByID(q, ids)
		if err != nil {
			return err
		}
		for i := range roots {
			page.Threads = append(page.Threads, wire.FollowedThread{
				Root: roots[i], Unread: views[i].Unread, Mentions: views[i].Mentions, LastReplyAt: wire.Time(views[i].LastReplyAt),
			})
		}
		return nil
	})
	return page, err
}

// messagesByID returns the messages of ids, all of which exist, in the order of ids.
func (s *Service) messagesByID(q *store.Queries, ids []models.ID) ([]wire.Message, error) {
	rows, err := q.Messages(ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b models.Message) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return s.messages(q, rows)
}

// endOfTime is above every moment and id.
const endOfTime = math.MaxInt64
