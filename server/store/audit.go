package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math"

	"parley/models"
)

// auditHeadKey keeps the hash of the audit log's last line: without it, lines could be cut off the end unseen.
const auditHeadKey = "audit_head"

const auditColumns = `id, at, actor_id, action, target, detail, ip, hash`

// Audit appends one line to the audit log, in the transaction of what it speaks of. Id, time, hash and, where it is
// empty, the address of the request are filled in.
func (t *Tx) Audit(e models.AuditEntry) error {
	e.ID, e.At = t.NewID(), t.Now()
	if e.IP == "" {
		e.IP = t.address
	}
	prev, err := t.auditHead()
	if err != nil {
		return err
	}
	sum := e.Seal(prev)
	err = t.db.Exec(`INSERT INTO audit_log (`+auditColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		e.ID, e.At, e.ActorID, e.Action, e.Target, e.Detail, e.IP, sum[:]).Error
	if err == nil {
		err = t.db.Exec(`INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`, auditHeadKey, hex.EncodeToString(sum[:])).Error
	}
	if err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}

// auditHead returns the hash that the next line goes on from. Where there is no chain yet, it covers the lines that are
// older than it.
func (t *Tx) auditHead() (head [sha256.Size]byte, err error) {
	ctx, db := t.db.Statement.Context, t.db.Statement.ConnPool
	text, err := auditHeadOf(ctx, db)
	if err != nil {
		return head, err
	}
	if text == "" {
		c := chain{}
		if err := c.walk(ctx, db); err != nil {
			return head, err
		}
		return c.sum, nil
	}
	b, err := hex.DecodeString(text)
	if err != nil || copy(head[:], b) != len(head) {
		return head, fmt.Errorf("the audit log's last hash is not one: %q", text)
	}
	return head, nil
}

// asker is what the chain is read through: a view of the running store, or the plain connection of an inspection.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func auditHeadOf(ctx context.Context, db asker) (head string, err error) {
	err = db.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = ?`, auditHeadKey).Scan(&head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("reading the audit log's last hash: %w", err)
	}
	return head, nil
}

// AuditFilter says which lines are asked for; a zero field asks nothing.
type AuditFilter struct {
	Actor       models.ID
	Action      models.AuditAction
	Since, Till models.Millis // from Since on, and before Till
	Before      models.ID     // lines older than this one
}

// AuditLog returns up to limit lines that fit the filter, newest first.
func (q *Queries) AuditLog(f AuditFilter, limit int) ([]models.AuditEntry, error) {
	if f.Before == 0 {
		f.Before = math.MaxInt64
	}
	if f.Till == 0 {
		f.Till = math.MaxInt64
	}
	where, args := `id < ? AND at >= ? AND at < ?`, []any{f.Before, f.Since, f.Till}
	if f.Actor != 0 {
		where, args = where+` AND actor_id = ?`, append(args, f.Actor)
	}
	if f.Action != "" {
		where, args = where+` AND action = ?`, append(args, f.Action)
	}
	entries := []models.AuditEntry{}
	err := q.db.Raw(`SELECT `+auditColumns+` FROM audit_log WHERE `+where+` ORDER BY id DESC LIMIT ?`, append(args, limit)...).Scan(&entries).Error
	if err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	return entries, nil
}

// AuditReport is what a look at the whole audit log found.
type AuditReport struct {
	Lines int64
	Head  string // hexadecimal hash of the last line
	Fault string // what is wrong with the chain, "" where nothing is
}

// VerifyAudit computes the audit log's chain anew: 3 s for a million lines. Call it on a Snapshot.
func (q *Queries) VerifyAudit() (AuditReport, error) {
	return verifyAudit(q.db.Statement.Context, q.db.Statement.ConnPool)
}

func verifyAudit(ctx context.Context, db asker) (AuditReport, error) {
	head, err := auditHeadOf(ctx, db)
	if err != nil {
		return AuditReport{}, err
	}
	c := chain{}
	if err := c.walk(ctx, db); err != nil {
		return AuditReport{}, err
	}
	r := AuditReport{Lines: c.lines, Head: hex.EncodeToString(c.sum[:]), Fault: c.fault}
	if r.Fault == "" && (c.sealed || head != "") && head != r.Head {
		r.Fault = "the last lines are missing, or the hash that was kept of them is"
	}
	return r, nil
}

// chain is the walk over the audit log from its first line.
type chain struct {
	lines  int64
	sum    [sha256.Size]byte
	sealed bool // a line with a hash was met
	fault  string
}

func (c *chain) walk(ctx context.Context, db asker) (err error) {
	rows, err := db.QueryContext(ctx, `SELECT `+auditColumns+` FROM audit_log ORDER BY id`)
	if err != nil {
		return fmt.Errorf("reading the audit log: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		e := models.AuditEntry{}
		if err := rows.Scan(&e.ID, &e.At, &e.ActorID, &e.Action, &e.Target, &e.Detail, &e.IP, &e.Hash); err != nil {
			return fmt.Errorf("reading a line of the audit log: %w", err)
		}
		c.add(&e)
	}
	return rows.Err()
}

// add takes one more line. After the first fault it only counts: everything behind it is in doubt.
func (c *chain) add(e *models.AuditEntry) {
	c.lines++
	if c.fault != "" {
		return
	}
	c.sum = e.Seal(c.sum)
	switch {
	case e.Hash == nil && !c.sealed:
	case string(e.Hash) == string(c.sum[:]):
		c.sealed = true
	default:
		c.fault = fmt.Sprintf("line %d of %s is not what was written, or one before it is missing", e.ID, e.At.Time().Format("2006-01-02 15:04:05"))
	}
}
