package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/locale"
	"parley/server/wire"
	"parley/templates"
)

// Sections of the settings page.
const (
	sectionProfile  = "profile"
	sectionLook     = "look"
	sectionPassword = "password"
	sectionSessions = "sessions"
	sectionTokens   = "tokens"
)

func (s *site) settingsPage(c echo.Context, id auth.Identity) error {
	page, err := s.settings(c, id)
	if err != nil {
		return err
	}
	page.Saved = c.QueryParam("saved")
	return s.show(c, http.StatusOK, "settings", page)
}

// settings gathers what the page shows.
func (s *site) settings(c echo.Context, id auth.Identity) (templates.Settings, error) {
	f := s.frame(c, "settings.heading")
	sessions, err := s.Auth.Sessions(within(c), id)
	if err != nil {
		return templates.Settings{}, err
	}
	tokens, err := s.Auth.Tokens(within(c), id)
	if err != nil {
		return templates.Settings{}, err
	}
	page := templates.Settings{
		Frame: f, Username: id.User.Username, Governs: id.User.Governs(), Sessions: sessionRows(s.language(c), sessions),
		Themes: []templates.Choice{}, Languages: []templates.Choice{},
	}
	factor, err := s.Auth.SecondFactor(within(c), id)
	if err != nil {
		return templates.Settings{}, err
	}
	page.Factor, page.Others = factor.Enabled, len(sessions) > 1
	addTokens(&page, id, tokens)
	for _, t := range []string{"auto", "light", "dark"} {
		page.Themes = append(page.Themes, templates.Choice{Value: t, Label: f.T("settings.theme." + t), Chosen: t == theme(c)})
	}
	for _, d := range []string{"comfortable", "compact"} {
		page.Densities = append(page.Densities, templates.Choice{Value: d, Label: f.T("settings.density." + d), Chosen: d == density(c)})
	}
	chosen := choice(c, langCookie)
	page.Languages = []templates.Choice{
		{Value: "", Label: f.T("settings.language.auto"), Chosen: chosen == ""},
		{Value: "en", Label: "English", Chosen: chosen == "en"},
		{Value: "zh-CN", Label: "简体中文", Chosen: chosen == "zh-CN"},
	}
	page.Initials, page.Hues = initials(id.User.Name()), hues(f, id.User)
	fill(&page, templates.Form{Values: profileOf(wire.NewUser(id.User, true))})
	return page, nil
}

// addTokens puts the tokens, and the choices for a new one, on the page. Only those whose accounts govern are offered
// the scope for it.
func addTokens(page *templates.Settings, id auth.Identity, tokens []wire.Token) {
	f := page.Frame
	for _, t := range tokens {
		row := templates.SettingsToken{ID: t.ID, Name: t.Name, Created: t.CreatedAt, Used: t.LastUsedAt, Expires: t.ExpiresAt}
		var words []string
		for _, scope := range t.Scopes {
			words = append(words, f.T("settings.scope."+scope))
		}
		row.Scopes = strings.Join(words, ", ")
		page.Tokens = append(page.Tokens, row)
	}
	for _, scope := range auth.Scopes() {
		if scope != auth.ScopeAdmin || id.User.Governs() {
			page.Scopes = append(page.Scopes, templates.Choice{
				Value: string(scope), Label: f.T("settings.scope." + string(scope)), Chosen: scope != auth.ScopeAdmin,
			})
		}
	}
	page.Lives = []templates.Choice{
		{Value: "30", Label: f.T("settings.days", "n", 30)},
		{Value: "90", Label: f.T("settings.days", "n", 90), Chosen: true},
		{Value: "365", Label: f.T("settings.days", "n", 365)},
		{Value: "", Label: f.T("settings.noEnd")},
	}
}

// fill puts the fields of all forms on the page, with what form knows of them.
func fill(page *templates.Settings, form templates.Form) {
	f := page.Frame
	page.Form = form
	page.Profile = []templates.Field{
		form.Field(displayNameField(f)),
		form.Field(templates.Field{Name: "status", Label: f.T("field.status"), Hint: f.T("field.statusHint"), Max: 100}),
		form.Field(templates.Field{Name: "email", Type: "email", Label: f.T("field.email"), Hint: f.T("field.optional"), Max: 254, Autocomplete: "email"}),
	}
	page.Password = []templates.Field{
		form.Field(currentPasswordField(f)),
		form.Field(newPasswordField(f)),
	}
	page.Token = []templates.Field{form.Field(templates.Field{Name: "name", Label: f.T("field.token_name"), Required: true, Max: 64})}
}

func profileOf(u wire.User) map[string]string {
	return map[string]string{"display_name": u.DisplayName, "status": u.Status, "email": u.Email}
}

// backToSettings ends one form's use case: it goes back to the page, or shows what was wrong beside its field.
func (s *site) backToSettings(c echo.Context, id auth.Identity, section string, err error) error {
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/settings?saved="+url.QueryEscape(section))
	}
	form, p, other := s.refusal(c, err, http.StatusServiceUnavailable, http.StatusNotFound)
	if other != nil {
		return other
	}
	page, err := s.settings(c, id)
	if err != nil {
		return err
	}
	form.Values = profileOf(wire.NewUser(id.User, true))
	if section == sectionProfile {
		form.Values = map[string]string{"display_name": c.FormValue("display_name"), "status": c.FormValue("status"), "email": c.FormValue("email")}
	}
	page.Failed = section
	fill(&page, form)
	return s.show(c, p.Status, "settings", page)
}

func (s *site) profileForm(c echo.Context, id auth.Identity) error {
	patch, err := profilePatch(c)
	if err == nil {
		_, err = s.Chat.Profile(within(c), id.User, patch)
	}
	return s.backToSettings(c, id, sectionProfile, err)
}

// profilePatch is what the form sent; a field that it lacks stays as it is.
func profilePatch(c echo.Context) (chat.ProfilePatch, error) {
	values, err := c.FormParams()
	if err != nil {
		return chat.ProfilePatch{}, models.Invalid("", "invalid", "The form cannot be read.")
	}
	line := func(name string) *string {
		if !values.Has(name) {
			return nil
		}
		text := strings.TrimSpace(values.Get(name))
		return &text
	}
	patch := chat.ProfilePatch{DisplayName: line("display_name"), Email: line("email"), Status: line("status")}
	if text := line("hue"); text != nil {
		hue, err := strconv.Atoi(*text)
		if err != nil {
			return patch, models.Invalid("hue", "invalid", "A colour is a number.")
		}
		patch.Hue = &hue
	}
	return patch, nil
}

func (s *site) lookForm(c echo.Context, id auth.Identity) error {
	t, tag := c.FormValue("theme"), c.FormValue("language")
	if t != "light" && t != "dark" {
		t = ""
	}
	if s.views.words.Lookup(tag) == nil {
		tag = ""
	}
	dense := c.FormValue("density")
	if dense != "compact" {
		dense = ""
	}
	s.choose(c, themeCookie, t)
	s.choose(c, densityCookie, dense)
	s.choose(c, langCookie, tag)
	return s.backToSettings(c, id, sectionLook, nil)
}

func (s *site) passwordForm(c echo.Context, id auth.Identity) error {
	current, next := c.FormValue("current_password"), c.FormValue("new_password")
	err := notHuge(current, next)
	if err == nil {
		err = s.countLimited("sign_in", s.Auth.ChangePassword(within(c), id, current, next))
	}
	return s.backToSettings(c, id, sectionPassword, err)
}

func (s *site) endSessionForm(c echo.Context, id auth.Identity) error {
	session, err := idOf(c, "id")
	if err == nil {
		err = s.Auth.EndSession(within(c), id, session)
	}
	return s.backToSettings(c, id, sectionSessions, err)
}

func (s *site) endOthersForm(c echo.Context, id auth.Identity) error {
	return s.backToSettings(c, id, sectionSessions, s.Auth.EndOtherSessions(within(c), id))
}

func (s *site) deleteTokenForm(c echo.Context, id auth.Identity) error {
	token, err := idOf(c, "id")
	if err == nil {
		err = s.Auth.DeleteToken(within(c), id, token)
	}
	return s.backToSettings(c, id, sectionTokens, err)
}

// tokenForm makes a token. It is shown in this one answer, so success is a page of its own and no redirect.
func (s *site) tokenForm(c echo.Context, id auth.Identity) error {
	n, err := newTokenOf(c)
	var token wire.Token
	if err == nil {
		token, err = s.Auth.CreateToken(within(c), id, n)
	}
	if err != nil {
		return s.backToSettings(c, id, sectionTokens, err)
	}
	page, err := s.settings(c, id)
	if err != nil {
		return err
	}
	page.NewToken = token.Token
	return s.show(c, http.StatusCreated, "settings", page)
}

// newTokenOf reads the form of a new token; without any box ticked it is one that may read and write.
func newTokenOf(c echo.Context) (auth.NewToken, error) {
	n := auth.NewToken{Name: strings.TrimSpace(c.FormValue("name"))}
	if days := c.FormValue("days"); days != "" {
		count, err := strconv.Atoi(days)
		if err != nil || count < 1 || count > 3650 {
			return n, models.Invalid("days", "range", "A token ends within ten years, or never.")
		}
		n.Expires = models.ToMillis(time.Now().AddDate(0, 0, count))
	}
	for _, scope := range c.Request().PostForm["scopes"] {
		n.Scopes = append(n.Scopes, auth.Scope(scope))
	}
	if len(n.Scopes) == 0 {
		n.Scopes = []auth.Scope{auth.ScopeRead, auth.ScopeWrite}
	}
	return n, nil
}

func sessionRows(l *locale.Language, sessions []wire.Session) []templates.SettingsSession {
	rows := make([]templates.SettingsSession, 0, len(sessions))
	for _, x := range sessions {
		rows = append(rows, templates.SettingsSession{ID: x.ID, Device: device(l, x.UserAgent), IP: x.IP, Seen: x.LastSeenAt, Current: x.Current})
	}
	return rows
}

// device says in a few words what a User-Agent means; the first match wins, as browsers name their forebears too.
func device(l *locale.Language, agent string) string {
	browser := firstIn(agent, [][2]string{
		{"Edg/", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
		{"python", "Python"},
		{"Go-http-client", "Go"},
	})
	system := firstIn(agent, [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	})
	switch {
	case browser != "" && system != "":
		return l.T("device.on", "browser", browser, "system", system)
	case browser != "":
		return browser
	}
	return l.T("device.unknown")
}

func firstIn(agent string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(agent, n[0]) {
			return n[1]
		}
	}
	return ""
}
