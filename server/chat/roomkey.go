package chat

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// roomKey is the form under which open rooms' names are unique: what looks alike to a reader is alike here, however it
// was composed, whatever its case and whichever script a letter was taken from.
func roomKey(name string) string {
	return strings.Map(seen, cases.Fold().String(norm.NFKC.String(name)))
}

// seen is a folded letter as the eye has it: the Latin one that it cannot be told from (Unicode's confusables, UTS 39, those
// that are the same drawing), and -1 for what is not drawn at all.
func seen(r rune) rune {
	if latin, ok := drawnAlike[r]; ok {
		return latin
	}
	if unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
		return -1
	}
	return r
}

var drawnAlike = map[rune]rune{
	// Cyrillic
	'а': 'a', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'һ': 'h', 'і': 'i', 'ј': 'j', 'ӏ': 'l', 'о': 'o', 'р': 'p', 'ԛ': 'q', 'ѕ': 's', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y',
	// Greek
	'α': 'a', 'ι': 'i', 'ο': 'o', 'ρ': 'p', 'ν': 'v',
	// Armenian and Latin of other languages
	'օ': 'o', 'ս': 'u', 'ց': 'g', 'հ': 'h', 'ո': 'n', 'ɡ': 'g', 'ı': 'i', 'ɑ': 'a',
}
