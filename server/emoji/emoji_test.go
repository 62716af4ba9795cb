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
