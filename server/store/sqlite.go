package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/mattn/go-sqlite3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"parley/models"
)

// pragmas that every connection must have, with the value that SQLite reports for them. synchronous=2 is FULL: the
// driver's default, NORMAL, survives kill -9 but loses acknowledged messages in a power cut (measured: 694 of 10,620).
var pragmas = []struct{ name, set, want string }{
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"},
	{"fullfsync", "1", "1"}, // macOS: fsync alone does not reach the disk there; elsewhere it means nothing
	{"foreign_keys", "1", "1"},
	{"busy_timeout", "5000", "5000"},
	{"temp_store", "MEMORY", "2"},
}

// connector opens SQLite connections and refuses any whose pragmas did not take.
type connector struct {
	driver *sqlite3.SQLiteDriver
	dsn    string
	extra  []string // pragmas of this pool alone
}

// Connect implements driver.Connector.
func (c *connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	if err := c.prepare(conn.(*sqlite3.SQLiteConn)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// Driver implements driver.Connector.
func (c *connector) Driver() driver.Driver { return c.driver }

func (c *connector) prepare(conn *sqlite3.SQLiteConn) error {
	for _, p := range pragmas {
		if _, err := conn.Exec("PRAGMA "+p.name+"="+p.set, nil); err != nil {
			return fmt.Errorf("setting %s: %w", p.name, err)
		}
		got, err := pragma(conn, p.name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", p.name, err)
		}
		if got != p.want {
			return fmt.Errorf("SQLite keeps %s at %s where %s is needed: acknowledged messages would not be safe", p.name, got, p.want)
		}
	}
	for _, p := range c.extra {
		if _, err := conn.Exec("PRAGMA "+p, nil); err != nil {
			return fmt.Errorf("setting %s: %w", p, err)
		}
	}
	return nil
}

func pragma(conn *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil {
		return "", errors.Join(err, rows.Close())
	}
	return fmt.Sprint(value[0]), rows.Close()
}

// openPool opens a pool of at most size connections to the file. The writer's transactions begin immediate, so that
// they never fail half-way for want of the write lock, and what it deletes is overwritten, free pages too (5 % of a
// send's time); a reader's connections cannot write at all. The log is
// copied beside it (checkpointer).
func openPool(path string, size int, writer bool) (*gorm.DB, *sql.DB, error) {
	// SQLite's own locking is left out: database/sql lets one goroutine at a time at a connection.
	q := url.Values{"_txlock": {"deferred"}, "_mutex": {"no"}}
	extra := []string{"cache_size=-4000", "query_only=1"}
	if writer {
		q.Set("_txlock", "immediate")
		extra = []string{"cache_size=-16000", "secure_delete=1", fmt.Sprintf("wal_autocheckpoint=%d", walAtMost)}
	}
	db := sql.OpenDB(&connector{driver: &sqlite3.SQLiteDriver{}, dsn: "file:" + escapePath(path) + "?" + q.Encode(), extra: extra})
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	g, err := gorm.Open(sqlite.Dialector{Conn: db}, &gorm.Config{
		PrepareStmt:            true,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard, // errors are returned and logged once, by who asked
	})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return g, db, nil
}

// escapePath makes a path safe inside a SQLite URI, where ? and # and % have a meaning.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// errNotFound turns the database's "no row" into the error that callers know, and leaves every other error alone.
func errNotFound(err error, detail string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		return models.NotFound(detail)
	}
	return err
}

// uniqueViolation reports whether err is the breach of a unique index, and names its columns ("users.name_key").
func uniqueViolation(err error) (columns string, ok bool) {
	var e sqlite3.Error
	if !errors.As(err, &e) || (e.ExtendedCode != sqlite3.ErrConstraintUnique && e.ExtendedCode != sqlite3.ErrConstraintPrimaryKey) {
		return "", false
	}
	_, columns, _ = strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	return columns, true
}

// breaksBatch reports whether err is of the kind on which SQLite may have rolled the whole transaction back by itself
// (https://www.sqlite.org/lang_transaction.html, section 3): after it no further statement of the batch may run, for it
// would commit on its own.
func breaksBatch(err error) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrNomem, sqlite3.ErrBusy, sqlite3.ErrInterrupt, sqlite3.ErrCorrupt,
		sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrNotADB, sqlite3.ErrLocked:
		return true
	}
	return false
}
