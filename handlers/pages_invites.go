package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/qr"
	"parley/server/wire"
	"parley/templates"
)

func (s *site) invitesPage(c echo.Context, id auth.Identity) error {
	return s.showInvites(c, id, http.StatusOK, templates.Invites{Saved: c.QueryParam("saved") != ""})
}

// showInvites fills the page; CodeForbidden for who may not invite.
func (s *site) showInvites(c echo.Context, id auth.Identity, status int, page templates.Invites) error {
	invites, err := s.Auth.ListInvites(within(c), id)
	if err != nil {
		return err
	}
	rooms, err := s.invitableRooms(c, id)
	if err != nil {
		return err
	}
	f := s.frame(c, "invites.heading")
	page.Frame = f
	page.Roles = []templates.Choice{{Value: "member", Label: f.T("role.member")}, {Value: "guest", Label: f.T("role.guest")}}
	if id.User.Role == models.RoleOwner {
		page.Roles = append(page.Roles, templates.Choice{Value: "admin", Label: f.T("role.admin")})
	}
	choose(page.Roles, c.FormValue("role"))
	page.Lives = []templates.Choice{
		{Value: "1", Label: f.T("invites.hour")},
		{Value: "24", Label: f.T("invites.day")},
		{Value: "168", Label: f.T("invites.week"), Chosen: true},
		{Value: "720", Label: f.T("invites.month")},
	}
	choose(page.Lives, c.FormValue("hours"))
	if page.Form.Values == nil {
		page.Form.Values = map[string]string{"uses": "1"}
	}
	page.Uses = page.Form.Field(templates.Field{Name: "uses", Type: "number", Label: f.T("field.uses"), Hint: f.T("field.usesHint"), Required: true})
	names := map[string]string{}
	for _, r := range rooms {
		names[r.ID] = r.Name
		page.Rooms = append(page.Rooms, templates.Choice{Value: r.ID, Label: r.Name, Chosen: slices.Contains(c.Request().PostForm["room_ids"], r.ID)})
	}
	for _, i := range invites {
		page.Invites = append(page.Invites, inviteRow(f, i, names))
	}
	if id.User.Governs() {
		page.Section = "invites"
		if page.Policy, err = s.policyChoices(c, f); err != nil {
			return err
		}
	}
	return s.show(c, status, "invites", page)
}

// choose marks the choice that was sent, where there is one of that value.
func choose(choices []templates.Choice, value string) {
	if !slices.ContainsFunc(choices, func(ch templates.Choice) bool { return ch.Value == value }) {
		return
	}
	for i := range choices {
		choices[i].Chosen = choices[i].Value == value
	}
}

// invitableRooms are the rooms that the account may put others into, mine first and by name.
func (s *site) invitableRooms(c echo.Context, id auth.Identity) ([]wire.Room, error) {
	mine, err := s.Chat.Rooms(within(c), id.User)
	if err != nil {
		return nil, err
	}
	rooms := slices.DeleteFunc(mine, func(r wire.Room) bool {
		return r.Archived || r.Kind == models.KindDirect || r.Kind == models.KindPrivate && r.Me.Role != models.RoomManager
	})
	if !id.User.Governs() {
		return rooms, nil
	}
	open, err := s.Chat.Browse(within(c), id.User)
	if err != nil {
		return nil, err
	}
	for _, r := range open {
		if r.Me == nil {
			rooms = append(rooms, r)
		}
	}
	return rooms, nil
}

func inviteRow(f templates.Frame, i wire.Invite, names map[string]string) templates.InviteRow {
	row := templates.InviteRow{
		ID: i.ID, Role: f.T("role." + string(i.Role)), Uses: f.T("invites.uses", "left", i.UsesLeft, "of", i.Uses), Expires: i.ExpiresAt, Usable: i.Usable,
	}
	switch {
	case i.RevokedAt != "":
		row.State = f.T("invites.revoked")
	case i.UsesLeft == 0:
		row.State = f.T("invites.used")
	default:
		row.State = f.T("invites.over")
	}
	for _, room := range i.RoomIDs {
		if name := names[room]; name != "" {
			row.Rooms = append(row.Rooms, name)
		}
	}
	return row
}

func (s *site) policyChoices(c echo.Context, f templates.Frame) ([]templates.Choice, error) {
	policy, err := s.Auth.Invites(within(c))
	if err != nil {
		return nil, err
	}
	return []templates.Choice{
		{Value: string(auth.InviteByAdmins), Label: f.T("invites.byAdmins"), Chosen: policy == auth.InviteByAdmins},
		{Value: string(auth.InviteByMembers), Label: f.T("invites.byMembers"), Chosen: policy == auth.InviteByMembers},
	}, nil
}

// inviteForm makes an invitation. Its link is shown in this one answer, so success is a page of its own and no redirect.
func (s *site) inviteForm(c echo.Context, id auth.Identity) error {
	n, err := newInviteOf(c)
	var invite wire.Invite
	if err == nil {
		invite, err = s.makeInvite(c, n)
	}
	if err != nil {
		p, _ := problemOf(err)
		if p.Status != http.StatusBadRequest && p.Status != http.StatusConflict {
			return err
		}
		form := refused(s.language(c), p)
		form.Values["uses"] = c.FormValue("uses")
		return s.showInvites(c, id, p.Status, templates.Invites{Form: form})
	}
	code, err := qr.Encode(invite.URL)
	if err != nil {
		return err
	}
	made := templates.NewInvite{URL: invite.URL, QR: templates.QR{Size: code.Size, Path: code.Path, Label: s.language(c).T("invites.qr")}}
	return s.showInvites(c, id, http.StatusCreated, templates.Invites{New: &made})
}

func newInviteOf(c echo.Context) (auth.NewInvite, error) {
	n := auth.NewInvite{Role: models.Role(c.FormValue("role"))}
	if n.Role == "" {
		n.Role = models.RoleMember
	}
	var err error
	if n.Uses, err = strconv.Atoi(c.FormValue("uses")); err != nil {
		return n, models.Invalid("uses", "range", "An invitation is for 1 to 1,000 people.")
	}
	hours, err := strconv.Atoi(c.FormValue("hours"))
	if err != nil || hours < 1 || hours > 365*24 {
		return n, models.Invalid("hours", "range", "An invitation ends within a year.")
	}
	n.Life = time.Duration(hours) * time.Hour
	n.Rooms, err = idList("room_ids", c.Request().PostForm["room_ids"])
	return n, err
}

func (s *site) revokeInviteForm(c echo.Context, id auth.Identity) error {
	invite, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return s.backToInvites(c, s.Auth.RevokeInvite(within(c), id, invite))
}

func (s *site) invitePolicyForm(c echo.Context, id auth.Identity) error {
	return s.backToInvites(c, s.Auth.SetInvites(within(c), id, auth.InvitePolicy(c.FormValue("who"))))
}

func (s *site) backToInvites(c echo.Context, err error) error {
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/invites?saved=1")
}
