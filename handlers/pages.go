package handlers

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"parley/server/auth"
	"parley/server/locale"
	"parley/static"
	"parley/templates"
)

// teamName is what the pages are headed with.
const teamName = "Parley"

// The reader's own choices that a page needs before anybody is signed in, so they live in cookies.
const (
	themeCookie   = "parley_theme"
	densityCookie = "parley_density"
	langCookie    = "parley_lang"
	roomCookie    = "parley_room" // the room that was open last; scripts set it
)

const choiceSeconds = 365 * 24 * 60 * 60

// views is what pages are made of.
type views struct {
	pages  *templates.Set
	words  *locale.Catalogue
	assets *static.Assets
}

// newViews reads what is embedded in the program. It panics where that is broken: then no page could be shown, and every
// test that starts a server finds it.
func newViews() *views {
	assets, err := static.Load()
	if err != nil {
		panic(err)
	}
	words, err := locale.Load()
	if err != nil {
		panic(err)
	}
	// What scripts say changes with a release and not with a room: readers keep it, instead of getting it with every page.
	for _, tag := range locale.Tags {
		assets.Add(stringsName(tag), words.Lookup(tag).Scripts())
	}
	pages, err := templates.Parse(assets.URL)
	if err != nil {
		panic(err)
	}
	return &views{pages: pages, words: words, assets: assets}
}

// stringsName is the file of what scripts say in a language.
func stringsName(tag string) string { return "strings." + tag + ".json" }

// pages are the routes that answer with HTML, and what HTML loads.
func (s *site) pages() []route {
	page := func(method, path string, h echo.HandlerFunc) route {
		return route{Route: Route{method, path}, access: accessAnyone, handler: h}
	}
	form := func(path string, h echo.HandlerFunc) route {
		return page(http.MethodPost, path, h)
	}
	mine := func(method, path string, h personal) route {
		return page(method, path, s.afterSignIn(s.inLanguage(h)))
	}
	file := func(path string, h echo.HandlerFunc) route {
		return route{Route: Route{http.MethodGet, path}, access: accessPublic, handler: h}
	}
	const get, post = http.MethodGet, http.MethodPost
	return append(s.adminRoutes(), []route{
		page(get, "/", s.afterSignIn(s.homePage)),
		page(get, "/rooms/:id", s.afterSignIn(s.roomPage)),
		page(get, "/rooms/:id/:num", s.afterSignIn(s.roomPage)),
		page(get, "/setup", s.setupPage), form("/setup", s.setupForm),
		page(get, "/login", s.loginPage), form("/login", s.loginForm),
		page(get, "/login/code", s.loginCodePage), form("/login/code", s.loginCodeForm),
		page(get, "/reset/:code", s.resetPage), form("/reset/:code", s.resetForm),
		page(get, "/signup", s.signUpPage), form("/signup", s.signUpForm),
		page(get, "/invite/:code", s.invitePage),
		form("/logout", s.logoutForm),
		mine(get, "/search", s.searchPage),
		mine(get, "/settings", s.settingsPage),
		mine(post, "/settings/profile", s.profileForm),
		mine(post, "/settings/look", s.lookForm),
		mine(post, "/settings/password", s.passwordForm),
		mine(post, "/settings/sessions/:id/end", s.endSessionForm),
		mine(post, "/settings/sessions/end-others", s.endOthersForm),
		mine(get, "/settings/second-factor", s.secondFactorPage),
		mine(post, "/settings/second-factor", s.beginFactorForm),
		mine(post, "/settings/second-factor/confirm", s.confirmFactorForm),
		mine(post, "/settings/second-factor/disable", s.disableFactorForm),
		mine(post, "/settings/second-factor/codes", s.renewCodesForm),
		mine(post, "/settings/tokens", s.tokenForm),
		mine(post, "/settings/tokens/:id/delete", s.deleteTokenForm),
		mine(get, "/admin/invites", s.invitesPage),
		mine(post, "/admin/invites", s.inviteForm),
		mine(post, "/admin/invites/:id/revoke", s.revokeInviteForm),
		mine(post, "/admin/invites/policy", s.invitePolicyForm),
		page(get, "/settings/styleguide", s.governing(s.styleguidePage)),
		mine(get, "/connection", s.connectionPage),
		file("/.well-known/security.txt", s.securityText),
		file("/.well-known/change-password", s.changePasswordPage),
		file("/offline", s.offlinePage),
		file("/static/*", s.asset),
		file("/sw.js", s.rootAsset("sw.js")),
		file("/manifest.webmanifest", s.rootAsset("manifest.webmanifest")),
	}...)
}

// language is the reader's: as chosen, else as his browser says.
func (s *site) language(c echo.Context) *locale.Language {
	return s.views.words.Match(choice(c, langCookie), c.Request().Header.Get("Accept-Language"))
}

// frame is what every page needs of its reader. title is a key of the catalogue, "" for the team's name alone.
func (s *site) frame(c echo.Context, title string) templates.Frame {
	l := s.language(c)
	f := templates.Frame{Lang: l.Tag, Dir: l.Dir, Theme: theme(c), Dense: density(c), Title: teamName, Team: teamName, Translate: l.T}
	if title != "" {
		f.Title = l.T(title) + " · " + teamName
	}
	return f
}

func theme(c echo.Context) string {
	switch t := choice(c, themeCookie); t {
	case "light", "dark":
		return t
	}
	return "auto"
}

func density(c echo.Context) string {
	if choice(c, densityCookie) == "compact" {
		return "compact"
	}
	return "comfortable"
}

func choice(c echo.Context, cookie string) string {
	k, err := c.Cookie(cookie)
	if err != nil {
		return ""
	}
	return k.Value
}

// choose keeps a reader's choice in his browser; an empty value takes it back.
func (s *site) choose(c echo.Context, cookie, value string) {
	k := &http.Cookie{Name: cookie, Value: value, Path: "/", MaxAge: choiceSeconds, SameSite: http.SameSiteLaxMode, Secure: s.cookieName(c.Request()) == secureCookieName}
	if value == "" {
		k.MaxAge = -1
	}
	c.SetCookie(k)
}

// show renders into memory first, so that a page that fails is an error and not half a page.
func (s *site) show(c echo.Context, status int, name string, data any) error {
	var b bytes.Buffer
	if err := s.views.pages.Render(&b, name, data); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderVary, "Accept-Language, Cookie")
	return c.HTMLBlob(status, b.Bytes())
}

// local returns next where it is a path of this site, else "/": a link that leads elsewhere after signing in is a trap.
// Browsers read a backslash as a slash and leave out tabs and newlines.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\t\r\n") {
		return "/"
	}
	return next
}

// connectionWords are what the script of the connection page says.
var connectionWords = []string{
	"checking", "down", "stream", "poll", "best", "refused", "silent", "trip", "sameClock", "ahead", "behind", "place", "direct", "copied", "byHand",
}

func (s *site) connectionPage(c echo.Context, _ auth.Identity) error {
	f := s.frame(c, "connection.heading")
	words := make(map[string]string, len(connectionWords))
	for _, name := range connectionWords {
		words[name] = f.T("connection." + name)
	}
	boot, err := scriptData(words)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, "connection", templates.Connection{Frame: f, Boot: boot})
}

func (s *site) offlinePage(c echo.Context) error {
	f := s.frame(c, "offline.heading")
	c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
	return s.show(c, http.StatusOK, "notice", templates.Notice{
		Frame: f, Heading: f.T("offline.heading"), Text: f.T("offline.text"), Link: "/", LinkText: f.T("offline.retry"),
	})
}

// failPage shows a problem as a page; an error means that nothing was answered.
func (s *site) failPage(c echo.Context, p problem) error {
	key, text := "error.server", "error.serverText"
	switch p.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		key, text = "error.notFound", "error.notFoundText"
	case http.StatusForbidden:
		key, text = "error.forbidden", "error.forbiddenText"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		key, text = "error.limited", "error.limitedText"
	}
	f := s.frame(c, key)
	return s.show(c, p.Status, "notice", templates.Notice{
		Frame: f, Heading: f.T(key), Text: f.T(text), Link: "/", LinkText: f.T("error.home"),
	})
}

func (s *site) asset(c echo.Context) error {
	if s.views.assets.Serve(c.Response(), c.Request(), c.Param("*")) {
		return nil
	}
	return echo.ErrNotFound
}

// rootAsset serves a file that has to stand at the root: a service worker rules only what is below its own address.
func (s *site) rootAsset(name string) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.views.assets.Serve(c.Response(), c.Request(), name) {
			return nil
		}
		return echo.ErrNotFound
	}
}
