package markup

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	minName = 2
	maxName = 32

	// maxLookups bounds what a text full of @ can ask of the database.
	maxLookups = 100
)

// person is what a name stands for: an account, everybody, or nobody.
type person struct {
	id      int64
	display string
	all     bool
	known   bool
}

// people resolves the names of one message and remembers who was mentioned.
type people struct {
	resolve Resolve
	emoji   func(string) (string, bool)
	asked   map[string]person
	asking  bool // inside the caller's Resolve, whose panics are not ours to catch
	out     *Rendered
}

// find looks for a mention at the @ that stands at text[at]. The longest name that somebody bears wins:
// in "@bob." that is "bob." if there is such an account, else "bob". n is its length in bytes, with the @.
func (p *people) find(text string, at int) (who person, n int) {
	end := nameEnd(text, at)
	for end-at-1 >= minName {
		if end-at-1 <= maxName {
			if who := p.lookup(strings.ToLower(text[at+1 : end])); who.known {
				return who, end - at
			}
		}
		if isAlnum(text[end-1]) {
			break // only trailing punctuation can be cut: @ada-x must not call ada
		}
		end--
	}
	return person{}, 0
}

// nameEnd is where the run of username characters after the @ ends, or at where no mention can stand:
// inside a word, an e-mail address or an @user@host handle.
func nameEnd(text string, at int) int {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	if before == '+' || before == '/' || before == '@' || isWordRune(before) {
		return at
	}
	if before == '_' || before == '-' { // the end of foo_@example.com, not of _@bob_
		if head := strings.TrimRight(text[:at], "_-"); head != "" && isAlnum(head[len(head)-1]) {
			return at
		}
	}
	end := at + 1
	for end < len(text) && isNameByte(text[end]) {
		end++
	}
	if after, _ := utf8.DecodeRuneInString(text[end:]); after == '@' || isWordRune(after) {
		return at
	}
	return end
}

func isNameByte(b byte) bool { return isAlnum(b) || b == '_' || b == '.' || b == '-' }

// isWordRune says whether r beside an @ makes it part of a word. Scripts that are written without
// spaces do not: nobody types a space before a mention in Chinese, Japanese or Thai.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isAlnum(byte(r))
	}
	if r == utf8.RuneError {
		return false
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N) && !unicode.In(r,
		unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && r != 'ー'
}

func (p *people) lookup(name string) person {
	if name == "all" || name == "here" {
		return person{all: true, known: true}
	}
	if p.resolve == nil {
		return person{}
	}
	who, asked := p.asked[name]
	if asked || len(p.asked) >= maxLookups {
		return who
	}
	p.asking = true
	who.id, who.display, who.known = p.resolve(name)
	p.asking = false
	if p.asked == nil {
		p.asked = make(map[string]person)
	}
	p.asked[name] = who
	return who
}

// note records a mention that is about to be written, and says no to one person too many.
func (p *people) note(name string, who person) bool {
	if who.all {
		p.out.All = true
		return true
	}
	for _, id := range p.out.MentionIDs {
		if id == who.id {
			return true
		}
	}
	if len(p.out.MentionIDs) == MaxMentions {
		return false
	}
	p.out.Mentions = append(p.out.Mentions, strings.ToLower(name))
	p.out.MentionIDs = append(p.out.MentionIDs, who.id)
	return true
}

// write appends the mention typed as "@name", and says whether it became more than text.
func (p *people) write(dst []byte, typed string, who person) ([]byte, bool) {
	if !p.note(typed[1:], who) {
		return escape(dst, typed), false
	}
	if who.all {
		dst = append(dst, `<span class="mention mention-all">`...)
	} else {
		dst = append(dst, `<span class="mention" data-user-id="`...)
		dst = strconv.AppendInt(dst, who.id, 10)
		dst = append(dst, '"')
		if who.display != "" && who.display != typed[1:] {
			dst = append(dst, ` title="`...)
			dst = escape(dst, normalise(who.display))
			dst = append(dst, '"')
		}
		dst = append(dst, '>')
	}
	dst = append(dst, typed...) // ASCII letters, digits and punctuation that needs no escaping
	return append(dst, "</span>"...), true
}

// renderLines is the way without a parser.
func renderLines(text string, p *people) Rendered {
	var r Rendered
	if len(text) > maxSource {
		return r
	}
	p.out = &r
	if dst, marked := writeLines(text, p); marked && len(dst) <= maxHTML {
		r.HTML = string(dst)
	}
	return r
}

// writeLines writes paragraphs of escaped text, line breaks and mentions. For a text that classify
// calls plain or lines it writes exactly what the parser's tree would give (a test holds them to it).
func writeLines(text string, p *people) (dst []byte, marked bool) {
	dst = make([]byte, 0, len(text)+len(text)/4+64)
	open := false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Trim(line, " \t")
		if line == "" {
			if open {
				dst, open = append(dst, "</p>"...), false
			}
			continue
		}
		if open {
			dst = append(dst, "<br>"...)
		} else {
			dst, open = append(dst, "<p>"...), true
		}
		var m bool
		dst, m = p.writeText(dst, line)
		marked = marked || m
	}
	if open {
		dst = append(dst, "</p>"...)
	}
	return dst, marked
}

// writeText appends one line with its mentions and emoji.
func (p *people) writeText(dst []byte, line string) (out []byte, marked bool) {
	from, emojiEnd := 0, -1
	for at := 0; at < len(line); {
		i := strings.IndexAny(line[at:], "@:")
		if i < 0 {
			break
		}
		at += i
		if line[at] == ':' {
			symbol, n := p.shortcode(line, at, emojiEnd)
			if n > 0 {
				dst = append(escape(dst, line[from:at]), symbol...)
				from, emojiEnd, marked = at+n, at+n, true
			}
			at += max(n, 1)
			continue
		}
		who, n := p.find(line, at)
		if n > 0 {
			dst = escape(dst, line[from:at])
			var m bool
			dst, m = p.write(dst, line[at:at+n], who)
			marked = marked || m
			from = at + n
		}
		at += max(n, 1)
	}
	return escape(dst, line[from:]), marked
}

// Names are the usernames that Render may ask for, lower-cased, each once, at most limit of them: a
// caller can look them all up at once.
func Names(text string, limit int) []string {
	var names []string
	seen := map[string]bool{}
	for at := strings.IndexByte(text, '@'); at >= 0 && len(names) < limit; {
		for end := nameEnd(text, at); end-at-1 >= minName; end-- {
			if end-at-1 <= maxName {
				if name := strings.ToLower(text[at+1 : end]); !seen[name] && name != "all" && name != "here" {
					seen[name] = true
					names = append(names, name)
				}
			}
			if isAlnum(text[end-1]) {
				break
			}
		}
		i := strings.IndexByte(text[at+1:], '@')
		if i < 0 {
			break
		}
		at += 1 + i
	}
	return names[:min(len(names), limit)]
}
