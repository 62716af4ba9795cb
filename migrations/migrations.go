// Package migrations holds the numbered SQL that makes and changes the database, one folder for each dialect, embedded
// in the binary. It never runs anything: the store does, through goose. A file that has been released is never edited.
package migrations

import "embed"

// SQLite holds sqlite/NNNNN_name.sql.
//
//go:embed sqlite/*.sql
var SQLite embed.FS
