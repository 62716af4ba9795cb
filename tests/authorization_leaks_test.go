package tests

import (
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// The words of a room that is nobody else's business. Each stands in one place, so that a leak says where it comes from.
var secrets = map[string]string{
	"name": "Xanadu cellar", "topic": "ypsilon is the topic", "message": "quetzal said at the top", "reply": "jackdaw said in the thread",
	"new name": "Zubrowka cellar", "edited": "okapi instead of what was said",
}

// secretRoom makes a private room in which everything that there can be has happened, most of it with somebody who is not in it any more.
func (c *cast) secretRoom(t *testing.T) *strings.Replacer {
	t.Helper()
	manager, member, former := c.clients["manager"].On(t), c.clients["member"].On(t), c.clients["former"].On(t)
	room := manager.CreateRoom(secrets["name"], "private").ID
	manager.Patch("/api/v1/rooms/"+room, testkit.Object{"topic": secrets["topic"]}).Want(t, http.StatusOK)
	manager.AddMember(room, member.User.ID)
	manager.AddMember(room, former.User.ID)
	manager.AddMember(room, c.victim.User.ID)
	root := former.Send(room, "secret-root", "@all @former @owner "+secrets["message"])
	reply := testkit.MessageOf(member.Post("/api/v1/rooms/"+room+"/messages", testkit.Object{"text": "@former " + secrets["reply"], "client_id": "secret-reply", "thread_id": root.ID}).Want(t, http.StatusCreated))
	edited := member.Send(room, "secret-edited", "as it was at first")
	for _, by := range []*testkit.Client{former, member} {
		for _, id := range []string{root.ID, reply.ID, edited.ID} {
			by.Put("/api/v1/me/saved/"+id, nil).Want(t, http.StatusNoContent)
		}
	}
	former.Put("/api/v1/messages/"+root.ID+"/pin", nil).Want(t, http.StatusOK)
	manager.RemoveMember(room, former.User.ID)
	member.Edit(edited.ID, secrets["edited"])
	manager.Patch("/api/v1/rooms/"+room, testkit.Object{"name": secrets["new name"]}).Want(t, http.StatusOK)
	return strings.NewReplacer("ROOM", room, "MESSAGE", root.ID, "VICTIM", c.victim.User.ID)
}

// TestNothingOfAPrivateRoomReachesWhoeverIsNotInIt reads every page and every call there is, as everybody who is not in
// the room, and demands that no word of it stands in any answer: not in lists, searches, inboxes or the administration.
func TestNothingOfAPrivateRoomReachesWhoeverIsNotInIt(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	names := c.secretRoom(t)
	paths := []string{"/api/v1/rooms?browse=1", "/admin/rooms?q=cellar", "/admin/people", "/admin/invites"}
	for _, word := range []string{"cellar", "ypsilon", "quetzal", "jackdaw", "okapi", "in:ROOM", "from:former", "from:member", "has:link"} {
		paths = append(paths, "/api/v1/search?q="+testkit.Query(word), "/search?q="+testkit.Query(word), "/api/v1/users?q="+testkit.Query(word))
	}
	for _, row := range authorization {
		if row.method == http.MethodGet {
			paths = append(paths, row.path)
		}
	}
	for _, caller := range []string{"nobody", "outsider", "former", "owner", "admin", "guest", "visitor", "token", "bot"} {
		client := c.clients[caller].On(t).With("Accept", "text/html, application/json")
		for _, path := range paths {
			reply := client.Do(http.MethodGet, names.Replace(path), nil)
			for what, word := range secrets {
				if strings.Contains(string(reply.Body), word) {
					t.Errorf("%s reads the %s of the room at %s", caller, what, path)
				}
			}
		}
	}
	for what, word := range map[string]string{"name": "new name", "message": "message", "topic": "topic"} {
		found := false
		for _, path := range []string{"/rooms/ROOM", "/api/v1/rooms/ROOM", "/api/v1/rooms/ROOM/messages"} {
			found = found || strings.Contains(string(c.clients["member"].On(t).Get(names.Replace(path)).Body), secrets[word])
		}
		if !found {
			t.Errorf("nor does the member read its %s: this test looks at nothing", what)
		}
	}
}
