package tests

import (
	"net/http"
	"testing"
	"time"

	"parley/tests/testkit"
)

// promptly is the contract's second, with room for a loaded machine.
const promptly = 3 * time.Second

func TestSessionsAreListedAndEndedOneByOne(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("ada")
	desk := srv.LoginWith("ada", testkit.Password)
	phone := srv.Anonymous().With("User-Agent", "Phone/1.0")
	phone.Post("/api/v1/login", testkit.Object{"username": "ada", "password": testkit.Password}).Want(t, 200)
	socket := phone.Connect()

	sessions := desk.Sessions()
	if len(sessions) != 3 {
		t.Fatalf("%d sessions, want 3: %+v", len(sessions), sessions)
	}
	current, victim := 0, ""
	for _, s := range sessions {
		if s.Current {
			current++
		}
		if s.UserAgent == "Phone/1.0" {
			victim = s.ID
		}
		if !decimal.MatchString(s.ID) || s.IP != "127.0.0.1" || !rfc3339.MatchString(s.CreatedAt) {
			t.Errorf("a session: %+v", s)
		}
	}
	if current != 1 || victim == "" {
		t.Fatalf("%d current sessions, the phone's is %q", current, victim)
	}
	bob := srv.SignUp("bob")
	bob.Delete("/api/v1/me/sessions/"+victim).WantProblem(t, 404, "not_found")
	phone.Get("/api/v1/me").Want(t, 200)
	desk.Delete("/api/v1/me/sessions/"+victim).Want(t, http.StatusNoContent)
	if code := socket.WaitClosed(promptly); code != 4401 {
		t.Errorf("the revoked session's socket closed with %d, want 4401", code)
	}
	phone.Get("/api/v1/me").WantProblem(t, 401, "")
	desk.Get("/api/v1/me").Want(t, 200)
	if n := len(desk.Sessions()); n != 2 {
		t.Errorf("%d sessions are left, want 2", n)
	}
}

func TestSigningOutEndsTheSessionAndItsSockets(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	other := srv.Login("ada")
	one, two, stays := ada.Connect(), ada.Connect(), other.Connect()
	stolen := srv.Anonymous()
	stolen.SetCookie(ada.Cookie())
	stolen.Get("/api/v1/me").Want(t, 200)
	ada.Post("/api/v1/logout", nil).Want(t, http.StatusNoContent)
	for _, s := range []*testkit.Socket{one, two} {
		if code := s.WaitClosed(promptly); code != 4401 {
			t.Errorf("closed with %d, want 4401", code)
		}
	}
	stolen.Get("/api/v1/me").WantProblem(t, 401, "")
	if _, res, err := stolen.TryDial(testkit.Dialing{}); err == nil || res == nil || res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a socket with an ended session: %v, %v", res, err)
	}
	stays.Fence()
	other.Get("/api/v1/me").Want(t, 200)
	ada.Post("/api/v1/logout", nil)
}

func TestANewPasswordEndsEveryOtherSession(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	other := srv.Login("ada")
	socket, mine := other.Connect(), ada.Connect()
	change := func(current, next string) testkit.Reply {
		return ada.Post("/api/v1/me/password", testkit.Object{"current_password": current, "new_password": next})
	}
	if r := change("wrong one", "a brand new secret"); r.Status < 400 || r.Status >= 500 {
		t.Fatalf("a wrong current password: %d", r.Status)
	}
	if r := change(testkit.Password, "short"); r.Status < 400 || r.Status >= 500 {
		t.Fatalf("a short new password: %d", r.Status)
	}
	other.Get("/api/v1/me").Want(t, 200)
	change(testkit.Password, "a brand new secret").Want(t, http.StatusNoContent)
	if code := socket.WaitClosed(promptly); code != 4401 {
		t.Errorf("the other session's socket closed with %d, want 4401", code)
	}
	other.Get("/api/v1/me").WantProblem(t, 401, "")
	ada.Get("/api/v1/me").Want(t, 200)
	mine.Fence()
	srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "ada", "password": testkit.Password}).WantProblem(t, 401, "invalid_credentials")
	srv.LoginWith("ada", "a brand new secret")
}

func TestATokenIsShownOnceAndWorksWithoutACookie(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	type made struct{ ID, Name, Token string }
	m := testkit.Decode[made](ada.Post("/api/v1/me/tokens", testkit.Object{"name": "script"}).Want(t, 201))
	if m.Token == "" || m.Name != "script" || !decimal.MatchString(m.ID) {
		t.Fatalf("a new token: %+v", m)
	}
	script := ada.Bearer(m.Token)
	script.Get("/api/v1/me").Want(t, 200)
	script.Send(ada.General().ID, "t-1", "from a script")
	socket := script.Connect()
	list := ada.Get("/api/v1/me/tokens").Want(t, 200)
	tokens := testkit.Decode[struct {
		Tokens []struct {
			ID, Name, Token string
			CreatedAt       string `json:"created_at"`
		}
	}](list).Tokens
	if len(tokens) != 1 || tokens[0].ID != m.ID || tokens[0].Token != "" || !rfc3339.MatchString(tokens[0].CreatedAt) {
		t.Errorf("the list: %s", list.Body)
	}
	srv.SignUp("bob").Delete("/api/v1/me/tokens/"+m.ID).WantProblem(t, 404, "not_found")
	ada.Delete("/api/v1/me/tokens/"+m.ID).Want(t, http.StatusNoContent)
	if code := socket.WaitClosed(promptly); code != 4401 {
		t.Errorf("the revoked token's socket closed with %d, want 4401", code)
	}
	script.Get("/api/v1/me").WantProblem(t, 401, "")
	ada.Bearer("nonsense").Get("/api/v1/me").WantProblem(t, 401, "")
}

func TestAnotherSiteCannotActForASignedInBrowser(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	path := "/api/v1/rooms/" + ada.General().ID + "/messages"
	body := testkit.Object{"text": "x", "client_id": "csrf"}
	for _, c := range []struct {
		name, header, value string
		status              int
	}{
		{"fetch metadata of another site", "Sec-Fetch-Site", "cross-site", 403},
		{"a foreign origin", "Origin", "https://evil.example", 403},
		{"our host as a prefix of theirs", "Origin", srv.URL + ".evil.example", 403},
		{"another port", "Origin", "http://127.0.0.1:1", 403},
		{"another scheme", "Origin", "https://" + srv.Addr, 403},
		{"a null origin", "Origin", "null", 403},
		{"our own page", "Origin", srv.URL, 201},
		{"our own page says so", "Sec-Fetch-Site", "same-origin", 200},
		{"a script without either header", "X-Nothing", "1", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := ada.On(t).With(c.header, c.value).Post(path, body)
			if c.status == 403 {
				r.WantProblem(t, 403, "")
				return
			}
			r.Want(t, c.status)
		})
	}
	ada.With("Sec-Fetch-Site", "cross-site").Get("/api/v1/me").Want(t, 200)
	ada.With("Sec-Fetch-Site", "cross-site").Post("/api/v1/logout", nil).WantProblem(t, 403, "")
	srv.Anonymous().With("Origin", "https://evil.example").Post("/api/v1/login",
		testkit.Object{"username": "ada", "password": testkit.Password}).WantProblem(t, 403, "")
	ada.Get("/api/v1/me").Want(t, 200)
}
