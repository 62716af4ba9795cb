package tests

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestSettingsSaveThemselves(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	srv := testkit.Start(t)
	ada := browser.Person("ada")
	signUpInBrowser(srv, ada, "/setup")
	bob := srv.SignUp("bob")
	ada.Go(srv.URL + "/settings")
	ada.Eval("(window.sameDocument = true)")
	change := func(name, value string) {
		ada.Eval(fmt.Sprintf(`(el => { el.value = %q; el.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector("[name=%s]"))`, value, name))
	}
	saved := func(section string) {
		ada.Wait("it says that it is saved", fmt.Sprintf(`document.querySelector("form[action='/settings/%s'] .saved")`, section))
	}

	if hidden := ada.Eval(`[...document.querySelectorAll("form[data-autosave] button")].every(b => b.hidden)`); hidden != "true" {
		t.Error("a form that saves itself shows a button")
	}
	change("theme", "dark")
	ada.Wait("the page is dark", `document.documentElement.dataset.theme === "dark" && getComputedStyle(document.body).colorScheme !== "light"`)
	saved("look")
	change("density", "compact")
	ada.Wait("the page is compact", `document.documentElement.dataset.density === "compact"`)
	change("display_name", "Ada Lovelace")
	change("status", "on the train")
	saved("profile")
	ada.Eval(`document.querySelector("input[name=hue][value='4']").click()`)
	ada.Wait("the initials are those of the new name", `document.querySelector(".hue .avatar").textContent === "AL"`)
	change("email", "nonsense")
	ada.Wait("a fault stands beside its field", `document.querySelector("#email").getAttribute("aria-invalid") === "true" && document.querySelector("#email-error").textContent`)
	change("email", "ada@example.org")
	ada.Wait("and goes when it is mended", `!document.querySelector("#email-error") && !document.querySelector("#email").hasAttribute("aria-invalid")`)
	if ada.Eval("window.sameDocument") != "true" {
		t.Error("saving a setting loaded the page again")
	}

	me := testkit.Decode[struct {
		User struct {
			DisplayName string `json:"display_name"`
			Status      string
			Email       string
			Hue         int
		}
	}](srv.Login("ada").Get("/api/v1/me").Want(t, 200)).User
	if me.DisplayName != "Ada Lovelace" || me.Status != "on the train" || me.Email != "ada@example.org" || me.Hue != 4 {
		t.Errorf("the account is %+v", me)
	}
	srv.Login("ada").Send(bob.General().ID, "1", "in my own colour")
	ada.Go(srv.URL + "/")
	ada.Wait("the room is dark and compact, the avatar of the chosen colour", `document.documentElement.dataset.theme === "dark" && document.documentElement.dataset.density === "compact" && `+row("in my own colour")+`?.querySelector(".avatar.hue-3")?.textContent === "AL"`)
	if r := bob.Patch("/api/v1/me", testkit.Object{"hue": 13}); r.Status != 400 {
		t.Errorf("a colour that does not exist: %d, want 400", r.Status)
	}

	ada.Go(srv.URL + "/settings")
	change("language", "zh-CN")
	ada.Wait("the page is Chinese", `document.documentElement.lang === "zh-CN" && document.querySelector("h1").textContent === "设置"`)

	ada.Wait("notices are off", `!document.querySelector("[data-notices=off]").hidden`)
	ada.Grant(srv.URL, "notifications")
	ada.Click("[data-notices=off] button")
	ada.Wait("notices are on, and can be turned off with the next key", `!document.querySelector("[data-notices=on]").hidden && document.activeElement.closest("[data-notices=on]")`)
	ada.Press("Enter")
	ada.Wait("notices are off again", `!document.querySelector("[data-notices=off]").hidden && localStorage.getItem("parley.notify") === "off"`)
	ada.Silent(t, "400 (Bad Request)")
}

func TestSettingsAreFormsWithoutJavaScript(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada").With("Origin", srv.URL).With("Sec-Fetch-Site", "same-origin").With("Accept", "text/html")
	for _, tt := range []struct{ field, value, section string }{
		{"theme", "dark", "look"}, {"display_name", "Ada Lovelace", "profile"},
	} {
		f := formWith(t, ada.Get("/settings"), tt.field)
		f.values.Set("density", "compact")
		r := submit(ada, "/settings", f, map[string]string{tt.field: tt.value, "hue": "4"})
		if !isRedirect(r) || r.Header.Get("Location") != "/settings?saved="+tt.section {
			t.Errorf("%s: %d to %q", tt.field, r.Status, r.Header.Get("Location"))
		}
	}
	page := string(ada.Get("/settings").Want(t, 200).Body)
	for _, want := range []string{`data-theme="dark"`, `data-density="compact"`, `value="Ada Lovelace"`, `value="4" checked`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// TestBothSidesGiveOnePersonOneFace asks the settings page and the browser's code for the same avatars.
func TestBothSidesGiveOnePersonOneFace(t *testing.T) {
	t.Parallel()
	node := testkit.Need(t, "node")
	srv := testkit.Start(t)
	for i, name := range []string{"Ada Lovelace", "ada", "陈薇", "a.b-c_d", "Ana María de la Cruz", "ёлка", "김 민수"} {
		c := srv.SignUp(ids("face", i))
		c.Patch("/api/v1/me", testkit.Object{"display_name": name}).Want(t, 200)
		script := fmt.Sprintf(`import { hue, initials } from './static/js/core/editing.js'; console.log('<span class="avatar hue-' + hue(%q) + '" aria-hidden="true">' + initials(%q) + '</span><span class="vh">')`, c.User.ID, name)
		cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "-e", script)
		cmd.Dir = testkit.Root()
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		page := string(c.With("Accept", "text/html").Get("/settings").Want(t, 200).Body)
		if face := strings.TrimSpace(string(out)); !strings.Contains(page, face) {
			t.Errorf("%s: the page does not have the face %s", name, face)
		}
	}
}
