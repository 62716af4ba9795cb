package app

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/server/config"
	"parley/server/store"
)

func TestACommandLineTakenApart(t *testing.T) {
	cases := []struct {
		line     string
		command  string
		settings map[string]string
		flags    map[string]string
		args     string
		help     bool
	}{
		{line: "", command: "serve"},
		{line: "serve", command: "serve"},
		{line: "--listen :1", command: "serve", settings: map[string]string{"listen": ":1"}},
		{line: "--listen=:1 serve", command: "serve", settings: map[string]string{"listen": ":1"}},
		{line: "migrate --data=a=b", command: "migrate", settings: map[string]string{"data": "a=b"}},
		{line: "--url=", command: "serve", settings: map[string]string{"url": ""}},
		{line: "--data a --data b", command: "serve", settings: map[string]string{"data": "b"}},
		{line: "--data --odd", command: "serve", settings: map[string]string{"data": "--odd"}},
		{line: "admin --data d create ada --role member", command: "admin create", settings: map[string]string{"data": "d"}, flags: map[string]string{"role": "member"}, args: "ada"},
		{line: "admin create -- -ada", command: "admin create", args: "-ada"},
		{line: "admin reset-password ada --password-file f", command: "admin reset-password", flags: map[string]string{"password-file": "f"}, args: "ada"},
		{line: "admin compact", command: "admin compact"},
		{line: "admin audit-verify", command: "admin audit-verify"},
		{line: "--version", command: "version"},
		{line: "-h", command: "serve", help: true},
		{line: "help", command: "serve", help: true},
		{line: "help admin create", command: "admin create", help: true},
		{line: "admin create --help", command: "admin create", help: true},
		{line: "healthcheck", command: "healthcheck"},
	}
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			got, err := parse(strings.Fields(c.line))
			if err != nil {
				t.Fatal(err)
			}
			if got.command.words != c.command || strings.Join(got.args, " ") != c.args || got.help != c.help {
				t.Errorf("command %q args %q help %t", got.command.words, got.args, got.help)
			}
			if !maps.Equal(got.settings, c.settings) || !maps.Equal(got.flags, c.flags) {
				t.Errorf("settings %v flags %v", got.settings, got.flags)
			}
		})
	}
}

func TestAMistakeIsOneLineAndExitCode2(t *testing.T) {
	cases := []struct{ line, says string }{
		{"--liste :1", "unknown flag --liste;"},
		{"--secret=hunter2", "unknown flag --secret;"},
		{"-listen :1", "unknown flag -listen;"},
		{"--listen", "--listen needs a value"},
		{"frobnicate", `unknown command "frobnicate"`},
		{"serve now", "serve takes no argument"},
		{"admin", "usage: parley admin create USERNAME"},
		{"admin frobnicate ada", "usage: parley admin create USERNAME"},
		{"admin create", "usage: parley admin create USERNAME"},
		{"admin create ada bob", "usage: parley admin create USERNAME"},
		{"admin create ada --role king", "--role:"},
		{"migrate --role owner", "unknown flag --role;"},
		{"--signup maybe", "--signup:"},
		{"--nats-url nats://x", "--nats-url:"},
	}
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			exit, stdout, stderr := invoke(t, nil, strings.Fields(c.line)...)
			if exit != exitUsage || stdout != "" {
				t.Errorf("exit %d, stdout %q; want 2 and nothing", exit, stdout)
			}
			if !strings.HasPrefix(stderr, "parley: ") || !strings.Contains(stderr, c.says) || strings.Count(stderr, "\n") != 1 || strings.Contains(stderr, "hunter2") {
				t.Errorf("stderr %q should be one line that says %q", stderr, c.says)
			}
		})
	}
	if exit, _, stderr := invoke(t, []string{"PARLEY_LOG_LEVEL=loud"}, "version"); exit != exitUsage || !strings.HasPrefix(stderr, "parley: PARLEY_LOG_LEVEL: ") {
		t.Errorf("a bad variable: exit %d, %q", exit, stderr)
	}
}

// invoke runs the program in this process and returns what a shell would see.
func invoke(t *testing.T, env []string, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	exit = Main(args, env, &out, &errOut)
	return exit, out.String(), errOut.String()
}

func TestTheHelpListsWhatThereIs(t *testing.T) {
	exit, out, _ := invoke(t, nil, "--help")
	if exit != 0 {
		t.Fatalf("--help: exit %d", exit)
	}
	for _, c := range commands() {
		if strings.Contains(out, "\n  "+c.words) == c.hidden {
			t.Errorf("the command %s: hidden %t, and the help says otherwise", c.words, c.hidden)
		}
	}
	for _, s := range config.Settings() {
		if !strings.Contains(out, "--"+s.Name+" ") {
			t.Errorf("--%s is not in the help", s.Name)
		}
	}
	if _, out, _ = invoke(t, nil, "help", "admin", "create"); !strings.Contains(out, "--password-file") || !strings.Contains(out, "USERNAME") {
		t.Errorf("the help of admin create lacks its own flags: %s", out)
	}
	if _, out, _ = invoke(t, nil, "version"); !strings.HasPrefix(out, "parley ") {
		t.Errorf("version printed %q", out)
	}
}

func TestAdminsWorkOnTheDataFolder(t *testing.T) {
	dir := t.TempDir()
	env := []string{"PARLEY_DATA=" + dir, "PARLEY_LOG_LEVEL=error"}
	steps := []struct {
		line  string
		input string // what the password file holds, where there is one
		exit  int
		says  string
	}{
		{"admin create ada", "", 0, "made the account ada (owner); the password is "},
		{"admin create ADA", "", 1, "Somebody else has this username"},
		{"admin create bob --password-file", "correct horse\n", 0, "made the account bob (admin)\n"},
		{"admin create eve --role member --password-file", "correct horse\r\n", 0, "made the account eve (member)\n"},
		{"admin create x", "", 1, ""},
		{"admin create short --password-file", "seven77\n", 1, "8"},
		{"admin reset-password ada", "", 0, "ada has a new password and is signed out everywhere; the password is "},
		{"admin reset-password nobody", "", 1, ""},
		{"admin reset-second-factor ada", "", 0, "ada signs in by the password alone"},
		{"admin reset-second-factor nobody", "", 1, ""},
		{"migrate", "", 0, "is at schema "},
	}
	for _, s := range steps {
		args := strings.Fields(s.line)
		if s.input != "" {
			path := filepath.Join(t.TempDir(), "password")
			if err := os.WriteFile(path, []byte(s.input), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
		exit, stdout, stderr := invoke(t, env, args...)
		if exit != s.exit || !strings.Contains(stdout+stderr, s.says) {
			t.Errorf("%s: exit %d, %q%q; want %d and %q", s.line, exit, stdout, stderr, s.exit, s.says)
		}
		if exit != 0 && strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: stderr is not one line: %q", s.line, stderr)
		}
	}
}

func TestACommandThatNeedsTheFolderAloneSaysSoWhileAServerRuns(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeQuietly(t, st) })
	for _, line := range []string{"admin create ada", "admin reset-password ada", "migrate", "serve"} {
		exit, _, stderr := invoke(t, []string{"PARLEY_DATA=" + dir, "PARLEY_LISTEN=127.0.0.1:0"}, strings.Fields(line)...)
		if exit != exitFailure || !strings.Contains(stderr, "a server is running") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %q", line, exit, stderr)
		}
	}
	exit, stdout, stderr := invoke(t, []string{"PARLEY_DATA=" + dir, "PARLEY_LISTEN=127.0.0.1:0"}, "doctor")
	if exit != 0 || !strings.Contains(stdout, "sound; schema ") {
		t.Errorf("doctor beside a server: exit %d\n%s%s", exit, stdout, stderr)
	}
}

func closeQuietly(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	broken := t.TempDir()
	for path, text := range map[string]string{file: "x", filepath.Join(broken, store.FileName): strings.Repeat("not a database ", 500)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	cases := []struct {
		name, data, listen string
		exit               int
		says               string
	}{
		{"nothing there yet", filepath.Join(t.TempDir(), "new", "data"), "127.0.0.1:0", 0, "the first start makes it"},
		{"a file in the folder's place", file, "127.0.0.1:0", 1, "is a file"},
		{"a damaged database", broken, "127.0.0.1:0", 1, "WRONG  database"},
		{"a port that somebody has", t.TempDir(), other.Listener.Addr().String(), 1, "taken by another program"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			exit, stdout, stderr := invoke(t, []string{"PARLEY_DATA=" + c.data, "PARLEY_LISTEN=" + c.listen}, "doctor")
			if exit != c.exit || !strings.Contains(stdout, c.says) {
				t.Errorf("exit %d, want %d and %q\n%s%s", exit, c.exit, c.says, stdout, stderr)
			}
		})
	}
}

func TestAClockSetBackIsNoticed(t *testing.T) {
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		newest time.Time
		bad    bool
	}{{time.UnixMilli(0), false}, {now.Add(-time.Hour), false}, {now.Add(30 * time.Second), false}, {now.Add(2 * time.Minute), true}}
	for _, c := range cases {
		if got := checkClock(now, models.ToMillis(c.newest)); got.bad != c.bad {
			t.Errorf("newest message at %s: %+v", c.newest, got)
		}
	}
}

func TestHealthcheckFollowsReadyz(t *testing.T) {
	status := http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(srv.Close)
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, listen := range []string{"127.0.0.1:" + port, ":" + port, "0.0.0.0:" + port} {
		if exit, _, stderr := invoke(t, []string{"PARLEY_LISTEN=" + listen, "HTTP_PROXY=http://192.0.2.1:1"}, "healthcheck"); exit != 0 {
			t.Errorf("%s: exit %d, %s", listen, exit, stderr)
		}
	}
	status = http.StatusServiceUnavailable
	if exit, _, stderr := invoke(t, []string{"PARLEY_LISTEN=127.0.0.1:" + port}, "healthcheck"); exit != 1 || !strings.Contains(stderr, "503") {
		t.Errorf("while draining: exit %d, %s", exit, stderr)
	}
	srv.Close()
	if exit, _, _ := invoke(t, []string{"PARLEY_LISTEN=127.0.0.1:" + port}, "healthcheck"); exit != 1 {
		t.Errorf("with nobody there: exit %d", exit)
	}
}
