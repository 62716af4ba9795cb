package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // the driver's name

	"parley/models"
)

// Inspection is what can be told of a database without changing it.
type Inspection struct {
	Schema        int64         // number of the newest migration that ran
	NewestMessage models.Millis // 0 when there is none
	Audit         AuditReport
	Faults        []string // what SQLite's quick_check found wrong; empty when all is well
}

// Inspect looks at the database of a data folder, also while a server uses it: it takes no lock on the folder and
// cannot write. The error is fs.ErrNotExist where there is no database yet.
func Inspect(ctx context.Context, dir string) (in Inspection, err error) {
	path := filepath.Join(dir, FileName)
	if _, err := os.Stat(path); err != nil {
		return Inspection{}, err
	}
	db, err := sql.Open("sqlite3", "file:"+escapePath(path)+"?mode=ro&_busy_timeout=5000")
	if err != nil {
		return Inspection{}, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if in.Faults, err = quickCheck(ctx, db); err != nil || len(in.Faults) > 0 {
		return in, err
	}
	if err := db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied = 1`).Scan(&in.Schema); err != nil {
		return in, fmt.Errorf("reading the schema's number: %w", err)
	}
	if err := db.QueryRowContext(ctx, `SELECT coalesce(max(last_message_at), 0) FROM rooms`).Scan(&in.NewestMessage); err != nil {
		return in, fmt.Errorf("reading the newest message's time: %w", err)
	}
	if in.Schema < auditChainSchema {
		return in, nil
	}
	in.Audit, err = inspectAudit(ctx, db)
	return in, err
}

// auditChainSchema is the migration that gave the lines of the audit log their hashes.
const auditChainSchema = 3

// inspectAudit verifies the chain on one view: a server may be adding lines.
func inspectAudit(ctx context.Context, db *sql.DB) (r AuditReport, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	return verifyAudit(ctx, tx)
}

// quickCheck reads every page but does not compare indexes with their tables: seconds where a full check takes
// minutes.
func quickCheck(ctx context.Context, db *sql.DB) (faults []string, err error) {
	rows, err := db.QueryContext(ctx, `PRAGMA quick_check(10)`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		if line != "ok" {
			faults = append(faults, line)
		}
	}
	return faults, rows.Err()
}
