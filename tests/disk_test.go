package tests

import (
	"net/http"
	"os"
	"testing"

	"parley/tests/testkit"
)

// TestAFullDiskRefusesWithoutALieAndRecovers fills the disk to the last byte under a running server.
func TestAFullDiskRefusesWithoutALieAndRecovers(t *testing.T) {
	t.Parallel()
	disk := testkit.SmallDisk(t, "24m")
	srv := testkit.Start(t, testkit.Data(disk))
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	s := ada.Connect()
	acked := map[string]testkit.Message{}
	acked["before"] = ada.Send(room, "before", "the disk has room")

	ballast := testkit.Fill(t, disk)
	var refused []string
	for i := 0; len(refused) < 20; i++ {
		id := ids("full", i)
		if i > 5000 {
			t.Fatal("5,000 messages fit on a full disk")
		}
		r := ada.PostMessage(room, id, "is there room for this one?")
		if r.Status == http.StatusCreated {
			acked[id] = testkit.MessageOf(r)
			continue
		}
		if r.WantProblem(t, http.StatusServiceUnavailable, ""); r.Header.Get("Retry-After") == "" {
			t.Error("503 carries Retry-After")
		}
		refused = append(refused, id)
	}
	if f := s.Say(room, "over the socket", "and this?"); f.Type != "error" || f.Code != "busy" {
		t.Errorf("a send over the socket on a full disk: %s, want error busy", f.Raw)
	}
	ada.Get("/api/v1/rooms/"+room+"/messages").Want(t, http.StatusOK)
	ada.Get("/livez").Want(t, http.StatusOK)

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	testkit.Eventually(t, "the server accepts messages again", func() bool {
		return ada.PostMessage(room, "after", "there is room again").Status < 300
	})
	for _, id := range refused {
		ada.Send(room, id, "is there room for this one?")
	}
	found := byClientID(t, ada.History(room))
	for id, m := range acked {
		if found[id].ID != m.ID || found[id].Seq != m.Seq {
			t.Errorf("%s was acknowledged as %s at %d; there is %+v", id, m.ID, m.Seq, found[id])
		}
	}
	if want := len(acked) + len(refused) + 1; len(found) != want {
		t.Errorf("the room has %d messages, want %d", len(found), want)
	}
	srv.Restart()
	if n := len(ada.History(room)); n != len(found) {
		t.Errorf("after a restart the room has %d messages, want %d", n, len(found))
	}
}
