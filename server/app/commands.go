package app

import (
	"context"
	"fmt"
	"strings"

	"parley/server/config"
)

// command is one thing the program can be asked to do.
type command struct {
	words  string   // "admin create"
	args   []string // names of the arguments that must follow
	about  string
	flags  []commandFlag // besides the settings, which every command takes
	hidden bool          // for machines; not in the help
	warns  bool          // logs warnings about misspelt variables
	run    func(context.Context, *invocation) error
}

// commandFlag is a flag that one command alone has. One without a kind is a switch and takes no value; all others do.
type commandFlag struct {
	name, kind, about string
}

// commands is the one list of what can be asked for. The first is the default.
func commands() []command {
	password := commandFlag{"password-file", "file", "File with the password; /dev/stdin reads a pipe. Without it one is made up and shown once."}
	return []command{
		{words: "serve", about: "Serve browsers and scripts. The default.", warns: true, run: runServe},
		{words: "migrate", about: "Bring the database to this version's schema and stop; serve does it too.", run: runMigrate},
		{
			words: "admin create", args: []string{"USERNAME"}, about: "Make an account while the server is stopped.",
			flags: []commandFlag{
				password,
				{"role", "owner|admin|member|guest", "What the account may do. Default: owner for the first account, else admin."},
			},
			run: runAdminCreate,
		},
		{
			words: "admin reset-password", args: []string{"USERNAME"}, about: "Give an account a new password while the server is stopped, and sign it out everywhere.",
			flags: []commandFlag{password}, run: runAdminResetPassword,
		},
		{
			words: "admin reset-second-factor", args: []string{"USERNAME"}, about: "Take an account's second factor away while the server is stopped: for an owner who has lost it.",
			run: runAdminResetSecondFactor,
		},
		{words: "admin compact", about: "Rewrite the search index while the server is stopped, so that no word of a deleted message stays in it.", run: runAdminCompact},
		{words: "admin audit-verify", about: "Check that no line of the audit log was changed or taken out, also beside a running server.", run: runAdminAuditVerify},
		{words: "doctor", about: "Check the data folder, the database, the audit log, the disk, the clock and the port.", warns: true, run: runDoctor},
		{words: "bench", about: "Measure how fast a server on this machine is, or fill a data folder with messages.", flags: benchFlags(), run: runBench},
		{words: "version", about: "Print the version.", run: runVersion},
		{words: "healthcheck", about: "Ask the running server whether it is ready; for containers.", hidden: true, run: runHealthcheck},
		{words: "routes", about: "Print every route as a line of JSON; for tests.", hidden: true, run: runRoutes},
	}
}

// help is the text of --help: for one command when it was named, else for all.
func help(c *command) string {
	var b strings.Builder
	if c.words != commands()[0].words {
		fmt.Fprintf(&b, "Usage: parley %s [flags]\n\n%s\n", strings.Join(append([]string{c.words}, c.args...), " "), c.about)
		if len(c.flags) > 0 {
			b.WriteString("\nFlags:\n")
		}
		for _, f := range c.flags {
			fmt.Fprintf(&b, "  %s\n      %s\n", strings.TrimSpace("--"+f.name+" "+f.kind), f.about)
		}
	} else {
		b.WriteString("Parley is a team chat server.\n\nUsage: parley [command] [flags]\n\nCommands:\n")
		for _, c := range commands() {
			if !c.hidden {
				fmt.Fprintf(&b, "  %s\n      %s\n", strings.Join(append([]string{c.words}, c.args...), " "), c.about)
			}
		}
		b.WriteString("\n`parley COMMAND --help` shows the flags that a command alone has.\n")
	}
	b.WriteString("\nSettings, each a flag or a variable; the flag wins:\n" + config.Help())
	return b.String()
}
