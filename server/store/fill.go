package store

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"parley/models"
)

// storedCount is how many columns storedColumns are.
var storedCount = strings.Count(storedColumns, ",") + 1

// fillMessage takes a message from the values of storedColumns.
func fillMessage(m *models.Message, values []driver.Value) error {
	r := row{values: values}
	*m = models.Message{
		ID: models.ID(r.number()), RoomID: models.ID(r.number()), Seq: r.number(), Num: maybe[int64](&r), ChangedSeq: r.number(),
		SenderID: models.ID(r.number()), ClientID: r.maybeText(), Text: r.text(), TextHash: r.number(), HTML: r.text(),
		ThreadID: maybe[models.ID](&r), ThreadNum: maybe[int64](&r), AlsoInRoom: r.number() != 0, ReplyCount: r.number(),
		LastReplyAt: models.Millis(r.number()), MentionIDs: r.text(), ReactionCount: r.number(), Revision: r.number(),
		CreatedAt: models.Millis(r.number()), EditedAt: models.Millis(r.number()), DeletedAt: models.Millis(r.number()),
		PinnedAt: models.Millis(r.number()), PinnedBy: models.ID(r.number()), Repliers: r.text(),
	}
	return r.err
}

// row hands out the values of a row in their order. A value of another kind is an error, kept until the end.
type row struct {
	values []driver.Value
	at     int
	err    error
}

func (r *row) next() driver.Value {
	r.at++
	return r.values[r.at-1]
}

func (r *row) wrong(v driver.Value, want string) {
	if r.err == nil {
		r.err = fmt.Errorf("column %d is %T and not %s", r.at, v, want)
	}
}

func (r *row) number() int64 {
	v := r.next()
	n, ok := v.(int64)
	if !ok {
		r.wrong(v, "a number")
	}
	return n
}

func (r *row) text() string {
	v := r.next()
	s, ok := v.(string)
	if !ok {
		r.wrong(v, "a text")
	}
	return s
}

func (r *row) maybeText() *string {
	if r.values[r.at] == nil {
		r.at++
		return nil
	}
	s := r.text()
	return &s
}

// maybe is a number or nothing.
func maybe[T ~int64](r *row) *T {
	if r.values[r.at] == nil {
		r.at++
		return nil
	}
	n := T(r.number())
	return &n
}
