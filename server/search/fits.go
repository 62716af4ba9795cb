package search

import "strings"

// Holds returns a token that every text found by the query's words has, at least as the beginning of one of its own: for
// a rough first look. It is empty where the query has no words.
func (q Query) Holds() string {
	longest := ""
	for _, term := range q.Terms {
		for _, token := range term.Phrase {
			if len(token) > len(longest) {
				longest = token
			}
		}
	}
	return longest
}

// Fits reports whether what Index made of a text is found by the query's words: what FTS4 says through MATCH, for a row
// that is in no index yet.
func (q Query) Fits(indexed string) bool {
	tokens := strings.Fields(indexed)
	for _, term := range q.Terms {
		if !term.in(tokens) {
			return false
		}
	}
	return true
}

// in reports whether the term's tokens follow each other somewhere.
func (t Term) in(tokens []string) bool {
	for i := 0; i+len(t.Phrase) <= len(tokens); i++ {
		if t.at(tokens[i : i+len(t.Phrase)]) {
			return true
		}
	}
	return false
}

func (t Term) at(tokens []string) bool {
	last := len(t.Phrase) - 1
	for i, token := range t.Phrase {
		if tokens[i] != token && (i != last || !t.Prefix || !strings.HasPrefix(tokens[i], token)) {
			return false
		}
	}
	return true
}
