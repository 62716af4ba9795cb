package tests

import (
	"fmt"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// watchBanner counts from now on how often the connection banner comes up.
func watchBanner(p *testkit.Tab) {
	p.Eval(`(banner => {
		window.bannerSeen = banner.hidden ? 0 : 1
		new MutationObserver(() => { if (!banner.hidden) window.bannerSeen++ }).observe(banner, {attributes: true})
	})(document.querySelector("#connection"))`)
}

// say types a message as a person does.
func say(p *testkit.Tab, text string) {
	p.Type("#composer", text)
	p.Enter()
}

// shownTexts are the messages in a tab's timeline, in their order.
func shownTexts(p *testkit.Tab) string {
	return p.Eval(`JSON.stringify([...document.querySelectorAll("[role=log] [data-message-id] .text")].map(b => b.textContent.trim()))`)
}

// TestTheChatGoesOnWithoutWebSocket puts a proxy between two browsers and the server that treats WebSockets, and streams,
// as proxies do that were not made for them.
func TestTheChatGoesOnWithoutWebSocket(t *testing.T) {
	t.Parallel()
	browser := testkit.NewBrowser(t)
	for _, tt := range []struct {
		name, sockets string
		buffers       bool
		way, why      string
	}{
		{"refused, and streams held back", testkit.SocketsRefused, true, "Long polling", "refused"},
		{"refused", testkit.SocketsRefused, false, "Server-sent events", "refused"},
		{"never answered", testkit.SocketsHang, false, "Server-sent events", "answer"},
		{"answered and then silent", testkit.SocketsMute, true, "Long polling", "answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := testkit.Start(t)
			proxy := testkit.NewProxy(t, srv)
			proxy.Sockets(tt.sockets)
			proxy.Buffers(tt.buffers)
			ada, bob := browser.Person("ada"), browser.Person("bob")
			signUpThrough(proxy.URL, ada, "/setup")
			signUpThrough(proxy.URL, bob, "/signup")
			watchBanner(ada)
			watchBanner(bob)

			say(ada, "over what there is")
			bob.Wait("bob sees ada's message", row("over what there is"))
			testkit.Eventually(t, "ada sees bob typing", func() bool {
				bob.Type("#composer", "…") // somebody who writes goes on writing
				return ada.Eval(`document.querySelector("#typing").textContent.includes("bob")`) == "true"
			})
			say(bob, " an answer")
			ada.Wait("ada sees the answer", row("an answer"))
			ada.Wait("ada's own message is acknowledged", row("over what there is")+".dataset.messageId")
			api := srv.Login("ada")
			general := api.General().ID
			testkit.Eventually(t, "the server knows what ada has read", func() bool { return api.Room(general).Unread == 0 })

			checkConnectionPage(t, proxy.URL, ada, tt.way, tt.why)
			ada.Go(proxy.URL + "/rooms/" + general)
			ada.Wait("ada is back", row("an answer"))
			watchBanner(ada)

			proxy.Sockets(testkit.SocketsPass)
			for _, p := range []*testkit.Tab{ada, bob} {
				p.Eval(`void dispatchEvent(new Event("online"))`) // else it would look again in its own time
			}
			testkit.Eventually(t, "both are on WebSockets again", func() bool { return proxy.Live() == 2 })
			for i := range 5 {
				say(ada, fmt.Sprintf("one way or another %d", i))
			}
			bob.Wait("bob sees the last", row("one way or another 4"))
			ada.Wait("ada's last is acknowledged", row("one way or another 4")+".dataset.messageId")
			if tt.sockets == testkit.SocketsMute {
				proxy.Mute()
				say(bob, "into the void")
				ada.Eval(`void dispatchEvent(new Event("online"))`) // else she would ask after 25 s of silence
				ada.Wait("what a dead socket swallowed arrives all the same", row("into the void"))
				bob.Wait("and is acknowledged", row("into the void")+".dataset.messageId")
			}

			want := []string{}
			for _, m := range api.History(general) {
				want = append(want, `"`+m.Text+`"`)
			}
			list := "[" + strings.Join(want, ",") + "]"
			for _, p := range []*testkit.Tab{ada, bob} {
				p.Wait("the list is whole", fmt.Sprintf(`document.querySelectorAll("[role=log] [data-message-id]").length >= %d`, len(want)))
				if got := shownTexts(p); got != list {
					t.Errorf("%s's list is %s, want %s", p.Name, got, list)
				}
				if n := p.Eval("window.bannerSeen"); n != "0" {
					t.Errorf("%s's banner came up %s times", p.Name, n)
				}
				p.Silent(t, append(offline, "403", "ERR_INCOMPLETE_CHUNKED_ENCODING")...)
			}
		})
	}
}

// checkConnectionPage reads what /connection says.
func checkConnectionPage(t *testing.T, url string, p *testkit.Tab, way, why string) {
	t.Helper()
	fact := func(name string) string { return `document.querySelector("[data-fact=` + name + `]").textContent` }
	p.Go(url + "/connection")
	p.Wait("the page names the transport "+way, fact("transport")+` === "`+way+`"`)
	p.Wait("and why", fact("why")+`.includes("`+why+`")`)
	p.Wait("a round trip", `/^\d+ ms/.test(`+fact("latency")+`)`)
	p.Wait("the clock", `/clock|second/i.test(`+fact("skew")+`)`)
	p.Wait("where it stands", `/#2\b/.test(`+fact("step")+`)`)
	p.Wait("what was replayed", `/^\d+$/.test(`+fact("replayed")+`)`)
	p.Eval(`(navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() })`)
	p.Click("#copy-report")
	p.Wait("the button says that it copied", `document.querySelector("#copied").textContent !== ""`)
	report := p.Eval("window.copied")
	for _, word := range []string{way, "#2", "Chrome", url} {
		if !strings.Contains(report, word) {
			t.Errorf("the report lacks %q:\n%s", word, report)
		}
	}
}
