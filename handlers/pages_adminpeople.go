package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/templates"
)

// peopleOnPage is how many accounts one page lists.
const peopleOnPage = 50

func (s *site) adminPeoplePage(c echo.Context, id auth.Identity) error {
	q, cursor, err := soughtOf(c)
	if err != nil {
		return err
	}
	people, next, err := s.Admin.People(within(c), id.User, q, cursor, peopleOnPage)
	if err != nil {
		return err
	}
	page := templates.AdminPeople{Admin: s.adminFrame(c, "people", "admin.people"), Q: q}
	for i := range people {
		page.People = append(page.People, adminPerson(page.Frame, &people[i]))
	}
	if next != "" {
		page.Next = withQuery("/admin/people", "q", q, "cursor", next)
	}
	return s.show(c, http.StatusOK, "adminpeople", page)
}

func adminPerson(f templates.Frame, u *models.User) templates.AdminPerson {
	p := templates.AdminPerson{
		ID: u.ID.String(), Username: u.Username, Name: u.Name(), Role: f.T("role." + string(u.Role)), Initials: initials(u.Name()),
		Hue: u.Hue - 1, Disabled: u.DisabledAt != 0,
	}
	if u.Hue == 0 {
		p.Hue = hueOf(u.ID)
	}
	if u.Email != nil {
		p.Email = *u.Email
	}
	return p
}

func (s *site) adminAccountPage(c echo.Context, id auth.Identity) error {
	return s.showAccount(c, id, http.StatusOK, "", "")
}

// showAccount shows one account; link is a reset link that was made just now.
func (s *site) showAccount(c echo.Context, id auth.Identity, status int, problem, link string) error {
	user, err := idOf(c, "id")
	if err != nil {
		return err
	}
	u, err := s.Admin.Person(within(c), id.User, user)
	if err != nil {
		return err
	}
	page := templates.AdminAccount{
		Admin: s.adminFrame(c, "people", "admin.account"), Myself: u.ID == id.User.ID, Bot: u.Role == models.RoleBot, Link: link,
		Hidden: u.Governs() && id.User.Role != models.RoleOwner,
	}
	page.Error = problem
	page.Person, page.Created = adminPerson(page.Frame, u), formatTime(u.CreatedAt)
	if page.Hidden {
		return s.show(c, status, "adminaccount", page)
	}
	if !page.Bot {
		page.Roles = roleChoices(page.Frame, id.User, u)
	}
	sessions, err := s.Auth.SessionsOfUser(within(c), id, u.ID)
	if err != nil {
		return err
	}
	page.Sessions = sessionRows(s.language(c), sessions)
	return s.show(c, status, "adminaccount", page)
}

// roleChoices are the roles that the reader may give: owners all of them, admins those below their own.
func roleChoices(f templates.Frame, by, u *models.User) []templates.Choice {
	roles := []models.Role{models.RoleMember, models.RoleGuest}
	if by.Role == models.RoleOwner {
		roles = []models.Role{models.RoleOwner, models.RoleAdmin, models.RoleMember, models.RoleGuest}
	}
	var choices []templates.Choice
	for _, r := range roles {
		choices = append(choices, templates.Choice{Value: string(r), Label: f.T("role." + string(r)), Chosen: r == u.Role})
	}
	return choices
}

// onAccount runs a use case on the account that the path names and goes back to its page.
func (s *site) onAccount(c echo.Context, id auth.Identity, act func(models.ID) error) error {
	user, err := idOf(c, "id")
	if err != nil {
		return err
	}
	err = act(user)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/admin/people/"+user.String()+"?saved=1")
	}
	words, status, other := s.refusedBy(c, err)
	if other != nil {
		return other
	}
	return s.showAccount(c, id, status, words, "")
}

func (s *site) roleForm(c echo.Context, id auth.Identity) error {
	role := models.Role(c.FormValue("role"))
	return s.onAccount(c, id, func(user models.ID) error {
		_, err := s.Auth.Govern(within(c), id, user, auth.UserPatch{Role: &role})
		return err
	})
}

func (s *site) disabledForm(off bool) personal {
	return func(c echo.Context, id auth.Identity) error {
		return s.onAccount(c, id, func(user models.ID) error {
			_, err := s.Auth.Govern(within(c), id, user, auth.UserPatch{Disabled: &off})
			return err
		})
	}
}

func (s *site) signOutForm(c echo.Context, id auth.Identity) error {
	return s.onAccount(c, id, func(user models.ID) error { return s.Auth.SignOutUser(within(c), id, user) })
}

// resetLinkForm makes a link that only this one answer shows, so success is no redirect.
func (s *site) resetLinkForm(c echo.Context, id auth.Identity) error {
	user, err := idOf(c, "id")
	if err != nil {
		return err
	}
	link, err := s.Auth.CreateResetLink(within(c), id, user)
	if err != nil {
		return s.onAccount(c, id, func(models.ID) error { return err })
	}
	return s.showAccount(c, id, http.StatusCreated, "", s.Config.Origin()+"/reset/"+link.Code)
}
