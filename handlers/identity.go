package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
)

// identityKey is where admit leaves who asks in echo's context.
const identityKey = "identity"

// The session cookie's name. __Host- makes the browser insist on Secure, Path=/ and no Domain, so that no other host of
// the same site can plant one (RFC 6265bis, section 4.1.3.2).
const (
	cookieName       = "parley"
	secureCookieName = "__Host-parley"
)

// who returns who asks, on a route that is for the signed in.
func who(c echo.Context) auth.Identity {
	id, _ := c.Get(identityKey).(auth.Identity)
	return id
}

// visitor returns who asks on a route that is for anyone; false: nobody who is signed in.
func visitor(c echo.Context) (auth.Identity, bool) {
	id := who(c)
	return id, id.User != nil
}

// identify finds out who asks: by the bearer token where there is one, else by the cookie. A token that is not valid is
// refused even beside a good cookie, so that a script never acts as somebody else than it meant.
func (s *site) identify(c echo.Context) (auth.Identity, error) {
	id, err := s.recognise(c.Request())
	if err == nil {
		s.SignedIn(within(c))
	}
	return id, err
}

func (s *site) recognise(r *http.Request) (auth.Identity, error) {
	if token, ok := bearer(r); ok {
		return s.Auth.Bearer(r.Context(), token)
	}
	if cookie, err := r.Cookie(s.cookieName(r)); err == nil {
		return s.Auth.Session(r.Context(), cookie.Value)
	}
	return auth.Identity{}, models.NewError(models.CodeNotSignedIn, "Sign in first.")
}

// covered refuses a token whose scopes do not hold what the request does.
func covered(id auth.Identity, method string) error {
	switch {
	case safe(method) && !id.May(auth.ScopeRead):
		return models.Forbidden("This token may not read.")
	case !safe(method) && !id.May(auth.ScopeWrite):
		return models.Forbidden("This token may not write.")
	}
	return nil
}

// bearer returns the token of the Authorization header; other schemes are somebody else's, a proxy's for one.
func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

func hasBearer(r *http.Request) bool {
	_, ok := bearer(r)
	return ok
}

// client is the device that asks.
func client(c echo.Context) auth.Client {
	return auth.Client{UserAgent: c.Request().UserAgent(), IP: address(c)}
}

// beginSession gives the browser the cookie of a new sign-in. The session that it had before, whoever's it was, ends:
// its cookie is overwritten, so nobody should hold it any more.
func (s *site) beginSession(c echo.Context, token string) {
	if old, ok := visitor(c); ok {
		if err := s.Auth.Logout(within(c), old); err != nil {
			s.Log.WarnContext(within(c), "the session before a sign-in was not ended", "error", err)
		}
	}
	s.SignedIn(within(c))
	cookie := s.cookie(c.Request(), token)
	cookie.MaxAge = int(auth.SessionLife.Seconds())
	c.SetCookie(cookie)
}

// dropSession takes the cookie away from the browser.
func (s *site) dropSession(c echo.Context) {
	cookie := s.cookie(c.Request(), "")
	cookie.MaxAge = -1
	c.SetCookie(cookie)
}

func (s *site) cookie(r *http.Request, value string) *http.Cookie {
	name := s.cookieName(r)
	return &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: name == secureCookieName,
	}
}

func (s *site) cookieName(r *http.Request) string {
	if s.origins.secure(r) {
		return secureCookieName
	}
	return cookieName
}
