-- +goose Up

ALTER TABLE invites ADD COLUMN uses INTEGER NOT NULL DEFAULT 1;
ALTER TABLE invites ADD COLUMN room_ids TEXT NOT NULL DEFAULT '';
CREATE INDEX invites_created_by ON invites (created_by);

-- One link a person: a new one takes the place of the one before.
CREATE TABLE reset_links (
  id         INTEGER PRIMARY KEY,
  code_hash  BLOB NOT NULL,
  user_id    INTEGER NOT NULL REFERENCES users (id),
  created_by INTEGER NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX reset_links_code_hash ON reset_links (code_hash);
CREATE UNIQUE INDEX reset_links_user_id ON reset_links (user_id);
CREATE INDEX reset_links_created_by ON reset_links (created_by);

CREATE TABLE second_factors (
  user_id    INTEGER PRIMARY KEY REFERENCES users (id),
  secret     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  enabled_at INTEGER NOT NULL DEFAULT 0, -- 0: begun, and not confirmed by a code yet
  last_step  INTEGER NOT NULL DEFAULT 0  -- the 30 seconds whose code was used last: none before or equal counts again
);

CREATE TABLE recovery_codes (
  user_id   INTEGER NOT NULL REFERENCES users (id),
  code_hash BLOB NOT NULL,
  PRIMARY KEY (user_id, code_hash)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE recovery_codes;
DROP TABLE second_factors;
DROP TABLE reset_links;
DROP INDEX invites_created_by;
ALTER TABLE invites DROP COLUMN room_ids;
ALTER TABLE invites DROP COLUMN uses;
