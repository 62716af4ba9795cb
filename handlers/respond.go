package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
)

// Codes that only HTTP knows.
const (
	codeMethodNotAllowed models.Code = "method_not_allowed"
	codeMediaType        models.Code = "unsupported_media_type"
	codeUpgradeRequired  models.Code = "upgrade_required"
)

// statusOf is the one place where a code becomes an HTTP status.
func statusOf(code models.Code) int {
	switch code {
	case models.CodeInvalidCredentials, models.CodeNotSignedIn, models.CodeSecondFactor:
		return http.StatusUnauthorized
	case models.CodeForbidden, models.CodeNotAMember, models.CodeArchived, models.CodeMuted, models.CodeBlocked, models.CodeSignupClosed:
		return http.StatusForbidden
	case models.CodeNotFound:
		return http.StatusNotFound
	case models.CodeValidation, models.CodeBadRequest:
		return http.StatusBadRequest
	case models.CodeConflict, models.CodeUsernameTaken, models.CodeEmailTaken, models.CodeRoomNameTaken, models.CodeClientIDReused:
		return http.StatusConflict
	case models.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case models.CodeRateLimited:
		return http.StatusTooManyRequests
	case models.CodeBusy:
		return http.StatusServiceUnavailable
	case codeMethodNotAllowed:
		return http.StatusMethodNotAllowed
	case codeMediaType:
		return http.StatusUnsupportedMediaType
	case codeUpgradeRequired:
		return http.StatusUpgradeRequired
	}
	return http.StatusInternalServerError
}

// problem is an error as RFC 9457 has it. The type is about:blank: what machines go by is the code.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Code   models.Code    `json:"code"`
	Detail string         `json:"detail"`
	Errors []problemField `json:"errors,omitempty"`
}

type problemField struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// problemOf says of an error what its asker may know, and after what time to ask again. What is not one of ours is
// internal: its words are for the log alone.
func problemOf(err error) (p problem, retryAfter time.Duration) {
	e := asOurs(err)
	p = problem{Type: "about:blank", Status: statusOf(e.Code), Code: e.Code, Detail: e.Detail}
	p.Title = http.StatusText(p.Status)
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, problemField{f.Field, f.Code, f.Detail})
	}
	return p, e.RetryAfter
}

// asOurs returns the error of ours in err, or the one that stands for it.
func asOurs(err error) *models.Error {
	var ours *models.Error
	var tooLarge *http.MaxBytesError
	var echos *echo.HTTPError
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &tooLarge):
		return models.NewError(models.CodeTooLarge, fmt.Sprintf("The body has more than %d bytes.", tooLarge.Limit))
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return models.Busy("The request took too long.", err)
	case errors.As(err, &echos):
		switch echos.Code {
		case http.StatusNotFound:
			return models.NotFound("There is nothing at this address.")
		case http.StatusMethodNotAllowed:
			return models.NewError(codeMethodNotAllowed, "This address does not answer to this method.")
		}
	}
	return models.NewError(models.CodeInternal, "Something went wrong on the server. The log knows more under the request id.")
}

// fail answers a request that ended with an error: a problem, or a page where a person waits for one.
func (s *site) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p, retryAfter := problemOf(err)
	s.logFailure(c, p, err)
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "no-store")
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		h.Set(echo.HeaderRetryAfter, retrySeconds(retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, "Bearer") // RFC 9110, section 15.5.2: a 401 names a way in
	}
	if wantsPage(c.Request()) {
		if s.failPage(c, p) == nil {
			return
		}
	}
	body, err := json.Marshal(p)
	if err == nil {
		err = c.Blob(p.Status, "application/problem+json", body)
	}
	if err != nil {
		s.Log.DebugContext(within(c), "an error was not delivered", "error", err)
	}
}

// logFailure writes down what the server is to blame for, with its cause. What the asker is to blame for stands in the
// access log with its status.
func (s *site) logFailure(c echo.Context, p problem, err error) {
	ctx := within(c)
	switch {
	case ctx.Err() != nil:
		s.Log.DebugContext(ctx, "the asker went away", "route", c.Path(), "error", err)
	case p.Status == http.StatusServiceUnavailable:
		s.Log.WarnContext(ctx, "a request was put off", "route", c.Path(), "error", err)
	case p.Status >= http.StatusInternalServerError:
		s.Log.LogAttrs(ctx, slog.LevelError, "a request failed", slog.String("route", c.Path()), slog.Any("error", err))
	}
}

// retrySeconds is the value of Retry-After: whole seconds, never less than was meant and never 0.
func retrySeconds(d time.Duration) string {
	return strconv.FormatInt(max(1, int64((d+time.Second-1)/time.Second)), 10)
}

// wantsPage reports whether a person looks at the answer: not at an interface for programs, and asking for HTML.
func wantsPage(r *http.Request) bool {
	return !forPrograms(r.URL.Path) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// forPrograms reports whether the path is one that answers with data and not with pages.
func forPrograms(path string) bool {
	for _, prefix := range []string{"/api/", "/ws", "/socket.io/", "/debug/", "/livez", "/readyz", "/metrics"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// respond answers with JSON.
func respond(c echo.Context, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding an answer: %w", err)
	}
	return c.Blob(status, echo.MIMEApplicationJSON, body)
}

// nothing answers 204.
func nothing(c echo.Context) error { return c.NoContent(http.StatusNoContent) }

// one is an answer with a single field, as `{"room":{…}}`.
func one[T any](field string, v T) map[string]T { return map[string]T{field: v} }

// list is an answer with a list, which is there also when it is empty.
func list[T any](field string, items []T) map[string][]T {
	if items == nil {
		items = []T{}
	}
	return map[string][]T{field: items}
}
