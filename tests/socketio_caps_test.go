package tests

import (
	"net/http"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// perAccount is how many connections one account may have.
const perAccount = 20

func TestSocketIOConnectionsOfOneAccountAreBounded(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, testkit.Limits())
	ada, bob := s.SignUp("ada"), s.SignUp("bob")
	var queries []string
	for range perAccount {
		queries = append(queries, openSocketIO(t, ada))
	}
	if r := ada.Get(socketIO).Want(t, http.StatusTooManyRequests); r.Header.Get("Retry-After") == "" {
		t.Error("the one too many is not told when to come again")
	}
	openSocketIO(t, bob) // has his own
	postPacket(t, ada, queries[0], "1").Want(t, http.StatusOK)
	testkit.Eventually(t, "a place is free again", func() bool { return ada.Get(socketIO).Status == http.StatusOK })

	for _, q := range queries[1:] {
		postPacket(t, ada, q, "40\x1e40/chat,").Want(t, http.StatusOK)
	}
	refused := 0
	for _, q := range queries[1:] {
		for _, p := range strings.Split(string(ada.Get(q).Want(t, http.StatusOK).Body), "\x1e") {
			if strings.HasSuffix(p, `{"message":"too many connections"}`) {
				refused++
			}
		}
	}
	if want := 2*(perAccount-1) - perAccount; refused != want {
		t.Errorf("%d of %d namespaces were refused, want %d", refused, 2*(perAccount-1), want)
	}
}

func TestAPayloadOfTooManyPacketsEndsItsConnection(t *testing.T) {
	t.Parallel()
	h := startSuiteHost(t)
	q := h.open("engine")
	if status, _ := h.ask("POST", "engine", q, strings.Repeat("3\x1e", 5000)+"3"); status != http.StatusBadRequest {
		t.Errorf("5,001 packets are answered %d, want 400", status)
	}
	h.gone(q)
}
