// Package tests drives the built program from outside: real processes, real sockets, a real browser.
package tests

import (
	"os"
	"testing"

	"parley/tests/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }
