package handlers

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/models"
	"parley/templates"
)

// initials stand on an avatar: of two words, or the first sign of a name without spaces. static/js/core/editing.js says
// the same of the same name; a test holds the two together.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("._-", r) })
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 || unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		return strings.ToUpper(string(first))
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return strings.ToUpper(string(first) + string(last))
}

// hueOf is the colour, from 0, of somebody who chose none. Ids count up in time, so neighbours differ in few bits: FNV-1a,
// then a mix that carries every bit into the last ones.
func hueOf(id models.ID) int {
	h := uint32(0x811c9dc5)
	for _, c := range []byte(id.String()) {
		h = (h ^ uint32(c)) * 0x01000193
	}
	h = (h ^ h>>16) * 0x85ebca6b
	return int((h ^ h>>13) % models.Hues)
}

// hues are the colours to choose from, the one that comes of itself first.
func hues(f templates.Frame, u *models.User) []templates.Hue {
	list := make([]templates.Hue, 0, models.Hues+1)
	for n := 0; n <= models.Hues; n++ {
		value, class := strconv.Itoa(n), n-1
		if n == 0 {
			class = hueOf(u.ID)
		}
		list = append(list, templates.Hue{Choice: templates.Choice{Value: value, Label: f.T("settings.hue." + value), Chosen: n == u.Hue}, Class: class})
	}
	return list
}
