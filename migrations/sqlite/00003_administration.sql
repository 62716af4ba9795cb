-- +goose Up

-- Each line's hash covers the line and the hash before it. Lines that are older than the chain have none of their own:
-- the first hash covers them all.
ALTER TABLE audit_log ADD COLUMN hash BLOB;
CREATE INDEX audit_log_action ON audit_log (action, id);
CREATE INDEX audit_log_actor ON audit_log (actor_id, id);
-- +goose StatementBegin
CREATE TRIGGER audit_log_chained BEFORE INSERT ON audit_log WHEN NEW.hash IS NULL OR length(NEW.hash) != 32
BEGIN SELECT RAISE(ABORT, 'a line of the audit log needs its hash'); END;
-- +goose StatementEnd

-- Until when a member may read and not speak; it stands on the membership, because every send reads that anyway, and
-- outlives leaving and coming back.
ALTER TABLE memberships ADD COLUMN silenced_until INTEGER NOT NULL DEFAULT 0;

CREATE TABLE blocks (
  user_id    INTEGER NOT NULL REFERENCES users (id),
  blocked_id INTEGER NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, blocked_id)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE blocks;
ALTER TABLE memberships DROP COLUMN silenced_until;
DROP TRIGGER audit_log_chained;
DROP INDEX audit_log_actor;
DROP INDEX audit_log_action;
ALTER TABLE audit_log DROP COLUMN hash;
