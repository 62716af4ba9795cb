package telemetry

import (
	"encoding"
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// redacted stands where a secret was, so that a reader knows one was there.
const redacted = "[redacted]"

// guard is called by slog for every attribute of every record, the message
// included, after LogValuers were resolved.
func guard(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
		return a
	}
	if secretKey(a.Key) {
		return slog.String(a.Key, redacted)
	}
	for _, g := range groups {
		if secretKey(g) {
			return slog.String(a.Key, redacted)
		}
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Clean(a.Value.String()))
	case slog.KindAny:
		a.Value = slog.StringValue(Clean(plain(a.Value.Any())))
	}
	return a
}

// Keys that end in one of secretEndings, in any spelling (accessToken,
// Set-Cookie), and keys whose last words are one of secretWords never show
// their value. "code" alone is not among them: our errors are known by it.
var (
	secretEndings = []string{
		"password", "passwd", "passphrase", "secret", "token", "cookie", "cookies", "authorization", "credential", "credentials",
	}
	secretWords = []string{"invite", "invite_code", "setup_code", "reset_code", "totp_code", "api_key", "private_key"}
)

func secretKey(key string) bool {
	key = strings.ReplaceAll(strings.ToLower(key), "-", "_")
	for _, ending := range secretEndings {
		if strings.HasSuffix(key, ending) {
			return true
		}
	}
	for _, words := range secretWords {
		if rest, ok := strings.CutSuffix(key, words); ok && (rest == "" || strings.HasSuffix(rest, "_")) {
			return true
		}
	}
	return false
}

// plain turns a value of any type into text without walking into it: a struct
// or a map may hold a secret under a name that no list knows, so of those only
// the type is shown. Lines are made of scalars.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "<nil>"
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	case encoding.TextMarshaler:
		b, err := v.MarshalText()
		if err != nil {
			return "!" + err.Error()
		}
		return string(b)
	case []string:
		return strings.Join(v, ",")
	case []byte:
		return strconv.Itoa(len(v)) + " bytes"
	}
	switch reflect.TypeOf(v).Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array, reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan:
		return fmt.Sprintf("(%T)", v)
	default:
		return fmt.Sprint(v)
	}
}

// secretTexts find secrets inside longer text: an error that quotes a header,
// a URL, a JSON body, a connection string. Each keeps its groups and loses the rest.
var secretTexts = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[^\s"',;]+`),
	regexp.MustCompile(`((?:__Host-)?parley=)[^\s"',;]+`),
	regexp.MustCompile(`(?i)("(?:[a-z_]*password|[a-z_]*token|[a-z_]*secret|invite|cookie|authorization)"\s*:\s*)"(?:[^"\\]|\\.)*"?`),
	regexp.MustCompile(`(?i)(\b(?:[a-z_]*password|[a-z_]*token|[a-z_]*secret|invite)=)[^\s&"';]+`),
	regexp.MustCompile(`(?i)(\b(?:set-)?(?:cookie|authorization):\s*)[^\r\n"]+`),
	regexp.MustCompile(`(/invite/)[^\s/?#"']+`),
	regexp.MustCompile(`(://[^\s/:@]*:)[^\s/@]+(@)`),
}

// secretHints are what every text that secretTexts match contains. Looking for
// them first keeps the patterns away from the ordinary line: over 60 bytes the
// seven expressions cost 13 µs, this 0.25.
var secretHints = []string{"bearer", "basic", "parley=", "password", "token", "secret", "invite", "cookie", "authorization", "@"}

// Clean makes text fit for a log line or a terminal: secrets that can be told
// by their surroundings are taken out, and every character that a terminal
// acts upon or that hides text (CR, LF, ESC, C1 controls, bidi marks) is
// written as a Go escape.
func Clean(s string) string {
	if hinted(s) {
		for _, re := range secretTexts {
			s = re.ReplaceAllString(s, "${1}"+redacted+"${2}")
		}
	}
	return Escape(s)
}

func hinted(s string) bool {
	lower := strings.ToLower(s)
	for _, hint := range secretHints {
		if strings.Contains(lower, hint) {
			return true
		}
	}
	return false
}

// Escape writes every character that is not printable as a Go escape and
// leaves the rest, in any script, as it is.
func Escape(s string) string {
	clean := true
	for _, r := range s {
		if !printable(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == unicode.ReplacementChar && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i]) // a byte that is not UTF-8
		case printable(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}

// printable also refuses U+FFFD as it stands for broken bytes when ranging.
func printable(r rune) bool { return unicode.IsPrint(r) && r != unicode.ReplacementChar }
