package handlers

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

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
	file := func(path string, h echo.HandlerFunc) route {
		return route{Route: Route{http.MethodGet, path}, access: accessPublic, handler: h}
	}
	const get = http.MethodGet
	return append(s.adminRoutes(), []route{
		page(get, "/", s.homePage),
		page(get, "/rooms/:id", s.roomPage),
		page(get, "/rooms/:id/:num", s.roomPage),
		page(get, "/setup", s.setupPage), form("/setup", s.setupForm),
		page(get, "/login", s.loginPage), form("/login", s.loginForm),
		page(get, "/login/code", s.loginCodePage), form("/login/code", s.loginCodeForm),
		page(get, "/reset/:code", s.resetPage), form("/reset/:code", s.resetForm),
		page(get, "/signup", s.signUpPage), form("/signup", s.signUpForm),
		page(get, "/invite/:code", s.invitePage),
		form("/logout", s.logoutForm),
		page(get, "/search", s.searchPage),
		page(get, "/settings", s.settingsPage),
		form("/settings/profile", s.profileForm),
		form("/settings/look", s.lookForm),
		form("/settings/password", s.passwordForm),
		form("/settings/sessions/:id/end", s.endSessionForm),
		form("/settings/sessions/end-others", s.endOthersForm),
		page(get, "/settings/second-factor", s.secondFactorPage),
		form("/settings/second-factor", s.beginFactorForm),
		form("/settings/second-factor/confirm", s.confirmFactorForm),
		form("/settings/second-factor/disable", s.disableFactorForm),
		form("/settings/second-factor/codes", s.renewCodesForm),
		form("/settings/tokens", s.tokenForm),
		form("/settings/tokens/:id/delete", s.deleteTokenForm),
		page(get, "/admin/invites", s.invitesPage),
		form("/admin/invites", s.inviteForm),
		form("/admin/invites/:id/revoke", s.revokeInviteForm),
		form("/admin/invites/policy", s.invitePolicyForm),
		page(get, "/settings/styleguide", s.styleguidePage),
		page(get, "/connection", s.connectionPage),
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

// languageChosen answers a page that was asked for with ?lang=: the choice is kept, the page comes again without it.
func (s *site) languageChosen(c echo.Context) bool {
	tag := c.QueryParam("lang")
	if s.views.words.Lookup(tag) == nil {
		return false
	}
	s.choose(c, langCookie, tag)
	q := c.QueryParams()
	q.Del("lang")
	to := url.URL{Path: c.Request().URL.Path, RawQuery: q.Encode()}
	return c.Redirect(http.StatusSeeOther, local(to.String())) == nil
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

// toSignIn sends somebody who is not signed in where he can be, and then back here.
func (s *site) toSignIn(c echo.Context) error {
	needed, err := s.Auth.SetupNeeded(c.Request().Context())
	if err != nil {
		return fmt.Errorf("looking for an owner: %w", err)
	}
	if needed {
		return c.Redirect(http.StatusSeeOther, "/setup")
	}
	to := "/login"
	if here := c.Request().URL.RequestURI(); here != "/" && c.Request().Method == http.MethodGet {
		to += "?next=" + url.QueryEscape(here)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// connectionWords are what the script of the connection page says.
var connectionWords = []string{
	"checking", "down", "stream", "poll", "best", "refused", "silent", "trip", "sameClock", "ahead", "behind", "place", "direct", "copied", "byHand",
}

func (s *site) connectionPage(c echo.Context) error {
	if _, ok := visitor(c); !ok {
		return s.toSignIn(c)
	}
	if s.languageChosen(c) {
		return nil
	}
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

// within is the context of the request.
func within(c echo.Context) context.Context { return c.Request().Context() }
