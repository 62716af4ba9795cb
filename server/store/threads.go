package store

import (
	"database/sql"
	"fmt"

	"parley/models"
)

// LastThreadNum returns the number of a thread's newest reply, 0 where there is none.
func (q *Queries) LastThreadNum(root models.ID) (int64, error) {
	var n sql.NullInt64
	err := q.db.Raw(`SELECT max(thread_num) FROM messages WHERE thread_id = ?`, root).Row().Scan(&n)
	return n.Int64, err
}

// ThreadNumUpto returns the number of a thread's last reply with a seq not above seq.
func (q *Queries) ThreadNumUpto(root models.ID, seq int64) (int64, error) {
	var n sql.NullInt64
	err := q.db.Raw(`SELECT max(thread_num) FROM messages WHERE thread_id = ? AND seq <= ?`, root, seq).Row().Scan(&n)
	return n.Int64, err
}

// Replies returns the first limit replies of a thread with a seq above after, oldest first.
func (q *Queries) Replies(root models.ID, after int64, limit int) ([]models.Message, error) {
	return scanMessages(q.db.Raw(`SELECT `+storedColumns+` FROM messages WHERE thread_id = ? AND seq > ? ORDER BY thread_num LIMIT ?`,
		root, after, limit), limit)
}

// CountReply writes a root's reply count, the time of its last reply and who replied last.
func (t *Tx) CountReply(root *models.Message) error {
	return t.db.Exec(`UPDATE messages SET reply_count = ?, last_reply_at = ?, repliers = ? WHERE id = ?`,
		root.ReplyCount, root.LastReplyAt, root.Repliers, root.ID).Error
}

// RepliersBut returns up to limit people whose replies are still there, who replied last first, leaving one reply out.
func (q *Queries) RepliersBut(root, reply models.ID, limit int) ([]models.ID, error) {
	var ids []models.ID
	err := q.db.Raw(`SELECT sender_id FROM messages WHERE thread_id = ? AND deleted_at = 0 AND id <> ?
		GROUP BY sender_id ORDER BY max(thread_num) DESC LIMIT ?`, root, reply, limit).Scan(&ids).Error
	return ids, err
}

// LastReplyBut returns when the newest reply that is still there was sent, leaving one out; 0 where there is none.
func (q *Queries) LastReplyBut(root, reply models.ID) (models.Millis, error) {
	var at models.Millis
	err := q.db.Raw(`SELECT created_at FROM messages WHERE thread_id = ? AND deleted_at = 0 AND id <> ?
		ORDER BY thread_num DESC LIMIT 1`, root, reply).Scan(&at).Error
	return at, err
}

// Follow makes a user a follower of a thread who has read up to num; the mark of a follower moves there.
func (t *Tx) Follow(root, user models.ID, num int64) error {
	err := t.db.Exec(`INSERT INTO thread_followers (thread_id, user_id, last_read_num) VALUES (?, ?, ?)
		ON CONFLICT (thread_id, user_id) DO UPDATE SET last_read_num = excluded.last_read_num`, root, user, num).Error
	if err != nil {
		return fmt.Errorf("following a thread: %w", err)
	}
	return nil
}

// FollowFrom makes users followers of a thread who have read up to num, in one statement. Who follows it already keeps
// the mark.
func (t *Tx) FollowFrom(root models.ID, users []models.ID, num int64) error {
	if len(users) == 0 {
		return nil
	}
	args := make([]any, 0, 3*len(users))
	for _, u := range users {
		args = append(args, root, u, num)
	}
	err := t.db.Exec(`INSERT INTO thread_followers (thread_id, user_id, last_read_num) VALUES `+tuples(len(users), 3)+`
		ON CONFLICT (thread_id, user_id) DO NOTHING`, args...).Error
	if err != nil {
		return fmt.Errorf("following a thread: %w", err)
	}
	return nil
}

// Unfollow makes a user follow a thread no more.
func (t *Tx) Unfollow(root, user models.ID) error {
	return t.db.Exec(`DELETE FROM thread_followers WHERE thread_id = ? AND user_id = ?`, root, user).Error
}

// Follows reports whether a user follows a thread.
func (q *Queries) Follows(root, user models.ID) (bool, error) {
	var one int
	err := q.db.Raw(`SELECT EXISTS (SELECT 1 FROM thread_followers WHERE thread_id = ? AND user_id = ?)`, root, user).Row().Scan(&one)
	return one == 1, err
}

// ThreadView is a thread that a user follows.
type ThreadView struct {
	Root        models.ID
	LastReplyAt models.Millis
	Unread      int64
	Mentions    int64
}

// unreadReplies counts, for a follower f, the replies beyond the mark that are still there.
const unreadReplies = `(SELECT count(*) FROM messages x WHERE x.thread_id = f.thread_id AND x.thread_num > f.last_read_num AND x.deleted_at = 0)`

// unreadCalls counts those of them that address the follower, by name or with everybody, and are by nobody whom the
// follower has blocked.
const unreadCalls = `(SELECT count(DISTINCT s.id) FROM messages s JOIN mentions c ON c.message_id = s.id
	WHERE s.thread_id = f.thread_id AND s.thread_num > f.last_read_num AND s.sender_id <> f.user_id AND c.user_id IN (f.user_id, 0)
	AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = f.user_id AND b.blocked_id = s.sender_id))`

// UnreadReplies returns how many replies a follower has not read, and how many of them address the follower; nothing
// for somebody who does not follow the thread.
func (q *Queries) UnreadReplies(root, user models.ID) (ThreadView, error) {
	v := ThreadView{Root: root}
	err := q.db.Raw(`SELECT `+unreadReplies+` AS unread, `+unreadCalls+` AS mentions FROM thread_followers f WHERE f.thread_id = ? AND f.user_id = ?`, root, user).Scan(&v).Error
	return v, err
}

// Threads returns up to limit threads that a user follows in rooms that the user is in, the latest reply first, from
// the one after (at, id) on.
func (q *Queries) Threads(user models.ID, at models.Millis, id models.ID, limit int) ([]ThreadView, error) {
	var views []ThreadView
	err := q.db.Raw(`SELECT r.id AS root, r.last_reply_at, `+unreadReplies+` AS unread, `+unreadCalls+` AS mentions
		FROM thread_followers f
		JOIN messages r ON r.id = f.thread_id
		JOIN memberships m ON m.room_id = r.room_id AND m.user_id = f.user_id AND m.left_seq = 0
		WHERE f.user_id = ? AND r.reply_count > 0 AND (r.last_reply_at < ? OR r.last_reply_at = ? AND r.id < ?)
		ORDER BY r.last_reply_at DESC, r.id DESC LIMIT ?`, user, at, at, id, limit).Scan(&views).Error
	return views, err
}
