package handlers

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"parley/models"
	"parley/server/telemetry"
)

// observe stands before everything: it names the request, finds its address, turns a panic into an error, answers errors
// and writes the line about it. The line has the route's pattern and never the path or the query, which may hold the
// code of an invitation.
func (s *site) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		r := c.Request()
		id := r.Header.Get(echo.HeaderXRequestID)
		if !fromTrustedProxy(r, s.Config.TrustedProxies) || !telemetry.ValidRequestID(id) {
			id = telemetry.NewRequestID()
		}
		ip := clientAddress(r, s.Config.TrustedProxies)
		c.SetRequest(r.WithContext(models.WithAddress(telemetry.WithRequestID(r.Context(), id), ip)))
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		c.Set(addressKey, ip)
		if err := guarded(next, c); err != nil {
			c.Error(err)
		}
		s.record(c, time.Since(start))
		return nil
	}
}

// guarded turns a handler's panic into an error, whose log line has the stack.
func guarded(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		p := recover()
		if p == http.ErrAbortHandler { //nolint:errorlint // it is panicked with, never wrapped
			panic(p)
		}
		if p != nil {
			err = fmt.Errorf("a handler panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return next(c)
}

func (s *site) record(c echo.Context, took time.Duration) {
	method, route, status := c.Request().Method, c.Path(), c.Response().Status
	s.Metrics.Request(route, method, status, took)
	level := slog.LevelInfo
	if s.public[route] && status < http.StatusBadRequest {
		level = slog.LevelDebug // probes, scrapes and assets
	}
	attrs := []slog.Attr{
		slog.String("method", method), slog.String("route", route), slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("bytes", c.Response().Size), slog.String("ip", address(c)),
	}
	if id, ok := visitor(c); ok {
		attrs = append(attrs, slog.String("user", id.User.ID.String()))
	}
	s.Log.LogAttrs(within(c), level, "request", attrs...)
}

// compress makes pages and JSON of more than 1 KiB smaller. Sockets and streams cannot be, and what is public brings a form that was
// compressed once and for all.
func (s *site) compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		Level: 5, MinLength: 1024,
		Skipper: func(c echo.Context) bool {
			return s.public[c.Path()] || c.Path() == socketPath || c.Path() == socketIOPath || c.Path() == eventsPath && wantsStream(c.Request())
		},
	})
}
