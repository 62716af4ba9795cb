package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
)

func TestEveryCodeHasItsStatus(t *testing.T) {
	for code, want := range map[models.Code]int{
		models.CodeInvalidCredentials: 401, models.CodeNotSignedIn: 401,
		models.CodeForbidden: 403, models.CodeNotAMember: 403, models.CodeArchived: 403, models.CodeMuted: 403, models.CodeBlocked: 403, models.CodeSignupClosed: 403,
		models.CodeNotFound:   404,
		models.CodeValidation: 400, models.CodeBadRequest: 400,
		models.CodeConflict: 409, models.CodeUsernameTaken: 409, models.CodeEmailTaken: 409, models.CodeRoomNameTaken: 409, models.CodeClientIDReused: 409,
		models.CodeTooLarge: 413, models.CodeRateLimited: 429, models.CodeInternal: 500, models.CodeBusy: 503,
		codeMethodNotAllowed: 405, codeMediaType: 415, codeUpgradeRequired: 426,
	} {
		p, _ := problemOf(models.NewError(code, "A sentence."))
		if p.Status != want || p.Code != code || p.Detail != "A sentence." || p.Title == "" {
			t.Errorf("%s becomes %+v, want status %d", code, p, want)
		}
	}
}

func TestAnErrorThatIsNotOursTellsNothingOfItself(t *testing.T) {
	for _, err := range []error{
		errors.New("open /data/parley.db: secret path"), fmt.Errorf("reading: %w", errors.New("UNIQUE constraint failed: users.name_key")),
		echo.NewHTTPError(http.StatusTeapot, "secret"),
	} {
		p, _ := problemOf(err)
		if p.Status != 500 || p.Code != models.CodeInternal || strings.Contains(p.Detail, "secret") || strings.Contains(p.Detail, "constraint") {
			t.Errorf("%v becomes %+v", err, p)
		}
	}
}

func TestErrorsAreFoundUnderTheirWrapping(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
	}{
		{fmt.Errorf("sending: %w", models.NotFound("No such room.")), 404},
		{errors.Join(nil, models.Forbidden("No.")), 403},
		{fmt.Errorf("reading: %w", &http.MaxBytesError{Limit: 10}), 413},
		{fmt.Errorf("reading: %w", context.DeadlineExceeded), 503},
		{echo.ErrNotFound, 404},
		{echo.ErrMethodNotAllowed, 405},
	} {
		if p, _ := problemOf(c.err); p.Status != c.status {
			t.Errorf("%v becomes %d, want %d", c.err, p.Status, c.status)
		}
	}
}

func TestTheFaultsOfFieldsAreListed(t *testing.T) {
	p, _ := problemOf(models.Invalid("name", "too_long", "Too long."))
	if len(p.Errors) != 1 || p.Errors[0] != (problemField{"name", "too_long", "Too long."}) {
		t.Fatalf("errors are %+v", p.Errors)
	}
}

func TestRetryAfterIsWholeSecondsRoundedUp(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1", time.Millisecond: "1", time.Second: "1", time.Second + 1: "2", 90 * time.Second: "90", -time.Second: "1",
	} {
		if got := retrySeconds(d); got != want {
			t.Errorf("retrySeconds(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestUnknownPathsAndMethodsAreProblems(t *testing.T) {
	s := serve(t)
	ada := s.member("ada")
	for _, path := range []string{"/api/v1/nothing", "/api/v1/", "/api", "/api/v2/me", "/api/v1/rooms/1/nothing", "/nothing"} {
		ada.call("GET", path, nil).problem(404, models.CodeNotFound)
	}
	a := ada.call("PUT", "/api/v1/me", "{}")
	a.problem(405, codeMethodNotAllowed)
	for _, method := range []string{"GET", "PATCH", "HEAD"} {
		if !strings.Contains(a.header.Get("Allow"), method) {
			t.Errorf("Allow is %q and lacks %s", a.header.Get("Allow"), method)
		}
	}
}

func TestAPanicIsAnInternalErrorAndTheServerLives(t *testing.T) {
	s := serve(t)
	p := s.anonymous().call("GET", "/test/panic", nil).problem(500, models.CodeInternal)
	if strings.Contains(p.Detail, "purpose") {
		t.Errorf("the panic's words are told: %s", p.Detail)
	}
	s.anonymous().call("GET", "/livez", nil).want(200)
}

func TestEveryAnswerNamesItsRequest(t *testing.T) {
	s := serve(t)
	seen := map[string]bool{}
	for _, path := range []string{"/livez", "/api/v1/me", "/nothing", "/test/panic"} {
		id := s.anonymous().with("X-Request-Id", "chosen-by-the-client").call("GET", path, nil).header.Get("X-Request-Id")
		if id == "" || seen[id] || id == "chosen-by-the-client" {
			t.Errorf("%s has the id %q", path, id)
		}
		seen[id] = true
	}
}

func TestHeadersTellBrowsersWhatTheyMayDo(t *testing.T) {
	s := serve(t)
	api := s.anonymous().call("GET", "/api/v1/me", nil).header
	page := s.anonymous().call("GET", "/nothing", nil).header
	for _, h := range []http.Header{api, page} {
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" ||
			h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Permissions-Policy") == "" {
			t.Errorf("headers are %v", h)
		}
	}
	if api.Get("Content-Security-Policy") != dataPolicy || page.Get("Content-Security-Policy") != pagePolicy {
		t.Errorf("policies are %q and %q", api.Get("Content-Security-Policy"), page.Get("Content-Security-Policy"))
	}
	if api.Get("Cache-Control") != "no-store" {
		t.Errorf("an answer of a session may be stored: %q", api.Get("Cache-Control"))
	}
	if api.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("a 401 names no way in: %q", api.Get("WWW-Authenticate"))
	}
}
