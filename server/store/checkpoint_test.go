package store

import (
	"context"
	"testing"
)

// TestTheLogBeginsAnewWhenItsEndWasCopied has the log copied while nobody writes, and then, as while somebody does, only
// by the writer at the checkpointer's word.
func TestTheLogBeginsAnewWhenItsEndWasCopied(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	room, by := benchRoom(t, s)
	ctx := context.Background()
	n := int64(0)
	say := func() {
		t.Helper()
		n++
		err := s.Write(ctx, func(t *Tx) error {
			m := benchRow(t.NewID(), room, by.ID, n)
			_, err := t.InsertMessage(&m, benchBody)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pages := func() int {
		t.Helper()
		pages, err := s.log.pages()
		if err != nil {
			t.Fatal(err)
		}
		return pages
	}
	settle := func() { // the writer is past what it does after a batch
		t.Helper()
		if err := s.Write(ctx, func(*Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, copied := range []struct {
		by   string
		copy func() error
	}{
		{"the checkpointer", func() error { _, err := s.log.copy(ctx); return err }},
		{"the writer", func() error { s.log.rest.Store(true); say(); return nil }},
	} {
		for range 50 {
			say()
		}
		settle()
		before := pages()
		if err := copied.copy(); err != nil {
			t.Fatal(err)
		}
		if copied.by == "the checkpointer" && !s.log.rest.Load() {
			t.Error("the checkpointer does not ask the writer for what may have come meanwhile")
		}
		settle()
		if s.log.rest.Load() {
			t.Error("the writer has not heard that it is asked for the end of the log")
		}
		say()
		if got := pages(); got >= before {
			t.Errorf("the log had %d pages, and has %d after %s copied them", before, got, copied.by)
		}
	}
}
