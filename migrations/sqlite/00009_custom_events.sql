-- +goose Up

-- Whether the room takes no events of other names than the server's own, which pages over Socket.IO send each other.
ALTER TABLE rooms ADD COLUMN custom_events_off INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE rooms DROP COLUMN custom_events_off;
