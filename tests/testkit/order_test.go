package testkit

import (
	"strings"
	"testing"
)

func hello(seq int64) Frame {
	return Frame{Type: "hello", Rooms: []Room{{ID: "1", Seq: seq}}}
}

func event(seq int64) Frame { return Frame{Type: "message.created", RoomID: "1", Seq: seq} }

func synced(seq int64) Frame { return Frame{Type: "synced", RoomID: "1", Seq: seq} }

// TestTheOrderCheckFindsWhatTheContractForbids keeps the checker honest: a checker that finds nothing proves nothing.
func TestTheOrderCheckFindsWhatTheContractForbids(t *testing.T) {
	t.Parallel()
	added := Frame{Type: "room.added", Room: &Room{ID: "1", Seq: 9}}
	removed := Frame{Type: "room.removed", RoomID: "1"}
	reset := Frame{Type: "reset", RoomID: "1", Seq: 5}
	from := map[string]int64{"1": 2}
	for _, c := range []struct {
		name    string
		cursors map[string]int64
		frames  []Frame
		fault   string // empty: there is none
	}{
		{"live without a hole", nil, []Frame{hello(3), event(4), event(5)}, ""},
		{"live with a hole", nil, []Frame{hello(3), event(4), event(6)}, "from 4 to 6"},
		{"live and back", nil, []Frame{hello(3), event(4), event(4)}, "from 4 to 4"},
		{"a hole right after hello", nil, []Frame{hello(3), event(5)}, "a hole at the start"},
		{"catch-up with holes, then live", from, []Frame{hello(9), event(4), event(7), synced(9), event(10)}, ""},
		{"catch-up that falls", from, []Frame{hello(9), event(7), event(4)}, "fell from 7 to 4"},
		{"catch-up that repeats the cursor", from, []Frame{hello(9), event(2)}, "fell from 2 to 2"},
		{"live after synced with a hole", from, []Frame{hello(9), event(7), synced(9), event(11)}, "from 9 to 11"},
		{"live after synced, repeated", from, []Frame{hello(9), event(7), synced(9), event(9)}, "from 9 to 9"},
		{"synced below its events", from, []Frame{hello(9), event(7), synced(6)}, "synced at 6"},
		{"after a reset", from, []Frame{hello(5), reset, event(6)}, ""},
		{"after a reset with a hole", from, []Frame{hello(5), reset, event(7)}, "a hole"},
		{"an unknown room", nil, []Frame{event(1)}, "never announced"},
		{"an added room", nil, []Frame{added, event(10), event(11)}, ""},
		{"a removed room", nil, []Frame{hello(3), removed, event(4)}, "after room.removed"},
		{"removed and added again", nil, []Frame{hello(3), removed, added, event(9), event(10)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOrder()
			o.expect(c.cursors)
			for _, f := range c.frames {
				o.see(f)
			}
			found := strings.Join(o.faults, "; ")
			if (c.fault == "") != (found == "") || !strings.Contains(found, c.fault) {
				t.Errorf("the check found %q, want %q", found, c.fault)
			}
		})
	}
}

func TestTheViewSeesWhatIsMissingAndWhatIsWrong(t *testing.T) {
	t.Parallel()
	first, second := Message{ID: "a", Seq: 1, Text: "one"}, Message{ID: "b", Seq: 2, Text: "two"}
	v := NewView("1")
	v.Apply(Frame{Type: "message.created", RoomID: "1", Seq: 1, Message: &first}, nil)
	v.Apply(Frame{Type: "message.created", RoomID: "2", Seq: 1, Message: &second}, nil)
	if d := v.Differences("1", []Message{first}); len(d) != 0 || v.Cursors["1"] != 1 {
		t.Errorf("a faithful view differs: %v, cursor %d", d, v.Cursors["1"])
	}
	edited := first
	edited.Text = "one, edited"
	for _, c := range []struct {
		truth []Message
		want  string
	}{{[]Message{first, second}, "never arrived"}, {[]Message{edited}, "differs"}, {nil, "not in the history"}} {
		if d := v.Differences("1", c.truth); len(d) != 1 || !strings.Contains(d[0], c.want) {
			t.Errorf("differences are %v, want one that says %q", d, c.want)
		}
	}
	v.Apply(Frame{Type: "reset", RoomID: "1", Seq: 7}, func(string) []Message { return []Message{edited, second} })
	if d := v.Differences("1", []Message{edited, second}); len(d) != 0 || v.Cursors["1"] != 7 {
		t.Errorf("after a reset: %v, cursor %d", d, v.Cursors["1"])
	}
}
