package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	"gorm.io/gorm"
)

// pinned is one connection with the statements that were prepared on it, as a gorm.ConnPool. database/sql prepares a
// statement anew in every transaction (measured: a third of a send's time), and an sql.DB may replace a connection
// behind one's back; a pinned connection does neither: once lost, it only returns errors.
type pinned struct {
	conn  *sql.Conn
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
	plain plain                          // for exec, of whoever has the connection to himself
	seen  func(query string, args []any) // what exec and query have run; nil: nobody looks
}

// maxStmts bounds what a connection keeps prepared. Queries are constants; only lists of ids make them differ.
const maxStmts = 512

var _ gorm.ConnPool = (*pinned)(nil)

func pin(ctx context.Context, db *sql.DB) (*pinned, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	p := &pinned{conn: conn, stmts: map[string]*sql.Stmt{}}
	// The driver's connection is used beyond Raw: it is this pin's own until close, and is never replaced.
	if err := conn.Raw(func(c any) (err error) { p.plain, err = plainOn(c); return err }); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return p, nil
}

func (p *pinned) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return errors.Join(p.plain.close(), p.forget(), p.conn.Close())
}

func (p *pinned) forget() error {
	var errs []error
	for _, s := range p.stmts {
		errs = append(errs, s.Close())
	}
	clear(p.stmts)
	return errors.Join(errs...)
}

func (p *pinned) stmt(query string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.stmts[query]; s != nil {
		return s, nil
	}
	if len(p.stmts) >= maxStmts {
		if err := p.forget(); err != nil {
			return nil, err
		}
	}
	s, err := p.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	p.stmts[query] = s
	return s, nil
}

// exec runs a statement without GORM.
func (p *pinned) exec(query string, args ...any) (driver.Result, error) {
	if p.seen != nil {
		p.seen(query, args)
	}
	return p.plain.exec(query, args)
}

// query runs a question without GORM (plain.query).
func (p *pinned) query(query string, args []any, columns int, row func([]driver.Value) error) error {
	if p.seen != nil {
		p.seen(query, args)
	}
	return p.plain.query(query, args, columns, row)
}

// PrepareContext implements gorm.ConnPool; the statement is the caller's to close.
func (p *pinned) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.conn.PrepareContext(ctx, query)
}

// ExecContext implements gorm.ConnPool.
func (p *pinned) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements gorm.ConnPool.
func (p *pinned) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements gorm.ConnPool.
func (p *pinned) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.stmt(query)
	if err != nil {
		return p.conn.QueryRowContext(ctx, query, args...) // fails in the same way, and can say so
	}
	return s.QueryRowContext(ctx, args...)
}

// on returns db speaking through the connection.
func (p *pinned) on(ctx context.Context, db *gorm.DB) *gorm.DB {
	g := db.Session(&gorm.Session{NewDB: true, Context: ctx})
	g.Statement.ConnPool = p
	return g
}
