package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

func TestSearchRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for _, query := range []string{"q=x&before=soon", "q=x&after=2026-13-01", "q=x&has=money", "q=x&limit=0", "q=x&cursor=nonsense", "q=" + strings.Repeat("x", 1001)} {
		t.Run(query[:min(len(query), 30)], func(t *testing.T) { refused(t, ada.On(t).Get("/api/v1/search?"+query), 422, "") })
	}
	for _, query := range []string{"", "q=", "q=+", "q=!!!"} {
		if got := ada.Search(query); len(got.Results) != 0 || got.NextCursor != "" {
			t.Errorf("%q finds %+v", query, got)
		}
	}
}

func TestSearchSaysWhatItCouldNotMean(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	for query, want := range map[string]string{
		"fox":                        "",
		"from:nobody fox":            "unknown_person nobody",
		"in:nowhere":                 "unknown_room nowhere",
		"in:@bob":                    "unknown_room @bob",
		"in:Secret has:money":        "unknown_value has:money",
		"before:soon is:open":        "not_a_date before:soon, unknown_value is:open",
		"after:2026-13-01 from:ada":  "not_a_date after:2026-13-01",
		"in:general ---":             "no_words",
		"body:fox":                   "",
		`"from:nobody"`:              "",
		"https://example.org/report": "",
	} {
		var got []string
		for _, h := range l.people["ada"].Search("q=" + testkit.Query(query)).Hints {
			got = append(got, strings.TrimSpace(h.Code+" "+h.Word))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: hints %q, want %q", query, got, want)
		}
	}
	if hints := l.people["bob"].Search("q=in:Secret").Hints; len(hints) != 1 || hints[0].Code != "unknown_room" {
		t.Errorf("a private room that one left is one that does not exist: %+v", hints)
	}
}

func TestSearchFollowsEditsAndDeletionsAtOnce(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	ada := l.people["ada"]
	expect := func(query, want string) {
		t.Helper()
		if got := l.found(ada.Search(query)); got != want {
			t.Errorf("%s found %q, want %q", query, got, want)
		}
	}
	ada.Edit(l.messages["fox"].ID, "a slow badger")
	expect("q=fox", "")
	expect("q=badger", "fox")
	expect("q=in:general+badger", "fox")
	ada.DeleteMessage(l.messages["fox"].ID)
	expect("q=badger", "")
	expect("q=from:ada+in:general+before:2020-01-01", "")
	l.people["bob"].DeleteMessage(l.messages["reply"].ID)
	expect("q=is:thread", "")
	l.people["bob"].DeleteMessage(l.messages["report"].ID)
	expect("q=has:link", "url mail star")
	ada.RemoveMember(l.rooms["Tea"], l.people["bob"].User.ID)
	if got := l.found(l.people["bob"].Search("q=天气")); got != "weather" {
		t.Errorf("an open room that one left can still be read, and searched: %q", got)
	}
	ada.Delete("/api/v1/rooms/"+l.rooms["Tea"]).Want(t, 200)
	expect("q=天气", "weather")
}

func TestSearchPagesByCursor(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.General().ID
	for i := range 45 {
		ada.Send(room, ids("m", i), fmt.Sprint("needle ", i))
	}
	pages := func(query string) (texts []string, sizes []int) {
		for cursor := ""; ; {
			page := ada.Search(query + "&cursor=" + testkit.Query(cursor))
			sizes = append(sizes, len(page.Results))
			for _, r := range page.Results {
				texts = append(texts, r.Message.Text)
			}
			if cursor = page.NextCursor; cursor == "" {
				return texts, sizes
			}
			ada.Send(room, ids("between", len(texts), len(query)), "needle that came later")
		}
	}
	for _, query := range []string{"q=needle+in:general&limit=10", "q=from:ada+needle&limit=15&after=2020-01-01", "q=from:ada&limit=7"} {
		texts, sizes := pages(query)
		texts = slices.DeleteFunc(texts, func(s string) bool { return strings.Contains(s, "later") })
		if len(texts) != 45 || texts[0] != "needle 44" || texts[44] != "needle 0" {
			t.Errorf("%s: %d results, want needle 44 to needle 0: %v", query, len(texts), texts)
		}
		for _, n := range sizes[:len(sizes)-1] {
			if n != sizes[0] {
				t.Errorf("%s: pages of %v", query, sizes)
			}
		}
	}
	if got := ada.Search("q=needle"); len(got.Results) != 20 || got.NextCursor == "" {
		t.Errorf("without a limit: %d results", len(got.Results))
	}
}

func TestASnippetIsSafeAndShowsWhatFits(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	ada := l.people["ada"]
	for query, want := range map[string]string{
		"q=saffron+xss":                "&lt;script&gt;alert(&#39;<mark>xss</mark>&#39;)&lt;/script&gt; &amp; <mark>saffron</mark> &lt;b&gt;",
		"q=fox":                        "The quick brown <mark>fox</mark> jumps over the lazy dog",
		"q=%22brown+fox%22":            "The quick <mark>brown fox</mark> jumps over the lazy dog",
		"q=muller":                     "<mark>Müller</mark>, Straße, café, naïve",
		"q=天气":                         "今天<mark>天气</mark>很好",
		"q=from:cyd+in:%22big+room%22": "[a link](https://example.com) with starlight",
	} {
		page := ada.Search(query)
		if len(page.Results) != 1 || page.Results[0].Snippet != want {
			t.Errorf("%s: %+v, want the snippet %s", query, page, want)
		}
	}
	long := strings.Repeat("padding ", 500) + "<img src=x onerror=alert(1)> needle " + strings.Repeat("<i>", 500)
	ada.Send(l.rooms["general"], "long", long)
	page := ada.Search("q=needle")
	if len(page.Results) != 1 {
		t.Fatalf("%+v", page)
	}
	if s := page.Results[0].Snippet; !strings.Contains(s, "<mark>needle</mark>") || strings.Count(s, "<") != 2 || len(s) > 1500 {
		t.Errorf("a snippet of a long text with markup: %s", s)
	}
	if r := page.Results[0]; r.Room.ID != l.rooms["general"] || r.Room.Name != "general" || r.Message.Num == 0 {
		t.Errorf("a result says where it stands: %+v", r)
	}
}
