// Command parley is a team chat server: rooms, messages and accounts, served to
// browsers and scripts from one binary and one folder.
package main

import (
	"os"

	"parley/server/app"
)

func main() {
	os.Exit(app.Main(os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}
