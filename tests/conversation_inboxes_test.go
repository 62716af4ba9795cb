package tests

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

func texts(l testkit.MessageList) string {
	var out []string
	for _, m := range l.Messages {
		out = append(out, m.Text)
	}
	return strings.Join(out, "; ")
}

func TestMentionsReachAnInboxAndABadge(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	room := ada.General().ID
	expect := func(when, bobs, cyds string, bobCount, cydCount int64) {
		t.Helper()
		if got := texts(bob.Inbox("mentions", "")); got != bobs {
			t.Errorf("%s, bob's inbox is %q, want %q", when, got, bobs)
		}
		if got := texts(cyd.Inbox("mentions", "")); got != cyds {
			t.Errorf("%s, cyd's inbox is %q, want %q", when, got, cyds)
		}
		if b, c := bob.Room(room).Mentions, cyd.Room(room).Mentions; b != bobCount || c != cydCount {
			t.Errorf("%s, the badges are %d and %d, want %d and %d", when, b, c, bobCount, cydCount)
		}
	}
	named := ada.Send(room, "1", "@bob one")
	if len(named.Mentions.UserIDs) != 1 || named.Mentions.UserIDs[0] != bob.User.ID || named.Mentions.All {
		t.Errorf("mentions of %q: %+v", named.Text, named.Mentions)
	}
	expect("after @bob", "@bob one", "", 1, 0)
	all := ada.Send(room, "2", "@all two")
	here := ada.Send(room, "3", "@here three")
	if !all.Mentions.All || !here.Mentions.All {
		t.Errorf("@all and @here both set all: %+v %+v", all.Mentions, here.Mentions)
	}
	expect("after @all and @here", "@here three; @all two; @bob one", "@here three; @all two", 3, 2)
	both := ada.Send(room, "4", "@bob @all four, @Bob")
	expect("after a message that does both", "@bob @all four, @Bob; @here three; @all two; @bob one", "@bob @all four, @Bob; @here three; @all two", 4, 3)
	ada.Edit(named.ID, "@cyd one")
	expect("after an edit from bob to cyd", "@bob @all four, @Bob; @here three; @all two", "@bob @all four, @Bob; @here three; @all two; @cyd one", 3, 4)
	ada.DeleteMessage(all.ID)
	ada.Edit(both.ID, "four, nobody")
	expect("after a deletion and an edit that calls nobody", "@here three", "@here three; @cyd one", 1, 2)
	bob.Mark(room, bob.Room(room).Num)
	expect("after bob has read all", "@here three", "@here three; @cyd one", 0, 2)
	bob.Mark(room, 0)
	expect("marked unread from the start", "@here three", "@here three; @cyd one", 1, 2)
	if got := texts(ada.Inbox("mentions", "")); got != "" {
		t.Errorf("one's own messages are no mentions: %s", got)
	}
	ada.Send(room, "5", "`@bob` mail bob@bob.example, and @bobby")
	expect("after what only looks like a mention", "@here three", "@here three; @cyd one", 1, 2)

	late := srv.SignUp("late")
	if got := texts(late.Inbox("mentions", "")); got != "" || late.Room(room).Mentions != 0 {
		t.Errorf("a newcomer was not called before coming: %s", got)
	}
	page := cyd.Inbox("mentions", "limit=1")
	if texts(page) != "@here three" || page.NextCursor == "" {
		t.Fatalf("a page of one: %+v", page)
	}
	if rest := cyd.Inbox("mentions", "limit=1&cursor="+testkit.Query(page.NextCursor)); texts(rest) != "@cyd one" || rest.NextCursor != "" {
		t.Errorf("the page after it: %+v", rest)
	}
	side := ada.CreateRoom("Side", "private").ID
	ada.AddMember(side, bob.User.ID)
	ada.Send(side, "6", "@bob aside")
	ada.RemoveMember(side, bob.User.ID)
	if got := texts(bob.Inbox("mentions", "")); strings.Contains(got, "aside") {
		t.Errorf("a mention in a room that one was put out of: %s", got)
	}
}

func TestSavedMessagesAreOnesOwn(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room, secret := ada.CreateRoom("Tea", "open").ID, ada.CreateRoom("Secret", "private").ID
	ada.AddMember(secret, bob.User.ID)
	one, two, three := ada.Send(room, "1", "one"), ada.Send(secret, "2", "two"), ada.Send(room, "3", "three")
	head := ada.Room(room).Seq
	tick := func() { // the order is by the millisecond
		for start := time.Now().UnixMilli(); time.Now().UnixMilli() == start; {
			runtime.Gosched()
		}
	}
	for _, m := range []testkit.Message{two, one, three, two} {
		bob.Save(m.ID)
		tick()
	}
	if got := texts(bob.Inbox("saved", "")); got != "three; one; two" {
		t.Errorf("the last saved stands first, and saving again changes nothing: %s", got)
	}
	first := bob.Inbox("saved", "limit=2")
	if rest := bob.Inbox("saved", "cursor="+testkit.Query(first.NextCursor)); texts(first) != "three; one" || texts(rest) != "two" {
		t.Errorf("in pages: %s, then %s", texts(first), texts(rest))
	}
	if got := texts(ada.Inbox("saved", "")); got != "" || ada.Room(room).Seq != head {
		t.Errorf("what bob saves is nobody else's business: %s", got)
	}
	ada.RemoveMember(secret, bob.User.ID)
	if got := texts(bob.Inbox("saved", "")); got != "three; one" {
		t.Errorf("what can no longer be read is no longer shown: %s", got)
	}
	bob.Unsave(three.ID)
	bob.Unsave(three.ID)
	ada.Edit(one.ID, "one, edited")
	if got := texts(bob.Inbox("saved", "")); got != "one, edited" {
		t.Errorf("a saved message is shown as it is now: %s", got)
	}
	ada.DeleteMessage(one.ID)
	if got := bob.Inbox("saved", ""); len(got.Messages) != 1 || !got.Messages[0].Deleted || got.Messages[0].Text != "" {
		t.Errorf("a saved message that was deleted is a stub: %+v", got)
	}
}

func TestReadMarksFollowAPersonToEveryConnection(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.General().ID
	for i := range 5 {
		ada.Send(room, ids("m", i), "for @bob")
	}
	num := bob.Room(room).Num
	phone, desk, stranger := bob.Connect(), bob.Connect(), ada.Connect()
	expect := func(s *testkit.Socket, num, unread int64) {
		t.Helper()
		f := s.Expect("read")
		if f.RoomID != room || f.Num != num || f.Unread != unread || f.Mentions != unread {
			t.Errorf("read at %d with %d unread: %s", num, unread, f.Raw)
		}
	}
	desk.Write(testkit.Object{"type": "read", "room_id": room, "num": num - 2})
	expect(phone, num-2, 2)
	phone.Write(testkit.Object{"type": "read", "room_id": room, "num": num - 4})
	expect(desk, num-4, 4)
	bob.Mark(room, num)
	expect(phone, num, 0)
	expect(desk, num, 0)
	desk.Fence()
	stranger.Fence()
	for _, s := range []*testkit.Socket{desk, stranger} {
		for _, f := range s.Frames(func(f testkit.Frame) bool { return f.Type == "read" }) {
			if s == stranger || f.Num == num-2 {
				t.Errorf("a read event that is not this connection's: %s", f.Raw)
			}
		}
	}
	bob.Mark(room, 0)
	bob.Send(room, "own", "mine")
	if r := bob.Room(room); r.Unread != 0 || r.Me.LastReadNum != r.Num {
		t.Errorf("one's own sending moves one's mark: %+v", r)
	}
}

func TestPreferencesAreKeptForEachRoomAndPerson(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open").ID
	bob.Join(room)
	ada.Send(room, "1", "hello")
	bob.Patch("/api/v1/rooms/"+room+"/me", testkit.Object{"notify": "none"}).Want(t, 200)
	bob.Patch("/api/v1/rooms/"+room+"/me", testkit.Object{"muted": true}).Want(t, 200)
	bob.Patch("/api/v1/rooms/"+room+"/me", testkit.Object{"favourite": true}).Want(t, 200)
	if r := bob.Room(room); r.Me.Notify != "none" || !r.Me.Muted || !r.Me.Favourite || r.Unread != 1 {
		t.Errorf("one change leaves the others and the unread count alone: %+v %+v", r, r.Me)
	}
	if me := ada.Room(room).Me; me.Muted || me.Favourite || me.Notify == "none" {
		t.Errorf("bob's choices are ada's: %+v", me)
	}
	bob.Leave(room)
	if me := bob.Join(room).Me; me.Notify != "none" || !me.Muted || !me.Favourite {
		t.Errorf("who comes back finds the room as he left it: %+v", me)
	}
	if me := bob.General().Me; me.Muted {
		t.Errorf("another room is muted too: %+v", me)
	}
	refused(t, bob.Patch("/api/v1/rooms/"+room+"/me", testkit.Object{"notify": ""}), 422, "validation_failed")
}
