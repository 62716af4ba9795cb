package ws

import (
	"encoding/binary"
	"unicode/utf8"
)

// valid returns up to where b, whose first checked bytes are known to be good, is whole UTF-8: all of it, but for a
// character whose end has not come yet. It is below 0 where no continuation can mend it (RFC 6455, section 8.1).
func valid(b []byte, checked int) int {
	if utf8.Valid(b[checked:]) {
		return len(b)
	}
	for checked < len(b) {
		if b[checked] < utf8.RuneSelf {
			checked++
			continue
		}
		if !utf8.FullRune(b[checked:]) {
			return checked
		}
		r, size := utf8.DecodeRune(b[checked:])
		if r == utf8.RuneError && size == 1 {
			return -1
		}
		checked += size
	}
	return checked
}

// mayBeSent reports whether a close frame may carry the code (RFC 6455, section 7.4, and IANA's registry).
func mayBeSent(code int) bool {
	switch {
	case code >= 3000 && code <= 4999:
		return true
	case code >= 1000 && code <= 1014:
		return code != 1004 && code != noStatus && code != 1006
	}
	return false
}

// unmask undoes the mask of a payload whose first byte here is its byte number at.
func unmask(b []byte, mask [4]byte, at int) {
	key := [8]byte{}
	for i := range key {
		key[i] = mask[(at+i)&3]
	}
	word := binary.LittleEndian.Uint64(key[:])
	for len(b) >= 8 {
		binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)^word)
		b = b[8:]
	}
	for i := range b {
		b[i] ^= key[i]
	}
}
