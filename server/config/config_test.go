package config

import (
	"bytes"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"
)

func load(t *testing.T, src Source) Config {
	t.Helper()
	cfg, _, err := Load(src)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return cfg
}

func TestNothingGivenMeansALocalServerThatAnybodyHereCanJoin(t *testing.T) {
	got := load(t, Source{})
	want := Config{
		Listen: "127.0.0.1:8080", Data: "./data", Signup: SignupOpen,
		LogLevel: slog.LevelInfo, LogFormat: LogText, RateLimits: true,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("defaults\n got %+v\nwant %+v", got, want)
	}
}

func TestWhereAValueComesFrom(t *testing.T) {
	cases := []struct {
		name  string
		flags map[string]string
		env   map[string]string
		want  string
	}{
		{name: "the default", want: "127.0.0.1:8080"},
		{name: "the variable", env: map[string]string{"PARLEY_LISTEN": ":1"}, want: ":1"},
		{name: "an empty variable counts as not set", env: map[string]string{"PARLEY_LISTEN": ""}, want: "127.0.0.1:8080"},
		{name: "the flag beats the variable", flags: map[string]string{"listen": ":2"}, env: map[string]string{"PARLEY_LISTEN": ":1"}, want: ":2"},
		{name: "PORT alone is honoured", env: map[string]string{"PORT": "3"}, want: ":3"},
		{name: "the variable beats PORT", env: map[string]string{"PORT": "3", "PARLEY_LISTEN": ":1"}, want: ":1"},
		{name: "the flag beats PORT", flags: map[string]string{"listen": ":2"}, env: map[string]string{"PORT": "3"}, want: ":2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := load(t, Source{Flags: c.flags, Env: c.env}).Listen; got != c.want {
				t.Errorf("Listen = %q, want %q", got, c.want)
			}
		})
	}
}

func TestSignupFollowsTheListenerUnlessSaid(t *testing.T) {
	cases := map[string]SignupMode{
		"127.0.0.1:8080": SignupOpen, "localhost:1": SignupOpen, "[::1]:8080": SignupOpen, "127.8.9.1:0": SignupOpen,
		":8080": SignupInvite, "0.0.0.0:8080": SignupInvite, "[::]:8080": SignupInvite, "10.0.0.7:80": SignupInvite, "chat.example:80": SignupInvite,
	}
	for listen, want := range cases {
		if got := load(t, Source{Flags: map[string]string{"listen": listen}}).Signup; got != want {
			t.Errorf("--listen %s: signup %s, want %s", listen, got, want)
		}
	}
	if got := load(t, Source{Env: map[string]string{"PORT": "8080"}}).Signup; got != SignupInvite {
		t.Errorf("PORT alone: signup %s, want invite, for PORT means every interface", got)
	}
	if got := load(t, Source{Flags: map[string]string{"listen": ":1", "signup": "closed"}}).Signup; got != SignupClosed {
		t.Errorf("--signup closed: %s", got)
	}
}

func TestGoodValues(t *testing.T) {
	cases := []struct {
		flag, value string
		got         func(Config) any
		want        any
	}{
		{"url", "https://Team.Example/", func(c Config) any { return c.URL }, "https://team.example"},
		{"url", "https://team.example:443", func(c Config) any { return c.URL }, "https://team.example"},
		{"url", "http://[::1]:8080", func(c Config) any { return c.URL }, "http://[::1]:8080"},
		{"url", "", func(c Config) any { return c.URL }, ""},
		{"allowed-origins", "https://a.example, http://B.example:80,", func(c Config) any { return c.AllowedOrigins }, []string{"https://a.example", "http://b.example"}},
		{"trusted-proxies", "10.1.2.3/8,::1", func(c Config) any { return c.TrustedProxies }, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}},
		{"log-level", "debug", func(c Config) any { return c.LogLevel }, slog.LevelDebug},
		{"log-format", "json", func(c Config) any { return c.LogFormat }, LogJSON},
		{"rate-limits", "off", func(c Config) any { return c.RateLimits }, false},
		{"ws-compression", "on", func(c Config) any { return c.Compression }, true},
		{"debug-echo", "on", func(c Config) any { return c.DebugEcho }, true},
		{"data", "/srv/a b", func(c Config) any { return c.Data }, "/srv/a b"},
	}
	for _, c := range cases {
		t.Run(c.flag+"="+c.value, func(t *testing.T) {
			got := c.got(load(t, Source{Flags: map[string]string{c.flag: c.value}}))
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestBadValuesAreRefusedInOneLineThatNamesTheirSource(t *testing.T) {
	cases := []struct {
		name, value, says string
	}{
		{"listen", "8080", "no host"},
		{"listen", "", "not host:port"},
		{"listen", "localhost", "not host:port"},
		{"listen", "localhost:http", "port must be a number"},
		{"listen", "localhost:65536", "port must be a number"},
		{"listen", "http://localhost:80", "not host:port"},
		{"data", "", "not a folder"},
		{"url", "team.example", "must begin with"},
		{"url", "ftp://team.example", "must begin with"},
		{"url", "https://", "no host"},
		{"url", "https://team.example/chat", "root of its address"},
		{"url", "https://team.example?x", "root of its address"},
		{"url", "https://team.example:99999", "port"},
		{"signup", "yes", "open, invite, closed"},
		{"allowed-origins", "*", "wildcards"},
		{"allowed-origins", "null", "must begin with"},
		{"trusted-proxies", "10.0.0.0/33", "network"},
		{"log-level", "loud", "debug, info, warn, error"},
		{"log-format", "xml", "text, json"},
		{"rate-limits", "0", "on, off"},
		{"ws-compression", "maybe", "on, off"},
		{"database-url", "postgres://db.example/parley", "SQLite only"},
		{"nats-url", "nats://bus.example", "one node only"},
	}
	for _, c := range cases {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			_, _, err := Load(Source{Flags: map[string]string{c.name: c.value}})
			checkRefusal(t, err, "--"+c.name, c.says)
			if c.value == "" {
				return
			}
			env := Setting{Name: c.name}.Env()
			_, _, err = Load(Source{Env: map[string]string{env: c.value}})
			checkRefusal(t, err, env, c.says)
		})
	}
	_, _, err := Load(Source{Env: map[string]string{"PORT": "http"}})
	checkRefusal(t, err, "PORT", "port must be a number")
}

func checkRefusal(t *testing.T, err error, source, says string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("%s: accepted", source)
	case !strings.Contains(err.Error(), source) || !strings.Contains(err.Error(), says):
		t.Errorf("%s: the error %q should name the source and say %q", source, err, says)
	case strings.Contains(err.Error(), "\n"):
		t.Errorf("%s: the error %q has more than one line", source, err)
	}
}

func TestASecretCanComeFromAFileAndIsNeverShown(t *testing.T) {
	env := map[string]string{"PARLEY_DATABASE_URL_FILE": "/run/secrets/db"}
	readFile := func(path string) ([]byte, error) {
		if path != "/run/secrets/db" {
			return nil, errors.New("no such file: " + path)
		}
		return []byte("postgres://parley:hunter2@db\n"), nil
	}
	_, _, err := Load(Source{Env: env, ReadFile: readFile})
	checkRefusal(t, err, "PARLEY_DATABASE_URL", "SQLite only") // it was read: this build refuses what it says
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the secret is in the error: %v", err)
	}

	_, _, err = Load(Source{Env: map[string]string{"PARLEY_DATABASE_URL_FILE": "/nowhere"}, ReadFile: readFile})
	checkRefusal(t, err, "PARLEY_DATABASE_URL_FILE", "no such file")

	env["PARLEY_DATABASE_URL"] = "x"
	_, _, err = Load(Source{Env: env, ReadFile: readFile})
	checkRefusal(t, err, "PARLEY_DATABASE_URL_FILE", "both set")

	_, _, err = Load(Source{Flags: map[string]string{"url": "https://ada:hunter2@team.example"}})
	checkRefusal(t, err, "--url", "user name")
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the password is in the error: %v", err)
	}

	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "config", Config{DatabaseURL: "hunter2", NATSURL: "hunter2"})
	if strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "database_url_set=true") {
		t.Errorf("a logged config: %s", out.String())
	}
}

func TestMisspeltVariablesAreWarnedAbout(t *testing.T) {
	_, warnings, err := Load(Source{Env: map[string]string{
		"PARLEY_LISTN": "x", "PARLEY_DATA_FILE": "x", "PARLEY_DATA": "x", "PARLEY_TEST_REQUIRE": "x",
		"PARLEY_NATS_URL_FILE": "", "HOME": "/root", "PORT": "1",
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 2 || !strings.HasPrefix(warnings[0], "PARLEY_DATA_FILE ") || !strings.HasPrefix(warnings[1], "PARLEY_LISTN ") {
		t.Errorf("warnings = %q, want one for PARLEY_DATA_FILE and one for PARLEY_LISTN", warnings)
	}
}

func TestEverySettingIsInTheHelpAndFits(t *testing.T) {
	help := Help()
	for _, s := range Settings() {
		if !strings.Contains(help, "--"+s.Name+" ") || !strings.Contains(help, s.Env()) {
			t.Errorf("--%s or its variable is not in the help", s.Name)
		}
		if s.Help == "" || s.Kind == "" || s.set == nil {
			t.Errorf("--%s has an empty column", s.Name)
		}
	}
	for line := range strings.SplitSeq(help, "\n") {
		if len(line) > 80 {
			t.Errorf("a help line is %d wide: %s", len(line), line)
		}
	}
}

func TestTheReadmeShowsTheTable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "<!-- settings -->\n")
	table, _, closed := strings.Cut(rest, "<!-- /settings -->")
	if !found || !closed {
		t.Fatal("README.md has lost its <!-- settings --> marks")
	}
	if table != Markdown() {
		t.Errorf("README.md shows another table than the program has. Put this between the marks:\n%s", Markdown())
	}
}
