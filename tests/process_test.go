package tests

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/tests/testkit"
)

func TestTheProgramAnswersItsOperator(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	c := srv.Anonymous()
	for _, path := range []string{"/livez", "/readyz"} {
		c.Get(path).Want(t, http.StatusOK)
	}
	metrics := c.Get("/metrics").Want(t, http.StatusOK)
	if kind := metrics.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") && !strings.HasPrefix(kind, "application/openmetrics-text") {
		t.Errorf("/metrics has the content type %q", kind)
	}
	for _, name := range []string{"go_goroutines", "process_resident_memory_bytes"} {
		if _, ok := srv.Metric(name); !ok {
			t.Errorf("/metrics lacks %s", name)
		}
	}
	help := testkit.Run(t, nil, "--help")
	if help.Exit != 0 {
		t.Errorf("--help ends with %d", help.Exit)
	}
	for _, setting := range []string{
		"listen", "data", "url", "signup", "database-url", "nats-url", "allowed-origins", "log-level", "log-format", "rate-limits",
	} {
		variable := "PARLEY_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
		if text := help.Stdout + help.Stderr; !strings.Contains(text, "--"+setting) || !strings.Contains(text, variable) {
			t.Errorf("--help does not name --%s and %s", setting, variable)
		}
	}
	if v := testkit.Run(t, nil, "version"); v.Exit != 0 || strings.TrimSpace(v.Stdout) == "" {
		t.Errorf("version: %+v", v)
	}
}

// TestWhatStopsTheStartIsSaidInOneLine covers each fault that keeps the program from serving.
func TestWhatStopsTheStartIsSaidInOneLine(t *testing.T) {
	t.Parallel()
	running := testkit.Start(t)
	running.SignUp("ada")

	file := filepath.Join(t.TempDir(), "file")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(file, "not a folder")
	corrupt := t.TempDir()
	for _, name := range databases(t, running.Data) {
		write(filepath.Join(corrupt, name), strings.Repeat("this is no database. ", 1000))
	}
	free := func() string { return fmt.Sprintf("PARLEY_LISTEN=127.0.0.1:%d", testkit.FreePort(t)) }
	for _, c := range []struct {
		name string
		env  []string
		args []string
		exit int
		says string // a word that the line must hold
	}{
		{"the port is taken", []string{"PARLEY_LISTEN=" + running.Addr, "PARLEY_DATA=" + t.TempDir()}, nil, 1, strings.Split(running.Addr, ":")[1]},
		{"the data folder is a file", []string{free(), "PARLEY_DATA=" + file}, nil, 1, file},
		{"the data folder cannot be made", []string{free(), "PARLEY_DATA=" + filepath.Join(file, "below")}, nil, 1, file},
		{"the database is corrupt", []string{free(), "PARLEY_DATA=" + corrupt}, nil, 1, ""},
		{"another process has the data folder", []string{free(), "PARLEY_DATA=" + running.Data}, nil, 1, running.Data},
		{"an unknown flag", []string{free(), "PARLEY_DATA=" + t.TempDir()}, []string{"--no-such-flag"}, 2, "no-such-flag"},
		{"an unknown command", []string{free(), "PARLEY_DATA=" + t.TempDir()}, []string{"explode"}, 2, "explode"},
		{"a bad value in a flag", []string{"PARLEY_DATA=" + t.TempDir()}, []string{"--listen", "nowhere"}, 2, "listen"},
		{"a bad value in the environment", []string{free(), "PARLEY_DATA=" + t.TempDir(), "PARLEY_SIGNUP=sometimes"}, nil, 2, "PARLEY_SIGNUP"},
		{"a bad switch", []string{free(), "PARLEY_DATA=" + t.TempDir(), "PARLEY_RATE_LIMITS=maybe"}, nil, 2, "PARLEY_RATE_LIMITS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := testkit.Run(t, c.env, c.args...)
			if r.Exit != c.exit {
				t.Errorf("exit %d, want %d", r.Exit, c.exit)
			}
			lines := strings.Split(strings.TrimSpace(r.Stderr), "\n")
			last := lines[len(lines)-1]
			if last == "" || !strings.Contains(last, c.says) || strings.Contains(r.Stderr, "goroutine ") || len(lines) > 3 {
				t.Errorf("the reason should be one clear line with %q in it; stderr is:\n%s", c.says, r.Stderr)
			}
		})
	}
	running.Login("ada")
}

// databases names the database's files in a data folder.
func databases(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.db"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no database file (*.db) in the data folder: %v, %v", found, err)
	}
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	return found
}

func TestUnknownSettingsAndOpenLimitsAreWarnedOf(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t, testkit.Env("PARLEY_SINGUP=open"))
	for _, c := range []struct{ what, word string }{{"the variable that does not exist", "PARLEY_SINGUP"}, {"the lifted limits", "limit"}} {
		warned := false
		for line := range strings.Lines(srv.Logs()) {
			warned = warned || (strings.Contains(line, c.word) && strings.Contains(strings.ToUpper(line), "WARN"))
		}
		if !warned {
			t.Errorf("the log has no warning of %s (%s)", c.what, c.word)
		}
	}
}

func TestAFlagBeatsTheEnvironment(t *testing.T) {
	t.Parallel()
	port := testkit.FreePort(t)
	srv := testkit.Start(t, testkit.At(port), testkit.Env("PARLEY_LISTEN=127.0.0.1:1"), testkit.Args("--listen", fmt.Sprintf("127.0.0.1:%d", port)))
	srv.Anonymous().Get("/livez").Want(t, 200)
}

// TestSIGTERMDrains checks the order of a stop: sockets are told 1012, the process ends with 0, and the port is free.
func TestSIGTERMDrains(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			srv := testkit.Start(t)
			ada := srv.SignUp("ada")
			s := ada.Connect()
			idle, err := net.Dial("tcp", srv.Addr) // must not hold the drain up
			if err != nil {
				t.Fatal(err)
			}
			defer idle.Close()
			m := s.Say(ada.General().ID, "1", "the last word")
			begin := time.Now()
			srv.Signal(signal)
			s.ExpectClose(1012)
			testkit.Eventually(t, "the process ends", func() bool { return !srv.Running() })
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("draining one idle socket took %v", took)
			}
			if code := srv.Terminate(); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
			srv.Restart()
			if h := ada.History(ada.General().ID); len(h) != 1 || h[0].ID != m.Message.ID {
				t.Errorf("after the restart the history is %+v", h)
			}
		})
	}
}

// TestAStartWithADatabaseIsQuickAndSmall reports the figures; its bounds are wide, for the machine may be busy.
func TestAStartWithADatabaseIsQuickAndSmall(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	ada := srv.SignUp("ada")
	general := ada.General().ID
	for i := range 500 {
		ada.Send(general, ids("m", i), "a message to be found again")
	}
	srv.Stop()
	begin := time.Now()
	srv.Restart()
	took := time.Since(begin)
	t.Logf("cold start with a database: %v to the first answer; idle resident memory %.1f MiB", took, float64(srv.RSS(t))/(1<<20))
	if took > 2*time.Second && !testkit.Race {
		t.Errorf("the start took %v", took)
	}
	if rss := srv.RSS(t); rss > 100<<20 && !testkit.Race {
		t.Errorf("an idle server holds %d MiB", rss>>20)
	}
	if n := len(ada.History(general)); n != 500 {
		t.Errorf("%d messages after the restart", n)
	}
}

func TestAnAdminIsMadeFromTheCommandLine(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	srv.SignUp("ada")
	env := []string{"PARLEY_DATA=" + srv.Data}
	if r := testkit.Run(t, env, "admin", "reset-password", "ada"); r.Exit == 0 || len(strings.Split(strings.TrimSpace(r.Stderr), "\n")) > 3 {
		t.Errorf("while the server runs, admin commands refuse in one line: %+v", r)
	}
	srv.Stop()
	r := testkit.Run(t, env, "admin", "reset-password", "ada")
	if r.Exit != 0 {
		t.Fatalf("admin reset-password: %+v", r)
	}
	if m := testkit.Run(t, env, "migrate"); m.Exit != 0 {
		t.Errorf("migrate on a current database: %+v", m)
	}
	srv.Restart()
	old := srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "ada", "password": testkit.Password})
	old.WantProblem(t, 401, "invalid_credentials")
	for _, word := range strings.Fields(r.Stdout) {
		if len(word) >= 8 && srv.Anonymous().Post("/api/v1/login", testkit.Object{"username": "ada", "password": word}).Status == 200 {
			return
		}
	}
	t.Errorf("the new password is not among the words printed: %s", r.Stdout)
}

// TestNoSecretIsEverLogged uses one of every kind of secret, where each travels and where people put them by mistake. The
// kit itself searches the log of every server of every test for what was used there (testkit/secrets.go).
func TestNoSecretIsEverLogged(t *testing.T) {
	t.Parallel()
	srv, setup := everywhere(t)
	srv.Anonymous().With("Via", "1.1 proxy").Post("/api/v1/signup", testkit.Object{"username": "ada", "password": testkit.Password, "setup_code": setup}).Want(t, 201)
	ada := srv.Login("ada")
	bob := srv.Join("bob", ada.Invite(testkit.Object{}).Code)
	reset := resetCode(ada.Post("/api/v1/users/"+bob.User.ID+"/reset-link", nil).Want(t, 201))
	bot := ada.Post("/api/v1/bots", testkit.Object{"username": "robot"}).Want(t, 201)
	phone := bob.EnableSecondFactor()
	made := testkit.Decode[struct{ Token string }](ada.Post("/api/v1/me/tokens", testkit.Object{"name": "script"}).Want(t, 201))
	ada.Bearer(made.Token).Connect().Say(ada.General().ID, "1", "hello")

	nobody := srv.Anonymous()
	nobody.Post("/api/v1/login", testkit.Object{"username": "bob", "password": testkit.Password, "code": phone.Recovery[0]}).Want(t, 200)
	nobody.Post("/api/v1/login", testkit.Object{"username": "a wrong secret", "password": "a wrong secret"})
	nobody.Get("/reset/" + reset)
	nobody.Post("/api/v1/reset", testkit.Object{"code": reset, "new_password": "a brand new secret"}).Want(t, 204)
	for _, secret := range []string{made.Token, reset, phone.Secret, phone.Recovery[1], ada.Cookie()} {
		for _, path := range []string{"/api/v1/me?token=" + secret, "/invite/" + secret, "/reset/" + secret, "/" + secret, "/api/v1/users/" + secret, "/ws?access_token=" + secret, "/socket.io/?EIO=4&transport=polling&sid=" + secret} {
			nobody.Get(path)
		}
		nobody.With("Referer", srv.URL+"/reset/"+secret).With("User-Agent", secret).With("X-Request-Id", secret).Get("/login")
	}
	nobody.Get("/%1b%5B31mred")
	nobody.Get("/%0d%0alevel=ERROR%20forged")
	srv.Stop()
	logs := srv.Logs()
	for name, wrong := range map[string]string{"a forged line": "\nlevel=ERROR", "a terminal's escape": "\x1b["} {
		if strings.Contains(logs, wrong) {
			t.Errorf("%s is in the log", name)
		}
	}
	used := srv.Secrets()
	for _, kind := range []string{"a password", "a token", "a cookie", "a TOTP secret", "a recovery code", "an invitation's code", "a code", "the setup code"} {
		if !slices.Contains(used, kind) {
			t.Errorf("%s was never used: the search for it shows nothing (used: %v)", kind, used)
		}
	}
	if !strings.Contains(logs, "level=DEBUG") || !strings.Contains(string(bot.Body), "token") {
		t.Error("the server did not log at debug level, or made no bot")
	}
}
