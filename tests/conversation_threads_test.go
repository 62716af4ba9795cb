package tests

import (
	"fmt"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestAReplyTakesTheRoomsSeqAndNoNum(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	room := ada.CreateRoom("Tea", "open")
	bob.Join(room.ID)
	root := ada.Send(room.ID, "root", "a question")
	s := ada.Connect()
	before := ada.Room(room.ID)

	first := bob.Reply(root, "1", "an answer")
	if first.Seq != before.Seq+1 || first.Num != 0 || first.ThreadID != root.ID || first.Thread == nil || first.Thread.ReplyCount != 1 || first.Thread.LastReplyAt != first.CreatedAt {
		t.Errorf("the first reply: %+v %+v", first, first.Thread)
	}
	shown := testkit.FullOf(bob.PostReply(root, "2", "for all to see", true).Want(t, 201))
	if !shown.AlsoInRoom || shown.Thread.ReplyCount != 2 {
		t.Errorf("a reply that is also in the room: %+v", shown)
	}
	again := bob.PostReply(root, "1", "an answer", false).Want(t, 200)
	if m := testkit.FullOf(again); m.ID != first.ID || m.Thread == nil || m.Thread.ReplyCount != 2 {
		t.Errorf("the same client_id again: %s", again.Body)
	}
	if now := ada.Room(room.ID); now.Num != before.Num || now.Seq != before.Seq+2 || now.Unread != 0 {
		t.Errorf("two replies took the room from %+v to %+v", before, now)
	}
	if f := s.Await("the second reply", func(f testkit.Frame) bool { return f.RoomID == room.ID && f.Seq == shown.Seq }); f.Type != "message.created" || f.Full().Thread.ReplyCount != 2 {
		t.Errorf("a reply's event: %s", f.Raw)
	}

	var timeline []string
	for _, m := range testkit.Decode[testkit.MessageList](ada.Get("/api/v1/rooms/" + room.ID + "/messages")).Messages {
		timeline = append(timeline, fmt.Sprint(m.Text, " ", m.ReplyCount))
	}
	if got := strings.Join(timeline, ", "); got != "a question 2, for all to see 0" {
		t.Errorf("the room's own page: %s", got)
	}
	if n := len(ada.Changes(room.ID, before.Seq).Messages); n != 2 {
		t.Errorf("the changes have %d of the 2 replies", n)
	}
	page := ada.Thread(root.ID, "limit=1")
	if page.Root.ReplyCount != 2 || len(page.Messages) != 1 || page.Messages[0].ID != first.ID || !page.HasAfter || page.Unread != 2 {
		t.Errorf("the thread's first page: %+v", page)
	}
	if next := ada.Thread(root.ID, "after="+seq(first.Seq)); len(next.Messages) != 1 || next.Messages[0].ID != shown.ID || next.HasAfter {
		t.Errorf("the thread's next page: %+v", next)
	}
	for name, r := range map[string]testkit.Reply{
		"to a reply":           bob.PostReply(first.Message, "x", "deeper", false),
		"in another room":      bob.Post("/api/v1/rooms/"+bob.General().ID+"/messages", testkit.Object{"text": "x", "client_id": "y", "thread_id": root.ID}),
		"to nothing":           bob.PostReply(testkit.Message{ID: "4611686018427387000", RoomID: room.ID}, "z", "x", false),
		"of a reply as a root": bob.Get("/api/v1/threads/" + first.ID),
	} {
		t.Run(name, func(t *testing.T) { r.WantProblem(t, 404, "not_found") })
	}
	refused(t, bob.Post("/api/v1/rooms/"+room.ID+"/messages", testkit.Object{"text": "x", "client_id": "w", "also_in_room": true}), 422, "")
}

func TestADeletedReplyIsUncounted(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	root := ada.Send(ada.General().ID, "root", "a question")
	first, second := bob.Reply(root, "1", "one"), bob.Reply(root, "2", "two")
	s := ada.Connect()
	gone := testkit.FullOf(bob.Delete("/api/v1/messages/"+second.ID).Want(t, 200))
	if !gone.Deleted || gone.ThreadID != root.ID || gone.Thread == nil || gone.Thread.ReplyCount != 1 || gone.Thread.LastReplyAt != first.CreatedAt {
		t.Errorf("a deleted reply tells its root's new count and last reply: %+v %+v", gone, gone.Thread)
	}
	if f := s.Expect("message.deleted"); f.Full().Thread == nil || f.Full().Thread.ReplyCount != 1 {
		t.Errorf("its event: %s", f.Raw)
	}
	page := ada.Thread(root.ID, "")
	if page.Root.ReplyCount != 1 || page.Unread != 1 || len(page.Messages) != 2 || !page.Messages[1].Deleted || page.Messages[1].Text != "" {
		t.Errorf("the thread after the deletion: %+v", page)
	}
	bob.DeleteMessage(first.ID)
	if threads := ada.Threads(); len(threads) != 0 {
		t.Errorf("a thread without replies is in the inbox: %+v", threads)
	}
	if root := ada.Thread(root.ID, "").Root; root.ReplyCount != 0 || root.Thread != nil {
		t.Errorf("a root without replies: %+v", root)
	}
	third := bob.Reply(root, "3", "three")
	if third.Thread.ReplyCount != 1 {
		t.Errorf("a reply after all were deleted: %+v", third.Thread)
	}
	ada.DeleteMessage(root.ID)
	bob.PostReply(root, "4", "too late", false).WantProblem(t, 404, "not_found")
	if page := bob.Thread(root.ID, ""); !page.Root.Deleted || len(page.Messages) != 3 {
		t.Errorf("the thread of a deleted root: %+v", page)
	}
}

func TestAThreadIsFollowedByWhoHasToDoWithIt(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd, dan := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd"), srv.SignUp("dan")
	room := ada.General().ID
	root := ada.Send(room, "root", "a question")
	inbox := func(c *testkit.Client) string {
		var out []string
		for _, f := range c.Threads() {
			out = append(out, fmt.Sprint(f.Root.Text, " ", f.Unread))
		}
		return strings.Join(out, ", ")
	}
	expect := func(when string, want ...string) {
		t.Helper()
		for i, c := range []*testkit.Client{ada, bob, cyd, dan} {
			if got := inbox(c); got != want[i] {
				t.Errorf("%s, %s follows %q, want %q", when, c.User.Username, got, want[i])
			}
		}
	}
	expect("before any reply", "", "", "", "")
	first := bob.Reply(root, "1", "me")
	expect("after bob's reply", "a question 1", "a question 0", "", "")
	called := bob.Reply(root, "2", "what does @cyd say?")
	expect("after a mention", "a question 2", "a question 0", "a question 1", "")
	bob.Edit(called.ID, "what does @cyd say? and @dan?")
	expect("after an edit that mentions one more", "a question 2", "a question 0", "a question 1", "a question 1")

	other := ada.Connect()
	if left := ada.ReadThread(root.ID, first.Seq); left != 1 {
		t.Errorf("after reading the first of two: %d unread", left)
	}
	if f := other.Expect("thread.read"); !strings.Contains(string(f.Raw), `"thread_id":"`+root.ID+`"`) || f.Unread != 1 || f.RoomID != room {
		t.Errorf("the caller's other connection hears %s", f.Raw)
	}
	if left := ada.ReadThread(root.ID, called.Seq+100); left != 0 {
		t.Errorf("after reading all: %d unread", left)
	}
	if left := ada.ReadThread(root.ID, 0); left != 2 {
		t.Errorf("marked unread from the start: %d unread", left)
	}
	refused(t, ada.Post("/api/v1/threads/"+root.ID+"/read", testkit.Object{"seq": -1}), 422, "")
	ada.Post("/api/v1/threads/"+first.ID+"/read", testkit.Object{"seq": 1}).WantProblem(t, 404, "not_found")
	if got := cyd.Room(room).Mentions; got != 0 {
		t.Errorf("a mention in a reply counts in the thread and not in the room: %d", got)
	}

	newer := bob.Send(room, "newer", "another question")
	ada.Reply(newer, "3", "hm")
	if got := inbox(ada); got != "another question 0, a question 2" {
		t.Errorf("the thread with the latest reply stands first: %s", got)
	}
	page := testkit.Decode[struct {
		Threads    []testkit.FollowedThread
		NextCursor string `json:"next_cursor"`
	}](ada.Get("/api/v1/me/threads?limit=1"))
	if len(page.Threads) != 1 || page.NextCursor == "" {
		t.Fatalf("a page of one: %+v", page)
	}
	rest := testkit.Decode[struct{ Threads []testkit.FollowedThread }](ada.Get("/api/v1/me/threads?cursor=" + testkit.Query(page.NextCursor)))
	if len(rest.Threads) != 1 || rest.Threads[0].Root.ID != root.ID {
		t.Errorf("the page after it: %+v", rest)
	}
	refused(t, ada.Get("/api/v1/me/threads?cursor=nonsense"), 422, "")
}

// TestAThreadCanBeFollowedAndLeftByHand lets somebody who said nothing follow a thread, and leave it, on all connections.
func TestAThreadCanBeFollowedAndLeftByHand(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob, cyd := srv.SignUp("ada"), srv.SignUp("bob"), srv.SignUp("cyd")
	root := ada.Send(ada.General().ID, "root", "a question")
	bob.Reply(root, "1", "an answer")
	other := cyd.Connect()
	follow := func(c *testkit.Client, method string) {
		c.Do(method, "/api/v1/threads/"+root.ID+"/follow", nil).Want(t, 204)
	}
	following := func(c *testkit.Client, unread int64) {
		t.Helper()
		list, page := c.Threads(), testkit.Decode[struct{ Following bool }](c.Get("/api/v1/threads/"+root.ID))
		if len(list) != 1 || list[0].Unread != unread || !page.Following {
			t.Errorf("%s follows %+v, want one thread with %d unread", c.User.Username, list, unread)
		}
	}
	follow(cyd, "PUT")
	following(cyd, 0)
	if f := other.Expect("thread.read"); f.Unread != 0 || !strings.Contains(string(f.Raw), root.ID) {
		t.Errorf("the other connection hears %s", f.Raw)
	}
	bob.Reply(root, "2", "another answer")
	follow(cyd, "PUT") // again: the mark stays
	following(cyd, 1)
	for range 2 {
		follow(cyd, "DELETE")
	}
	if f := other.Expect("thread.left"); !strings.Contains(string(f.Raw), `"thread_id":"`+root.ID+`"`) {
		t.Errorf("the other connection hears %s", f.Raw)
	}
	bob.Reply(root, "3", "one more")
	if got := cyd.Threads(); len(got) != 0 {
		t.Errorf("a thread that was left is still in the inbox: %+v", got)
	}
	bob.Reply(root, "4", "@cyd, really")
	following(cyd, 1)
	follow(ada, "DELETE") // what began a thread can be left too, and goes on being left
	bob.Reply(root, "5", "and more")
	if got := ada.Threads(); len(got) != 0 {
		t.Errorf("its author left the thread and still follows %+v", got)
	}
}

// TestThreadsOfAPrivateRoomAreNotThere compares every answer about a hidden message with the one about an absent one.
func TestThreadsOfAPrivateRoomAreNotThere(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	secret := ada.CreateRoom("Secret", "private")
	root := ada.Send(secret.ID, "1", "psst @bob")
	reply := ada.Reply(root, "2", "psst @bob")
	const nowhere = "4611686018427387000"
	for _, c := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/api/v1/threads/MESSAGE", nil},
		{"POST", "/api/v1/threads/MESSAGE/read", testkit.Object{"seq": 1}},
		{"PUT", "/api/v1/messages/MESSAGE/reactions/%F0%9F%8E%89", nil},
		{"DELETE", "/api/v1/messages/MESSAGE/reactions/%F0%9F%8E%89", nil},
		{"PUT", "/api/v1/messages/MESSAGE/pin", nil},
		{"DELETE", "/api/v1/messages/MESSAGE/pin", nil},
		{"PUT", "/api/v1/me/saved/MESSAGE", nil},
		{"DELETE", "/api/v1/me/saved/MESSAGE", nil},
		{"POST", "/api/v1/rooms/" + bob.General().ID + "/messages", testkit.Object{"text": "x", "client_id": "y", "thread_id": "MESSAGE"}},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			ask := func(message string) testkit.Reply {
				body := c.body
				if o, ok := body.(testkit.Object); ok && o["thread_id"] != nil {
					body = testkit.Object{"text": "x", "client_id": "y", "thread_id": message}
				}
				return bob.On(t).Do(c.method, strings.ReplaceAll(c.path, "MESSAGE", message), body)
			}
			absent := ask(nowhere)
			for _, m := range []string{root.ID, reply.ID} {
				hidden := ask(m)
				if hidden.Status != absent.Status || string(hidden.Body) != string(absent.Body) || hidden.Status == 200 {
					t.Errorf("the hidden message's answer differs from the absent one's:\n%d %s\n%d %s", hidden.Status, hidden.Body, absent.Status, absent.Body)
				}
			}
		})
	}
	for _, inbox := range []string{"mentions", "saved"} {
		if got := bob.Inbox(inbox, ""); len(got.Messages) != 0 {
			t.Errorf("%s shows a message of a private room: %+v", inbox, got)
		}
	}
	if got := bob.Threads(); len(got) != 0 {
		t.Errorf("the threads inbox shows a thread of a private room: %+v", got)
	}
	ada.AddMember(secret.ID, bob.User.ID)
	if got := bob.Threads(); len(got) != 1 || got[0].Unread != 1 {
		t.Errorf("a thread that called somebody waits for him to come in: %+v", got)
	}
}
