-- +goose Up

-- Who replied last stands on the root, so that a page of history with many threads asks nothing more.
ALTER TABLE messages ADD COLUMN repliers TEXT NOT NULL DEFAULT '';

UPDATE messages SET repliers = (
  SELECT group_concat(sender_id) FROM (
    SELECT r.sender_id FROM messages r WHERE r.thread_id = messages.id AND r.deleted_at = 0
    GROUP BY r.sender_id ORDER BY max(r.thread_num) DESC LIMIT 3
  )
) WHERE reply_count > 0 AND EXISTS (SELECT 1 FROM messages r WHERE r.thread_id = messages.id AND r.deleted_at = 0);

-- +goose Down
ALTER TABLE messages DROP COLUMN repliers;
