package store_test

import (
	"context"
	"fmt"
	"testing"

	"parley/models"
)

// TestAMessageIsFoundByItsNumber asks for every number of a room with replies among its messages, around each 64th and
// beyond both ends.
func TestAMessageIsFoundByItsNumber(t *testing.T) {
	c := newCrowd(t, 1)
	want := map[int64]int64{}
	var root models.ID
	for i := range 330 {
		thread := models.ID(0)
		if i%7 == 3 {
			thread = root
		}
		m, err := c.store.Read(context.Background()).Message(c.send(fmt.Sprint("message ", i), thread))
		if err != nil {
			t.Fatal(err)
		}
		if thread == 0 {
			root = m.ID
			want[*m.Num] = m.Seq
		}
	}
	if len(want) < 4*64 {
		t.Fatalf("only %d messages have a number", len(want))
	}
	q := c.store.Read(context.Background())
	for num := int64(-70); num < 500; num++ {
		seq, err := q.SeqOfNum(c.room, num)
		switch {
		case want[num] != 0 && (err != nil || seq != want[num]):
			t.Errorf("number %d: seq %d (%v), want %d", num, seq, err, want[num])
		case want[num] == 0 && !models.IsCode(err, models.CodeNotFound):
			t.Errorf("number %d, which is not there: seq %d (%v), want not found", num, seq, err)
		}
	}
}
