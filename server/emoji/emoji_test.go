package emoji

import (
	"testing"

	"github.com/rivo/uniseg"
)

func TestEveryEmojiIsOneCharacterAndIsFoundByEachOfItsNames(t *testing.T) {
	entries := parsed().entries
	if len(entries) < 1800 {
		t.Fatalf("the table has %d emoji", len(entries))
	}
	for _, e := range entries {
		if uniseg.GraphemeClusterCount(e.Emoji) != 1 || len(e.Names) == 0 || e.Category > 8 {
			t.Errorf("%q %v is no entry", e.Emoji, e)
		}
		for _, name := range e.Names {
			if got, ok := ByName(":" + name + ":"); !ok || got != e.Emoji {
				t.Errorf(":%s: is %q, want %q", name, got, e.Emoji)
			}
		}
	}
	if _, ok := ByName(":no_such_emoji:"); ok {
		t.Error("a name that does not exist was found")
	}
}

func TestAnEmojiHasOneForm(t *testing.T) {
	for given, want := range map[string]string{
		"🎉": "🎉", ":tada:": "🎉", "👍": "👍", ":+1:": "👍",
		"❤": "❤️", "❤️": "❤️", "☺": "☺️", "1️⃣": "1️⃣", "1\u20e3": "1️⃣", "🇳🇴": "🇳🇴",
		"👍🏽": "👍🏽", "👩🏽\u200d🚀": "👩🏽\u200d🚀", "🧑🏻\u200d❤️\u200d🧑🏿": "🧑🏻\u200d❤️\u200d🧑🏿", "👨\u200d👩\u200d👧\u200d👦": "👨\u200d👩\u200d👧\u200d👦",
		"\U0001FAE9": "\U0001FAE9", // Unicode 16, newer than the table
		"🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F": "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F",
	} {
		if got, ok := Canonical(given); !ok || got != want {
			t.Errorf("%q is %q (%v), want %q", given, got, ok, want)
		}
	}
	for _, given := range []string{
		"", "a", "1", "#", "x", "no", "100", "tada", ":no_such:", "::", "::tada::", "é", "日", "№", "∑", "─", "①", " ", "🎉🎉", "🎉 ", "a🎉", "🎉\u0301", "\u200d", "\ufe0f", "\xff", "🎉\x00",
		"<b>", "👍🏽👍🏽", "🎉" + string(make([]byte, 70)),
	} {
		if got, ok := Canonical(given); ok {
			t.Errorf("%q was taken for the emoji %q", given, got)
		}
	}
}
