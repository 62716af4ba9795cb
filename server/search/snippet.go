package search

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Part is a piece of a snippet; Hit marks what the query found.
type Part struct {
	Text string
	Hit  bool
}

const (
	maxHits       = 256 // of which the best window is chosen
	zeroWidthJoin = 0x200d
)

// hit is where a term was found, in bytes of the text.
type hit struct {
	start, end int
	term       int
}

// Snippet is the part of a text that shows best what the query found there: about width characters,
// in one line, "…" where something is left out. It works on the text as it was typed, so accents, case
// and scripts appear as written. Without a hit it is the beginning of the text.
func Snippet(text string, q Query, width int) []Part {
	hits := find(text, q)
	from, to := window(text, hits, width)
	var parts []Part
	w := lineWriter{text: text, parts: &parts}
	if from > 0 {
		w.builder.WriteString("…")
		w.spaced = true
	}
	at := from
	for _, h := range merge(hits) {
		start, end := max(h.start, at), min(h.end, to)
		if start >= end {
			continue
		}
		w.write(at, start, false)
		w.write(start, end, true)
		at = end
	}
	end := strings.TrimRightFunc(text[at:to], unicode.IsSpace)
	w.write(at, at+len(end), false)
	if strings.TrimSpace(text[to:]) != "" {
		w.builder.WriteString("…")
	}
	w.flush(false)
	return parts
}

// Match says whether a text would be found: all terms are there. The filters of the query it leaves
// to who knows the message.
func Match(text string, q Query) bool {
	var seen [maxTerms]bool
	for _, h := range find(text, q) {
		seen[h.term] = true
	}
	for i := range q.Terms {
		if i >= maxTerms || !seen[i] {
			return false
		}
	}
	return true
}

// find gives the places of every term, at most maxHits of each, in the order of the text.
func find(text string, q Query) []hit {
	if len(q.Terms) == 0 {
		return nil
	}
	s := scanner{keep: true}
	s.scan(text)
	var hits []hit
	for i, term := range q.Terms[:min(len(q.Terms), maxTerms)] {
		found := 0
		for at := 0; at+len(term.Phrase) <= len(s.tokens) && found < maxHits; at++ {
			if end, ok := s.matches(term, at); ok {
				hits = append(hits, hit{s.tokens[at].start, end, i})
				found++
			}
		}
	}
	for i := range hits {
		hits[i].end = wholeGrapheme(text, hits[i].end)
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.start - b.start })
	return hits
}

// matches says whether the term stands at a token, and where it ends in the text.
func (s *scanner) matches(term Term, at int) (end int, ok bool) {
	if len(term.Phrase) == 0 {
		return 0, false
	}
	last := len(term.Phrase) - 1
	for i, want := range term.Phrase {
		t := s.tokens[at+i]
		got := s.out[t.from:t.to]
		if i < last || !term.Prefix {
			if string(got) != want {
				return 0, false
			}
			continue
		}
		if !bytes.HasPrefix(got, []byte(want)) {
			return 0, false
		}
		if t.kind == pair && len(got) > len(want) {
			return t.head, true // one character was asked for
		}
	}
	return s.tokens[at+last].end, true
}

// wholeGrapheme moves the end of a hit over what belongs to its last character.
func wholeGrapheme(text string, end int) int {
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if r < utf8.RuneSelf || classify(r) != isIgnored && !unicode.IsMark(r) {
			break
		}
		end += n
		if r == zeroWidthJoin {
			_, n = utf8.DecodeRuneInString(text[end:])
			end += n
		}
	}
	return end
}

// merge joins hits that overlap or touch.
func merge(hits []hit) []hit {
	var out []hit
	for _, h := range hits {
		if n := len(out); n > 0 && h.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, h.end)
			continue
		}
		out = append(out, h)
	}
	return out
}

// window chooses about width characters of the text: those that begin shortly before the hit which has
// the most terms after it.
func window(text string, hits []hit, width int) (from, to int) {
	best, bestTerms := 0, 0
	for i := range hits[:min(len(hits), maxHits)] {
		var terms [maxTerms]bool
		n := 0
		for _, h := range hits[i:] {
			if h.start-hits[i].start > width {
				break
			}
			if !terms[h.term] {
				terms[h.term] = true
				n++
			}
		}
		if n > bestTerms {
			best, bestTerms = i, n
		}
	}
	if bestTerms > 0 {
		from = back(text, hits[best].start, width/4)
	}
	to = forward(text, from, width)
	if to == len(text) { // the end is near: show more of what stands before it
		if earlier := back(text, to, width); earlier < from {
			from = earlier
		}
	}
	return from, to
}

// back goes up to n characters back from at, and stops behind a space if there is one on the way.
func back(text string, at, n int) int {
	from := at
	for ; n > 0 && from > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from == 0 {
		return 0
	}
	if space := strings.IndexFunc(text[from:at], unicode.IsSpace); space >= 0 {
		_, size := utf8.DecodeRuneInString(text[from+space:])
		return from + space + size
	}
	return min(wholeGrapheme(text, from), at)
}

// forward goes n characters on, and stops before a space if there is one in the last quarter.
func forward(text string, from, n int) int {
	to, quarter := from, from
	for i := range n {
		if to == len(text) {
			return to
		}
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
		if i == n-n/4 {
			quarter = to
		}
	}
	if to == len(text) {
		return to
	}
	if space := strings.LastIndexFunc(text[quarter:to], unicode.IsSpace); space > 0 {
		return quarter + space
	}
	return wholeGrapheme(text, to)
}

// lineWriter gathers parts and folds white space, over the borders of parts too.
type lineWriter struct {
	text    string
	parts   *[]Part
	builder strings.Builder
	spaced  bool
}

func (w *lineWriter) write(start, end int, hit bool) {
	if hit {
		w.flush(false)
	}
	for _, r := range w.text[start:end] {
		if unicode.IsSpace(r) {
			if !w.spaced && (w.builder.Len() > 0 || len(*w.parts) > 0) {
				w.builder.WriteByte(' ')
			}
			w.spaced = true
			continue
		}
		w.spaced = false
		w.builder.WriteRune(r)
	}
	if hit {
		w.flush(true)
	}
}

func (w *lineWriter) flush(hit bool) {
	if w.builder.Len() == 0 {
		return
	}
	*w.parts = append(*w.parts, Part{w.builder.String(), hit})
	w.builder.Reset()
}
