-- +goose Up

-- The full-text index keeps no copy of its rows any more: they stand in search_rows from a message's commit on, and the
-- index is brought up to them later (server/store/indexing.go). The old index is taken over as it is, by the names of the
-- tables that it consists of (https://www.sqlite.org/fts3.html#shadow_tables), so that this takes no time with millions
-- of messages.
CREATE TABLE search_rows (
  docid INTEGER PRIMARY KEY,
  body  TEXT NOT NULL
);
CREATE VIRTUAL TABLE message_index USING fts4 (content="search_rows", body, tokenize=simple, matchinfo=fts3, order=desc, prefix='2,3');
DROP TABLE search_rows;
DROP TABLE message_index_segments;
DROP TABLE message_index_segdir;
DROP TABLE message_index_stat;
ALTER TABLE message_search_content RENAME TO search_rows;
ALTER TABLE search_rows RENAME COLUMN c0body TO body;
ALTER TABLE message_search_segments RENAME TO message_index_segments;
ALTER TABLE message_search_segdir RENAME TO message_index_segdir;
ALTER TABLE message_search_stat RENAME TO message_index_stat;
DROP TABLE message_search;

INSERT INTO meta (k, v) VALUES ('indexed', (SELECT coalesce(max(docid), 0) FROM search_rows));
INSERT INTO search_rows (docid, body) SELECT docid, body FROM search_pending;
-- An import left rows waiting among those that it indexed.
INSERT INTO message_index (docid, body) SELECT docid, body FROM search_pending WHERE docid <= (SELECT CAST(v AS INTEGER) FROM meta WHERE k = 'indexed');
DROP TABLE search_pending;

-- +goose Down
CREATE VIRTUAL TABLE message_search USING fts4 (body, tokenize=simple, matchinfo=fts3, order=desc, prefix='2,3');
INSERT INTO message_search (docid, body) SELECT docid, body FROM search_rows ORDER BY docid;
CREATE TABLE search_pending (
  docid INTEGER PRIMARY KEY,
  body  TEXT NOT NULL
);
DELETE FROM meta WHERE k = 'indexed';
DROP TABLE message_index;
DROP TABLE search_rows;
