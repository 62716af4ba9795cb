package chat

import (
	"context"

	"parley/models"
	"parley/server/store"
)

// Past is a message that is brought in with the time at which it was said.
type Past struct {
	By       *models.User
	ClientID string // unique per sender
	Text     string
	At       models.Millis
}

// Import stores messages in a room, in their order and in one transaction: all or none. It is for whoever has the data
// folder to himself: no rule of who may send is asked, nobody is told, and no read mark moves.
func (s *Service) Import(ctx context.Context, room models.ID, list []Past) error {
	made := make([]imported, len(list))
	for i := range list {
		if err := made[i].prepare(ctx, s, room, &list[i]); err != nil {
			return err
		}
	}
	return s.store.Write(ctx, func(t *store.Tx) error { return storeImported(t, room, made) })
}

// imported is one message of an import, with what the transaction need not compute.
type imported struct {
	past   *Past
	body   body
	search string
}

func (m *imported) prepare(ctx context.Context, s *Service, room models.ID, p *Past) error {
	if err := models.CheckClientID(p.ClientID); err != nil {
		return err
	}
	if err := models.CheckText(p.Text); err != nil {
		return err
	}
	var err error
	m.past, m.search = p, searchBody(p.Text, room)
	m.body, err = s.render(ctx, nil, p.Text)
	return err
}

func storeImported(t *store.Tx, id models.ID, list []imported) error {
	room, err := t.Room(id)
	if err != nil {
		return err
	}
	rows := make([]models.Message, len(list))
	nums := make([]int64, len(list))
	bodies := make([]string, len(list))
	for i := range list {
		p, b := list[i].past, &list[i].body
		seq := t.NextSeq(room)
		room.LastNum++
		nums[i] = room.LastNum
		room.LastMessageAt = max(room.LastMessageAt, p.At)
		rows[i] = models.Message{
			ID: t.NewID(), RoomID: id, Seq: seq, Num: &nums[i], ChangedSeq: seq, SenderID: p.By.ID, ClientID: &p.ClientID,
			Text: p.Text, TextHash: hashText(p.Text), HTML: b.html, MentionIDs: models.JoinIDs(b.mentionList()), CreatedAt: p.At,
		}
		bodies[i] = list[i].search
	}
	if err := t.ImportMessages(rows, bodies); err != nil {
		return err
	}
	for i := range rows {
		if err := t.InsertMentions(&rows[i], list[i].body.mentionList()); err != nil {
			return err
		}
	}
	return nil
}
