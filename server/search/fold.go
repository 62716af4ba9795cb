package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class is what a rune means to the tokenizer.
type class uint8

const (
	isBreak     class = iota // parts words: space, punctuation, symbols
	isIgnored                // leaves no trace: joiners, variation selectors, skin tones, accents, vowel points
	isMark                   // continues a word: the vowel signs of India and their like
	isLetter                 // letters and digits of scripts that part words by spaces
	isCharacter              // of scripts that do not, and of Korean
	isEmoji
)

// unspaced are the scripts whose words cannot be told apart without a dictionary, and Korean, whose
// words carry their grammar at the end.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Hangul,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// pointed are the marks that writers leave out as they please: the accents of Latin, Greek and
// Cyrillic, the vowel points of Hebrew and Arabic. Those of other scripts (unicode.M) carry the vowel.
var pointed = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0300, 0x036f, 1},
		{0x0483, 0x0489, 1},
		{0x0591, 0x05bd, 1},
		{0x05bf, 0x05bf, 1},
		{0x05c1, 0x05c2, 1},
		{0x05c4, 0x05c5, 1},
		{0x05c7, 0x05c7, 1},
		{0x0610, 0x061a, 1},
		{0x0640, 0x0640, 1},
		{0x064b, 0x065f, 1},
		{0x0670, 0x0670, 1},
		{0x06d6, 0x06dc, 1},
		{0x06df, 0x06e4, 1},
		{0x06e7, 0x06e8, 1},
		{0x06ea, 0x06ed, 1},
		{0x1ab0, 0x1aff, 1},
		{0x1dc0, 0x1dff, 1},
		{0x20d0, 0x20ff, 1},
		{0xfe00, 0xfe0f, 1},
		{0xfe20, 0xfe2f, 1},
	},
	R32: []unicode.Range32{{0xe0100, 0xe01ef, 1}},
}

const (
	zeroWidthSpace = 0x200b // marks where a word ends in Thai and Khmer
	firstUnspaced  = 0x0e01 // Thai; Latin, Greek, Cyrillic, Arabic and India's scripts stand before it
	firstEmoji     = 0x2190 // symbols below it (© ° ¦) are punctuation to a reader
)

func classify(r rune) class {
	switch {
	case r >= 0x4e00 && r < hanEnd, r >= 0xac00 && r <= 0xd7a3: // most of Chinese and Korean
		return isCharacter
	case r >= maxRune && r < 0xe0000 || r == utf8.RuneError:
		return isBreak
	case r >= 0x1f3fb && r <= 0x1f3ff, unicode.Is(pointed, r):
		return isIgnored
	case r == 0x30fc, r >= 0x3031 && r <= 0x3035: // ー and 〱, which no script claims
		return isCharacter
	case unicode.IsLetter(r), unicode.Is(unicode.Nl, r):
		if r >= firstUnspaced && unicode.In(r, unspaced...) {
			return isCharacter
		}
		return isLetter
	case unicode.IsMark(r):
		return isMark
	case unicode.IsNumber(r):
		return isLetter
	case unicode.Is(unicode.So, r) && r >= firstEmoji:
		return isEmoji
	case unicode.Is(unicode.Cf, r) && r != zeroWidthSpace:
		return isIgnored
	}
	return isBreak
}

// fold takes a letter or digit without its case and accents.
func (s *scanner) fold(r rune, start, end int) {
	if unicode.Is(unicode.Nd, r) {
		s.letter('0'+digitValue(r), start, end)
		return
	}
	// By way of upper case: ς and σ, ſ and s, and all four of Turkish İ I ı i become one.
	r = unicode.ToLower(unicode.ToUpper(r))
	if !hasAccents(r) {
		s.letter(r, start, end)
		return
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	parts := norm.NFD.Properties(buf[:n]).Decomposition()
	if parts == nil {
		parts = buf[:n]
	}
	for len(parts) > 0 {
		r, size := utf8.DecodeRune(parts)
		parts = parts[size:]
		if unicode.Is(pointed, r) {
			continue
		}
		if plain, ok := spelled[r]; ok {
			for _, c := range plain {
				s.letter(c, start, end)
			}
			continue
		}
		s.letter(r, start, end)
	}
}

// hasAccents says whether r belongs to Latin, Greek, Cyrillic, Armenian, Hebrew or Arabic.
func hasAccents(r rune) bool {
	return r < 0x0700 || r >= 0x1c80 && r < 0x2000 || r >= 0x2c60 && r < 0x2c80 || r >= 0xa640 && r < 0xa800
}

// spelled are letters that Unicode does not take apart and people type in more than one way.
var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h",
	'ى': "ي", 'ی': "ي", 'ک': "ك", 'ة': "ه", // the keyboards of Cairo and Tehran
}

// digitValue is 0 to 9 for a decimal digit of any script. Unicode keeps each script's ten together,
// beginning at a code point that ends in 0 or in 6.
func digitValue(r rune) rune {
	zero := r &^ 0xf
	if !unicode.Is(unicode.Nd, zero) {
		zero += 6
	}
	if d := r - zero; d >= 0 && d <= 9 {
		return d
	}
	return 0
}
