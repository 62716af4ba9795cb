package tests

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"parley/tests/testkit"
)

// hostileTexts is a corpus of what has run scripts in other people's chat programs.
var hostileTexts = []string{
	`<script>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`,
	`<svg onload=alert(1)>`,
	`<svg><script xlink:href="data:,alert(1)"></script></svg>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
	`<iframe srcdoc="<script>alert(1)</script>">`,
	`<a href="javascript:alert(1)">x</a>`,
	`[x](javascript:alert(1))`,
	`[x](JaVaScRiPt:alert(1))`,
	`[x](java&#115;cript:alert(1))`,
	"[x](java\tscript:alert(1))",
	"[x](\x01javascript:alert(1))",
	`[x](javascript&colon;alert(1))`,
	`[x](vbscript:msgbox(1))`,
	`[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
	`[x](//evil.example/ "onmouseover=alert(1)")`,
	`[x](https://evil.example/"onmouseover="alert(1))`,
	`[x](<javascript:alert(1)>)`,
	"[x][r]\n\n[r]: javascript:alert(1)",
	`<javascript:alert(1)>`,
	`<http://evil.example/"onclick="alert(1)>`,
	`![x](https://evil.example/tracker.png)`,
	`![x](data:image/svg+xml,<svg onload=alert(1)>)`,
	`![x"onerror="alert(1)](x)`,
	"```\"onmouseover=\"alert(1)\ncode\n```",
	"```<script>\nalert(1)\n```",
	"`<script>alert(1)</script>`",
	`<style>@import 'https://evil.example/x.css';</style>`,
	`<div style="background:url(https://evil.example)">`,
	`<form action=https://evil.example><input name=password>`,
	`<base href=https://evil.example/>`,
	`<meta http-equiv=refresh content="0;url=https://evil.example">`,
	`<object data=https://evil.example></object><embed src=x>`,
	`<!--><script>alert(1)</script-->`,
	`<![CDATA[<script>alert(1)</script>]]>`,
	`</p></div></body><script>alert(1)</script>`,
	`<b onmouseover=alert(1)>bold</b>`,
	`<p id=composer name=cookie class=message>clobbered</p>`,
	`"><script>alert(1)</script>`,
	`'-alert(1)-'`,
	`{{constructor.constructor('alert(1)')()}}`,
	`${alert(1)}`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<template><script>alert(1)</script></template>`,
	`<x contenteditable onblur=alert(1)>lose focus</x>`,
	"| a | b |\n|---|---|\n| <script>alert(1)</script> | [x](javascript:alert(1)) |",
	`- [x] <input onfocus=alert(1) autofocus>`,
	`https://evil.example/<script>alert(1)</script>`,
	`www.evil.example/"onmouseover="alert(1)`,
	`@ada"><script>alert(1)</script>`,
	`<a href="https://evil.example" target="_self" rel="opener">x</a>`,
	"\u202egnp.exe <script>alert(1)</script>",
	`&lt;script&gt;alert(1)&lt;/script&gt;`,
	`&#60;script&#62;alert(1)&#60;/script&#62;`,
}

func TestHostileTextsBecomeHarmlessHTML(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	s := ada.Connect()
	for i, text := range hostileTexts {
		m := ada.Send(room, ids("x", i), text)
		if m.Text != text {
			t.Errorf("the text came back changed:\n%q\n%q", m.Text, text)
		}
		for _, fault := range dangers(m.HTML) {
			t.Errorf("%q became %q: %s", text, m.HTML, fault)
		}
		if created := s.ExpectIn("message.created", room); created.Message.HTML != m.HTML || created.Message.Text != text {
			t.Errorf("the event differs from the answer: %s", created.Raw)
		}
	}
}

var (
	harmlessElements   = wordSet("html head body p br strong em b i del s code pre blockquote ul ol li a span h1 h2 h3 h4 h5 h6 hr table thead tbody tr th td input div")
	harmlessAttributes = wordSet("href rel target class title start align data-user-id type checked disabled dir lang")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// dangers parses HTML as a browser does and lists what could run, load, frame or clobber.
func dangers(source string) []string {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			out = append(out, "a comment")
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !harmlessElements[n.Data] {
			out = append(out, "the element "+n.Data)
		}
		for _, a := range n.Attr {
			if !harmlessAttributes[a.Key] {
				out = append(out, fmt.Sprintf("the attribute %s of %s", a.Key, n.Data))
			}
			if a.Key == "href" && !harmlessLink(a.Val) {
				out = append(out, fmt.Sprintf("the link %q", a.Val))
			}
			if a.Key == "type" && a.Val != "checkbox" {
				out = append(out, "an input that is no check box")
			}
		}
	}
	return out
}

func harmlessLink(target string) bool {
	u, err := url.Parse(target)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto")
}

func TestHostileNamesAndTopicsStayText(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	for i, text := range hostileTexts {
		name := []rune(text)
		r := ada.Post("/api/v1/rooms", testkit.Object{"name": fmt.Sprintf("%d %s", i, string(name[:min(len(name), 40)])), "topic": text})
		if r.Status == 400 || r.Status == 422 { // control characters and the like may be refused
			continue
		}
		room := testkit.Decode[struct{ Room testkit.Room }](r.Want(t, 201)).Room
		if room.Topic != text {
			t.Errorf("the topic came back changed: %q, want %q", room.Topic, text)
		}
		changed := ada.Patch("/api/v1/me", testkit.Object{"display_name": string(name[:min(len(name), 40)])})
		if changed.Status >= 500 {
			t.Errorf("display name %q: %d", text, changed.Status)
		}
		page := ada.With("Accept", "text/html").Get("/rooms/" + room.ID)
		if page.Status != 200 {
			continue
		}
		for _, fault := range activeContent(string(page.Body)) {
			t.Errorf("the room's page, named %q: %s", room.Name, fault)
		}
		if !strings.Contains(page.Header.Get("Content-Security-Policy"), "script-src") || page.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the page's headers: %v", page.Header)
		}
	}
}

// activeContent looks for scripts and handlers in a whole page that came out of a user's text.
func activeContent(page string) []string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if n.Data == "input" && a.Key == "value" {
				continue // a text, whatever it says
			}
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				out = append(out, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
			if n.Data == "script" && a.Key == "src" && !strings.HasPrefix(a.Val, "/") {
				out = append(out, "a script from "+a.Val)
			}
		}
		if n.Data == "script" && n.FirstChild != nil && strings.HasPrefix(strings.TrimSpace(n.FirstChild.Data), "alert") {
			out = append(out, "the text runs as a script")
		}
		if n.Data == "iframe" || n.Data == "object" || n.Data == "embed" || n.Data == "base" {
			out = append(out, "the element "+n.Data)
		}
	}
	return out
}

func TestPathologicalMarkdownIsRenderedAtOnce(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	room := ada.CreateRoom("Tea", "open").ID
	for i, text := range []string{
		strings.Repeat("*", 16_384), strings.Repeat("> ", 8_000) + "x", strings.Repeat("[", 16_000), strings.Repeat("[a](", 4_000),
		strings.Repeat("`a", 8_000), strings.Repeat("- ", 8_000) + "x", strings.Repeat("_a ", 5_000), strings.Repeat("<", 16_000),
		strings.Repeat("|a", 8_000) + "\n" + strings.Repeat("|-", 100), strings.Repeat("![", 8_000), strings.Repeat("&amp;", 3_000),
		strings.Repeat("**a*", 4_000), strings.Repeat("~~a", 5_000), strings.Repeat("www.a.b ", 2_000), strings.Repeat("@ada ", 3_000),
	} {
		begin := time.Now()
		m := ada.Send(room, ids("p", i), text)
		if took := time.Since(begin); took > time.Second && !testkit.Race {
			t.Errorf("%.12s… took %v", text, took)
		}
		if faults := dangers(m.HTML); len(faults) > 0 {
			t.Errorf("%.12s… became dangerous: %v", text, faults[0])
		}
	}
}
