package tests

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestSecurityTextNamesItsContact(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Args("--security-contact", "security@team.example", "--url", "http://team.example"))
	r := srv.Anonymous().Get("/.well-known/security.txt").Want(t, http.StatusOK)
	text := string(r.Body)
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") || !strings.Contains(text, "Contact: mailto:security@team.example\n") ||
		!strings.Contains(text, "Canonical: http://team.example/.well-known/security.txt\n") {
		t.Errorf("%s\n%s", r.Header.Get("Content-Type"), text)
	}
	found := regexp.MustCompile(`(?m)^Expires: (.*)$`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("RFC 9116 wants Expires:\n%s", text)
	}
	at, err := time.Parse(time.RFC3339, found[1])
	if left := time.Until(at); err != nil || left < 30*24*time.Hour || left > 366*24*time.Hour {
		t.Errorf("it expires at %q: %v", found[1], err)
	}
	testkit.Start(t).Anonymous().Get("/.well-known/security.txt").Want(t, http.StatusNotFound)
	for _, bad := range []string{"nobody", "javascript:alert(1)", "https://x\nContact: mailto:evil@example.org"} {
		if got := testkit.Run(t, []string{"PARLEY_DATA=" + t.TempDir()}, "--security-contact", bad); got.Exit != 2 {
			t.Errorf("the contact %q was taken", bad)
		}
	}
}

func TestPasswordManagersFindTheForm(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	to := ada.Get("/.well-known/change-password").Want(t, http.StatusSeeOther).Header.Get("Location")
	page, anchor, _ := strings.Cut(to, "#")
	if body := string(ada.Get(page).Want(t, http.StatusOK).Body); anchor == "" || !strings.Contains(body, `id="`+anchor+`"`) || !strings.Contains(body, `autocomplete="new-password"`) {
		t.Errorf("%s leads to no form for a password", to)
	}
}
