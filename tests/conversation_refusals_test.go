package tests

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// TestWhatCannotBeDoneWithMessagesSaysWhy asks for what is wrong, not allowed or not there, on every route of messages,
// threads, reactions, pins, inboxes, marks and search. Words in capitals stand for ids: the rooms GENERAL (everybody),
// OPEN, PRIVATE and DIRECT (ada and bob) and OLD (archived), all ada's, a message of ada's in each (M_GENERAL and so
// on), a deleted one and a reply.
func TestWhatCannotBeDoneWithMessagesSaysWhy(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	people := map[string]*testkit.Client{"ada": ada, "bob": bob, "cyd": srv.SignUp("cyd")}
	words := []string{"ADA", ada.User.ID}
	said := func(name, roomID string) testkit.Message {
		m := ada.Send(roomID, name, "said in "+name)
		words = append(words, "M_"+name, m.ID, name, roomID)
		return m
	}
	general := said("GENERAL", ada.General().ID)
	said("OPEN", ada.CreateRoom("Tea", "open").ID)
	said("PRIVATE", ada.CreateRoom("Secret", "private").ID)
	said("DIRECT", testkit.DirectOf(ada.OpenDirect(bob.User.ID)).ID)
	old := said("OLD", ada.CreateRoom("Old", "open").ID)
	ada.Delete("/api/v1/rooms/"+old.RoomID).Want(t, 200)
	reply := ada.Reply(general, "reply", "a reply")
	deleted := ada.Send(general.RoomID, "gone", "gone")
	ada.DeleteMessage(deleted.ID)
	fill := strings.NewReplacer(append(words, "REPLY", reply.ID, "DELETED", deleted.ID)...)
	for _, c := range refusals {
		t.Run(fmt.Sprintf("%s %s %s %s", c.as, c.method, c.path, shorten(c.body)), func(t *testing.T) {
			var body any
			if c.body != "" {
				body = testkit.RawJSON(fill.Replace(c.body))
			}
			r := people[c.as].On(t).Do(c.method, "/api/v1"+fill.Replace(c.path), body)
			if c.code == "" {
				r.Want(t, c.status)
				return
			}
			r.WantProblem(t, c.status, c.code)
		})
	}
}

func shorten(s string) string { return s[:min(len(s), 60)] }

// refusal is one request and its answer; no code: it succeeds, where one might think that it does not.
type refusal struct {
	as, method, path, body string
	status                 int
	code                   string
}

var heart = url.PathEscape("❤️")

var refusals = []refusal{
	// What a message may be.
	{"ada", "POST", "/rooms/GENERAL/messages", `{}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":null,"client_id":"r1"}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":7,"client_id":"r2"}`, 400, "bad_request"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":" \n\u2003","client_id":"r3"}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x"}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"é"}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"` + strings.Repeat("c", 65) + `"}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"` + strings.Repeat("🎉", 16384) + `","client_id":"r4"}`, 201, ""},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"` + strings.Repeat("x", 16385) + `","client_id":"r5"}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"r6","also_in_room":true}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"r7","thread_id":5}`, 400, "bad_request"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"r8","thread_id":"nonsense"}`, 404, "not_found"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"r9","thread_id":"M_OPEN"}`, 404, "not_found"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"r10","thread_id":"DELETED"}`, 404, "not_found"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"x","client_id":"r11","thread_id":"REPLY"}`, 404, "not_found"},
	{"ada", "POST", "/rooms/GENERAL/messages", `{"text":"another","client_id":"first"}`, 201, ""},
	{"ada", "POST", "/rooms/OPEN/messages", `{"text":"another","client_id":"first"}`, 409, "client_id_reused"},
	{"bob", "POST", "/rooms/PRIVATE/messages", `{"text":"x","client_id":"r12"}`, 404, "not_found"},
	{"bob", "POST", "/rooms/OPEN/messages", `{"text":"x","client_id":"r13"}`, 403, "not_a_member"},
	{"cyd", "POST", "/rooms/DIRECT/messages", `{"text":"x","client_id":"r14"}`, 404, "not_found"},
	{"ada", "POST", "/rooms/OLD/messages", `{"text":"x","client_id":"r15"}`, 403, "archived"},
	{"bob", "POST", "/rooms/PRIVATE/preview", `{"text":"x"}`, 404, "not_found"},
	// Which page of history, and whose.
	{"ada", "GET", "/rooms/GENERAL/messages?before=-1", "", 400, "bad_request"},
	{"ada", "GET", "/rooms/GENERAL/messages?around=99999999999999999999", "", 400, "bad_request"},
	{"ada", "GET", "/rooms/GENERAL/messages?after=9223372036854775807", "", 200, ""},
	{"ada", "GET", "/rooms/GENERAL/messages?around=9223372036854775807", "", 200, ""},
	{"ada", "GET", "/rooms/GENERAL/messages?before=4&after=1", "", 400, "bad_request"},
	{"ada", "GET", "/rooms/GENERAL/messages?limit=0", "", 400, "bad_request"},
	{"ada", "GET", "/rooms/GENERAL/messages?limit=many", "", 400, "bad_request"},
	{"ada", "GET", "/rooms/GENERAL/messages?at=9999-12-31T23:59:59Z", "", 200, ""},
	{"ada", "GET", "/rooms/GENERAL/messages?num=0", "", 404, "not_found"},
	{"ada", "GET", "/rooms/GENERAL/changes?since=-1", "", 400, "bad_request"},
	{"bob", "GET", "/rooms/PRIVATE/messages", "", 404, "not_found"},
	{"bob", "GET", "/rooms/PRIVATE/changes", "", 404, "not_found"},
	{"bob", "GET", "/rooms/OPEN/messages", "", 200, ""},
	{"bob", "GET", "/rooms/OLD/messages", "", 200, ""},
	// Whose message may be changed, and when.
	{"ada", "PATCH", "/messages/M_GENERAL", `{}`, 400, "validation_failed"},
	{"ada", "PATCH", "/messages/M_GENERAL", `{"text":"\u0000"}`, 400, "bad_request"},
	{"bob", "PATCH", "/messages/M_GENERAL", `{"text":"mine"}`, 403, "forbidden"},
	{"bob", "PATCH", "/messages/M_PRIVATE", `{"text":"mine"}`, 404, "not_found"},
	{"bob", "PATCH", "/messages/M_OPEN", `{"text":"mine"}`, 403, "not_a_member"},
	{"ada", "PATCH", "/messages/M_OLD", `{"text":"late"}`, 403, "archived"},
	{"ada", "PATCH", "/messages/DELETED", `{"text":"back"}`, 409, "conflict"},
	{"ada", "PATCH", "/messages/5", `{"text":"x"}`, 404, "not_found"},
	{"bob", "DELETE", "/messages/M_GENERAL", "", 403, "forbidden"},
	{"bob", "DELETE", "/messages/M_PRIVATE", "", 404, "not_found"},
	{"ada", "DELETE", "/messages/M_OLD", "", 403, "archived"},
	{"ada", "DELETE", "/messages/DELETED", "", 200, ""},
	{"bob", "GET", "/messages/M_GENERAL/revisions", "", 403, "forbidden"},
	{"bob", "GET", "/messages/M_PRIVATE/revisions", "", 404, "not_found"},
	// Reactions and pins.
	{"bob", "PUT", "/messages/M_GENERAL/reactions/tada", "", 400, "validation_failed"},
	{"bob", "PUT", "/messages/M_GENERAL/reactions/" + strings.Repeat("x", 5000), "", 400, "validation_failed"},
	{"bob", "PUT", "/messages/DELETED/reactions/" + heart, "", 409, "conflict"},
	{"bob", "DELETE", "/messages/DELETED/reactions/" + heart, "", 409, "conflict"},
	{"bob", "DELETE", "/messages/M_GENERAL/reactions/" + heart, "", 200, ""},
	{"bob", "PUT", "/messages/M_PRIVATE/reactions/" + heart, "", 404, "not_found"},
	{"bob", "PUT", "/messages/M_OPEN/reactions/" + heart, "", 403, "not_a_member"},
	{"ada", "PUT", "/messages/M_OLD/reactions/" + heart, "", 403, "archived"},
	{"bob", "GET", "/messages/M_GENERAL/reactions/" + heart, "", 405, "method_not_allowed"},
	{"bob", "PUT", "/messages/M_DIRECT/pin", "", 200, ""},
	{"cyd", "GET", "/rooms/DIRECT/pins", "", 404, "not_found"},
	{"cyd", "DELETE", "/messages/M_DIRECT/pin", "", 404, "not_found"},
	{"ada", "PUT", "/messages/DELETED/pin", "", 409, "conflict"},
	{"ada", "PUT", "/messages/M_OLD/pin", "", 403, "archived"},
	{"bob", "PUT", "/messages/M_OPEN/pin", "", 403, "not_a_member"},
	// Threads.
	{"ada", "GET", "/threads/REPLY", "", 404, "not_found"},
	{"bob", "GET", "/threads/M_PRIVATE", "", 404, "not_found"},
	{"ada", "GET", "/threads/M_GENERAL?after=-1", "", 400, "bad_request"},
	{"ada", "POST", "/threads/M_GENERAL/read", `{}`, 400, "validation_failed"},
	{"ada", "POST", "/threads/M_GENERAL/read", `{"seq":-1}`, 400, "validation_failed"},
	{"ada", "POST", "/threads/M_GENERAL/read", `{"seq":9223372036854775807}`, 200, ""},
	{"ada", "POST", "/threads/REPLY/read", `{"seq":1}`, 404, "not_found"},
	{"bob", "POST", "/threads/M_PRIVATE/read", `{"seq":1}`, 404, "not_found"},
	{"bob", "POST", "/threads/M_OPEN/read", `{"seq":1}`, 403, "not_a_member"},
	// Inboxes.
	{"ada", "GET", "/me/threads?cursor=x", "", 400, "validation_failed"},
	{"ada", "GET", "/me/mentions?cursor=-1", "", 400, "validation_failed"},
	{"ada", "GET", "/me/saved?cursor=%FF", "", 400, "bad_request"},
	{"ada", "GET", "/me/saved?limit=0", "", 400, "bad_request"},
	{"bob", "PUT", "/me/saved/M_PRIVATE", "", 404, "not_found"},
	{"bob", "PUT", "/me/saved/M_OPEN", "", 204, ""},
	{"bob", "DELETE", "/me/saved/M_PRIVATE", "", 204, ""},
	// Marks and levels.
	{"ada", "POST", "/rooms/GENERAL/read", `{}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/GENERAL/read", `{"num":1.5}`, 400, "bad_request"},
	{"ada", "POST", "/rooms/GENERAL/read", `{"num":9223372036854775807}`, 200, ""},
	{"bob", "POST", "/rooms/PRIVATE/read", `{"num":1}`, 404, "not_found"},
	{"bob", "POST", "/rooms/OPEN/read", `{"num":1}`, 403, "not_a_member"},
	{"ada", "POST", "/rooms/OLD/read", `{"num":1}`, 200, ""},
	{"ada", "POST", "/me/read", "", 200, ""},
	{"ada", "POST", "/me/read", `{"rooms":"all"}`, 400, "bad_request"},
	{"ada", "POST", "/me/read", `{"rooms":[{"room_id":5,"num":1}]}`, 400, "bad_request"},
	{"ada", "POST", "/me/read", `{"rooms":[{"room_id":"x","num":1}]}`, 400, "validation_failed"},
	{"ada", "POST", "/me/read", `{"rooms":[{"room_id":"GENERAL"}]}`, 400, "validation_failed"},
	{"ada", "POST", "/me/read", `{"rooms":[{"room_id":"GENERAL","num":-1}]}`, 400, "validation_failed"},
	{"bob", "POST", "/me/read", `{"rooms":[{"room_id":"PRIVATE","num":1}]}`, 200, ""},
	{"ada", "PATCH", "/rooms/GENERAL/me", `{"notify":"loud"}`, 400, "validation_failed"},
	{"bob", "PATCH", "/rooms/OPEN/me", `{"muted":true}`, 403, "not_a_member"},
	// Direct rooms.
	{"ada", "POST", "/rooms/direct", `{"user_ids":[]}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/direct", `{"user_ids":["ADA"]}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/direct", `{"user_ids":["bob"]}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/direct", `{"user_ids":["4611686018427387000"]}`, 400, "validation_failed"},
	{"ada", "POST", "/rooms/direct", `{"user_ids":[5]}`, 400, "bad_request"},
	// Search.
	{"ada", "GET", "/search?q=%00", "", 400, "bad_request"},
	{"ada", "GET", "/search?q=%FF", "", 400, "bad_request"},
	{"ada", "GET", "/search?q=x&before=2026-02-30", "", 400, "validation_failed"},
	{"ada", "GET", "/search?q=x&cursor=x", "", 400, "validation_failed"},
	{"ada", "GET", "/search?q=x&limit=-1", "", 400, "bad_request"},
	{"bob", "GET", "/search?q=said&room_id=PRIVATE", "", 200, ""},
}
