package markup

import "strings"

// What a message may ask of the parser. goldmark is quadratic in each of these; the worst text of
// 16,384 characters inside all bounds takes about 35 ms, and without them up to 2.8 s (a wide table).
const (
	maxNesting = 32   // quotations and lists opened on one line
	maxRuns    = 4000 // runs of * _ ~, each of which may look at all before it
	maxLinks   = 500  // of "](" and of "://"
	maxCells   = 5000 // table cells, those counted that a short row leaves out
	maxTicks   = 200  // of "\`": the rest of such a run looks for its end through all the text
	maxTildes  = 1000 // in one run, which is read again at each of them
)

var tooManyTildes = strings.Repeat("~", maxTildes)

// tooHard says whether a text is over a bound, and so is shown as it was typed.
func tooHard(text string) bool {
	if strings.Count(text, "](") > maxLinks || strings.Count(text, "://") > maxLinks ||
		strings.Count(text, "\\`") > maxTicks ||
		strings.Contains(text, tooManyTildes) || runs(text) > maxRuns {
		return true
	}
	cells, columns := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		if nesting(line) > maxNesting {
			return true
		}
		line = strings.TrimLeft(line, "> \t")
		if line == "" {
			columns = 0 // an empty line ends a table
		} else if strings.Trim(line, "-|: \t") == "" {
			columns = max(columns, 1+strings.Count(line, "|"))
		}
		if cells += columns; cells > maxCells {
			return true
		}
	}
	return false
}

func runs(text string) (n int) {
	for i := 0; i < len(text); i++ {
		if c := text[i]; (c == '*' || c == '_' || c == '~') && byteAt(text, i-1) != c {
			n++
		}
	}
	return n
}

// nesting counts the markers of quotations and list items that a line begins with.
func nesting(line string) (n int) {
	for {
		line = strings.TrimLeft(line, " \t")
		switch first := byteAt(line, 0); {
		case first == '>':
			line = line[1:]
		case (first == '-' || first == '+' || first == '*') && isBlank(byteAt(line, 1)):
			line = line[1:]
		case isDigit(first):
			rest := strings.TrimLeft(line, "0123456789")
			if end := byteAt(rest, 0); end != '.' && end != ')' || !isBlank(byteAt(rest, 1)) {
				return n
			}
			line = rest[1:]
		default:
			return n
		}
		n++
	}
}
