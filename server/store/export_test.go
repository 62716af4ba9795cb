package store

import (
	"context"

	"gorm.io/gorm"
)

// Record calls fn with every statement that the store runs from now on, with its arguments.
// fn must be safe for concurrent use. Call it before the first use of the store.
func (s *Store) Record(fn func(sql string, args []any)) {
	look := func(db *gorm.DB) {
		if sql := db.Statement.SQL.String(); sql != "" {
			fn(sql, append([]any(nil), db.Statement.Vars...))
		}
	}
	// In the writer's goroutine, which may be moving search rows just now.
	if err := s.Write(context.Background(), func(*Tx) error { s.writer.conn.seen = fn; return nil }); err != nil {
		panic(err)
	}
	for range s.snapshots {
		p := <-s.views
		p.seen = fn
		s.views <- p
	}
	for _, db := range []*gorm.DB{s.reads, s.writer.db} {
		c := db.Callback()
		for _, err := range []error{
			c.Create().After("*").Register("test:record", look), c.Query().After("*").Register("test:record", look),
			c.Update().After("*").Register("test:record", look), c.Delete().After("*").Register("test:record", look),
			c.Row().After("*").Register("test:record", look), c.Raw().After("*").Register("test:record", look),
		} {
			if err != nil {
				panic(err)
			}
		}
	}
}

// Plan returns what SQLite says of how it would run a statement, a line a step.
func (s *Store) Plan(sql string, args []any) ([]string, error) {
	rows, err := s.readDB.Query("EXPLAIN QUERY PLAN "+sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return nil, err
		}
		steps = append(steps, detail)
	}
	return steps, rows.Err()
}

// Analyze lets the planner know the tables as they are.
func (s *Store) Analyze() error {
	return s.Write(context.Background(), func(t *Tx) error { return t.db.Exec("ANALYZE").Error })
}
