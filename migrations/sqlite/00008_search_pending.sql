-- +goose Up
-- The search rows of the newest messages, until some hundred of them move into message_search at once: one piece of the
-- full-text index for each commit costs more than the message itself (server/store/indexing.go has the figures).
CREATE TABLE search_pending (
  docid INTEGER PRIMARY KEY,
  body  TEXT NOT NULL
);

-- +goose Down
INSERT INTO message_search (docid, body) SELECT docid, body FROM search_pending;
DROP TABLE search_pending;
