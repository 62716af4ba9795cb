package telemetry

import (
	"context"
	"crypto/rand"
)

type requestIDKey struct{}

// NewRequestID makes an id that names one request in every line about it: 26
// letters and digits, unguessable so that it can be shown to the person who
// asks for help and to nobody else by accident.
func NewRequestID() string { return rand.Text() }

// WithRequestID puts the id into the context; loggers of this package show it.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the context's request id, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// ValidRequestID reports whether an id that came from outside, as a proxy's
// X-Request-Id does, may stand in our lines: 1 to 64 letters, digits, - and _.
func ValidRequestID(id string) bool {
	if len(id) == 0 || len(id) > 64 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
