package config

import (
	"fmt"
	"strings"
)

// Help is the table as `parley --help` shows it, two lines or more a setting.
// No line is wider than 80 columns, the width of a plain terminal.
func Help() string {
	var b strings.Builder
	for _, s := range Settings() {
		names := s.Env()
		if s.Secret {
			names += "[_FILE]"
		}
		fmt.Fprintf(&b, "  %-38s %s\n", "--"+s.Name+" "+s.Kind, names)
		text := s.Help
		if s.Default != "" {
			text += " Default: " + s.Default
		}
		for _, line := range wrap(text, 74) {
			b.WriteString("      " + line + "\n")
		}
	}
	return b.String()
}

// Markdown is the table as the README shows it; a test keeps the two the same.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| flag | variable | default | what it does |\n|---|---|---|---|\n")
	for _, s := range Settings() {
		env := "`" + s.Env() + "`"
		if s.Secret {
			env += ", `" + s.EnvFile() + "`"
		}
		def := s.Default
		switch {
		case def == "":
			def = "empty"
		case !strings.Contains(def, " "):
			def = "`" + def + "`"
		}
		kind := strings.ReplaceAll(s.Kind, "|", `\|`)
		fmt.Fprintf(&b, "| `--%s` %s | %s | %s | %s |\n", s.Name, kind, env, def, s.Help)
	}
	return b.String()
}

func wrap(text string, width int) []string {
	lines, line := []string{}, ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
