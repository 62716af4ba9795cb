package locale

import (
	"strconv"
	"strings"
)

// Lookup returns the language of a tag, or nil.
func (c *Catalogue) Lookup(tag string) *Language { return c.languages[tag] }

// Match returns the language that the reader chose, else the best of his Accept-Language header (RFC 9110, 12.5.4),
// else the first there is. Any kind of Chinese finds zh-CN: it is nearer than English.
func (c *Catalogue) Match(chosen, accept string) *Language {
	if l := c.languages[chosen]; l != nil {
		return l
	}
	best, weight := c.languages[Tags[0]], 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := quality(params)
		if l := c.nearest(strings.TrimSpace(tag)); l != nil && q > weight {
			best, weight = l, q
		}
	}
	return best
}

// quality is the q of an Accept-Language part; 1 where it has none, 0 where it is not a number.
func quality(params string) float64 {
	value, found := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0
	}
	return q
}

// nearest is the language of the same tag, else of the same primary subtag.
func (c *Catalogue) nearest(tag string) *Language {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	for _, known := range Tags {
		if strings.EqualFold(known, tag) {
			return c.languages[known]
		}
	}
	for _, known := range Tags {
		if first, _, _ := strings.Cut(known, "-"); first == primary {
			return c.languages[known]
		}
	}
	return nil
}
