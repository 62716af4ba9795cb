package handlers

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
)

func TestAFormIsRefusedWhereItsAskerCanMendItAndSaysWhenToComeBack(t *testing.T) {
	s := &site{views: newViews()}
	for _, row := range []struct {
		name      string
		err       error
		elsewhere []int
		status    int // 0: left to the page of errors
		wait      string
	}{
		{"what was typed is wrong", models.Invalid("username", "length", "Too short."), nil, 400, ""},
		{"too often", models.RateLimited("Wait.", 90*time.Second), nil, 429, "90"},
		{"too often, on a page that leaves other things to the page of errors", models.RateLimited("Wait.", time.Second), []int{404, 503}, 429, "1"},
		{"busy", models.Busy("Later.", nil), nil, 503, "1"},
		{"busy, which this page does not say", models.Busy("Later.", nil), []int{503}, 0, ""},
		{"nothing there, which this page does not say", models.NotFound("No."), []int{404, 503}, 0, ""},
		{"the server's fault", errors.New("disk"), nil, 0, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := requestOf(&http.Cookie{})
			form, p, other := s.refusal(c, row.err, row.elsewhere...)
			switch {
			case row.status == 0:
				if !errors.Is(other, row.err) {
					t.Errorf("the error comes back as %v", other)
				}
			case other != nil || p.Status != row.status:
				t.Errorf("refused with %d, %v, want %d", p.Status, other, row.status)
			case form.Error == "" && len(form.Errors) == 0:
				t.Error("the form says nothing")
			}
			if got := c.Response().Header().Get(echo.HeaderRetryAfter); got != row.wait {
				t.Errorf("Retry-After is %q, want %q", got, row.wait)
			}
		})
	}
}
