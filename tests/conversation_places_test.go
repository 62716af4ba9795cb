package tests

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestHistoryOpensAtADateAndAtANum asks for the stretch around a moment and around a message by its num.
func TestHistoryOpensAtADateAndAtANum(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	var sent []testkit.Message
	for i := range 9 {
		m := ada.Send(room, ids("m", i), ids("message", i))
		if i%3 == 2 {
			ada.Reply(m, ids("r", i), "a reply, which the room's pages do not show")
		}
		sent = append(sent, m)
		testkit.Eventually(t, "the clock's next millisecond", func() bool { return time.Since(moment(t, m.CreatedAt)) > 2*time.Millisecond })
	}
	texts := func(query string) string {
		t.Helper()
		var out []string
		for _, m := range testkit.Decode[testkit.MessageList](ada.Get("/api/v1/rooms/"+room+"/messages?limit=4&"+query).Want(t, 200)).Messages {
			out = append(out, strings.TrimPrefix(m.Text, "message"))
		}
		return strings.Join(out, "")
	}
	at := func(when time.Time) string { return "at=" + url.QueryEscape(when.Format(time.RFC3339Nano)) }
	for _, c := range []struct{ what, query, want string }{
		{"the moment of a message", at(moment(t, sent[4].CreatedAt)), "-2-3-4-5"},
		{"just before it", at(moment(t, sent[4].CreatedAt).Add(-time.Millisecond)), "-2-3-4-5"},
		{"just after it", at(moment(t, sent[4].CreatedAt).Add(time.Millisecond)), "-3-4-5-6"},
		{"in another zone", at(moment(t, sent[4].CreatedAt).In(time.FixedZone("", 9*3600))), "-2-3-4-5"},
		{"before the room was made", "at=2001-01-01T00:00:00Z", "-0-1-2-3"},
		{"in the future", "at=2101-01-01T00:00:00Z", "-5-6-7-8"},
		{"around a num", "num=5", "-2-3-4-5"},
		{"around the first", "num=1", "-0-1-2-3"},
	} {
		if got := texts(c.query); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	refused(t, ada.Get("/api/v1/rooms/"+room+"/messages?at=yesterday"), 400, "")
	refused(t, ada.Get("/api/v1/rooms/"+room+"/messages?at=2026-01-01T00:00:00Z&before=3"), 400, "")
	ada.Get("/api/v1/rooms/"+room+"/messages?num=10").WantProblem(t, 404, "not_found")
}

func moment(t *testing.T, stamp string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestMarkingEverythingAsReadCanBeUndone marks all rooms at once; the answer, sent back, puts every mark where it was.
func TestMarkingEverythingAsReadCanBeUndone(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	rooms := map[string]string{}
	for _, name := range []string{"Tea", "Milk", "Read already"} {
		rooms[name] = ada.CreateRoom(name, "private").ID
		ada.AddMember(rooms[name], bob.User.ID)
		ada.Send(rooms[name], name+"1", "one")
		ada.Send(rooms[name], name+"2", "two, @bob")
	}
	bob.Mark(rooms["Tea"], 1)
	bob.Mark(rooms["Read already"], 2)
	other := bob.Connect()
	type marks struct {
		Rooms []struct {
			RoomID string `json:"room_id"`
			Num    int64
		}
	}
	before := testkit.Decode[marks](bob.Post("/api/v1/me/read", testkit.Object{}).Want(t, 200))
	was := map[string]int64{}
	for _, r := range before.Rooms {
		was[r.RoomID] = r.Num
	}
	if len(was) != 2 || was[rooms["Tea"]] != 1 || was[rooms["Milk"]] != 0 {
		t.Errorf("the marks as they were: %+v of %v", before, rooms)
	}
	for name, id := range rooms {
		if r := bob.Room(id); r.Unread != 0 || r.Mentions != 0 {
			t.Errorf("%s has %d unread and %d mentions left", name, r.Unread, r.Mentions)
		}
	}
	other.Await("the other connection hears of Milk", func(f testkit.Frame) bool { return f.Type == "read" && f.RoomID == rooms["Milk"] })

	bob.Post("/api/v1/me/read", testkit.Object{"rooms": before.Rooms}).Want(t, 200)
	if tea, milk := bob.Room(rooms["Tea"]), bob.Room(rooms["Milk"]); tea.Unread != 1 || tea.Mentions != 1 || milk.Unread != 2 || milk.Mentions != 1 {
		t.Errorf("undone: Tea has %d unread and %d mentions, Milk %d and %d", tea.Unread, tea.Mentions, milk.Unread, milk.Mentions)
	}
	if again := testkit.Decode[marks](bob.Post("/api/v1/me/read", testkit.Object{"rooms": before.Rooms}).Want(t, 200)); len(again.Rooms) != 0 {
		t.Errorf("undoing again moves %+v", again)
	}
	stranger := srv.SignUp("cyd")
	if moved := testkit.Decode[marks](stranger.Post("/api/v1/me/read", testkit.Object{"rooms": before.Rooms}).Want(t, 200)); len(moved.Rooms) != 0 {
		t.Errorf("somebody who is not in the rooms moves %+v", moved)
	}
}

// TestAPreviewIsWhatTheMessageWillBe compares the preview of texts with the messages made of them.
func TestAPreviewIsWhatTheMessageWillBe(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "private").ID
	ada.AddMember(room, bob.User.ID)
	ada.AddMember(room, srv.SignUp("cyd").User.ID)
	type preview struct {
		HTML     string
		Notifies int64
	}
	for i, c := range []struct {
		text     string
		notifies int64
	}{
		{"plain words", 0},
		{"**bold** and `code`", 0},
		{"@bob, look: https://example.org", 1},
		{"@ada is me", 0},
		{"@all of you :tada:", 2},
		{"@here too", 2},
		{"`@all` in code calls nobody", 0},
		{"| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n", 0},
		{"<script>alert(1)</script>", 0},
	} {
		got := testkit.Decode[preview](ada.Post("/api/v1/rooms/"+room+"/preview", testkit.Object{"text": c.text}).Want(t, 200))
		sent := ada.Send(room, ids("p", i), c.text)
		if got.HTML != sent.HTML || got.Notifies != c.notifies {
			t.Errorf("%q: the preview is %q and notifies %d; the message is %q and should notify %d", c.text, got.HTML, got.Notifies, sent.HTML, c.notifies)
		}
	}
	if n := ada.Room(room).Num; n != 9 {
		t.Errorf("the room has %d messages, want the 9 that were sent", n)
	}
	refused(t, ada.Post("/api/v1/rooms/"+room+"/preview", testkit.Object{"text": " "}), 400, "")
	refused(t, ada.Post("/api/v1/rooms/"+room+"/preview", testkit.Object{"text": strings.Repeat("a", 16385)}), 400, "")
}

// TestPreviewsCountInTheLimitOfMessages asks for more of them in a row than messages may be sent.
func TestPreviewsCountInTheLimitOfMessages(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Limits())
	ada := srv.SignUp("ada")
	path := "/api/v1/rooms/" + ada.General().ID + "/preview"
	for range 100 {
		if r := ada.Post(path, testkit.Object{"text": "again"}); r.Status == 429 {
			r.WantProblem(t, 429, "rate_limited")
			return
		}
	}
	t.Error("100 previews in a row were made")
}

// TestTheRootShowsWhoRepliedLast follows the faces on a root through replies, a deletion and a reload.
func TestTheRootShowsWhoRepliedLast(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.General().ID
	root := ada.Send(room, "root", "who is in?")
	people := map[string]*testkit.Client{"ada": ada}
	for _, name := range []string{"bob", "cyd", "dan"} {
		people[name] = srv.SignUp(name)
	}
	s := ada.Connect()
	faces := func(th *testkit.Thread) string {
		if th == nil {
			return ""
		}
		var names []string
		for _, u := range th.Users {
			names = append(names, u.Username)
		}
		return strings.Join(names, " ")
	}
	var last testkit.FullMessage
	for i, step := range []struct{ who, want string }{
		{"bob", "bob"}, {"bob", "bob"}, {"ada", "ada bob"}, {"cyd", "cyd ada bob"}, {"dan", "dan cyd ada"}, {"bob", "bob dan cyd"},
	} {
		last = people[step.who].Reply(root, ids("r", i), "me")
		if got := faces(last.Thread); got != step.want {
			t.Errorf("after reply %d, by %s, the reply says %q, want %q", i, step.who, got, step.want)
		}
		f := s.Await("the reply's event", func(f testkit.Frame) bool { return f.Seq == last.Seq && f.RoomID == room })
		if got := faces(f.Full().Thread); got != step.want {
			t.Errorf("the event says %q, want %q", got, step.want)
		}
		if got := faces(ada.Thread(root.ID, "").Root.Thread); got != step.want {
			t.Errorf("the thread's root says %q, want %q", got, step.want)
		}
	}
	people["bob"].Delete("/api/v1/messages/"+last.ID).Want(t, 200)
	for _, m := range testkit.Decode[testkit.MessageList](ada.Get("/api/v1/rooms/" + room + "/messages")).Messages {
		if m.ID == root.ID && faces(m.Thread) != "dan cyd ada" {
			t.Errorf("after bob's last reply was deleted the root says %q, want %q", faces(m.Thread), "dan cyd ada")
		}
	}
}
