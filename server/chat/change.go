package chat

import (
	"context"
	"slices"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// change runs fn on a message in a transaction, gives the change the room's next seq and tells the room. fn reports
// false where there is nothing to change; then no seq is taken.
func (s *Service) change(ctx context.Context, by *models.User, id models.ID, kind wire.EventType,
	fn func(t *store.Tx, in entered, m *models.Message) (bool, error),
) (wire.Message, error) {
	var out *wire.Message
	err := s.store.Write(ctx, func(t *store.Tx) error {
		m, err := t.Message(id)
		if err != nil {
			return err
		}
		in, err := s.enter(t, by, m.RoomID)
		if models.IsCode(err, models.CodeNotFound) {
			return errNoMessage
		}
		if err != nil {
			return err
		}
		// Taking back is not saying: who was muted or blocked may still delete.
		if kind == wire.MessageDeleted {
			err = writable(in.room)
		} else {
			err = maySpeak(&t.Queries, in.room, in.me, t.Now())
		}
		if err != nil {
			return err
		}
		before := in.room.LastSeq
		m.ChangedSeq = before + 1
		changed, err := fn(t, in, m)
		if err != nil {
			return err
		}
		if changed {
			t.NextSeq(in.room)
		}
		if out, err = s.message(&t.Queries, m); err != nil {
			return err
		}
		if changed {
			s.publish(t, &wire.Event{Type: kind, RoomID: m.RoomID, Seq: m.ChangedSeq, Message: out})
		}
		return nil
	})
	if err != nil {
		return wire.Message{}, err
	}
	return *out, nil
}

var errNoMessage = models.NotFound("There is no such message.")

var errDeleted = models.NewError(models.CodeConflict, "This message was deleted.")

// Edit replaces the text of one's own message; the former text becomes a revision. The same text again changes nothing.
func (s *Service) Edit(ctx context.Context, by *models.User, id models.ID, text string) (wire.Message, error) {
	if err := models.CheckText(text); err != nil {
		return wire.Message{}, err
	}
	b, err := s.render(ctx, by, text)
	if err != nil {
		return wire.Message{}, err
	}
	return s.change(ctx, by, id, wire.MessageUpdated, func(t *store.Tx, _ entered, m *models.Message) (bool, error) {
		switch {
		case m.SenderID != by.ID:
			return false, models.Forbidden("Only its sender may edit a message.")
		case m.DeletedAt != 0:
			return false, errDeleted
		case m.Text == text:
			return false, nil
		}
		now := t.Now()
		old := models.Revision{MessageID: m.ID, Revision: m.Revision, Text: m.Text, EditedAt: now, EditedBy: by.ID}
		if err := t.InsertRevision(&old); err != nil {
			return false, err
		}
		m.Revision++
		m.EditedAt = now
		m.Text, m.HTML, m.MentionIDs = b.text, b.html, models.JoinIDs(b.mentionList())
		if err := t.DeleteMentions(m.ID); err != nil {
			return false, err
		}
		if err := t.InsertMentions(m, b.mentionList()); err != nil {
			return false, err
		}
		if m.ThreadID != nil { // whom the edit adds is called into the thread as by a new reply
			others := slices.DeleteFunc(slices.Clone(b.mentions), func(u models.ID) bool { return u == by.ID })
			if err := t.FollowFrom(*m.ThreadID, others, *m.ThreadNum-1); err != nil {
				return false, err
			}
		}
		return true, t.UpdateBody(m, searchBody(text, m.RoomID))
	})
}

// Delete makes a tombstone of a message: its text, html, revisions, reactions and search row are gone. Its sender, the
// room's managers and admins may; a second time changes nothing.
func (s *Service) Delete(ctx context.Context, by *models.User, id models.ID) (wire.Message, error) {
	return s.change(ctx, by, id, wire.MessageDeleted, func(t *store.Tx, in entered, m *models.Message) (bool, error) {
		if m.SenderID != by.ID && in.me.Role != models.RoomManager && !by.Governs() {
			return false, models.Forbidden("Only its sender, a manager or an admin may delete a message.")
		}
		if m.DeletedAt != 0 {
			return false, nil
		}
		m.Text, m.HTML, m.MentionIDs, m.DeletedAt = "", "", "", t.Now()
		m.PinnedAt, m.PinnedBy, m.ReactionCount, m.EditedAt = 0, 0, 0, 0
		for _, erase := range []func(models.ID) error{t.DeleteMentions, t.DeleteRevisions, t.DeleteReactions} {
			if err := erase(m.ID); err != nil {
				return false, err
			}
		}
		if m.ThreadID != nil {
			if err := uncountReply(t, m); err != nil {
				return false, err
			}
		}
		if m.SenderID != by.ID {
			if err := audit(t, by, models.AuditMessageDeleted, m.ID, "room", m.RoomID.String(), "sender", m.SenderID.String()); err != nil {
				return false, err
			}
		}
		return true, t.UpdateBody(m, "")
	})
}

// uncountReply takes a reply off its root's count; the last reply is then the last one that is still there.
func uncountReply(t *store.Tx, m *models.Message) error {
	root, err := t.Message(*m.ThreadID)
	if err != nil {
		return err
	}
	root.ReplyCount = max(root.ReplyCount-1, 0)
	if root.LastReplyAt, err = t.LastReplyBut(root.ID, m.ID); err != nil {
		return err
	}
	repliers, err := t.RepliersBut(root.ID, m.ID, maxFaces)
	if err != nil {
		return err
	}
	root.Repliers = models.JoinIDs(repliers)
	return t.CountReply(root)
}

// Revisions returns the former texts of a message; its sender and admins may see them.
func (s *Service) Revisions(ctx context.Context, by *models.User, id models.ID) ([]wire.Revision, error) {
	out := []wire.Revision{}
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		m, err := s.readableMessage(q, by, id)
		if err != nil {
			return err
		}
		if m.SenderID != by.ID && !by.Governs() {
			return models.Forbidden("Only its sender and admins see what a message said before.")
		}
		rs, err := q.Revisions(id)
		for _, r := range rs {
			out = append(out, wire.Revision{Revision: r.Revision, Text: r.Text, EditedAt: wire.Time(r.EditedAt), EditedBy: r.EditedBy.String()})
		}
		return err
	})
	return out, err
}

// readableMessage returns a message of a room that the account may read.
func (s *Service) readableMessage(q *store.Queries, by *models.User, id models.ID) (*models.Message, error) {
	m, err := q.Message(id)
	if err != nil {
		return nil, err
	}
	if _, err := s.readable(q, by, m.RoomID); err != nil {
		return nil, errNoMessage
	}
	return m, nil
}
