package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/wire"
)

func (s *site) signUp(c echo.Context) error {
	var in struct {
		Username    string `json:"username"`
		Password    string `json:"password"`
		DisplayName string `json:"display_name"`
		Email       string `json:"email"`
		Invite      string `json:"invite"`
		SetupCode   string `json:"setup_code"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := errors.Join(notHuge(in.Username, in.Password), noNUL("invite", in.Invite), noNUL("setup_code", in.SetupCode)); err != nil {
		return err
	}
	from := client(c)
	from.Here = fromHere(c.Request())
	id, token, err := s.Auth.SignUp(within(c), auth.SignUp(in), from)
	if err != nil {
		return s.countLimited("sign_up", err)
	}
	return s.signedIn(c, http.StatusCreated, id, token)
}

func (s *site) login(c echo.Context) error {
	var in struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Code     string `json:"code"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := errors.Join(notHuge(in.Username, in.Password), noNUL("username", in.Username)); err != nil {
		return err
	}
	id, token, err := s.Auth.Login(within(c), in.Username, in.Password, in.Code, client(c))
	if err != nil {
		return s.countLimited("sign_in", err)
	}
	return s.signedIn(c, http.StatusOK, id, token)
}

// signedIn answers a sign-in with its cookie.
func (s *site) signedIn(c echo.Context, status int, id auth.Identity, token string) error {
	s.beginSession(c, token)
	return respond(c, status, one("user", wire.NewUser(id.User, true)))
}

func (s *site) countLimited(limit string, err error) error {
	if models.IsCode(err, models.CodeRateLimited) {
		s.Metrics.RateLimited(limit)
	}
	return err
}

func (s *site) logout(c echo.Context) error {
	if err := s.Auth.Logout(within(c), who(c)); err != nil {
		return err
	}
	if who(c).SessionID != 0 {
		s.dropSession(c)
	}
	return nothing(c)
}

func (s *site) me(c echo.Context) error {
	return respond(c, http.StatusOK, one("user", wire.NewUser(who(c).User, true)))
}

func (s *site) changeMe(c echo.Context) error {
	var in struct {
		DisplayName *string `json:"display_name"`
		Email       *string `json:"email"`
		Status      *string `json:"status"`
		Hue         *int    `json:"hue"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	user, err := s.Chat.Profile(within(c), who(c).User, chat.ProfilePatch(in))
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, one("user", user))
}

func (s *site) changePassword(c echo.Context) error {
	var in struct {
		Current string `json:"current_password"`
		Next    string `json:"new_password"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := notHuge(in.Current, in.Next); err != nil {
		return err
	}
	if err := s.Auth.ChangePassword(within(c), who(c), in.Current, in.Next); err != nil {
		return s.countLimited("sign_in", err)
	}
	return nothing(c)
}

func (s *site) sessions(c echo.Context) error {
	sessions, err := s.Auth.Sessions(within(c), who(c))
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("sessions", sessions))
}

func (s *site) endSession(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.EndSession(within(c), who(c), id); err != nil {
		return err
	}
	if id == who(c).SessionID {
		s.dropSession(c)
	}
	return nothing(c)
}

// endOtherSessions signs the caller out everywhere else.
func (s *site) endOtherSessions(c echo.Context) error {
	if err := s.Auth.EndOtherSessions(within(c), who(c)); err != nil {
		return err
	}
	return nothing(c)
}

func (s *site) createToken(c echo.Context) error {
	var in struct {
		Name      string       `json:"name"`
		Scopes    []auth.Scope `json:"scopes"`
		ExpiresAt string       `json:"expires_at"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	expires, err := momentOf("expires_at", in.ExpiresAt)
	if err != nil {
		return err
	}
	token, err := s.Auth.CreateToken(within(c), who(c), auth.NewToken{Name: in.Name, Scopes: in.Scopes, Expires: expires})
	if err != nil {
		return err
	}
	return respond(c, http.StatusCreated, token)
}

// momentOf reads a time; none is 0.
func momentOf(field, text string) (models.Millis, error) {
	if text == "" {
		return 0, nil
	}
	at, err := wire.ParseTime(text)
	if err != nil {
		return 0, models.Invalid(field, "invalid", "A time looks like 2026-11-21T12:00:00.000Z.")
	}
	return at, nil
}

func (s *site) tokens(c echo.Context) error {
	tokens, err := s.Auth.Tokens(within(c), who(c))
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, list("tokens", tokens))
}

func (s *site) deleteToken(c echo.Context) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.DeleteToken(within(c), who(c), id); err != nil {
		return err
	}
	return nothing(c)
}
