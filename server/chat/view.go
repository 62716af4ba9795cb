package chat

import (
	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// newMessage returns the wire shape of a row that has neither reactions nor, if it is a reply, its root's count.
func newMessage(m *models.Message, sender *models.User) *wire.Message {
	w := &wire.Message{
		ID: m.ID, RoomID: m.RoomID, Seq: m.Seq, ReplyCount: m.ReplyCount, Text: m.Text, HTML: m.HTML,
		CreatedAt: m.CreatedAt, EditedAt: m.EditedAt, Deleted: m.DeletedAt != 0, Pinned: m.PinnedAt != 0, AlsoInRoom: m.AlsoInRoom,
		ChangedSeq: m.ChangedSeq,
	}
	if sender != nil {
		w.Sender = wire.NewPerson(sender)
	} else {
		w.Sender = wire.Person{ID: m.SenderID.String()}
	}
	if m.Num != nil {
		w.Num = *m.Num
	}
	if m.ThreadID != nil {
		w.ThreadID = *m.ThreadID
	}
	if m.ClientID != nil {
		w.ClientID = *m.ClientID
	}
	for _, id := range models.SplitIDs(m.MentionIDs) {
		if id == 0 {
			w.MentionAll = true
		} else {
			w.MentionIDs = append(w.MentionIDs, id)
		}
	}
	return w
}

// messages returns the wire shapes of rows, in their order, with a number of queries that does not depend on how many
// there are.
func (s *Service) messages(q *store.Queries, rows []models.Message) ([]wire.Message, error) {
	out := make([]wire.Message, len(rows))
	var senders, reacted, roots []models.ID
	for i := range rows {
		senders = append(senders, rows[i].SenderID)
		if rows[i].ReactionCount > 0 {
			reacted = append(reacted, rows[i].ID)
		}
		if rows[i].ThreadID != nil {
			roots = append(roots, *rows[i].ThreadID)
		}
		senders = append(senders, models.SplitIDs(rows[i].Repliers)...)
	}
	people, err := s.people.get(q, senders...)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		out[i] = *newMessage(&rows[i], people[rows[i].SenderID])
		if rows[i].ReplyCount > 0 {
			out[i].Thread = newThread(&rows[i], people)
		}
	}
	if err := addReactions(q, out, reacted); err != nil {
		return nil, err
	}
	return out, s.addRoots(q, out, roots)
}

func addReactions(q *store.Queries, out []wire.Message, reacted []models.ID) error {
	reactions, err := q.Reactions(reacted)
	if err != nil || len(reactions) == 0 {
		return err
	}
	at := make(map[models.ID]*wire.Message, len(out))
	for i := range out {
		at[out[i].ID] = &out[i]
	}
	for _, r := range reactions {
		m := at[r.MessageID]
		i := 0
		for i < len(m.Reactions) && m.Reactions[i].Emoji != r.Emoji {
			i++
		}
		if i == len(m.Reactions) {
			m.Reactions = append(m.Reactions, wire.Reaction{Emoji: r.Emoji})
		}
		m.Reactions[i].UserIDs = append(m.Reactions[i].UserIDs, r.UserID)
	}
	return nil
}

// addRoots puts what its root tells of the thread on each reply.
func (s *Service) addRoots(q *store.Queries, out []wire.Message, roots []models.ID) error {
	rows, err := q.Messages(roots)
	if err != nil || len(rows) == 0 {
		return err
	}
	var faces []models.ID
	for i := range rows {
		faces = append(faces, models.SplitIDs(rows[i].Repliers)...)
	}
	people, err := s.people.get(q, faces...)
	if err != nil {
		return err
	}
	threads := make(map[models.ID]*wire.Thread, len(rows))
	for i := range rows {
		threads[rows[i].ID] = threadOf(&rows[i], people)
	}
	for i := range out {
		if out[i].ThreadID != 0 {
			out[i].Thread = threads[out[i].ThreadID]
		}
	}
	return nil
}

// message returns the wire shape of one row.
func (s *Service) message(q *store.Queries, m *models.Message) (*wire.Message, error) {
	views, err := s.messages(q, []models.Message{*m})
	if err != nil {
		return nil, err
	}
	return &views[0], nil
}
