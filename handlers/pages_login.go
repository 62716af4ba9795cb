package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/templates"
)

// pendingCookie holds the ticket between a sign-in's two steps. It is no session and opens nothing else.
const pendingCookie = "parley_pending"

const pendingSeconds = 5 * 60

var (
	codeEntry  = entry{"logincode", []string{"code"}}
	resetEntry = entry{"reset", []string{"new_password"}}
)

// toSecondStep keeps the ticket in the browser and asks for the code.
func (s *site) toSecondStep(c echo.Context, ticket string) error {
	s.keepTicket(c, ticket, pendingSeconds)
	to := "/login/code"
	if next := local(c.FormValue("next")); next != "/" {
		to += "?next=" + url.QueryEscape(next)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (s *site) keepTicket(c echo.Context, ticket string, seconds int) {
	c.SetCookie(&http.Cookie{
		Name: pendingCookie, Value: ticket, Path: "/login", MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: s.cookieName(c.Request()) == secureCookieName,
	})
}

func (s *site) loginCodePage(c echo.Context) error {
	if s.languageChosen(c) {
		return nil
	}
	if _, ok := visitor(c); ok {
		return c.Redirect(http.StatusSeeOther, local(c.QueryParam("next")))
	}
	if choice(c, pendingCookie) == "" {
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	return s.showStep(c, codeEntry, "/login/code", http.StatusOK, templates.Form{Next: local(c.QueryParam("next"))})
}

func (s *site) loginCodeForm(c echo.Context) error {
	id, token, err := s.Auth.FinishLogin(within(c), choice(c, pendingCookie), c.FormValue("code"), client(c))
	if models.IsCode(err, models.CodeNotSignedIn) { // too late, or too many wrong codes
		s.keepTicket(c, "", -1)
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	if err != nil {
		return s.refuseStep(c, codeEntry, "/login/code", s.countLimited("sign_in", err))
	}
	s.keepTicket(c, "", -1)
	return s.entered(c, id, token)
}

// resetPage is where a reset link leads. What cannot be used looks the same whether it was used, is over or never was.
func (s *site) resetPage(c echo.Context) error {
	if s.languageChosen(c) {
		return nil
	}
	good, err := s.Auth.Resettable(within(c), c.Param("code"))
	if err != nil {
		return err
	}
	if !good {
		return s.resetOver(c)
	}
	return s.showStep(c, resetEntry, "/reset/"+url.PathEscape(c.Param("code")), http.StatusOK, templates.Form{})
}

func (s *site) resetOver(c echo.Context) error {
	f := s.frame(c, "reset.over")
	return s.show(c, http.StatusNotFound, "notice", templates.Notice{
		Frame: f, Heading: f.T("reset.over"), Text: f.T("reset.overText"), Link: "/login", LinkText: f.T("login.heading"),
	})
}

func (s *site) resetForm(c echo.Context) error {
	password := c.FormValue("new_password")
	err := notHuge(password)
	if err == nil {
		err = s.Auth.UseResetLink(within(c), c.Param("code"), password)
	}
	switch {
	case models.IsCode(err, models.CodeNotFound):
		return s.resetOver(c)
	case err != nil:
		return s.refuseStep(c, resetEntry, "/reset/"+url.PathEscape(c.Param("code")), err)
	}
	if _, ok := visitor(c); ok {
		s.dropSession(c) // whoever was signed in here: the new password is what counts
	}
	return c.Redirect(http.StatusSeeOther, "/login?reset=done")
}

func (s *site) refuseStep(c echo.Context, e entry, action string, err error) error {
	form, p, other := s.refusal(c, err)
	if other != nil {
		return other
	}
	form.Next = local(c.FormValue("next"))
	return s.showStep(c, e, action, p.Status, form)
}

// showStep shows a form of one field.
func (s *site) showStep(c echo.Context, e entry, action string, status int, form templates.Form) error {
	f := s.frame(c, e.name+".heading")
	mode, err := s.Auth.Mode(within(c))
	if err != nil {
		return err
	}
	page := templates.Entry{Frame: f, Form: form, Action: action, Open: mode == auth.SignUpOpen, Intro: f.T("logincode.intro")}
	field := codeField(f)
	if e.name == resetEntry.name {
		page.Intro = f.T("reset.intro")
		field = newPasswordField(f)
	}
	field.Focus = true
	page.Fields = []templates.Field{form.Field(field)}
	return s.show(c, status, e.name, page)
}
