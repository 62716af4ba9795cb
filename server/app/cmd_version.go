package app

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version names this build: the module's version where Go stamped one, which
// it does when building from a tagged or a clean checkout, else "devel" with
// the commit where that is known.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

func runVersion(_ context.Context, inv *invocation) error {
	_, err := fmt.Fprintf(inv.stdout, "parley %s (%s, %s/%s)\n", Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
