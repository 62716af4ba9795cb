package store

import (
	"context"
	"database/sql/driver"
	"reflect"
	"strings"
	"testing"

	"parley/models"
)

// TestAViewReadsMessagesAsGORMDoes compares the two ways to whole rows, with every column filled and every one that can be
// empty empty.
func TestAViewReadsMessagesAsGORMDoes(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	ctx := context.Background()
	room, by := benchRoom(t, s)
	full := benchRow(s.NewID(), room, by.ID, 1)
	err := s.Write(ctx, func(t *Tx) error {
		if _, err := t.InsertMessage(&full, "x"); err != nil {
			return err
		}
		bare := models.Message{ID: t.NewID(), RoomID: room, Seq: 2, ChangedSeq: 2, SenderID: by.ID, Text: "", CreatedAt: 5}
		if _, err := t.InsertMessage(&bare, ""); err != nil {
			return err
		}
		return t.db.Exec(`UPDATE messages SET client_id = 'c', text = 'a text', text_hash = -9, html = '<p>', thread_id = id, thread_num = 7, also_in_room = 1,
			reply_count = 8, last_reply_at = 9, mention_ids = '0,1', reaction_count = 10, revision = 11, created_at = 12, edited_at = 13, deleted_at = 14,
			pinned_at = 15, pinned_by = 16, repliers = '1,2' WHERE id = ?`, full.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := s.Read(ctx).MessagesAfter(room, 0, 10)
	if err != nil || len(want) != 2 {
		t.Fatal(want, err)
	}
	for i, field := range reflect.VisibleFields(reflect.TypeOf(want[0])) {
		if reflect.ValueOf(want[0]).Field(i).IsZero() {
			t.Errorf("%s is not filled, so that nothing is compared", field.Name)
		}
	}
	var got []models.Message
	if err := s.Snapshot(ctx, func(q *Queries) error { got, err = q.MessagesAfter(room, 0, 10); return err }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("a view reads\n%+v, want\n%+v", got, want)
	}
}

func TestAValueOfAnotherKindIsAnError(t *testing.T) {
	values := make([]driver.Value, storedCount)
	for i := range values {
		values[i] = int64(i)
	}
	err := fillMessage(&models.Message{}, values)
	if err == nil || !strings.Contains(err.Error(), "column 7 is int64 and not a text") {
		t.Errorf("numbers where texts belong: %v", err)
	}
}
