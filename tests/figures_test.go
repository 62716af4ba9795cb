package tests

import (
	"cmp"
	"slices"
	"strconv"

	"parley/tests/testkit"
)

// median is the upper one of the two in the middle where there is no single one.
func median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

func number(p *testkit.Tab, expression string) float64 {
	n, err := strconv.ParseFloat(p.Eval(expression), 64)
	if err != nil {
		return -1
	}
	return n
}

func number64(p *testkit.Tab, expression string) int { return int(number(p, expression)) }
