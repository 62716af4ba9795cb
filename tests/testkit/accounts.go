package testkit

import (
	"net/http"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// Invite is an invitation, with its code where it was just made.
type Invite struct {
	ID       string   `json:"id"`
	Role     string   `json:"role"`
	Uses     int      `json:"uses"`
	UsesLeft int      `json:"uses_left"`
	RoomIDs  []string `json:"room_ids"`
	Usable   bool     `json:"usable"`
	Code     string   `json:"code"`
	URL      string   `json:"url"`
}

// Invite makes an invitation.
func (c *Client) Invite(body Object) Invite {
	c.t.Helper()
	return Decode[struct{ Invite Invite }](c.Post("/api/v1/invites", body).Want(c.t, http.StatusCreated)).Invite
}

// Invites lists the invitations that the caller may see.
func (c *Client) Invites() []Invite {
	c.t.Helper()
	return Decode[struct{ Invites []Invite }](c.Get("/api/v1/invites").Want(c.t, http.StatusOK)).Invites
}

// Join makes an account by an invitation and returns its signed-in client.
func (s *Server) Join(username, code string) *Client {
	s.t.Helper()
	c := s.Anonymous()
	reply := c.Post("/api/v1/signup", Object{"username": username, "password": Password, "invite": code})
	c.User = Decode[struct{ User User }](reply.Want(c.t, http.StatusCreated)).User
	return c
}

// Govern changes somebody else's account and returns whatever the server says.
func (c *Client) Govern(userID string, change Object) Reply {
	c.t.Helper()
	return c.Patch("/api/v1/users/"+userID, change)
}

// ScopedToken makes a token that may do no more than these scopes, and returns a client that has nothing else.
func (c *Client) ScopedToken(scopes ...string) *Client {
	c.t.Helper()
	made := Decode[struct{ Token string }](c.Post("/api/v1/me/tokens", Object{"name": "scoped", "scopes": scopes}).Want(c.t, http.StatusCreated))
	return c.Bearer(made.Token)
}

// Authenticator is the app on a person's phone.
type Authenticator struct {
	Secret   string
	Recovery []string
}

// EnableSecondFactor switches the caller's second factor on, with a code of the present.
func (c *Client) EnableSecondFactor() *Authenticator {
	c.t.Helper()
	begun := Decode[struct{ Secret string }](c.Post("/api/v1/me/second-factor", Object{"current_password": Password}).Want(c.t, http.StatusCreated))
	a := &Authenticator{Secret: begun.Secret}
	reply := c.Post("/api/v1/me/second-factor/confirm", Object{"code": a.Code(c.t, 0)}).Want(c.t, http.StatusOK)
	a.Recovery = Decode[struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}](reply).RecoveryCodes
	return a
}

// Code is the code of the present step of 30 seconds, or of one so many steps later.
func (a *Authenticator) Code(t testing.TB, later int) string {
	t.Helper()
	code, err := totp.GenerateCode(a.Secret, time.Now().Add(time.Duration(later)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// BearerToken is the token of a client that has one.
func (c *Client) BearerToken() string { return c.bearer }
