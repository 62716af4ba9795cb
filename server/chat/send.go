package chat

import (
	"context"
	"hash/fnv"

	"parley/models"
	"parley/server/emoji"
	"parley/server/markup"
	"parley/server/store"
	"parley/server/wire"
)

// Draft is a message that somebody wants to send.
type Draft = wire.Draft

// Send stores a message and returns it once it is on disk. The same client_id again returns the same message.
func (s *Service) Send(ctx context.Context, by *models.User, d Draft) (Sent, error) {
	type outcome struct {
		sent Sent
		err  error
	}
	answer := make(chan outcome, 1)
	s.submit(ctx, by, d, func(m *wire.Message, duplicate bool, err error) {
		o := outcome{err: err}
		if m != nil {
			o.sent = Sent{*m, duplicate}
		}
		answer <- o
	})
	o := <-answer
	return o.sent, o.err
}

// Submit is Send without waiting: done is called once, in the order of commits, and must not block.
func (s *Service) Submit(user models.ID, d Draft, done func(m *wire.Message, duplicate bool, err error)) {
	by, err := s.person(context.Background(), user)
	if err != nil {
		done(nil, false, err)
		return
	}
	s.submit(context.Background(), by, d, done)
}

func (s *Service) submit(ctx context.Context, by *models.User, d Draft, done func(*wire.Message, bool, error)) {
	if err := checkDraft(&d); err != nil {
		done(nil, false, err)
		return
	}
	if ok, after := s.allow(by.ID); !ok {
		done(nil, false, models.RateLimited("Too many messages in a short time.", after))
		return
	}
	p := posting{service: s, by: by, draft: d}
	if err := p.prepare(ctx); err != nil {
		done(nil, false, err)
		return
	}
	err := s.store.Submit(p.store, func(err error) {
		if err == nil {
			err = p.refused
		}
		if err != nil {
			done(nil, false, err)
			return
		}
		done(p.message, p.duplicate, nil)
	})
	if err != nil {
		done(nil, false, err)
	}
}

func checkDraft(d *Draft) error {
	if err := models.CheckClientID(d.ClientID); err != nil {
		return err
	}
	if d.AlsoInRoom && d.ThreadID == 0 {
		return models.Invalid("also_in_room", "invalid", "Only a reply can be sent to the room as well.")
	}
	return models.CheckText(d.Text)
}

// posting is one message on its way into the store.
type posting struct {
	service *Service
	by      *models.User
	draft   Draft

	body   body
	hash   int64
	search string

	message   *wire.Message
	duplicate bool
	refused   error // a refusal that is no failure of the transaction: nothing was written, nothing is to be undone
}

// prepare does what needs no transaction, in the caller's goroutine: the writer is the one that everybody waits for.
func (p *posting) prepare(ctx context.Context) error {
	var err error
	if p.body, err = p.service.render(ctx, p.by, p.draft.Text); err != nil {
		return err
	}
	p.hash = hashText(p.draft.Text)
	p.search = searchBody(p.draft.Text, p.draft.RoomID)
	return nil
}

// body is a text and what was made of it, once, at write time.
type body struct {
	text, html string
	mentions   []models.ID
	all        bool
}

// mentionList is what the message's own column holds: 0 stands for everybody.
func (b *body) mentionList() []models.ID {
	if !b.all {
		return b.mentions
	}
	return append([]models.ID{0}, b.mentions...)
}

// maxNames is how many names of a text are looked up: twice what the rendering asks for, because it passes over those
// in code.
const maxNames = 200

// render makes a body of a text that somebody wrote; nil is whoever may name everybody. However many people it names,
// they are looked up at once.
func (s *Service) render(ctx context.Context, by *models.User, text string) (body, error) {
	keys := markup.Names(text, maxNames)
	people, err := s.named(ctx, by, keys)
	if err != nil {
		return body{}, err
	}
	r := markup.Lookup{Emoji: emoji.ByName, Person: func(username string) (int64, string, bool) {
		u := people[models.FoldKey(username)]
		if u == nil {
			return 0, "", false
		}
		return int64(u.ID), u.Username, true
	}}.Render(text)
	b := body{text: text, html: r.HTML, all: r.All}
	for _, id := range r.MentionIDs {
		b.mentions = append(b.mentions, models.ID(id))
	}
	return b, nil
}

// named returns the accounts of these usernames by their keys. Somebody confined names those who share a room with him:
// a mention that becomes one tells that the account exists.
func (s *Service) named(ctx context.Context, by *models.User, usernames []string) (map[string]*models.User, error) {
	if len(usernames) == 0 {
		return nil, nil
	}
	for i := range usernames {
		usernames[i] = models.FoldKey(usernames[i])
	}
	q := s.store.Read(ctx)
	find := q.PeopleByName
	if by != nil && confined(by) {
		find = func(keys []string) ([]models.User, error) { return q.PeopleByNameNear(by.ID, keys) }
	}
	found, err := find(usernames)
	if err != nil {
		return nil, err
	}
	people := make(map[string]*models.User, len(found))
	for i := range found {
		people[models.FoldKey(found[i].Username)] = &found[i]
	}
	return people, nil
}

// hashText tells a retry from another text under the same client_id, also after the message was edited or deleted.
func hashText(text string) int64 {
	h := fnv.New64a()
	h.Write([]byte(text)) // a hash.Hash never fails
	return int64(h.Sum64())
}

// store is the transaction: may the sender post here, which numbers does the message get, and was it sent before? It
// may run twice.
func (p *posting) store(t *store.Tx) error {
	p.message, p.duplicate, p.refused = nil, false, nil
	in, err := p.service.enter(t, p.by, p.draft.RoomID)
	if err == nil {
		err = maySpeak(&t.Queries, in.room, in.me, t.Now())
	}
	var root *models.Message
	if err == nil && p.draft.ThreadID != 0 {
		root, err = rootFor(t, in.room.ID, p.draft.ThreadID)
	}
	if err != nil {
		return p.sentBefore(t, err)
	}
	m, err := p.number(t, in.room, root)
	if err != nil {
		return err
	}
	inserted, err := t.InsertMessage(m, p.search)
	if err != nil {
		return err
	}
	if !inserted {
		return p.sentBefore(t, nil)
	}
	return p.count(t, in, root, m)
}

// rootFor returns the message that a reply answers: a top-level one of the same room that is still there.
func rootFor(t *store.Tx, room, id models.ID) (*models.Message, error) {
	root, err := t.Message(id)
	if models.IsCode(err, models.CodeNotFound) || err == nil && (root.RoomID != room || root.ThreadID != nil || root.DeletedAt != 0) {
		return nil, errNoThread
	}
	return root, err
}

// number makes the row, with the numbers that it takes if it is stored.
func (p *posting) number(t *store.Tx, room *models.Room, root *models.Message) (*models.Message, error) {
	seq := room.LastSeq + 1
	m := &models.Message{
		ID: t.NewID(), RoomID: room.ID, Seq: seq, ChangedSeq: seq, SenderID: p.by.ID, ClientID: &p.draft.ClientID,
		Text: p.body.text, TextHash: p.hash, HTML: p.body.html, MentionIDs: models.JoinIDs(p.body.mentionList()), CreatedAt: t.Now(),
	}
	if root == nil {
		num := room.LastNum + 1
		m.Num = &num
		return m, nil
	}
	last, err := t.LastThreadNum(root.ID)
	if err != nil {
		return nil, err
	}
	last++
	m.ThreadID, m.ThreadNum, m.AlsoInRoom = &root.ID, &last, p.draft.AlsoInRoom
	return m, nil
}

// count takes the numbers, moves the sender's mark, records mentions, and tells the room.
func (p *posting) count(t *store.Tx, in entered, root, m *models.Message) error {
	t.NextSeq(in.room)
	in.room.LastMessageAt = m.CreatedAt
	if root == nil {
		in.room.LastNum = *m.Num
		t.SetReadMark(in.me, *m.Num)
	} else {
		root.ReplyCount++
		root.LastReplyAt = m.CreatedAt
		root.Repliers = models.JoinIDs(withReplier(models.SplitIDs(root.Repliers), m.SenderID))
		if err := t.CountReply(root); err != nil {
			return err
		}
		if err := p.follow(t, root, m); err != nil {
			return err
		}
	}
	if err := t.InsertMentions(m, p.body.mentionList()); err != nil {
		return err
	}
	p.message = newMessage(m, p.by)
	if root != nil {
		people, err := p.service.people.get(&t.Queries, models.SplitIDs(root.Repliers)...)
		if err != nil {
			return err
		}
		p.message.Thread = threadOf(root, people)
	}
	p.service.publish(t, &wire.Event{Type: wire.MessageCreated, RoomID: m.RoomID, Seq: m.Seq, Message: p.message, Told: p.draft.Told})
	return nil
}

// sentBefore answers a send whose client_id is known with the message that it made. Where it is not known, refusal
// stands.
func (p *posting) sentBefore(t *store.Tx, refusal error) error {
	m, err := t.MessageByClientID(p.by.ID, p.draft.ClientID)
	if models.IsCode(err, models.CodeNotFound) && refusal != nil {
		return refusal
	}
	if err != nil {
		return err
	}
	if m.RoomID != p.draft.RoomID || m.TextHash != p.hash {
		p.refused = models.NewError(models.CodeClientIDReused, "This client_id was used for another message.")
		return nil
	}
	views, err := p.service.messages(&t.Queries, []models.Message{*m})
	if err != nil {
		return err
	}
	p.message, p.duplicate = &views[0], true
	return nil
}
