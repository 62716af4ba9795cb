package search

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxQuery  = 1000 // characters of a query that are read
	maxTerms  = 32   // further words are not asked for
	maxPhrase = 128  // tokens of one phrase
	minPrefix = 2    // characters that the beginning of a word needs
	// maxDoubtful are the operators that somebody is told of: nobody reads more.
	maxDoubtful = 4
	dateLayout  = time.DateOnly
)

// Query is what somebody searches for. All of it must hold.
type Query struct {
	Terms []Term
	// From is a username or id and In a room's name or id, as typed, without their @ and #.
	From, In string
	// Has is "link", "file" or both.
	Has []string
	// Before and After are dates, 2026-11-21, or empty.
	Before, After string
	// IsThread asks for thread replies only.
	IsThread bool
	// Doubtful are words that begin like an operator and have a value that it does not take, such as before:soon; they
	// are searched for as words.
	Doubtful []string
	// Blank: something was typed that holds no word, such as ---, and no word beside it.
	Blank bool
}

// Term is tokens that must follow each other.
type Term struct {
	Phrase []string
	// Prefix: the last token may be only the beginning of one.
	Prefix bool
}

// Empty says that there is nothing to search for.
func (q Query) Empty() bool {
	return len(q.Terms) == 0 && q.From == "" && q.In == "" && len(q.Has) == 0 &&
		q.Before == "" && q.After == "" && !q.IsThread
}

// FTS4 is the right side of MATCH for SQLite: every term a quoted phrase, side by side for "and". Its
// tokens are [0-9a-z] only, so nothing in it can be an operator, in the standard syntax or the enhanced.
// It is empty where the query has no words; MATCH must then be left out.
func (q Query) FTS4() string {
	var b strings.Builder
	for i, term := range q.Terms {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte('"')
		b.WriteString(strings.Join(term.Phrase, " "))
		if term.Prefix {
			b.WriteByte('*')
		}
		b.WriteByte('"')
	}
	return b.String()
}

// Parse reads a query and never fails: what is no operator is a word to search for.
//
//	from:ada  in:general  in:"two words"  has:link  has:file  before:2026-11-01  after:2026-10-01
//	is:thread  "a phrase"
//
// Words are asked for all together. The last one, while its end is the query's end, is taken as a
// beginning. A word that tokens part ("don't", "3.14") asks for them as a phrase.
func Parse(text string) Query {
	p := parser{rest: cut(text, maxQuery)}
	for p.skipSpace() {
		switch {
		case p.operator():
		case p.quoted():
		default:
			p.word()
		}
	}
	p.query.Blank = p.blank && len(p.query.Terms) == 0
	return p.query
}

func cut(text string, runes int) string {
	n := 0
	for i := range text {
		if n++; n > runes {
			return text[:i]
		}
	}
	return text
}

type parser struct {
	rest  string
	query Query
	blank bool
}

func (p *parser) skipSpace() bool {
	p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
	return p.rest != ""
}

// operator takes name:value if both are known; else it takes nothing.
func (p *parser) operator() bool {
	colon := strings.IndexAny(p.rest, ":：")
	if colon < 0 || colon > len("before") {
		return false
	}
	_, size := utf8.DecodeRuneInString(p.rest[colon:]) // ： is what a Chinese keyboard types
	value, rest := operand(p.rest[colon+size:])
	name := strings.ToLower(p.rest[:colon])
	if value == "" || !p.set(name, value) {
		if value != "" && slices.Contains(operators, name) && len(p.query.Doubtful) < maxDoubtful {
			p.query.Doubtful = append(p.query.Doubtful, p.rest[:len(p.rest)-len(rest)])
		}
		return false
	}
	p.rest = rest
	return true
}

// operators are the names that set knows.
var operators = []string{"from", "in", "before", "after", "is", "has"}

// operand is a word, or a phrase in quotes, and what follows it.
func operand(s string) (value, rest string) {
	if phrase, rest, ok := quoted(s); ok {
		return strings.TrimSpace(phrase), rest
	}
	return nextWord(s)
}

func nextWord(s string) (word, rest string) {
	if end := strings.IndexFunc(s, unicode.IsSpace); end >= 0 {
		return s[:end], s[end:]
	}
	return s, ""
}

func (p *parser) set(name, value string) bool {
	q := &p.query
	switch name {
	case "from":
		value = strings.TrimPrefix(value, "@")
		return assign(&q.From, value, value != "")
	case "in":
		value = strings.TrimPrefix(value, "#")
		return assign(&q.In, value, value != "")
	case "before":
		return assign(&q.Before, value, isDate(value))
	case "after":
		return assign(&q.After, value, isDate(value))
	case "is":
		q.IsThread = q.IsThread || strings.EqualFold(value, "thread")
		return strings.EqualFold(value, "thread")
	case "has":
		value = strings.ToLower(value)
		if value != "link" && value != "file" {
			return false
		}
		if !slices.Contains(q.Has, value) {
			q.Has = append(q.Has, value)
		}
		return true
	}
	return false
}

func assign(field *string, value string, valid bool) bool {
	if valid {
		*field = value
	}
	return valid
}

func isDate(s string) bool {
	_, err := time.Parse(dateLayout, s)
	return err == nil
}

// quoted takes a phrase; a quote without its partner is not one.
func (p *parser) quoted() bool {
	phrase, rest, ok := quoted(p.rest)
	if !ok {
		return false
	}
	p.rest = rest
	p.add(phrase, false)
	return true
}

// quoted splits off the phrase that s begins with, in straight quotes or in a phone's curly ones.
func quoted(s string) (phrase, rest string, ok bool) {
	first, size := utf8.DecodeRuneInString(s)
	closing := map[rune]string{'"': `"`, '“': "”", '„': "“”", '«': "»", '「': "」"}[first]
	if closing == "" {
		return "", s, false
	}
	end := strings.IndexAny(s[size:], closing)
	if end < 0 {
		return "", s, false
	}
	_, last := utf8.DecodeRuneInString(s[size+end:])
	return s[size : size+end], s[size+end+last:], true
}

func (p *parser) word() {
	word, rest := nextWord(p.rest)
	p.rest = rest
	p.add(word, rest == "")
}

// add asks for a piece of the query; unfinished says that its last word may go on.
func (p *parser) add(text string, unfinished bool) {
	if len(p.query.Terms) == maxTerms {
		return
	}
	term, ok := newTerm(text, unfinished)
	if !ok {
		p.blank = true
		return
	}
	for _, other := range p.query.Terms {
		if other.Prefix == term.Prefix && slices.Equal(other.Phrase, term.Phrase) {
			return
		}
	}
	p.query.Terms = append(p.query.Terms, term)
}

// newTerm makes the phrase that finds text. The pairs of a run say all but where it ends, so the
// lone last character is left out at the end of a phrase: 東京 finds 東京都. A run of one character is
// asked for as the beginning of a pair.
func newTerm(text string, unfinished bool) (Term, bool) {
	s := scanner{keep: true}
	s.scan(text)
	tokens := s.tokens[:min(len(s.tokens), maxPhrase)]
	if len(tokens) == 0 {
		return Term{}, false
	}
	var term Term
	last := tokens[len(tokens)-1]
	switch {
	case last.kind == single && last.first:
		term.Prefix = true
	case last.kind == single:
		tokens = tokens[:len(tokens)-1]
	case last.kind == word:
		term.Prefix = unfinished && last.runes >= minPrefix && last.end == len(text)
	}
	for _, t := range tokens {
		term.Phrase = append(term.Phrase, string(s.out[t.from:t.to]))
	}
	return term, true
}
