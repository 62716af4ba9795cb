package search

// The encoding of a word writes ASCII as it is and everything else in base 36, rune by rune, so that
// the code of a beginning is the beginning of the code (a prefix search works in any script) and two
// words never share a code. The letter q switches: into base 36, where each rune takes 3 digits (up to
// U+0FFF, and U+3000 to U+9FFF) or 4 (others), known by its first; and back, where ASCII follows. A q
// that was typed is a switch there and back: "qq".
//
//	kot -> kot    кот -> q0qi0qm0qq    iraq -> iraqq
const (
	digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	shift  = 'q' // digit 26: the first digit of a 3-digit code is below it, of a 4-digit code above

	lowRunes = 0x1000 - 0x80    // U+0080 to U+0FFF: alphabets
	hanStart = 0x3000           // to U+9FFF: kana and Han
	hanEnd   = 0xA000           //
	maxRune  = 9 * 36 * 36 * 36 // 4-digit codes reach to U+6683F, beyond all letters and emoji
)

// put appends one rune of the open token.
func (s *scanner) put(r rune) {
	if r < 0x80 {
		if s.wide {
			s.out, s.wide = append(s.out, shift), false
		}
		if r == shift {
			s.out = append(s.out, shift)
		}
		s.out = append(s.out, byte(r))
		return
	}
	if !s.wide {
		s.out, s.wide = append(s.out, shift), true
	}
	v := int(r)
	switch {
	case v < 0x1000:
		s.put3(v - 0x80)
	case v >= hanStart && v < hanEnd:
		s.put3(v - hanStart + lowRunes)
	default:
		s.out = append(s.out, digits[27+v/46656])
		v %= 46656
		s.out = append(s.out, digits[v/1296], digits[v/36%36], digits[v%36])
	}
}

func (s *scanner) put3(v int) {
	s.out = append(s.out, digits[v/1296], digits[v/36%36], digits[v%36])
}
