-- +goose Up

-- A message is found by its number from the nearest 64th one before it: an index of all numbers was one more page to
-- write for every message (server/store/permalinks.go). Only the writer gives numbers, one after the other in a room, and
-- the index refuses no more than every 64th that came twice.
DROP INDEX messages_num;
CREATE UNIQUE INDEX messages_num ON messages (room_id, num) WHERE num % 64 = 0;

-- +goose Down
DROP INDEX messages_num;
CREATE UNIQUE INDEX messages_num ON messages (room_id, num) WHERE num IS NOT NULL;
