package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/server/config"
)

// call is a command line taken apart.
type call struct {
	command  *command
	settings map[string]string // flags of config's table
	flags    map[string]string // the command's own
	args     []string
	help     bool
}

// parse takes a command line apart. Flags and words may stand in any order,
// as `--flag value` or `--flag=value`, and those that are on or off also as
// `--flag` where no value follows; `--` ends the flags; of a flag given
// twice the last counts.
func parse(args []string) (call, error) {
	c := call{settings: map[string]string{}, flags: map[string]string{}}
	given := map[string]string{}
	words := []string{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			words = append(words, args[i+1:]...)
			i = len(args)
		case arg == "--help" || arg == "-h":
			c.help = true
		case arg == "--version":
			words = append([]string{"version"}, words...)
		case strings.HasPrefix(arg, "--"):
			name, value, attached := strings.Cut(arg[2:], "=")
			if !attached {
				if !knownFlag(name) {
					return call{}, unknownFlag(arg)
				}
				switch last := i+1 == len(args) || strings.HasPrefix(args[i+1], "-"); {
				case isSwitch(name):
				case last && isOnOff(name):
					value = "on" // as people write --debug-echo
				default:
					if i+1 == len(args) {
						return call{}, fmt.Errorf("%s needs a value", arg)
					}
					i++
					value = args[i]
				}
			} else if isSwitch(name) {
				return call{}, fmt.Errorf("--%s takes no value", name)
			}
			given[name] = value
		case strings.HasPrefix(arg, "-") && arg != "-":
			return call{}, unknownFlag(arg)
		default:
			words = append(words, arg)
		}
	}
	if err := c.take(words); err != nil {
		return call{}, err
	}
	if err := c.sort(given); err != nil {
		return call{}, err
	}
	if want := c.command.args; !c.help && len(c.args) != len(want) {
		if len(want) == 0 {
			return call{}, fmt.Errorf("%s takes no argument, and got %q", c.command.words, c.args[0])
		}
		return call{}, fmt.Errorf("usage: parley %s %s", c.command.words, strings.Join(want, " "))
	}
	return c, nil
}

// take finds the command that the words begin with; the rest are arguments.
func (c *call) take(words []string) error {
	all := commands()
	if len(words) > 0 && words[0] == "help" {
		c.help, words = true, words[1:]
	}
	if len(words) == 0 {
		c.command = &all[0]
		return nil
	}
	for i := range all {
		names := strings.Fields(all[i].words)
		if len(words) >= len(names) && slices.Equal(words[:len(names)], names) {
			c.command, c.args = &all[i], words[len(names):]
			return nil
		}
	}
	if words[0] == "admin" {
		return errors.New("usage: parley admin create USERNAME, parley admin reset-password USERNAME, parley admin compact or parley admin audit-verify")
	}
	return fmt.Errorf("unknown command %q; parley --help lists them", words[0])
}

// sort tells settings from the command's own flags.
func (c *call) sort(given map[string]string) error {
	for name, value := range given {
		switch {
		case isSetting(name):
			c.settings[name] = value
		case slices.ContainsFunc(c.command.flags, func(f commandFlag) bool { return f.name == name }):
			c.flags[name] = value
		default:
			return unknownFlag("--" + name)
		}
	}
	return nil
}

func knownFlag(name string) bool {
	return isSetting(name) || slices.ContainsFunc(commands(), func(c command) bool {
		return slices.ContainsFunc(c.flags, func(f commandFlag) bool { return f.name == name })
	})
}

// isOnOff reports whether a flag is a setting that is on or off.
func isOnOff(name string) bool {
	return slices.ContainsFunc(config.Settings(), func(s config.Setting) bool { return s.Name == name && s.Kind == "on|off" })
}

// isSwitch reports whether a flag stands alone. Every command means the same by one name.
func isSwitch(name string) bool {
	return slices.ContainsFunc(commands(), func(c command) bool {
		return slices.ContainsFunc(c.flags, func(f commandFlag) bool { return f.name == name && f.kind == "" })
	})
}

func isSetting(name string) bool {
	return slices.ContainsFunc(config.Settings(), func(s config.Setting) bool { return s.Name == name })
}

// unknownFlag quotes the flag's name alone: a value behind it may be a secret.
func unknownFlag(arg string) error {
	name, _, _ := strings.Cut(arg, "=")
	return fmt.Errorf("unknown flag %s; parley --help lists them", name)
}
