// Package search says which words a text has and which words a query asks for.
//
// It owns the one tokenizer, the query language and the highlighting of results, the same for every
// database: an index stores what Index returns, a query is made of the same tokens, and the database
// only compares bytes. It never touches a database and knows nothing of who may read what.
//
// A token is one word of [0-9a-z] (see encode), so no tokenizer of any database splits or folds it again:
//   - words are runs of letters, digits and marks, NFKC, case-folded, their accents gone;
//   - scripts without spaces (Chinese, Japanese, Thai and their kin) and Korean become overlapping pairs
//     of characters plus the last character alone, so that a phrase of pairs finds any part of a run, and
//     a single character is the beginning of some pair;
//   - an emoji is a word, whatever its skin tone.
package search

import "strings"

// MaxWord is how many characters of a word count; the rest is neither stored nor asked for.
const MaxWord = 64

// Tokens are the tokens of a text in its order.
func Tokens(text string) []string {
	return strings.Fields(Index(text))
}

// Index is what an index stores for a text: its tokens, joined by single spaces.
func Index(text string) string {
	s := scanner{out: make([]byte, 0, len(text)+len(text)/8+8)}
	s.scan(text)
	return string(s.out)
}
