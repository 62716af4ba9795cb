package tests

import (
	"fmt"
	"strconv"
)

// ids makes a readable unique string out of parts.
func ids(parts ...any) string {
	s := ""
	for i, p := range parts {
		if i > 0 {
			s += "-"
		}
		s += fmt.Sprint(p)
	}
	return s
}

// seq writes a sequence number for a query string.
func seq(n int64) string { return strconv.FormatInt(n, 10) }
