package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"parley/server/auth"
	"parley/templates"
)

// entry is one of the ways in: its name is the page's, its fields are those of the REST call that does the same.
type entry struct {
	name   string
	fields []string
}

var (
	loginEntry  = entry{"login", []string{"username", "password"}}
	signUpEntry = entry{"signup", []string{"username", "display_name", "password"}}
	setupEntry  = entry{"setup", []string{"username", "display_name", "password"}}
	// inviteEntry is signing up with a link: a name and a password are all that is asked.
	inviteEntry = entry{"signup", []string{"username", "password"}}
)

func (s *site) loginPage(c echo.Context) error {
	if s.languageChosen(c) {
		return nil
	}
	if _, ok := visitor(c); ok {
		return c.Redirect(http.StatusSeeOther, local(c.QueryParam("next")))
	}
	if done, err := s.setupFirst(c); done {
		return err
	}
	return s.showEntry(c, loginEntry, http.StatusOK, templates.Form{Next: local(c.QueryParam("next"))}, "")
}

// loginForm signs in, or leads to the second step where the account has one and no code came along.
func (s *site) loginForm(c echo.Context) error {
	id, token, ticket, err := auth.Identity{}, "", "", s.readable(c, loginEntry)
	switch code := c.FormValue("code"); {
	case err != nil:
	case code != "":
		id, token, err = s.Auth.Login(within(c), c.FormValue("username"), c.FormValue("password"), code, client(c))
	default:
		id, token, ticket, err = s.Auth.LoginByForm(within(c), c.FormValue("username"), c.FormValue("password"), client(c))
	}
	switch {
	case err != nil:
		return s.refuse(c, loginEntry, s.countLimited("sign_in", err), "")
	case ticket != "":
		return s.toSecondStep(c, ticket)
	}
	return s.entered(c, id, token)
}

func (s *site) signUpPage(c echo.Context) error { return s.showSignUp(c, c.QueryParam("invite")) }

// invitePage is the way in by a link. One that cannot be used says so before anybody fills in a form.
func (s *site) invitePage(c echo.Context) error {
	if needed, err := s.Auth.SetupNeeded(within(c)); needed || err != nil {
		return s.showSignUp(c, c.Param("code"))
	}
	good, err := s.Auth.Invited(within(c), c.Param("code"))
	if err != nil {
		return err
	}
	if _, signedIn := visitor(c); !good && !signedIn {
		if s.languageChosen(c) {
			return nil
		}
		f := s.frame(c, "invite.over")
		return s.show(c, http.StatusNotFound, "notice", templates.Notice{
			Frame: f, Heading: f.T("invite.over"), Text: f.T("invite.overText"), Link: "/login", LinkText: f.T("login.heading"),
		})
	}
	return s.showSignUp(c, c.Param("code"))
}

func (s *site) showSignUp(c echo.Context, invite string) error {
	if s.languageChosen(c) {
		return nil
	}
	if _, ok := visitor(c); ok {
		return c.Redirect(http.StatusSeeOther, "/")
	}
	if done, err := s.setupFirst(c); done {
		return err
	}
	return s.showEntry(c, signUpEntryFor(invite), http.StatusOK, templates.Form{}, invite)
}

func signUpEntryFor(invite string) entry {
	if invite != "" {
		return inviteEntry
	}
	return signUpEntry
}

func (s *site) signUpForm(c echo.Context) error {
	guarded, err := s.Auth.SetupGuarded(within(c))
	if err != nil {
		return err
	}
	if guarded {
		return c.Redirect(http.StatusSeeOther, "/setup") // only that form asks for the code
	}
	return s.makeAccount(c, signUpEntryFor(c.FormValue("invite")))
}

func (s *site) setupPage(c echo.Context) error {
	if s.languageChosen(c) {
		return nil
	}
	needed, err := s.Auth.SetupNeeded(within(c))
	if err != nil {
		return err
	}
	if !needed {
		return c.Redirect(http.StatusSeeOther, "/")
	}
	e, err := s.setup(c)
	if err != nil {
		return err
	}
	return s.showEntry(c, e, http.StatusOK, templates.Form{}, "")
}

// setup is the form for the owner's account; strangers may reach the server before its owner does, so it then asks for
// the code that only the terminal has shown.
func (s *site) setup(c echo.Context) (entry, error) {
	e := setupEntry
	guarded, err := s.Auth.SetupGuarded(within(c))
	if guarded {
		e.fields = append([]string{"setup_code"}, e.fields...)
	}
	return e, err
}

// setupForm makes the owner. Once there is one it is no way in any more, not even where anybody may sign up.
func (s *site) setupForm(c echo.Context) error {
	needed, err := s.Auth.SetupNeeded(within(c))
	if err != nil {
		return err
	}
	if !needed {
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	e, err := s.setup(c)
	if err != nil {
		return err
	}
	return s.makeAccount(c, e)
}

func (s *site) makeAccount(c echo.Context, e entry) error {
	id, token, err := auth.Identity{}, "", s.readable(c, e)
	if err == nil {
		id, token, err = s.Auth.SignUp(within(c), auth.SignUp{
			Username: c.FormValue("username"), Password: c.FormValue("password"), DisplayName: strings.TrimSpace(c.FormValue("display_name")),
			Email: c.FormValue("email"), Invite: c.FormValue("invite"), SetupCode: c.FormValue("setup_code"),
		}, client(c))
	}
	if err != nil {
		return s.refuse(c, e, s.countLimited("sign_up", err), c.FormValue("invite"))
	}
	return s.entered(c, id, token)
}

// readable checks what the use cases do not look at before they work.
func (s *site) readable(c echo.Context, e entry) error {
	faults := []error{notHuge(c.FormValue("username"), c.FormValue("password"))}
	for _, name := range append(slices.Clone(e.fields), "invite", "email", "code", "setup_code") {
		if name != "password" {
			faults = append(faults, noNUL(name, c.FormValue(name)))
		}
	}
	return errors.Join(faults...)
}

// setupFirst sends everybody to /setup while there is no account.
func (s *site) setupFirst(c echo.Context) (done bool, err error) {
	needed, err := s.Auth.SetupNeeded(within(c))
	if err != nil {
		return true, err
	}
	if needed {
		return true, c.Redirect(http.StatusSeeOther, "/setup")
	}
	return false, nil
}

func (s *site) entered(c echo.Context, id auth.Identity, token string) error {
	s.beginSession(c, token)
	s.Log.DebugContext(within(c), "signed in by a form", "user", id.User.ID)
	return c.Redirect(http.StatusSeeOther, local(c.FormValue("next")))
}

// refuse shows the form again with what was wrong and what was typed, but never a password.
func (s *site) refuse(c echo.Context, e entry, err error, invite string) error {
	form, p, other := s.refusal(c, err)
	if other != nil {
		return other
	}
	form.Next = local(c.FormValue("next"))
	for _, name := range e.fields {
		if name != "password" {
			form.Values[name] = c.FormValue(name)
		}
	}
	return s.showEntry(c, e, p.Status, form, invite)
}

func (s *site) showEntry(c echo.Context, e entry, status int, form templates.Form, invite string) error {
	f := s.frame(c, e.name+".heading")
	if e.name == setupEntry.name {
		f.Title = f.T("setup.heading", "team", teamName)
	}
	mode, err := s.Auth.Mode(within(c))
	if err != nil {
		return err
	}
	page := templates.Entry{Frame: f, Form: form, Action: "/" + e.name, Invite: invite, Open: mode == auth.SignUpOpen}
	switch {
	case e.name == loginEntry.name && c.QueryParam("reset") != "":
		page.Intro = f.T("reset.done")
	case e.name == setupEntry.name:
		page.Intro = f.T("setup.intro")
	case e.name == signUpEntry.name && invite != "":
		page.Intro = f.T("signup.invited", "team", teamName)
	case e.name == signUpEntry.name && mode == auth.SignUpClosed:
		page.Intro = f.T("signup.closed")
	case e.name == signUpEntry.name && mode == auth.SignUpInvite:
		page.Intro = f.T("signup.inviteOnly")
	}
	focus := firstFault(e.fields, form)
	for _, name := range e.fields {
		field := entryField(f, e, name)
		field.Focus = name == focus
		page.Fields = append(page.Fields, form.Field(field))
	}
	if text := form.Errors["invite"]; text != "" {
		page.Form.Error = text
	}
	return s.show(c, status, e.name, page)
}

// firstFault is the field to begin with: the first that was refused, else the first that is empty.
func firstFault(fields []string, form templates.Form) string {
	for _, name := range fields {
		if form.Errors[name] != "" {
			return name
		}
	}
	for _, name := range fields {
		if form.Values[name] == "" {
			return name
		}
	}
	return ""
}

func entryField(f templates.Frame, e entry, name string) templates.Field {
	signIn := e.name == loginEntry.name
	switch name {
	case "username":
		if signIn {
			return templates.Field{Name: name, Label: f.T("field.login"), Required: true, Capitalize: true, Autocomplete: "username"}
		}
		return templates.Field{
			Name: name, Label: f.T("field.username"), Hint: f.T("field.usernameHint"), Required: true, Capitalize: true,
			Min: 2, Max: 32, Autocomplete: "username",
		}
	case "setup_code":
		return templates.Field{Name: name, Label: f.T("field.setup_code"), Hint: f.T("field.setup_codeHint"), Required: true, Max: 16, Autocomplete: "one-time-code"}
	case "password":
		if signIn {
			return templates.Field{Name: name, Label: f.T("field.password"), Type: "password", Required: true, Autocomplete: "current-password"}
		}
		return templates.Field{
			Name: name, Label: f.T("field.password"), Hint: f.T("field.passwordHint"), Type: "password", Required: true,
			Min: 8, Autocomplete: "new-password",
		}
	}
	return displayNameField(f)
}

func (s *site) logoutForm(c echo.Context) error {
	if id, ok := visitor(c); ok {
		if err := s.Auth.Logout(within(c), id); err != nil {
			return err
		}
		s.dropSession(c)
	}
	return c.Redirect(http.StatusSeeOther, "/login")
}
