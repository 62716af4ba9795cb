package tests

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestAnInvitationLetsSomebodyInWhereNobodyElseMayCome(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Args("--signup", "invite", "--url", "https://team.example"))
	ada := signUpAt(t, srv, "ada")
	secret := ada.CreateRoom("Secret", "private").ID
	i := ada.Invite(testkit.Object{"role": "guest", "uses": 2, "room_ids": []string{secret}})
	if want := "https://team.example/invite/" + i.Code; i.URL != want || len(i.Code) < 40 {
		t.Errorf("the link is %q, want %q", i.URL, want)
	}
	nobody := srv.Anonymous()
	nobody.Post("/api/v1/signup", testkit.Object{"username": "eve", "password": testkit.Password}).WantProblem(t, 403, "signup_closed")
	nobody.Post("/api/v1/signup", testkit.Object{"username": "eve", "password": testkit.Password, "invite": i.Code + "x"}).WantProblem(t, 403, "signup_closed")

	reply := srv.Anonymous().Post("/api/v1/signup", testkit.Object{"username": "gus", "password": testkit.Password, "invite": i.Code}).Want(t, http.StatusCreated)
	gus := testkit.Decode[struct{ User testkit.User }](reply).User
	if gus.Role != "guest" {
		t.Errorf("gus is a %s", gus.Role)
	}
	if !slices.ContainsFunc(ada.Members(secret), func(m testkit.Member) bool { return m.User.ID == gus.ID }) {
		t.Error("the guest is not in the room of the invitation")
	}
	if slices.ContainsFunc(ada.Members(ada.General().ID), func(m testkit.Member) bool { return m.User.ID == gus.ID }) {
		t.Error("the guest is in a room that the invitation does not name")
	}
	list := ada.Invites()
	if len(list) != 1 || list[0].UsesLeft != 1 || !list[0].Usable || list[0].Code != "" || list[0].URL != "" {
		t.Errorf("the list after one use: %+v", list)
	}
	if strings.Contains(srv.Logs(), i.Code) {
		t.Error("the code stands in the log")
	}
}

// signUpAt is SignUp for a server whose cookie is a secure one, which a client over plain HTTP would keep to itself.
func signUpAt(t *testing.T, srv *testkit.Server, username string) *testkit.Client {
	t.Helper()
	c := srv.Anonymous()
	reply := c.Post("/api/v1/signup", testkit.Object{"username": username, "password": testkit.Password}).Want(t, http.StatusCreated)
	for _, k := range (&http.Response{Header: reply.Header}).Cookies() {
		if k.Name == "__Host-parley" {
			c = c.With("Cookie", k.Name+"="+k.Value)
		}
	}
	c.User = testkit.Decode[struct{ User testkit.User }](reply).User
	return c
}

func TestAnInvitationUsedFiftyTimesAtOnceLetsOneIn(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Args("--signup", "invite"))
	code := srv.SignUp("ada").Invite(testkit.Object{"uses": 1}).Code
	statuses := atOnce(50, func(i int) int {
		reply, err := srv.Anonymous().Try(context.Background(), http.MethodPost, "/api/v1/signup",
			testkit.Object{"username": ids("user", i), "password": testkit.Password, "invite": code})
		if err != nil {
			t.Error(err)
		}
		return reply.Status
	})
	if in, refused := count(statuses, 201), count(statuses, 403); in != 1 || refused != 49 {
		t.Errorf("%d came in and %d were refused: %v", in, refused, statuses)
	}
}

// atOnce makes n calls that wait for one another before they begin, and returns what each says.
func atOnce(n int, call func(i int) int) []int {
	out := make([]int, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			out[i] = call(i)
		})
	}
	close(start)
	all.Wait()
	return out
}

func count(all []int, what int) (n int) {
	for _, x := range all {
		if x == what {
			n++
		}
	}
	return n
}

func TestAnInvitationEndsByTimeAndByBeingWithdrawn(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	soon := time.Now().Add(time.Second).UTC().Format(time.RFC3339Nano)
	brief, withdrawn := ada.Invite(testkit.Object{"expires_at": soon}), ada.Invite(testkit.Object{"uses": 5})
	page := func(code string) int { return srv.Anonymous().Get("/invite/" + code).Status }
	if got := page(withdrawn.Code); got != 200 {
		t.Fatalf("a good invitation's page: %d", got)
	}
	for range 2 {
		ada.Delete("/api/v1/invites/"+withdrawn.ID).Want(t, http.StatusNoContent)
	}
	testkit.Eventually(t, "the brief one is over", func() bool { return page(brief.Code) == 404 })
	over := srv.Anonymous().Get("/invite/made-up").Want(t, 404).Body
	for name, code := range map[string]string{"over": brief.Code, "withdrawn": withdrawn.Code} {
		if got := srv.Anonymous().Get("/invite/"+code).Want(t, 404).Body; string(got) != string(over) {
			t.Errorf("the page of one that is %s differs from that of one that never was", name)
		}
		srv.Anonymous().Post("/api/v1/signup", testkit.Object{"username": "ben", "password": testkit.Password, "invite": code}).
			WantProblem(t, 403, "signup_closed")
	}
}

// TestNobodyComesBackIntoARoomByHisOwnInvitation puts somebody out of a private room who kept an invitation into it.
func TestNobodyComesBackIntoARoomByHisOwnInvitation(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, ben := srv.SignUp("ada"), srv.SignUp("ben")
	ada.Put("/api/v1/invites/policy", testkit.Object{"who": "members"}).Want(t, 200)
	room, other := ben.CreateRoom("Cell", "private").ID, ben.CreateRoom("Hall", "private").ID
	both := ben.Invite(testkit.Object{"uses": 2, "room_ids": []string{room, other}}).Code
	only := ben.Invite(testkit.Object{"uses": 2, "room_ids": []string{room}}).Code
	srv.Join("cyd", only).Room(room)
	ben.AddMember(room, ada.User.ID)
	ben.Leave(room)

	srv.Anonymous().Post("/api/v1/signup", testkit.Object{"username": "benagain", "password": testkit.Password, "invite": only}).WantProblem(t, 403, "signup_closed")
	dan := srv.Join("dan", both)
	dan.Get("/api/v1/rooms/"+room).WantProblem(t, 404, "not_found")
	dan.Room(other)
}

func TestOnlyThoseWhoMayInviteDo(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada, ben, cyd := srv.SignUp("ada"), srv.SignUp("ben"), srv.SignUp("cyd")
	ada.Govern(cyd.User.ID, testkit.Object{"role": "admin"}).Want(t, 200)
	ben.Post("/api/v1/invites", testkit.Object{}).WantProblem(t, 403, "forbidden")
	ben.Get("/admin/invites").Want(t, 403)
	cyd.Post("/api/v1/invites", testkit.Object{"role": "admin"}).WantProblem(t, 403, "forbidden")
	cyd.Invite(testkit.Object{"role": "member"})
	ada.Invite(testkit.Object{"role": "admin"})
	for name, body := range map[string]testkit.Object{
		"an owner":           {"role": "owner"},
		"nobody":             {"uses": 0},
		"too many":           {"uses": 1001},
		"yesterday":          {"expires_at": "2020-01-01T00:00:00.000Z"},
		"the next century":   {"expires_at": "2120-01-01T00:00:00.000Z"},
		"no time":            {"expires_at": "tomorrow"},
		"a room by its name": {"room_ids": []string{"general"}},
	} {
		t.Run(name, func(t *testing.T) { ada.On(t).Post("/api/v1/invites", body).WantProblem(t, 400, "validation_failed") })
	}

	ben.Put("/api/v1/invites/policy", testkit.Object{"who": "members"}).WantProblem(t, 403, "forbidden")
	ada.Put("/api/v1/invites/policy", testkit.Object{"who": "members"}).Want(t, 200)
	mine := ben.Invite(testkit.Object{"role": "guest"})
	if list := ben.Invites(); len(list) != 1 || list[0].ID != mine.ID {
		t.Errorf("a member sees %+v, want his own one", list)
	}
	ben.Delete("/api/v1/invites/"+ada.Invites()[2].ID).WantProblem(t, 404, "not_found")
	secret := ada.CreateRoom("Secret", "private").ID
	ben.Post("/api/v1/invites", testkit.Object{"room_ids": []string{secret}}).WantProblem(t, 404, "not_found")
	srv.Join("gus", mine.Code).Post("/api/v1/invites", testkit.Object{}).WantProblem(t, 403, "forbidden")

	out := ben.Invite(testkit.Object{"uses": 9})
	ada.Govern(ben.User.ID, testkit.Object{"role": "guest"}).Want(t, 200)
	srv.Anonymous().Get("/invite/"+out.Code).Want(t, 404) // it would be a way around the loss
}

// TestInvitingAndJoiningWorkWithoutScripts goes from the page that makes a link to the first message of whoever used it.
func TestInvitingAndJoiningWorkWithoutScripts(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Args("--signup", "invite"))
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "private").ID
	f := formWith(t, ada.Get("/admin/invites"), "uses")
	made := submit(ada, "/admin/invites", f, map[string]string{"role": "guest", "uses": "1", "hours": "24", "room_ids": room}).Want(t, http.StatusCreated)
	body := string(made.Body)
	at := strings.Index(body, srv.URL+"/invite/")
	if at < 0 || !strings.Contains(body, `<svg class="qr"`) {
		t.Fatalf("no link or no QR code on the page:\n%.3000s", body)
	}
	path, _, _ := strings.Cut(body[at+len(srv.URL):], "<")
	gus := srv.Anonymous()
	join := formWith(t, gus.Get(path), "invite")
	for name := range join.values {
		if !slices.Contains([]string{"username", "password", "invite", "next"}, name) {
			t.Errorf("the page asks for %s; a name and a password are enough", name)
		}
	}
	submit(gus, path, join, map[string]string{"username": "gus", "password": testkit.Password}).Want(t, http.StatusSeeOther)
	gus.Send(room, "first", "Hello from a guest")
	submit(gus, path, join, map[string]string{"username": "gus2", "password": testkit.Password}).Want(t, 403)

	second := ada.Invite(testkit.Object{})
	ada.Post("/admin/invites/"+second.ID+"/revoke", testkit.Raw{Type: "application/x-www-form-urlencoded"}).Want(t, http.StatusSeeOther)
	if list := ada.Invites(); list[0].Usable {
		t.Error("the button on the page withdraws nothing")
	}
}
