package markup

import (
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// relation is on every link: the page that opens can neither reach back (noopener) nor see which
// workspace it was opened from (noreferrer), and its author gains nothing (nofollow ugc).
const relation = `noopener noreferrer nofollow ugc`

// addressStart is where a bare address begins whose "://" or "." stands at text[at], or -1.
func addressStart(text string, at int) int {
	if strings.HasPrefix(text[at:], "://") {
		for _, scheme := range []string{"https", "http"} {
			start := at - len(scheme)
			if start >= 0 && strings.EqualFold(text[start:at], scheme) && !isAlnum(byteAt(text, start-1)) {
				return start
			}
		}
		return -1
	}
	start := at - 3
	if start < 0 || !strings.EqualFold(text[start:at], "www") {
		return -1
	}
	if before := byteAt(text, start-1); isAlnum(before) || strings.IndexByte("-_./:@", before) >= 0 {
		return -1
	}
	return start
}

// addressEnd is where the bare address that begins at text[start] ends; start if it is none. Unlike
// the GitHub rule it takes hosts without a dot (a team's own wiki), names and paths in any script, and
// it stops before the punctuation of Chinese and Japanese, which follows an address without a space.
func addressEnd(text string, start int) int {
	host, www := start+4, true
	if i := strings.Index(text[start:], "://"); i == 4 || i == 5 {
		host, www = start+i+3, false
	}
	end := hostEnd(text, host)
	name := text[host:end]
	if name == "" || www && !strings.Contains(name, ".") {
		return start
	}
	if byteAt(text, end) == ':' {
		port := end + 1
		for port < len(text) && isDigit(text[port]) {
			port++
		}
		if port > end+1 {
			end = port
		}
	}
	if byteAt(text, end) == '@' {
		return start // an account in an address is how one host dresses up as another
	}
	if next := byteAt(text, end); next == '/' || next == '?' || next == '#' {
		end = pathEnd(text, end)
	}
	return end
}

// maxHost is the longest name that DNS knows, in bytes.
const maxHost = 253

func hostEnd(text string, start int) int {
	if first := byteAt(text, start); first < utf8.RuneSelf && !isAlnum(first) {
		return start
	}
	end := start
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if r < utf8.RuneSelf && !isNameByte(byte(r)) || r >= utf8.RuneSelf && !unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			break
		}
		if end += n; end-start > maxHost {
			return start
		}
	}
	for end > start && !isAlnum(text[end-1]) && text[end-1] < utf8.RuneSelf {
		end--
	}
	// A last label that begins in ASCII and goes on in another script is a name and the words after it.
	label := start + strings.LastIndexByte(text[start:end], '.') + 1
	if label < end && text[label] < utf8.RuneSelf {
		for i := label; i < end; i++ {
			if text[i] >= utf8.RuneSelf {
				end = i
			}
		}
	}
	return end
}

func pathEnd(text string, start int) int {
	end := start
	var open [3]int
scan:
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if r >= utf8.RuneSelf {
			if r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.M, unicode.N) {
				break
			}
		} else if r <= ' ' || r == 0x7f || strings.IndexByte("<>\"`\\|^", byte(r)) >= 0 {
			break
		} else if i := strings.IndexByte("([{", byte(r)); i >= 0 {
			open[i]++
		} else if i := strings.IndexByte(")]}", byte(r)); i >= 0 {
			if open[i] == 0 {
				break scan // the bracket belongs to the sentence around
			}
			open[i]--
		}
		end += n
	}
	for end > start && strings.IndexByte("?!.,:;*_~'", text[end-1]) >= 0 {
		end--
	}
	return end
}

// emailAt finds the bounds of the e-mail address whose @ stands at text[at].
func emailAt(text string, at int) (start, end int, ok bool) {
	start = at
	for start > 0 && (isNameByte(text[start-1]) || text[start-1] == '+' || text[start-1] == '%') {
		start--
	}
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	for start < at && !isAlnum(text[start]) {
		start++
	}
	if start == at || text[at-1] == '.' || before == '/' || before == '@' || isWordRune(before) {
		return 0, 0, false
	}
	end, label, dots := at+1, at+1, 0
	for end < len(text) && (isAlnum(text[end]) || text[end] == '-' || text[end] == '.') {
		if text[end] == '.' {
			if end == label || end+1 == len(text) || !isAlnum(text[end+1]) {
				break
			}
			label, dots = end+1, dots+1
		}
		end++
	}
	if dots == 0 || end-label < 2 || strings.ContainsFunc(text[label:end], func(r rune) bool { return !isLetter(byte(r)) }) {
		return 0, 0, false
	}
	after, _ := utf8.DecodeRuneInString(text[end:])
	return start, end, after != '@' && after != '_' && !isWordRune(after)
}

func hasEmail(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] == '@' {
			if _, _, ok := emailAt(text, i); ok {
				return true
			}
		}
	}
	return false
}

// webAddress makes the href of a link's destination, or refuses it. Only http, https and mailto lead
// anywhere; a relative address would act on this server in the reader's name.
func webAddress(dest string) (href string, ok bool) {
	dest = strings.TrimSpace(dest)
	scheme, rest, found := strings.Cut(dest, ":")
	if !found {
		return "", false
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		if !strings.HasPrefix(rest, "//") {
			return "", false
		}
	case "mailto":
		if strings.IndexByte(rest, '@') < 1 {
			return "", false
		}
	default:
		return "", false
	}
	href = strings.ToLower(scheme) + ":" + percentEncode(rest)
	u, err := url.Parse(href)
	if err != nil || u.User != nil || u.Scheme != "mailto" && u.Hostname() == "" {
		return "", false
	}
	return href, true
}

// percentEncode makes harmless what no address may hold; what is encoded already stays as it is.
func percentEncode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i, r := range s {
		n := utf8.RuneLen(r)
		bad := r == utf8.RuneError || !unicode.IsGraphic(r) || unicode.IsSpace(r) ||
			strings.ContainsRune("\"<>\\^`{|}", r) || r == '%' && !isEscape(s[i:])
		if !bad {
			b.WriteRune(r)
			continue
		}
		if r == utf8.RuneError {
			n = 1
			if strings.HasPrefix(s[i:], "\uFFFD") {
				n = 3
			}
		}
		for _, c := range []byte(s[i : i+n]) {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

func isEscape(s string) bool {
	isHex := func(b byte) bool { return isDigit(b) || lower(b)-'a' < 6 }
	return len(s) > 2 && isHex(s[1]) && isHex(s[2])
}

// unescape gives what backslashes and entities stand for in an address or a title.
func unescape(raw string) string {
	if !strings.ContainsAny(raw, `\&`) {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) && isPunct(raw[i+1]) {
			i++
		} else if n := entityLen(raw[i:]); n > 0 {
			b.WriteString(html.UnescapeString(raw[i : i+n]))
			i += n - 1
			continue
		}
		b.WriteByte(raw[i])
	}
	return b.String()
}

// entityLen is the length of the character reference that s begins with, or 0 (CommonMark 6.2: it
// needs its semicolon and a known name).
func entityLen(s string) int {
	if len(s) < 4 || s[0] != '&' {
		return 0
	}
	semi := strings.IndexByte(s[:min(len(s), 34)], ';')
	if semi < 2 {
		return 0
	}
	name := s[:semi+1]
	if s[1] == '#' {
		digits, base := s[2:semi], 10
		if lower(s[2]) == 'x' {
			digits, base = s[3:semi], 16
		}
		if _, err := strconv.ParseUint(digits, base, 32); err != nil || len(digits) > 7 {
			return 0
		}
		return semi + 1
	}
	for _, c := range []byte(s[1:semi]) {
		if !isAlnum(c) {
			return 0
		}
	}
	if known := html.UnescapeString(name); known == name || strings.HasSuffix(known, ";") && name != "&semi;" {
		return 0 // unknown, or only its beginning is known (&ampx;)
	}
	return semi + 1
}

// escape appends s as text or attribute value, exactly as the sanitiser would write it.
func escape(dst []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		var entity string
		switch s[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&#34;"
		case '\'':
			entity = "&#39;"
		case '\r':
			entity = "&#13;"
		default:
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, entity...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}
