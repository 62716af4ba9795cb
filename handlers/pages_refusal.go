package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"parley/server/locale"
	"parley/templates"
)

// refusal says an error in the reader's language, for the form that led to it. It comes back as other where the page of
// errors has to say it: what the server is to blame for, but for being busy, and the statuses named as elsewhere.
func (s *site) refusal(c echo.Context, err error, elsewhere ...int) (form templates.Form, p problem, other error) {
	p, retryAfter := problemOf(err)
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusServiceUnavailable || slices.Contains(elsewhere, p.Status) {
		return templates.Form{}, p, err
	}
	if retryAfter > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, retrySeconds(retryAfter))
	}
	return refused(s.language(c), p), p, nil
}

// refusedBy is a refusal in one sentence, for a page without fields to say it beside.
func (s *site) refusedBy(c echo.Context, err error) (words string, status int, other error) {
	form, p, other := s.refusal(c, err, http.StatusServiceUnavailable, http.StatusNotFound, http.StatusUnauthorized)
	if other != nil {
		return "", 0, other
	}
	if form.Error == "" {
		form.Error = p.Detail
	}
	return form.Error, p.Status, nil
}

// refused says a problem in the reader's language: beside the fields it names, else over the form.
func refused(l *locale.Language, p problem) templates.Form {
	form := templates.Form{Errors: map[string]string{}, Values: map[string]string{}}
	for _, f := range p.Errors {
		form.Errors[f.Field] = fault(l, f.Field, f.Code, f.Detail)
	}
	if len(p.Errors) == 0 {
		form.Error = fault(l, "", string(p.Code), p.Detail)
	}
	return form
}

// fault is what a code means, for that field or for any; where the catalogue has no word for it, the detail.
func fault(l *locale.Language, field, code, detail string) string {
	for _, key := range []string{"js.fault." + field + "." + code, "js.fault." + code} {
		if l.Has(key) {
			return l.T(key)
		}
	}
	return detail
}
