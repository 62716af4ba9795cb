package tests

import (
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// TestNamesThatDeceiveTheEyeAreRefused gives every kind of name what hides, reorders, or draws on a terminal.
func TestNamesThatDeceiveTheEyeAreRefused(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for what, part := range map[string]string{
		"a right-to-left override": "\u202e", "an isolate": "\u2067", "a zero-width space": "\u200b",
		"a word joiner": "\u2060", "a byte order mark": "\ufeff", "an escape": "\x1b[31m", "a carriage return": "\r", "a line feed": "\n",
		"a C1 control": "\u009b", "a line separator": "\u2028", "NUL": "\x00", "an Arabic letter mark": "\u061c",
	} {
		t.Run(what, func(t *testing.T) {
			as := ada.On(t)
			name := "ad" + part + "min"
			for field, r := range map[string]testkit.Reply{
				"a username":     srv.Anonymous().On(t).Post("/api/v1/signup", testkit.Object{"username": name, "password": testkit.Password}),
				"a display name": as.Patch("/api/v1/me", testkit.Object{"display_name": name}),
				"a status":       as.Patch("/api/v1/me", testkit.Object{"status": name}),
				"a room's name":  as.Post("/api/v1/rooms", testkit.Object{"name": name}),
				"a token's name": as.Post("/api/v1/me/tokens", testkit.Object{"name": name}),
			} {
				if r.Status != 400 && r.Status != 422 {
					t.Errorf("%s with it: %d %.200s", field, r.Status, r.Body)
				}
			}
		})
	}
	t.Run("look-alikes of a username", func(t *testing.T) {
		for _, name := range []string{"аda", "adа", "ａｄａ", "ada\u0301", "ADA", "Ada"} { // Cyrillic, full width, an accent, case
			r := srv.Anonymous().On(t).Post("/api/v1/signup", testkit.Object{"username": name, "password": testkit.Password})
			if r.Status < 400 || r.Status >= 500 {
				t.Errorf("%q beside ada: %d", name, r.Status)
			}
		}
	})
	t.Run("names of which nothing is seen", func(t *testing.T) {
		for _, name := range []string{"\u200d", "\u3164", "\u2800 \u00ad", "\ufe0f\u200c"} {
			ada.On(t).Post("/api/v1/rooms", testkit.Object{"name": name}).WantProblem(t, 400, "validation_failed")
			ada.On(t).Patch("/api/v1/me", testkit.Object{"display_name": name}).WantProblem(t, 400, "validation_failed")
		}
	})
	t.Run("names in other languages are names", func(t *testing.T) {
		for _, name := range []string{"Общий", "Γενικά", "一般", "العامة", "می\u200cخواهم", "👩\u200d💻"} {
			room := ada.On(t).CreateRoom(name, "open")
			if room.Name != name {
				t.Errorf("%q became %q", name, room.Name)
			}
		}
	})
	t.Run("look-alikes of an open room", func(t *testing.T) {
		for _, name := range []string{"GENERAL", " general ", "general\u3000", "ｇｅｎｅｒａｌ", "gen\u0435ral", "gener\u03b1l", "gen\u200deral", "gen\u200ceral", "general\ufe0f", "gen\u00aderal", "g\u0435n\u0435r\u0430l"} {
			r := ada.On(t).Post("/api/v1/rooms", testkit.Object{"name": name})
			if r.Status < 400 || r.Status >= 500 {
				t.Errorf("%q beside general: %d", name, r.Status)
			}
		}
	})
	if log := srv.Logs(); strings.ContainsAny(log, "\x1b\u202e\u009b") {
		t.Error("the log holds what a terminal acts upon")
	}
}

// TestAPeerThatIsNoLongerThereIsGivenUpWithinTwoHeartbeats answers no ping: as far as the server can tell, the network
// to it is gone.
func TestAPeerThatIsNoLongerThereIsGivenUpWithinTwoHeartbeats(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes two heartbeats of 25 s")
	}
	srv := testkit.Start(t)
	ada, bob := srv.SignUp("ada"), srv.SignUp("bob")
	gone, err := ada.TryRawHello()
	if err != nil {
		t.Fatal(err)
	}
	alive := bob.Connect()
	begun := time.Now()
	for {
		if _, _, err := gone.Read(); err != nil {
			break
		}
		if time.Since(begun) > 60*time.Second {
			t.Fatal("it is held after two heartbeats")
		}
	}
	if took := time.Since(begun); took < 20*time.Second || took > 55*time.Second {
		t.Errorf("it ended after %v, want one to two heartbeats of 25 s", took)
	}
	alive.Fence()
}
