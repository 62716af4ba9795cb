package search

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is what a token was made from.
type kind uint8

const (
	word   kind = iota
	pair        // two neighbours of a run of characters
	single      // the last character of such a run
	emoji
)

// token is one token and where it comes from.
type token struct {
	kind       kind
	from, to   int // in scanner.out
	start, end int // in the text, in bytes; the whole word, even where MaxWord cut its token
	head       int // end of the first character in the text
	runes      int
	first      bool // a single that is its whole run
}

// scanner turns text into tokens. It keeps their origins only if keep is set.
type scanner struct {
	out    []byte
	keep   bool
	tokens []token

	open bool // a word is being written
	wide bool // put is in base 36
	word token

	last    rune // of the run of characters so far, 0 outside of one
	at, to  int  // where last stands in the text
	inRun   int  // characters of the run so far
	scratch []byte
}

func (s *scanner) scan(text string) {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if folded := ascii[c]; folded != 0 {
				s.letter(rune(folded), i, i+1)
			} else {
				s.close()
			}
			i++
			continue
		}
		end := i + 1
		for end < len(text) && text[end] >= utf8.RuneSelf {
			end++
		}
		s.scanWide(text[i:end], i)
		i = end
	}
	s.close()
}

// ascii is the folded letter or digit, or 0 for what parts words.
var ascii = func() (t [utf8.RuneSelf]byte) {
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = c, c
	}
	return t
}()

// scanWide reads a stretch without ASCII that begins at base. ASCII needs no normalisation: the marks
// that could join it are dropped in any case.
func (s *scanner) scanWide(text string, base int) {
	for i := 0; i < len(text); {
		normal := i + norm.NFKC.QuickSpanString(text[i:])
		for i < normal {
			r, n := utf8.DecodeRuneInString(text[i:])
			s.rune(r, base+i, base+i+n)
			i += n
		}
		if i == len(text) {
			return
		}
		n := norm.NFKC.NextBoundaryInString(text[i:], true)
		if n <= 0 {
			n = len(text) - i
		}
		s.scratch = norm.NFKC.AppendString(s.scratch[:0], text[i:i+n])
		s.expanded(s.scratch, base+i, base+i+n)
		i += n
	}
}

// expanded takes what one character of the text stands for. If that is more than a word (½ is 1⁄2), it
// joins no word beside it: its parts could not be told apart when it is asked for alone.
func (s *scanner) expanded(normal []byte, start, end int) {
	apart := bytes.ContainsFunc(normal, func(r rune) bool {
		return r < utf8.RuneSelf && ascii[r] == 0 || r >= utf8.RuneSelf && classify(r) == isBreak
	})
	if apart {
		s.close()
	}
	for len(normal) > 0 {
		r, size := utf8.DecodeRune(normal)
		s.rune(r, start, end)
		normal = normal[size:]
	}
	if apart {
		s.close()
	}
}

// rune takes one normalised rune that stands at text[start:end].
func (s *scanner) rune(r rune, start, end int) {
	if r < utf8.RuneSelf {
		if folded := ascii[r]; folded != 0 {
			s.letter(rune(folded), start, end)
		} else {
			s.close()
		}
		return
	}
	switch classify(r) {
	case isIgnored:
		s.extend(end)
	case isBreak:
		s.close()
	case isMark:
		switch {
		case s.last != 0:
			s.character(r, start, end)
		case s.open:
			s.letter(r, start, end)
		}
	case isCharacter:
		s.character(r, start, end)
	case isEmoji:
		s.close()
		s.begin(emoji, start, end)
		s.put(r)
		s.finish()
	case isLetter:
		s.fold(r, start, end)
	}
}

// extend takes an invisible or dropped rune into the word it follows, for highlighting.
func (s *scanner) extend(end int) {
	switch {
	case s.open:
		s.word.end = end
	case s.last != 0:
		s.to = end
	}
}

func (s *scanner) letter(r rune, start, end int) {
	if s.last != 0 {
		s.close()
	}
	if !s.open {
		s.begin(word, start, end)
		s.open = true
	}
	s.word.end = end
	if s.word.runes < MaxWord {
		s.word.runes++
		s.put(r)
	}
}

func (s *scanner) character(r rune, start, end int) {
	if s.open {
		s.close()
	}
	if s.last != 0 {
		s.begin(pair, s.at, s.to)
		s.word.end, s.word.runes = end, 2
		s.put(s.last)
		s.put(r)
		s.finish()
	}
	s.last, s.at, s.to = r, start, end
	s.inRun++
}

// close ends the word or the run of characters, if there is one.
func (s *scanner) close() {
	if s.open {
		s.finish()
		s.open = false
	}
	if s.last != 0 {
		s.begin(single, s.at, s.to)
		s.word.runes, s.word.first = 1, s.inRun == 1
		s.put(s.last)
		s.finish()
		s.last, s.inRun = 0, 0
	}
}

func (s *scanner) begin(k kind, start, end int) {
	if len(s.out) > 0 {
		s.out = append(s.out, ' ')
	}
	s.word = token{kind: k, from: len(s.out), start: start, head: end, end: end}
}

func (s *scanner) finish() {
	s.wide = false
	if s.keep {
		s.word.to = len(s.out)
		s.tokens = append(s.tokens, s.word)
	}
}
