package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// line logs through both formats at debug level and returns both lines.
func line(t *testing.T, log func(*slog.Logger)) (text, asJSON string) {
	t.Helper()
	var a, b bytes.Buffer
	log(NewLogger(&a, false, slog.LevelDebug))
	log(NewLogger(&b, true, slog.LevelDebug))
	if !json.Valid(b.Bytes()) {
		t.Errorf("not JSON: %s", b.String())
	}
	return a.String(), b.String()
}

func TestASecretNeverLandsInALineWhateverCarriesIt(t *testing.T) {
	const secret = "hunter2-s3cr3t"
	type form struct{ Password string }
	cases := map[string]func(*slog.Logger){
		"an attribute":             func(l *slog.Logger) { l.Info("x", "password", secret) },
		"an attribute in camels":   func(l *slog.Logger) { l.Info("x", "accessToken", secret) },
		"a header's name":          func(l *slog.Logger) { l.Info("x", "Set-Cookie", secret) },
		"bytes":                    func(l *slog.Logger) { l.Info("x", "invite", []byte(secret)) },
		"a prefixed key":           func(l *slog.Logger) { l.Info("x", "new_password", secret) },
		"the debug level":          func(l *slog.Logger) { l.Debug("x", "session_token", secret) },
		"a group":                  func(l *slog.Logger) { l.Info("x", slog.Group("cookies", "parley", secret)) },
		"a group deep down":        func(l *slog.Logger) { l.WithGroup("authorization").With("scheme", secret).Info("x", "y", 1) },
		"With":                     func(l *slog.Logger) { l.With("token", secret).Info("x") },
		"a struct":                 func(l *slog.Logger) { l.Info("x", "form", form{secret}) },
		"a pointer to a struct":    func(l *slog.Logger) { l.Info("x", "form", &form{secret}) },
		"a header map":             func(l *slog.Logger) { l.Info("x", "header", http.Header{"Cookie": {"parley=" + secret}}) },
		"plain bytes":              func(l *slog.Logger) { l.Info("x", "body", []byte(secret)) },
		"a LogValuer":              func(l *slog.Logger) { l.Info("x", "user", valuer{slog.GroupValue(slog.String("password", secret))}) },
		"the message":              func(l *slog.Logger) { l.Info("got Authorization: Bearer " + secret) },
		"an error with a header":   func(l *slog.Logger) { l.Info("x", "err", errors.New("bad header Cookie: parley="+secret)) },
		"an error with a cookie":   func(l *slog.Logger) { l.Info("x", "err", errors.New("__Host-parley="+secret+"; Path=/")) },
		"an error with a body":     func(l *slog.Logger) { l.Info("x", "err", fmt.Errorf(`in {"username":"ada","password":"%s"}`, secret)) },
		"a body cut short":         func(l *slog.Logger) { l.Info("x", "err", fmt.Errorf(`in {"current_password": "%s`, secret)) },
		"a query":                  func(l *slog.Logger) { l.Info("x", "url", "/ws?token="+secret+"&x=1") },
		"an invitation's path":     func(l *slog.Logger) { l.Info("x", "path", "/invite/"+secret) },
		"a connection string":      func(l *slog.Logger) { l.Info("x", "err", errors.New("dial postgres://ada:"+secret+"@db:5432/x")) },
		"a list of strings":        func(l *slog.Logger) { l.Info("x", "args", []string{"--x", "token=" + secret}) },
		"a form":                   func(l *slog.Logger) { l.Info("x", "body", "username=ada&password="+secret) },
		"a bearer in lower case":   func(l *slog.Logger) { l.Info("x", "h", "bearer "+secret) },
		"a panic's value as error": func(l *slog.Logger) { l.Error("panic", "value", fmt.Errorf("token=%s", secret)) },
	}
	for name, log := range cases {
		t.Run(name, func(t *testing.T) {
			text, asJSON := line(t, log)
			if strings.Contains(text, secret) || strings.Contains(asJSON, secret) {
				t.Errorf("the secret is in the line:\n%s%s", text, asJSON)
			}
		})
	}
}

type valuer struct{ v slog.Value }

func (v valuer) LogValue() slog.Value { return v.v }

func TestWhatIsNoSecretStaysReadable(t *testing.T) {
	text, asJSON := line(t, func(l *slog.Logger) {
		l.Warn("request failed", "code", "not_found", "status", 404, "token_id", "12", "took", 1500*time.Microsecond,
			"err", fmt.Errorf("read room: %w", errors.New("no such row")), "name", "陳大文", "path", "/rooms/7", "list", []string{"a", "b"})
	})
	for _, want := range []string{"code=not_found", "status=404", "token_id=12", "took=1.5ms", `err="read room: no such row"`, "name=陳大文", "path=/rooms/7", "list=a,b", "level=WARN"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in %s", want, text)
		}
	}
	for _, want := range []string{`"code":"not_found"`, `"status":404`, `"name":"陳大文"`} {
		if !strings.Contains(asJSON, want) {
			t.Errorf("%s is missing in %s", want, asJSON)
		}
	}
}

func TestNothingThatATerminalActsUponReachesALine(t *testing.T) {
	const nasty = "ada\r\nlevel=ERROR msg=forged\x1b[31m\u009b2J\u202eevil\u200b\x00\x7f\xff"
	text, asJSON := line(t, func(l *slog.Logger) {
		l.Info("hello "+nasty, "name", nasty, "err", errors.New(nasty), slog.Group("g", "n", nasty))
	})
	for _, out := range []string{text, asJSON} {
		if strings.Count(out, "\n") != 1 || !strings.HasSuffix(out, "\n") {
			t.Errorf("not one line: %q", out)
		}
		if strings.ContainsAny(strings.TrimSuffix(out, "\n"), "\r\x1b\u009b\u202e\u200b\x00\x7f\uFFFD") {
			t.Errorf("a control character came through: %q", out)
		}
	}
	if want := `ada\r\nlevel=ERROR msg=forged\x1b[31m\u009b2J\u202eevil\u200b\x00\x7f\xff`; Escape(nasty) != want {
		t.Errorf("Escape = %s, want %s", Escape(nasty), want)
	}
}

func TestEveryLineOfARequestCarriesItsID(t *testing.T) {
	ctx := WithRequestID(context.Background(), "r-1")
	text, _ := line(t, func(l *slog.Logger) { l.With("a", 1).InfoContext(ctx, "x") })
	if !strings.Contains(text, "request_id=r-1") {
		t.Errorf("no request id in %s", text)
	}
	text, _ = line(t, func(l *slog.Logger) { l.InfoContext(context.Background(), "x") })
	if strings.Contains(text, "request_id") {
		t.Errorf("a request id out of nowhere in %s", text)
	}
	if id := NewRequestID(); !ValidRequestID(id) || id == NewRequestID() {
		t.Errorf("NewRequestID made %q", id)
	}
}

func TestWhichForeignRequestIDsAreTaken(t *testing.T) {
	cases := map[string]bool{
		"": false, "a": true, "0190-Ab_c": true, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false,
		"a b": false, "a\nb": false, "ä": false, "<script>": false,
	}
	for id, want := range cases {
		if ValidRequestID(id) != want {
			t.Errorf("ValidRequestID(%q) = %t", id, !want)
		}
	}
}

func TestTheLevelIsKept(t *testing.T) {
	var out bytes.Buffer
	NewLogger(&out, false, slog.LevelWarn).Info("x")
	if out.Len() != 0 {
		t.Errorf("an info line at level warn: %s", out.String())
	}
}

func BenchmarkClean(b *testing.B) {
	b.Run("ordinary", func(b *testing.B) {
		for b.Loop() {
			Clean("read room: the database answered busy, trying once more soon")
		}
	})
	b.Run("hinted", func(b *testing.B) {
		for b.Loop() {
			Clean("read room: the database answered token, trying once more soon")
		}
	})
}
