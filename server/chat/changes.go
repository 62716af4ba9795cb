package chat

import (
	"context"
	"slices"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// maxDelta is how many changed rows a live catch-up carries; beyond it a client is better served by a page of history.
const maxDelta = 200

// Changes returns what was created or changed in a room after a cursor, tombstones and replies too, in the order of the
// last change and at most 200 at a time; or a reset where the cursor is not of this room's present life.
func (s *Service) Changes(ctx context.Context, by *models.User, room models.ID, since int64) (wire.Changes, error) {
	c := wire.Changes{Messages: []wire.Message{}}
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		v, err := s.readable(q, by, room)
		if err != nil {
			return err
		}
		if since > v.LastSeq || since < v.PurgedSeq {
			c.Reset = true
			return nil
		}
		rows, more, err := changedRows(q, room, since, maxPage)
		if err != nil {
			return err
		}
		c.Upto, c.More = v.LastSeq, more
		if more {
			c.Upto = rows[len(rows)-1].ChangedSeq
		}
		c.Messages, err = s.messages(q, rows)
		return err
	})
	return c, err
}

// changedRows returns up to limit rows created or changed after since by their last change, and whether there are more.
// Rows that never changed are found by seq, the few others by a partial index on changed_seq.
func changedRows(q *store.Queries, room models.ID, since int64, limit int) ([]models.Message, bool, error) {
	rows, err := q.MessagesCreated(room, since, limit+1)
	if err != nil {
		return nil, false, err
	}
	changed, err := q.MessagesChanged(room, since, limit+1)
	if err != nil {
		return nil, false, err
	}
	rows = append(rows, changed...)
	slices.SortFunc(rows, func(a, b models.Message) int { return int(a.ChangedSeq - b.ChangedSeq) })
	return rows[:min(len(rows), limit)], len(rows) > limit, nil
}

// Delta returns what a connection of the account has missed of a room: messages, members and the room itself, each
// once and in its present state. It checks the membership in the same view.
func (s *Service) Delta(ctx context.Context, user, room models.ID, since int64) (wire.Delta, error) {
	var d wire.Delta
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		v, err := q.RoomView(room, user)
		if models.IsCode(err, models.CodeNotFound) || err == nil && v.Me == nil {
			d.Gone = true
			return nil
		}
		if err != nil {
			return err
		}
		d.Upto = v.LastSeq
		if since > v.LastSeq || since < v.PurgedSeq {
			d.Reset = true
			return nil
		}
		return s.fill(q, v, since, &d)
	})
	return d, err
}

func (s *Service) fill(q *store.Queries, v *store.RoomView, since int64, d *wire.Delta) error {
	rows, more, err := changedRows(q, v.ID, since, maxDelta)
	if err != nil {
		return err
	}
	members, err := q.MembershipsChanged(v.ID, since, maxDelta+1)
	if err != nil {
		return err
	}
	if more || len(rows)+len(members) > maxDelta {
		d.Reset = true
		return nil
	}
	messages, err := s.messages(q, rows)
	if err != nil {
		return err
	}
	for i := range messages {
		d.Events = append(d.Events, messageEvent(&messages[i], since))
	}
	if err := s.addMembers(q, members, since, d); err != nil {
		return err
	}
	if v.UpdatedSeq > since {
		r := sharedRoom(&v.Room)
		d.Events = append(d.Events, wire.Event{Type: wire.RoomUpdated, RoomID: v.ID, Seq: v.UpdatedSeq, Room: &r})
	}
	slices.SortFunc(d.Events, func(a, b wire.Event) int { return int(a.Seq - b.Seq) })
	return nil
}

// messageEvent says of a message's present state what it means to somebody who has seen everything up to since.
func messageEvent(m *wire.Message, since int64) wire.Event {
	e := wire.Event{Type: wire.MessageUpdated, RoomID: m.RoomID, Seq: m.ChangedSeq, Message: m}
	switch {
	case m.Deleted:
		e.Type = wire.MessageDeleted
	case m.Seq > since:
		e.Type = wire.MessageCreated
	}
	return e
}

func (s *Service) addMembers(q *store.Queries, members []models.Membership, since int64, d *wire.Delta) error {
	ids := make([]models.ID, len(members))
	for i := range members {
		ids[i] = members[i].UserID
	}
	people, err := s.people.get(q, ids...)
	if err != nil {
		return err
	}
	for i := range members {
		m := &members[i]
		u := people[m.UserID]
		if u == nil {
			continue
		}
		e := wire.Event{Type: wire.MemberJoined, RoomID: m.RoomID, Seq: m.JoinedSeq, UserID: u.ID}
		if !m.Current() {
			e.Type, e.Seq = wire.MemberLeft, m.LeftSeq
		}
		p := wire.NewPerson(u)
		e.User = &p
		d.Events = append(d.Events, e)
	}
	return nil
}
