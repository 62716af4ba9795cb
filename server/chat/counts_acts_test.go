package chat

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"parley/models"
)

func (w *talk) send(r *spokenRoom, by *models.User, root *spoken) {
	text, named, everybody := w.words()
	d := Draft{RoomID: r.id, ClientID: fmt.Sprint("c", w.sent), Text: text}
	if root != nil {
		d.ThreadID, d.AlsoInRoom = root.id, w.random.IntN(3) == 0
	}
	got, err := w.s.Send(context.Background(), by, d)
	refusal := r.refusal(by.ID)
	if refusal == "" && root != nil && root.deleted {
		refusal = models.CodeNotFound
	}
	if w.refused(err, refusal, "%s sends %q, root %v", by.Username, text, root != nil) {
		return
	}
	m := &spoken{id: got.Message.ID, seq: got.Message.Seq, sender: by.ID, room: r, named: named, everybody: everybody, root: root, followers: map[models.ID]int64{}}
	r.all = append(r.all, m)
	if root == nil {
		r.said = append(r.said, m)
		m.place = int64(len(r.said))
		r.members[by.ID] = m.place
		return
	}
	root.replies = append(root.replies, m)
	m.place = int64(len(root.replies))
	m.call(named)
	if m.place == 1 {
		m.call([]models.ID{root.sender})
	}
	root.followers[by.ID] = m.place
}

// call makes people follow the thread of a reply from it on.
func (m *spoken) call(people []models.ID) {
	for _, u := range people {
		if _, follows := m.root.followers[u]; !follows && u != m.sender {
			m.root.followers[u] = m.place - 1
		}
	}
}

func (w *talk) edit(m *spoken) {
	by := w.user(m.sender)
	if _, member := m.room.members[by.ID]; !member || m.deleted {
		return
	}
	text, named, everybody := w.words()
	_, err := w.s.Edit(context.Background(), by, m.id, text)
	if w.refused(err, m.room.refusal(by.ID), "%s edits %d to %q", by.Username, m.seq, text) {
		return
	}
	m.named, m.everybody = named, everybody
	if m.root != nil {
		m.call(named)
	}
}

func (w *talk) delete(r *spokenRoom, m *spoken) {
	by := r.manager
	if _, member := r.members[m.sender]; by == nil || member && w.random.IntN(2) == 0 {
		by = w.user(m.sender) // a mute or a block does not hinder taking back
	}
	_, err := w.s.Delete(context.Background(), by, m.id)
	w.did(err, "%s deletes %d", by.Username, m.seq)
	m.deleted = true
}

// touch reacts or pins, which counts nowhere.
func (w *talk) touch(by *models.User, m *spoken) {
	var err error
	on := w.random.IntN(3) > 0
	if w.random.IntN(2) == 0 {
		_, err = w.s.React(context.Background(), by, m.id, pick(w.random, []string{"🎉", ":+1:", "❤"}), on)
	} else {
		_, err = w.s.Pin(context.Background(), by, m.id, on)
	}
	if models.IsCode(err, models.CodeConflict) { // deleted, or the room has its hundred pins
		err = nil
	}
	w.refused(err, m.room.refusal(by.ID), "%s touches %d", by.Username, m.seq)
}

func (w *talk) read(r *spokenRoom, by *models.User) {
	num := w.random.Int64N(int64(len(r.said)) + 2)
	got, err := w.s.MarkRead(context.Background(), by, r.id, num, 0)
	w.did(err, "%s marks %d as read", by.Username, num)
	r.members[by.ID] = min(num, int64(len(r.said)))
	if want := r.unread(by.ID); got != want {
		w.t.Errorf("marking answered %+v, a recount says %+v", got, want)
	}
}

func (w *talk) readThread(by *models.User, root *spoken) {
	at := int64(0)
	if w.random.IntN(3) > 0 && len(root.replies) > 0 {
		at = pick(w.random, root.replies).place
	}
	seq := root.seq
	if at > 0 {
		seq = root.replies[at-1].seq
	}
	got, err := w.s.ReadThread(context.Background(), by, root.id, seq)
	w.did(err, "%s marks the thread of %d as read up to %d", by.Username, root.seq, seq)
	root.followers[by.ID] = at
	if want := root.unread(by.ID); got != want {
		w.t.Errorf("marking the thread answered %+v, a recount says %+v", got, want)
	}
}

// follow makes somebody hear of a thread, or no more.
func (w *talk) follow(by *models.User, root *spoken) {
	if _, follows := root.followers[by.ID]; follows {
		w.did(w.s.Unfollow(context.Background(), by, root.id), "%s leaves the thread of %d", by.Username, root.seq)
		delete(root.followers, by.ID)
		return
	}
	w.did(w.s.Follow(context.Background(), by, root.id), "%s follows the thread of %d", by.Username, root.seq)
	root.followers[by.ID] = int64(len(root.replies))
}

func (w *talk) come(r *spokenRoom, u *models.User) {
	if r.kind == models.KindDirect {
		return // its people do not change
	}
	var err error
	if r.kind == models.KindOpen && w.random.IntN(2) == 0 {
		_, err = w.s.Join(context.Background(), u, r.id)
	} else {
		err = w.s.AddMember(context.Background(), r.manager, r.id, u.ID)
	}
	w.did(err, "%s comes", u.Username)
	if _, member := r.members[u.ID]; !member {
		r.members[u.ID] = int64(len(r.said))
		r.joined[u.ID] = w.seq(r)
	}
}

// seq is the room's last seq.
func (w *talk) seq(r *spokenRoom) int64 {
	got, err := w.s.store.Read(context.Background()).Room(r.id)
	if err != nil {
		w.t.Fatal(err)
	}
	return got.LastSeq
}

func (w *talk) depart(r *spokenRoom, u *models.User) {
	if u == r.manager || r.kind == models.KindDirect {
		return
	}
	var err error
	if w.random.IntN(2) == 0 {
		err = w.s.Leave(context.Background(), u, r.id)
	} else {
		err = w.s.RemoveMember(context.Background(), r.manager, r.id, u.ID)
	}
	w.did(err, "%s goes", u.Username)
	delete(r.members, u.ID)
}

// block makes somebody hear no more of another, or again.
func (w *talk) block(u, other *models.User) {
	if u == other {
		return
	}
	pair, change := [2]models.ID{u.ID, other.ID}, w.s.Block
	if w.blocks[pair] {
		change = w.s.Unblock
	}
	w.blocks[pair] = !w.blocks[pair]
	w.did(change(context.Background(), u, other.ID), "%s hears %s: %t", u.Username, other.Username, !w.blocks[pair])
}

// silence lets the manager take the word from a member, or gives it back.
func (w *talk) silence(r *spokenRoom, u *models.User) {
	if u == r.manager || r.kind == models.KindDirect {
		return
	}
	var err error
	if r.silenced[u.ID] {
		err = w.s.Unmute(context.Background(), r.manager, r.id, u.ID)
	} else {
		err = w.s.Mute(context.Background(), r.manager, r.id, u.ID, 0)
	}
	r.silenced[u.ID] = !r.silenced[u.ID]
	w.did(err, "%s is silenced: %t", u.Username, r.silenced[u.ID])
}

// prefer chooses a level, quiet or a favourite, which counts nowhere.
func (w *talk) prefer(r *spokenRoom, u *models.User) {
	level := pick(w.random, []models.Notify{models.NotifyAll, models.NotifyMentions, models.NotifyNone})
	quiet, favourite := w.random.IntN(2) == 0, w.random.IntN(2) == 0
	_, err := w.s.SetPreferences(context.Background(), u, r.id, Preferences{Notify: &level, Muted: &quiet, Favourite: &favourite})
	w.did(err, "%s prefers %s", u.Username, level)
}

// readAll marks all of somebody's rooms as read, and undoes it half of the time with what was answered, somebody else
// having written in between.
func (w *talk) readAll(u *models.User) {
	was := map[*spokenRoom]int64{}
	for _, r := range w.rooms {
		if mark, member := r.members[u.ID]; member && mark < int64(len(r.said)) {
			was[r], r.members[u.ID] = mark, int64(len(r.said))
		}
	}
	undo, err := w.s.MarkAll(context.Background(), u, nil)
	w.did(err, "%s marks all as read", u.Username)
	w.marked++
	if len(undo) != len(was) {
		w.t.Errorf("%d rooms were unread, %d marks moved: %v", len(was), len(undo), undo)
	}
	w.compare(u)
	if len(undo) == 0 || w.random.IntN(2) == 0 {
		return
	}
	r := pick(w.random, w.rooms)
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(r.members)), func(id models.ID) bool { return id == u.ID })
	if len(others) > 0 {
		w.send(r, w.user(pick(w.random, others)), nil)
	}
	_, err = w.s.MarkAll(context.Background(), u, undo)
	w.did(err, "%s undoes it", u.Username)
	w.undone++
	for r, mark := range was {
		r.members[u.ID] = mark
	}
}

// refused notes what was done and says whether it was refused, which it must be with the code given, and only then.
func (w *talk) refused(err error, code models.Code, format string, args ...any) bool {
	w.t.Helper()
	if code == "" {
		w.did(err, format, args...)
		return false
	}
	w.did(nil, format, args...)
	if !models.IsCode(err, code) {
		w.t.Errorf("%s: %v, want %s", w.log[len(w.log)-1], err, code)
	}
	return true
}

// refusal is why a member may say nothing in the room, or "".
func (r *spokenRoom) refusal(user models.ID) models.Code {
	if r.silenced[user] {
		return models.CodeMuted
	}
	if r.kind == models.KindDirect && len(r.members) == 2 {
		for other := range r.members {
			if r.blocks[[2]models.ID{user, other}] || r.blocks[[2]models.ID{other, user}] {
				return models.CodeBlocked
			}
		}
	}
	return ""
}
