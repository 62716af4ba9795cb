package handlers

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/templates"
)

// adminRoutes are the pages of the administration. All of them need an owner or an admin; what they do is asked again by
// the use cases, in the transaction that does it.
func (s *site) adminRoutes() []route {
	at := func(method, path string, h personal) route {
		return route{Route: Route{method, path}, access: accessAnyone, handler: s.governing(h)}
	}
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		at(get, "/admin", s.adminPage),
		at(post, "/admin/rules", s.rulesForm),
		at(post, "/admin/sign-out-everybody", s.signOutEverybodyForm),
		at(get, "/admin/people", s.adminPeoplePage),
		at(get, "/admin/people/:id", s.adminAccountPage),
		at(post, "/admin/people/:id/role", s.roleForm),
		at(post, "/admin/people/:id/deactivate", s.disabledForm(true)),
		at(post, "/admin/people/:id/reactivate", s.disabledForm(false)),
		at(post, "/admin/people/:id/sign-out", s.signOutForm),
		at(post, "/admin/people/:id/reset-link", s.resetLinkForm),
		at(get, "/admin/rooms", s.adminRoomsPage),
		at(post, "/admin/rooms/:id/archive", s.adminArchiveForm),
		at(get, "/admin/audit", s.auditPage),
		at(post, "/admin/audit/verify", s.auditVerifyForm),
		at(get, "/admin/audit.csv", s.auditCSV),
	}
}

// adminFrame is what every page of the administration begins with; title is a key.
func (s *site) adminFrame(c echo.Context, section, title string) templates.Admin {
	return templates.Admin{Frame: s.frame(c, title), Section: section, Saved: c.QueryParam("saved") != ""}
}

func (s *site) adminPage(c echo.Context, id auth.Identity) error {
	return s.showAdmin(c, id, http.StatusOK, "")
}

func (s *site) showAdmin(c echo.Context, id auth.Identity, status int, problem string) error {
	o, err := s.Admin.Overview(within(c), id.User)
	if err != nil {
		return err
	}
	mode, err := s.Auth.Mode(within(c))
	if err != nil {
		return err
	}
	makers, err := s.Chat.RoomMakers(within(c))
	if err != nil {
		return err
	}
	page := templates.AdminOverview{Admin: s.adminFrame(c, "overview", "admin.heading"), Healthy: s.Ready(within(c)) == nil, SignUpSaid: s.Auth.ModeSaid()}
	page.Error = problem
	f := page.Frame
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	page.Server = []templates.Figure{
		{Label: f.T("admin.version"), Value: s.Version},
		{Label: f.T("admin.up"), Value: s.started.UTC().Format("2006-01-02 15:04 UTC")},
		{Label: f.T("admin.connections"), Value: strconv.Itoa(s.Connections())},
		{Label: f.T("admin.queued"), Value: strconv.Itoa(o.Queued)},
	}
	page.Storage = []templates.Figure{
		{Label: f.T("admin.database"), Value: byteSize(o.Sizes.Database)},
		{Label: f.T("admin.searchIndex"), Value: byteSize(o.Sizes.Search)},
		{Label: f.T("admin.wal"), Value: byteSize(o.Sizes.WAL)},
	}
	people := o.People.Roles
	page.Counts = []templates.Figure{
		{Label: f.T("admin.accounts"), Value: n(people[models.RoleOwner] + people[models.RoleAdmin] + people[models.RoleMember])},
		{Label: f.T("admin.admins"), Value: n(people[models.RoleOwner] + people[models.RoleAdmin])},
		{Label: f.T("admin.guests"), Value: n(people[models.RoleGuest])},
		{Label: f.T("admin.bots"), Value: n(people[models.RoleBot])},
		{Label: f.T("admin.disabledCount"), Value: n(o.People.Disabled)},
		{Label: f.T("admin.openRooms"), Value: n(o.Rooms[models.KindOpen])},
		{Label: f.T("admin.privateRooms"), Value: n(o.Rooms[models.KindPrivate])},
		{Label: f.T("admin.directRooms"), Value: n(o.Rooms[models.KindDirect])},
		{Label: f.T("admin.messages"), Value: n(o.Messages)},
	}
	for _, m := range []auth.SignUpMode{auth.SignUpOpen, auth.SignUpInvite, auth.SignUpClosed} {
		page.SignUp = append(page.SignUp, templates.Choice{Value: string(m), Label: f.T("admin.signup." + string(m)), Chosen: m == mode})
	}
	for _, m := range []chat.RoomMakers{chat.RoomsByEverybody, chat.RoomsByAdmins} {
		page.RoomMakers = append(page.RoomMakers, templates.Choice{Value: string(m), Label: f.T("admin.roomMakers." + string(m)), Chosen: m == makers})
	}
	return s.show(c, status, "admin", page)
}

// byteSize is a number of bytes as people read it.
func byteSize(n int64) string {
	switch {
	case n >= 1<<30:
		return strconv.FormatFloat(float64(n)/(1<<30), 'f', 1, 64) + " GiB"
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	}
	return strconv.FormatInt((n+1023)>>10, 10) + " KiB"
}

// rulesForm stores who may sign up and who may make rooms. A disabled select sends nothing.
func (s *site) rulesForm(c echo.Context, id auth.Identity) error {
	var err error
	if mode := c.FormValue("signup"); mode != "" {
		err = s.Auth.SetMode(within(c), id, auth.SignUpMode(mode))
	}
	if makers := c.FormValue("rooms"); err == nil && makers != "" {
		err = s.Chat.SetRoomMakers(within(c), id.User, chat.RoomMakers(makers))
	}
	return s.backToAdmin(c, id, err)
}

// signOutEverybodyForm needs the box that says it is meant.
func (s *site) signOutEverybodyForm(c echo.Context, id auth.Identity) error {
	if c.FormValue("sure") != "yes" {
		return s.backToAdmin(c, id, models.Invalid("sure", "required", s.language(c).T("admin.sureMissing")))
	}
	_, err := s.Auth.SignOutEverybody(within(c), id)
	return s.backToAdmin(c, id, err)
}

func (s *site) backToAdmin(c echo.Context, id auth.Identity, err error) error {
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/admin?saved=1")
	}
	words, status, other := s.refusedBy(c, err)
	if other != nil {
		return other
	}
	return s.showAdmin(c, id, status, words)
}

func (s *site) adminRoomsPage(c echo.Context, id auth.Identity) error {
	all, err := s.Chat.AllRooms(within(c), id.User)
	if err != nil {
		return err
	}
	page := templates.AdminRooms{Admin: s.adminFrame(c, "rooms", "admin.rooms")}
	f := page.Frame
	page.Others = f.T("admin.otherRooms", "private", all.Private, "direct", all.Direct)
	for _, r := range all.Open {
		page.Rooms = append(page.Rooms, templates.AdminRoom{
			ID: r.ID, Name: r.Name, Topic: r.Topic, Last: r.LastMessageAt, Archived: r.Archived,
			Members: f.T("admin.members", "n", int(r.Members)), Messages: f.T("admin.messageCount", "n", int(r.Num)),
		})
	}
	return s.show(c, http.StatusOK, "adminrooms", page)
}

func (s *site) adminArchiveForm(c echo.Context, id auth.Identity) error {
	room, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if _, err := s.Chat.ArchiveRoom(within(c), id.User, room); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/rooms?saved=1")
}

// withQuery is an address with those parameters that are not empty.
func withQuery(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
