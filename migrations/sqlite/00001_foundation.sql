-- +goose Up

CREATE TABLE meta (
  k TEXT PRIMARY KEY,
  v TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE users (
  id            INTEGER PRIMARY KEY,
  username      TEXT NOT NULL,
  name_key      TEXT NOT NULL,
  display_name  TEXT NOT NULL DEFAULT '',
  email         TEXT,
  email_key     TEXT,
  password_hash TEXT NOT NULL DEFAULT '',
  role          TEXT NOT NULL,
  avatar_url    TEXT NOT NULL DEFAULT '',
  status        TEXT NOT NULL DEFAULT '',
  session_epoch INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL,
  disabled_at   INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX users_name_key ON users (name_key);
CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE email_key IS NOT NULL;

CREATE TABLE sessions (
  id            INTEGER PRIMARY KEY,
  token_hash    BLOB NOT NULL,
  user_id       INTEGER NOT NULL REFERENCES users (id),
  session_epoch INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  seen_at       INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  user_agent    TEXT NOT NULL DEFAULT '',
  ip            TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash);
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE api_tokens (
  id           INTEGER PRIMARY KEY,
  token_hash   BLOB NOT NULL,
  user_id      INTEGER NOT NULL REFERENCES users (id),
  name         TEXT NOT NULL,
  scopes       TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL DEFAULT 0,
  expires_at   INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX api_tokens_token_hash ON api_tokens (token_hash);
CREATE INDEX api_tokens_user_id ON api_tokens (user_id);

CREATE TABLE invites (
  id         INTEGER PRIMARY KEY,
  code_hash  BLOB NOT NULL,
  role       TEXT NOT NULL,
  created_by INTEGER NOT NULL REFERENCES users (id),
  uses_left  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX invites_code_hash ON invites (code_hash);

CREATE TABLE rooms (
  id              INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL,
  name            TEXT NOT NULL DEFAULT '',
  name_key        TEXT,
  topic           TEXT NOT NULL DEFAULT '',
  last_seq        INTEGER NOT NULL DEFAULT 0,
  last_num        INTEGER NOT NULL DEFAULT 0,
  updated_seq     INTEGER NOT NULL DEFAULT 0,
  purged_seq      INTEGER NOT NULL DEFAULT 0,
  last_message_at INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL,
  created_by      INTEGER NOT NULL,
  archived_at     INTEGER NOT NULL DEFAULT 0,
  direct_key      TEXT
);
-- Only open rooms have a name_key: a private room's name is nobody else's business.
CREATE UNIQUE INDEX rooms_name_key ON rooms (name_key) WHERE name_key IS NOT NULL;
CREATE UNIQUE INDEX rooms_direct_key ON rooms (direct_key) WHERE direct_key IS NOT NULL;

CREATE TABLE memberships (
  room_id       INTEGER NOT NULL REFERENCES rooms (id),
  user_id       INTEGER NOT NULL REFERENCES users (id),
  role          TEXT NOT NULL,
  notify        TEXT NOT NULL,
  muted         INTEGER NOT NULL DEFAULT 0,
  favourite     INTEGER NOT NULL DEFAULT 0,
  joined_seq    INTEGER NOT NULL,
  left_seq      INTEGER NOT NULL DEFAULT 0,
  joined_at     INTEGER NOT NULL,
  last_read_num INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room_id, user_id)
) WITHOUT ROWID;
CREATE INDEX memberships_user ON memberships (user_id, room_id) WHERE left_seq = 0;
CREATE INDEX memberships_joined ON memberships (room_id, joined_seq);
CREATE INDEX memberships_left ON memberships (room_id, left_seq) WHERE left_seq > 0;

CREATE TABLE messages (
  id             INTEGER PRIMARY KEY,
  room_id        INTEGER NOT NULL REFERENCES rooms (id),
  seq            INTEGER NOT NULL,
  num            INTEGER,
  changed_seq    INTEGER NOT NULL,
  sender_id      INTEGER NOT NULL REFERENCES users (id),
  client_id      TEXT,
  text           TEXT NOT NULL,
  text_hash      INTEGER NOT NULL DEFAULT 0,
  html           TEXT NOT NULL DEFAULT '',
  thread_id      INTEGER REFERENCES messages (id),
  thread_num     INTEGER,
  also_in_room   INTEGER NOT NULL DEFAULT 0,
  reply_count    INTEGER NOT NULL DEFAULT 0,
  last_reply_at  INTEGER NOT NULL DEFAULT 0,
  mention_ids    TEXT NOT NULL DEFAULT '',
  reaction_count INTEGER NOT NULL DEFAULT 0,
  revision       INTEGER NOT NULL DEFAULT 0,
  created_at     INTEGER NOT NULL,
  edited_at      INTEGER NOT NULL DEFAULT 0,
  deleted_at     INTEGER NOT NULL DEFAULT 0,
  pinned_at      INTEGER NOT NULL DEFAULT 0,
  pinned_by      INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX messages_seq ON messages (room_id, seq);
CREATE UNIQUE INDEX messages_num ON messages (room_id, num) WHERE num IS NOT NULL;
CREATE UNIQUE INDEX messages_client_id ON messages (sender_id, client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX messages_thread ON messages (thread_id, thread_num) WHERE thread_id IS NOT NULL;
-- Resume reads the few rows that changed after they were made; the rest is found by seq.
CREATE INDEX messages_changed ON messages (room_id, changed_seq) WHERE changed_seq > seq;
CREATE INDEX messages_pinned ON messages (room_id, pinned_at) WHERE pinned_at > 0;

CREATE TABLE message_revisions (
  message_id INTEGER NOT NULL REFERENCES messages (id),
  revision   INTEGER NOT NULL,
  text       TEXT NOT NULL,
  edited_at  INTEGER NOT NULL,
  edited_by  INTEGER NOT NULL,
  PRIMARY KEY (message_id, revision)
) WITHOUT ROWID;

CREATE TABLE reactions (
  message_id INTEGER NOT NULL REFERENCES messages (id),
  user_id    INTEGER NOT NULL REFERENCES users (id),
  emoji      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (message_id, user_id, emoji)
) WITHOUT ROWID;

CREATE TABLE mentions (
  user_id    INTEGER NOT NULL, -- 0: everybody in the room
  room_id    INTEGER NOT NULL REFERENCES rooms (id),
  seq        INTEGER NOT NULL,
  num        INTEGER NOT NULL DEFAULT 0, -- 0: in a reply
  message_id INTEGER NOT NULL REFERENCES messages (id),
  PRIMARY KEY (user_id, room_id, seq)
) WITHOUT ROWID;
CREATE INDEX mentions_unread ON mentions (user_id, room_id, num);
CREATE INDEX mentions_message ON mentions (message_id);
CREATE INDEX mentions_recent ON mentions (user_id, message_id);

CREATE TABLE thread_followers (
  thread_id     INTEGER NOT NULL REFERENCES messages (id),
  user_id       INTEGER NOT NULL REFERENCES users (id),
  last_read_num INTEGER NOT NULL DEFAULT 0, -- thread_num read up to
  PRIMARY KEY (thread_id, user_id)
) WITHOUT ROWID;
CREATE INDEX thread_followers_user ON thread_followers (user_id, thread_id);

CREATE TABLE saved_messages (
  user_id    INTEGER NOT NULL REFERENCES users (id),
  message_id INTEGER NOT NULL REFERENCES messages (id),
  saved_at   INTEGER NOT NULL,
  PRIMARY KEY (user_id, message_id)
) WITHOUT ROWID;
CREATE INDEX saved_messages_recent ON saved_messages (user_id, saved_at, message_id);

CREATE TABLE uploads (
  id         INTEGER PRIMARY KEY,
  message_id INTEGER REFERENCES messages (id),
  user_id    INTEGER NOT NULL REFERENCES users (id),
  name       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size       INTEGER NOT NULL,
  sha256     BLOB NOT NULL,
  width      INTEGER NOT NULL DEFAULT 0,
  height     INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE INDEX uploads_message ON uploads (message_id) WHERE message_id IS NOT NULL;

-- Work that must follow a commit even when the process dies in between.
CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL,
  payload    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_due ON outbox (due_at);

CREATE TABLE audit_log (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  actor_id  INTEGER NOT NULL,
  action    TEXT NOT NULL,
  target    TEXT NOT NULL DEFAULT '',
  detail    TEXT NOT NULL DEFAULT '',
  ip        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_at ON audit_log (at);
-- +goose StatementBegin
CREATE TRIGGER audit_log_append_only_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_log_append_only_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END;
-- +goose StatementEnd

-- Full text over our own ASCII tokens (server/search), so simple is all the tokenizer it needs; docid is the message id.
CREATE VIRTUAL TABLE message_search USING fts4 (body, tokenize=simple, matchinfo=fts3, order=desc, prefix='2,3');

-- +goose Down
DROP TABLE message_search;
DROP TABLE audit_log;
DROP TABLE outbox;
DROP TABLE uploads;
DROP TABLE saved_messages;
DROP TABLE thread_followers;
DROP TABLE mentions;
DROP TABLE reactions;
DROP TABLE message_revisions;
DROP TABLE messages;
DROP TABLE memberships;
DROP TABLE rooms;
DROP TABLE invites;
DROP TABLE api_tokens;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE meta;
