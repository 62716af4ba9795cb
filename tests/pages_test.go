package tests

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"parley/tests/testkit"
)

// form is an HTML form as a browser without JavaScript sees it.
type form struct {
	action, method string
	values         url.Values
}

// formWith finds the page's form that has a field of this name.
func formWith(t *testing.T, page testkit.Reply, field string) form {
	t.Helper()
	root, err := html.Parse(strings.NewReader(string(page.Want(t, 200).Body)))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" {
			continue
		}
		f := form{action: attribute(n, "action"), method: strings.ToUpper(attribute(n, "method")), values: url.Values{}}
		for input := range n.Descendants() {
			if name := attribute(input, "name"); input.Type == html.ElementNode && name != "" {
				f.values.Set(name, attribute(input, "value"))
			}
		}
		if f.values.Has(field) {
			return f
		}
	}
	t.Fatalf("the page has no form with the field %s:\n%.2000s", field, page.Body)
	return form{}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// submit sends a form as a browser does, from a page of ours.
func submit(c *testkit.Client, path string, f form, values map[string]string) testkit.Reply {
	for name, value := range values {
		f.values.Set(name, value)
	}
	if f.action != "" {
		path = f.action
	}
	return c.Do(f.method, path, testkit.Raw{Type: "application/x-www-form-urlencoded", Body: f.values.Encode()})
}

func TestSigningUpAndInWorksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	browser := func() *testkit.Client {
		return srv.Anonymous().With("Origin", srv.URL).With("Sec-Fetch-Site", "same-origin").With("Accept", "text/html")
	}
	first := browser()
	if r := first.Get("/"); !isRedirect(r) || !strings.HasPrefix(r.Header.Get("Location"), "/setup") {
		t.Errorf("/ of a fresh server: %d to %q, want /setup", r.Status, r.Header.Get("Location"))
	}
	wantNoPlaceholder(t, "/setup", first.Get("/setup"))
	credentials := map[string]string{"username": "ada", "password": testkit.Password}
	if r := submit(first, "/setup", formWith(t, first.Get("/setup"), "username"), credentials); !isRedirect(r) {
		t.Fatalf("the set-up form: %d %.500s", r.Status, r.Body)
	}
	if u := testkit.Decode[struct{ User testkit.User }](first.Get("/api/v1/me").Want(t, 200)).User; u.Role != "owner" {
		t.Errorf("the set-up made %+v", u)
	}
	if r := browser().Get("/setup"); r.Status == 200 && strings.Contains(string(r.Body), `name="password"`) {
		t.Error("/setup is still open after the first account")
	}

	second := browser()
	bob := map[string]string{"username": "bob", "password": testkit.Password}
	refusal := submit(second, "/signup", formWith(t, second.Get("/signup"), "username"), map[string]string{"username": "b", "password": testkit.Password})
	if refusal.Status < 400 || refusal.Status >= 500 || !strings.Contains(string(refusal.Body), "<form") {
		t.Errorf("a refused sign-up shows the form again: %d", refusal.Status)
	}
	if strings.Contains(string(refusal.Body), testkit.Password) {
		t.Error("the form comes back with the password in it")
	}
	if r := submit(second, "/signup", formWith(t, second.Get("/signup"), "username"), bob); !isRedirect(r) {
		t.Fatalf("the sign-up form: %d %.500s", r.Status, r.Body)
	}

	third := browser()
	if r := third.Get("/rooms/" + srv.Login("bob").General().ID); !isRedirect(r) || !strings.HasPrefix(r.Header.Get("Location"), "/login") {
		t.Errorf("a room without a session: %d to %q, want /login", r.Status, r.Header.Get("Location"))
	}
	wrong := submit(third, "/login", formWith(t, third.Get("/login"), "password"), map[string]string{"username": "bob", "password": "wrong, wrong"})
	if wrong.Status < 400 || wrong.Status >= 500 || third.Cookie() != "" {
		t.Errorf("a wrong password at the form: %d, cookie %q", wrong.Status, third.Cookie())
	}
	if r := submit(third, "/login", formWith(t, third.Get("/login"), "password"), bob); !isRedirect(r) {
		t.Fatalf("the sign-in form: %d %.500s", r.Status, r.Body)
	}
	if r := third.Get("/"); r.Status != http.StatusOK && (!isRedirect(r) || !strings.HasPrefix(r.Header.Get("Location"), "/rooms/")) {
		t.Errorf("/ with a session: %d to %q, want a room or the list of them", r.Status, r.Header.Get("Location"))
	}
}

func isRedirect(r testkit.Reply) bool {
	return r.Status == http.StatusSeeOther || r.Status == http.StatusFound
}

func TestSigningInLeadsOnlyToPagesOfOurs(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("ada")
	for _, next := range []string{"//evil.example", `/\evil.example`, `\\evil.example`, "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "/rooms/1"} {
		c := srv.Anonymous().With("Origin", srv.URL)
		path := "/login?next=" + testkit.Query(next)
		r := submit(c, path, formWith(t, c.Get(path), "password"), map[string]string{"username": "ada", "password": testkit.Password})
		to := r.Header.Get("Location")
		u, err := url.Parse(to)
		if !isRedirect(r) || err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\t") {
			t.Errorf("next=%q leads to %q (%d)", next, to, r.Status)
		}
		if next == "/rooms/1" && to != next {
			t.Errorf("next=%q leads to %q", next, to)
		}
	}
	other := srv.Anonymous().With("Origin", "https://evil.example")
	if r := submit(other, "/login", formWith(t, other.Get("/login"), "password"), map[string]string{"username": "ada", "password": testkit.Password}); r.Status != 403 {
		t.Errorf("the form sent from another site: %d, want 403", r.Status)
	}
}

var (
	dataBlock   = regexp.MustCompile(`(?s)<script.*?</script>`)
	placeholder = regexp.MustCompile(`>[^<]*\{[a-z_]+\}[^<]*<`)
)

// wantNoPlaceholder looks for what a translation leaves behind where nobody filled it in.
func wantNoPlaceholder(t *testing.T, path string, page testkit.Reply) {
	t.Helper()
	if left := placeholder.Find(dataBlock.ReplaceAll(page.Body, nil)); left != nil {
		t.Errorf("%s shows the placeholder %s of a translation", path, left)
	}
}

func TestPagesCarryAStrictPolicy(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for _, path := range []string{"/login", "/signup", "/rooms/" + ada.General().ID, "/settings", "/connection"} {
		r := ada.With("Accept", "text/html").Get(path)
		if r.Status >= 400 {
			t.Errorf("%s: %d", path, r.Status)
		}
		policy := r.Header.Get("Content-Security-Policy")
		if r.Status == 200 && (!strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe")) {
			t.Errorf("%s has the policy %q", path, policy)
		}
		wantNoPlaceholder(t, path, r)
		if r.Status == 200 && r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s lacks nosniff", path)
		}
	}
	if page := ada.Get("/rooms/" + ada.General().ID); page.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a session's page may not be stored: %q", page.Header.Get("Cache-Control"))
	}
	secret := srv.SignUp("bob").CreateRoom("Secret", "private").ID
	hidden, absent := ada.Get("/rooms/"+secret), ada.Get("/rooms/4611686018427387000")
	if hidden.Status != 404 || absent.Status != 404 {
		t.Errorf("the page of a private room of others: %d, of none: %d; want 404 for both", hidden.Status, absent.Status)
	}
	nonsense := ada.Get("/rooms/not-a-number")
	if nonsense.Status != 404 {
		t.Errorf("/rooms/not-a-number: %d, want 404", nonsense.Status)
	}
}
