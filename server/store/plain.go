package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"

	"parley/models"
)

// plain runs statements on a connection without database/sql, which looks at every value twice: 3 % of a send, a third of a
// page of history. It belongs to one goroutine at a time. Its statements are few constants, and stay prepared.
type plain struct {
	conn   *sqlite3.SQLiteConn
	stmts  map[string]*sqlite3.SQLiteStmt
	values []driver.NamedValue // of the statement that runs
}

// plainOn takes the driver's own connection.
func plainOn(conn any) (plain, error) {
	c, ok := conn.(*sqlite3.SQLiteConn)
	if !ok {
		return plain{}, fmt.Errorf("%T is no connection of SQLite", conn)
	}
	return plain{conn: c, stmts: map[string]*sqlite3.SQLiteStmt{}}, nil
}

func (p *plain) close() error {
	var errs []error
	for _, s := range p.stmts {
		errs = append(errs, s.Close())
	}
	clear(p.stmts)
	return errors.Join(errs...)
}

func (p *plain) exec(query string, args []any) (driver.Result, error) {
	s, err := p.bind(query, args)
	if err != nil {
		return nil, err
	}
	defer clear(p.values) // so that no text is kept for as long as the statement
	return s.ExecContext(context.Background(), p.values)
}

// query calls row with the values of each row, which are its own only until it returns. There is no way to end it early:
// it is for questions of a bounded size.
func (p *plain) query(query string, args []any, columns int, row func([]driver.Value) error) (err error) {
	s, err := p.bind(query, args)
	if err != nil {
		return err
	}
	defer clear(p.values)
	rows, err := s.QueryContext(context.Background(), p.values)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make([]driver.Value, columns)
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := row(values); err != nil {
			return err
		}
	}
}

// bind returns a statement and leaves its values in p.values.
func (p *plain) bind(query string, args []any) (*sqlite3.SQLiteStmt, error) {
	s, err := p.stmt(query)
	if err != nil {
		return nil, err
	}
	if want := s.NumInput(); want != len(args) { // SQLite takes what is missing for NULL
		return nil, fmt.Errorf("a statement has %d values and wants %d: %s", len(args), want, query)
	}
	p.values = p.values[:0]
	for i, a := range args {
		v, err := plainValue(a)
		if err != nil {
			return nil, fmt.Errorf("value %d: %w", i+1, err)
		}
		p.values = append(p.values, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return s, nil
}

func (p *plain) stmt(query string) (*sqlite3.SQLiteStmt, error) {
	if s := p.stmts[query]; s != nil {
		return s, nil
	}
	prepared, err := p.conn.Prepare(query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(*sqlite3.SQLiteStmt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T is no statement of SQLite", prepared), prepared.Close())
	}
	p.stmts[query] = s
	return s, nil
}

// plainValue is what the driver takes for a value; nil for a pointer to nothing.
func plainValue(a any) (driver.Value, error) {
	switch v := a.(type) {
	case models.ID:
		return int64(v), nil
	case models.Millis:
		return int64(v), nil
	case *models.ID:
		return pointed(v)
	case *int64:
		return pointed(v)
	case *string:
		return pointed(v)
	}
	return driver.DefaultParameterConverter.ConvertValue(a)
}

func pointed[T models.ID | int64 | string](p *T) (driver.Value, error) {
	if p == nil {
		return nil, nil
	}
	return driver.DefaultParameterConverter.ConvertValue(*p)
}
