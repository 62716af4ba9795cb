package tests

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestALongPollBringsWhatComesAfterItsCursor(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	room := ada.General().ID

	first := ada.Poll("", 25)
	if len(first.Events) != 0 || first.Cursor == "" {
		t.Fatalf("the first poll, without a cursor: %+v, want nothing and a cursor", first)
	}
	if again := ada.Poll(first.Cursor, 0); len(again.Events) != 0 {
		t.Errorf("a short poll with nothing new: %+v", again)
	}
	sent := make(chan testkit.Message, 1)
	go func() {
		m, _, err := ada.TrySend(t.Context(), room, "one", "while the poll is held")
		if err != nil {
			t.Error(err)
		}
		sent <- m
	}()
	held := ada.Poll(first.Cursor, 20)
	m := <-sent
	// It is followed by synced where it was sent before the poll had come.
	if len(held.Events) == 0 || len(held.Events) > 2 || held.Events[0].Type != "message.created" || held.Events[0].Seq != m.Seq || held.Events[0].RoomID != room {
		t.Fatalf("the held poll: %+v, want the message %+v", held, m)
	}
	if again := ada.Poll(held.Cursor, 0); len(again.Events) != 0 {
		t.Errorf("the message came twice: %+v", again)
	}
	if again := ada.Poll(first.Cursor, 0); len(again.Events) == 0 || again.Events[0].Seq != m.Seq {
		t.Errorf("the old cursor does not bring the message again: %+v", again)
	}
}

func TestNothingIsLostOrDoubledBetweenPolls(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada, bob := s.SignUp("ada"), s.SignUp("bob")
	room := ada.General().ID
	cursor := ada.Poll("", 0).Cursor
	const messages = 150
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for i := range messages {
			if _, _, err := bob.TrySend(t.Context(), room, fmt.Sprint("m", i), "text"); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	seen, last := 0, int64(0)
	for begin := time.Now(); seen < messages && time.Since(begin) < testkit.Deadline; {
		p := ada.Poll(cursor, 5)
		for _, e := range p.Events {
			if e.Type != "message.created" {
				continue
			}
			if e.Seq <= last {
				t.Fatalf("seq %d after %d", e.Seq, last)
			}
			last = e.Seq
			seen++
		}
		cursor = p.Cursor
	}
	<-sent
	if seen != messages {
		t.Errorf("%d messages came over polls, want %d", seen, messages)
	}
}

func TestACursorOutlivesTheServer(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	room := ada.General().ID
	cursor := ada.Poll("", 0).Cursor
	m := ada.Send(room, "one", "first")
	ada.Edit(m.ID, "edited")
	gone := ada.Send(room, "two", "second")
	ada.DeleteMessage(gone.ID)
	s.Restart()
	p := ada.Poll(cursor, 5)
	if got, want := p.Types(), "message.created message.deleted synced"; got != want {
		t.Errorf("after a restart the cursor brings %s, want %s: each message once, in its present state", got, want)
	}
	stream := ada.Stream("", p.Cursor)
	stream.Expect("hello")
	stream.Expect("synced")
	ada.Send(room, "three", "live")
	stream.Expect("message.created")
}

func TestRoomsComeAndGoBetweenPolls(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	owner, ada := s.SignUp("owner"), s.SignUp("ada")
	room := owner.CreateRoom("later", "private")
	owner.Send(room.ID, "before", "before ada is in")
	cursor := ada.Poll("", 0).Cursor
	owner.AddMember(room.ID, ada.User.ID)
	owner.Send(room.ID, "after", "after ada is in")
	p := ada.Poll(cursor, 5)
	if got, want := p.Types(), "room.added member.joined message.created synced"; got != want {
		t.Fatalf("events %s, want %s", got, want)
	}
	owner.RemoveMember(room.ID, ada.User.ID)
	owner.Send(room.ID, "secret", "ada is out")
	q := ada.Poll(p.Cursor, 5)
	if len(q.Events) != 1 || q.Events[0].Type != "room.removed" || q.Events[0].RoomID != room.ID {
		t.Errorf("after the removal: %+v, want room.removed alone", q.Events)
	}
	if again := ada.Poll(q.Cursor, 0); len(again.Events) != 0 {
		t.Errorf("and again: %+v", again.Events)
	}
}

func TestAStreamGoesOnAtItsLastEventID(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	room := ada.General().ID
	stream := ada.With("Accept-Encoding", "gzip").Stream("", "")
	if got := stream.Header("Content-Encoding"); got != "" {
		t.Errorf("a stream is compressed with %s, and so held back", got)
	}
	if hello := stream.Expect("hello"); hello.ID == "" {
		t.Error("the hello has no id to go on from")
	}
	ada.Send(room, "one", "first")
	one := stream.Expect("message.created")
	ada.Send(room, "two", "second")
	two := stream.Expect("message.created")
	if one.ID == "" || one.ID == two.ID {
		t.Errorf("ids %q and %q", one.ID, two.ID)
	}
	stream.Cut()
	ada.Send(room, "three", "third")
	again := ada.Stream("cursor="+two.ID, one.ID)
	again.Expect("hello")
	for _, want := range []string{"two", "three"} {
		if e := again.Expect("message.created"); e.Message.ClientID != want {
			t.Errorf("got %s, want %s: the header is newer than the address", e.Message.ClientID, want)
		}
	}
	again.Expect("synced")
	polled := ada.Poll(one.ID, 0)
	if len(polled.Events) != 3 {
		t.Errorf("the id of a stream does not serve a poll: %+v", polled.Events)
	}
}

func TestAStreamTellsWhoIsTypingInTheRoomsOnScreen(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada, bob := s.SignUp("ada"), s.SignUp("bob")
	room := ada.General().ID
	stream := ada.Stream("open="+room, "")
	stream.Expect("hello")
	socket := bob.Connect()
	socket.Write(testkit.Object{"type": "typing", "room_id": room})
	testkit.Eventually(t, "typing comes over the stream", func() bool {
		return slices.ContainsFunc(stream.All(), func(e testkit.StreamEvent) bool { return e.Type == "typing" && e.RoomID == room })
	})
}

func TestTheEndOfASignInEndsStreamsAndPolls(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	stream := ada.Stream("", "")
	stream.Expect("hello")
	held := holdPoll(t, s, ada, 20)
	ada.Post("/api/v1/logout", nil).Want(t, http.StatusNoContent)
	stream.ExpectEnd(time.Second)
	select {
	case reply := <-held:
		reply.WantProblem(t, http.StatusUnauthorized, "")
	case <-time.After(time.Second):
		t.Error("a poll outlives its sign-in by more than a second")
	}
	ada.Get("/api/v1/events").WantProblem(t, http.StatusUnauthorized, "")
}

// holdPoll asks for what comes from now on, for so many seconds, and returns when the server holds the question. The channel
// brings the answer.
func holdPoll(t *testing.T, s *testkit.Server, c *testkit.Client, wait int) <-chan testkit.Reply {
	t.Helper()
	cursor := c.Poll("", 0).Cursor
	held := make(chan testkit.Reply, 1)
	go func() {
		reply, err := c.Try(t.Context(), http.MethodGet, fmt.Sprintf("/api/v1/events?wait=%d&cursor=%s", wait, cursor), nil)
		if err != nil {
			t.Error(err)
		}
		held <- reply
	}()
	testkit.Eventually(t, "a poll is held", func() bool {
		n, _ := s.Metric(`parley_connections{transport="longpoll"}`)
		return n == 1
	})
	return held
}

func TestAStopAnswersPollsAndEndsStreams(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	stream := ada.Stream("", "")
	stream.Expect("hello")
	held := holdPoll(t, s, ada, 50)
	begin := time.Now()
	s.Stop()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the stop took %v: it waited for a stream or a poll", took)
	}
	reply := <-held
	if p := testkit.Decode[testkit.Polled](reply.Want(t, http.StatusOK)); p.Cursor == "" {
		t.Error("the poll was answered without a cursor")
	}
	stream.ExpectEnd(time.Second)
}

func TestRequestsForEventsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	for _, c := range []struct {
		name   string
		client *testkit.Client
		query  string
		status int
	}{
		{"nobody", s.Anonymous(), "", http.StatusUnauthorized},
		{"a foreign Origin", ada.With("Origin", "https://evil.example"), "", http.StatusForbidden},
		{"a null Origin", ada.With("Origin", "null"), "", http.StatusForbidden},
		{"a foreign page without an Origin", ada.With("Sec-Fetch-Site", "cross-site"), "", http.StatusForbidden},
		{"our own Origin", ada.With("Origin", s.URL), "", http.StatusOK},
		{"a wait that is no number", ada, "wait=soon", http.StatusBadRequest},
		{"a wait below 0", ada, "wait=-1", http.StatusBadRequest},
		{"a wait above 55", ada, "wait=56", http.StatusBadRequest},
		{"a cursor that is no cursor", ada, "cursor=%00%ff", http.StatusBadRequest},
		{"a cursor cut short", ada, "cursor=AQ", http.StatusBadRequest},
		{"a room that is no id", ada, "open=general", http.StatusBadRequest},
		{"a room that is somebody else's", ada, "open=12345", http.StatusOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.client.On(t).Get("/api/v1/events?"+c.query).Want(t, c.status)
			stream := c.client.On(t).With("Accept", "text/event-stream")
			if c.status != http.StatusOK && !strings.HasPrefix(c.query, "wait") {
				stream.Get("/api/v1/events?"+c.query).Want(t, c.status)
			}
		})
	}
}

func TestStreamsCountAsConnectionsOfTheirAccount(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Limits())
	ada := s.SignUp("ada")
	var streams []*testkit.Stream
	for range 20 {
		streams = append(streams, ada.Stream("", ""))
	}
	if _, err := ada.TryStream("", ""); err == nil || !strings.Contains(err.Error(), "429") {
		t.Errorf("the 21st stream: %v, want 429", err)
	}
	ada.Get("/api/v1/events").WantProblem(t, http.StatusTooManyRequests, "rate_limited")
	streams[0].Cut()
	testkit.Eventually(t, "a place is free again", func() bool { return ada.Get("/api/v1/events").Status == http.StatusOK })
}

// TestAPollBeginsAsASocketDoes asks for a hello and names what it has of its rooms, as the web client does where no
// WebSocket passes.
func TestAPollBeginsAsASocketDoes(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	room := ada.General()
	other := ada.CreateRoom("other", "open")
	m := ada.Send(room.ID, "one", "first")
	ada.Send(other.ID, "two", "in a room that is not named")

	ask := func(query string) testkit.Polled {
		return testkit.Decode[testkit.Polled](ada.Get("/api/v1/events?"+query).Want(t, http.StatusOK))
	}
	epoch := ask("hello=1").Events[0].Epoch
	first := ask(fmt.Sprintf("hello=1&epoch=%s&since=%s:%d&wait=0", epoch, room.ID, m.Seq-1))
	if got := first.Types(); got != "hello message.created synced" {
		t.Fatalf("the first answer brings %q", got)
	}
	if again := ask("wait=0&cursor=" + first.Cursor); len(again.Events) != 0 {
		t.Errorf("its cursor does not stand where it ended: %+v", again)
	}
	if got := ask("hello=1&wait=0&cursor=" + first.Cursor).Types(); got != "hello" {
		t.Errorf("a hello later on brings %q", got)
	}
	for name, tt := range map[string]struct{ query, want string }{
		"another epoch":          {"epoch=before&since=" + room.ID + ":1", "hello reset"},
		"a cursor over the head": {fmt.Sprintf("since=%s:%d", room.ID, m.Seq+10), "hello reset"},
		"a room that is not his": {"since=12345:1", "hello room.removed"},
	} {
		got := ask("hello=1&" + tt.query)
		if got.Types() != tt.want {
			t.Errorf("%s brings %q, want %q", name, got.Types(), tt.want)
		}
		if again := ask("wait=0&cursor=" + got.Cursor); len(again.Events) != 0 {
			t.Errorf("%s: the cursor after it brings %+v", name, again)
		}
	}
	stream := ada.Stream(fmt.Sprintf("epoch=%s&since=%s:%d", epoch, room.ID, m.Seq-1), "")
	for _, kind := range []string{"hello", "message.created", "synced"} {
		stream.Expect(kind)
	}
	for _, bad := range []string{"since=1", "since=x:1", "since=1:-1", "since=1:1.5", strings.Repeat("since=1:1&", 102)} {
		ada.Get("/api/v1/events?"+bad).WantProblem(t, http.StatusBadRequest, "validation_failed")
	}
}

// TestTypingIsSeenOfThoseWhoHaveNoSocket tells it by a request, to somebody who hears it on a held poll.
func TestTypingIsSeenOfThoseWhoHaveNoSocket(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Limits())
	ada, bob := s.SignUp("ada"), s.SignUp("bob")
	room := ada.General().ID
	stream := ada.Stream("open="+room, "")
	stream.Expect("hello")
	writer := bob.Stream("", "")
	writer.Expect("hello")
	for range 20 {
		bob.Post("/api/v1/rooms/"+room+"/typing", nil).Want(t, http.StatusNoContent)
	}
	testkit.Eventually(t, "ada is told", func() bool { return stream.Count("typing") > 0 })
	bob.Send(room, "end", "the end of it")
	testkit.Eventually(t, "the message comes", func() bool { return stream.Count("message.created") > 0 })
	if n := stream.Count("typing"); n > 3 {
		t.Errorf("20 requests in a moment were passed on %d times", n)
	}
}
