package store

import (
	"context"
	"testing"
)

// TestTheLogBeginsAnewWhenItsEndWasCopied copies the log as the checkpointer does, lets more come, and looks whether the
// writer, which is asked to copy that too, lets the next write begin the log anew.
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
	for range 50 {
		say()
	}
	before := pages()
	if _, err := s.log.copy(ctx); err != nil {
		t.Fatal(err)
	}
	if !s.log.rest.Load() {
		t.Fatal("the writer was not asked for the end of the log")
	}
	say() // this one is behind what was copied, and is copied by the writer
	if got := pages(); got <= before {
		t.Fatalf("the log had %d pages, and has %d after one more write", before, got)
	}
	if err := s.Write(ctx, func(*Tx) error { return nil }); err != nil { // the writer is past the copying
		t.Fatal(err)
	}
	say()
	if got := pages(); got >= before {
		t.Errorf("the log had %d pages, and has %d after all of them were copied", before, got)
	}
	if s.log.rest.Load() {
		t.Error("the writer is still asked for the end of the log")
	}
}
