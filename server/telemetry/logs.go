// Package telemetry owns what the program says about itself: log lines and
// metrics. It keeps secrets and control characters out of every line, at every
// level, so that no caller has to remember to. It never decides what is worth
// saying, and imports nothing of ours.
package telemetry

import (
	"context"
	"io"
	"log/slog"
)

// NewLogger returns a logger that writes one line a record to w, as JSON
// objects when json is true, else as key=value text. Records below level are
// dropped. Every record made with a context that carries a request id shows it.
func NewLogger(w io.Writer, json bool, level slog.Leveler) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: guard}
	var h slog.Handler = slog.NewTextHandler(w, opts)
	if json {
		h = slog.NewJSONHandler(w, opts)
	}
	return slog.New(requestHandler{h})
}

// requestHandler adds the request id that travels in the context.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
