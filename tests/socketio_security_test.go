package tests

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

const socketIO = "/socket.io/?EIO=4&transport=polling"

// openSocketIO begins a connection over polls and returns its query.
func openSocketIO(t *testing.T, c *testkit.Client) string {
	t.Helper()
	text := string(c.Get(socketIO).Want(t, http.StatusOK).Body)
	return socketIO + "&sid=" + greetingOf(t, text).Sid
}

func postPacket(t *testing.T, c *testkit.Client, query, packet string) testkit.Reply {
	t.Helper()
	return c.Post(query, testkit.Raw{Type: "text/plain", Body: packet})
}

func TestASidAnswersToItsSignInAlone(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada, bob := s.SignUp("ada"), s.SignUp("bob")
	q := openSocketIO(t, ada)
	for name, other := range map[string]*testkit.Client{"bob": bob, "nobody": s.Anonymous(), "ada on another device": s.Login("ada")} {
		other.Get(q).Want(t, http.StatusBadRequest)
		if reply := postPacket(t, other, q, "40"); reply.Status != http.StatusBadRequest {
			t.Errorf("%s may post: %d", name, reply.Status)
		}
	}
	postPacket(t, ada, q, "40").Want(t, http.StatusOK)
	if got := string(ada.Get(q).Want(t, http.StatusOK).Body); !strings.HasPrefix(got, `40{"sid":"`) {
		t.Errorf("ada's own poll brings %q", got)
	}
}

func TestNobodyEntersANamespaceWithoutASignIn(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	nobody := s.Anonymous()
	for _, connect := range []string{"40", `40{"token":"parley_wrong"}`, "40/chat,", `40{"token":7}`} {
		q := openSocketIO(t, nobody)
		postPacket(t, nobody, q, connect).Want(t, http.StatusOK)
		if got := string(nobody.Get(q).Want(t, http.StatusOK).Body); !strings.HasSuffix(got, `{"message":"not authorized"}`) || got[:2] != "44" {
			t.Errorf("%s: %q", connect, got)
		}
	}
}

func TestTheEndOfASignInEndsSocketIO(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada := s.SignUp("ada")
	other := s.Login("ada")
	q := openSocketIO(t, ada)
	postPacket(t, ada, q, "40").Want(t, http.StatusOK)
	made := testkit.Decode[struct{ ID, Token string }](other.Post("/api/v1/me/tokens", testkit.Object{"name": "x"}).Want(t, http.StatusCreated))
	l := suiteHost{t, s.URL}.dial("socket", "EIO=4&transport=websocket")
	l.next(false)
	l.send(`40{"token":"` + made.Token + `"}`)
	l.next(false)
	connections := func() float64 { n, _ := s.Metric(`parley_connections{transport="socketio"}`); return n }
	if connections() != 2 {
		t.Fatalf("%v connections of Socket.IO, want 2", connections())
	}
	ada.Post("/api/v1/logout", nil).Want(t, http.StatusNoContent)
	other.Delete("/api/v1/me/tokens/"+made.ID).Want(t, http.StatusNoContent)
	begin := time.Now()
	for got := ""; got != "41"; { // the server's own wish: libraries do not come back after it
		got = l.next(false)
	}
	l.expectEnd()
	if took := time.Since(begin); took > time.Second {
		t.Errorf("it took %v", took)
	}
	testkit.EventuallyWithin(t, 3*time.Second, "both are gone", func() bool { return connections() == 0 })
}

func TestForeignPagesGetNoSocketIO(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Args("--allowed-origins", "https://intranet.example"))
	ada := s.SignUp("ada")
	for origin, status := range map[string]int{
		"https://evil.example": 403, "null": 403, s.URL + ".evil.example": 403, s.URL: 200, "https://intranet.example": 200,
	} {
		reply := ada.With("Origin", origin).Get(socketIO).Want(t, status)
		allowed := reply.Header.Get("Access-Control-Allow-Origin")
		if want := origin == "https://intranet.example"; (allowed == origin) != want {
			t.Errorf("Origin %s: Access-Control-Allow-Origin %q", origin, allowed)
		}
	}
	ada.With("Sec-Fetch-Site", "cross-site").Get(socketIO).Want(t, 403)
}

func TestABadPacketHarmsNobodyElse(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t)
	ada, bob := s.SignUp("ada"), s.SignUp("bob")
	good := suiteHost{t, s.URL}.dial("socket", "EIO=4&transport=websocket")
	good.next(false)
	good.send(`40{"token":"` + tokenOf(t, bob) + `"}`)
	good.next(false)
	for i, bad := range []string{"4abc", `42["connect"]`, `42[1]`, `4511-["x"]`, `451-["x",{"_placeholder":true,"num":4}]`, "9", "b!!!", ""} {
		q := openSocketIO(t, ada)
		postPacket(t, ada, q, "40").Want(t, http.StatusOK)
		reply := postPacket(t, ada, q, bad)
		if bad == `451-["x",{"_placeholder":true,"num":4}]` {
			reply = postPacket(t, ada, q, "bAQ==")
		}
		testkit.Eventually(t, fmt.Sprintf("bad packet %d ends its connection (%d)", i, reply.Status), func() bool {
			return ada.Get(q).Status == http.StatusBadRequest
		})
	}
	good.send(`427["message","still here"]`)
	for {
		if got := good.next(false); strings.HasPrefix(got, "437[") {
			if !strings.Contains(got, `"ok":true`) {
				t.Errorf("the other connection is answered %s", got)
			}
			return
		}
	}
}
