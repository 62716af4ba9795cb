-- +goose Up

-- The colour that somebody chose for his avatar, 1 to 12; 0 is the one that comes of his id.
ALTER TABLE users ADD COLUMN hue INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE users DROP COLUMN hue;
