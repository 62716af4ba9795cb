// Command build makes the files of static/dist from their sources: one script and one stylesheet for the room page, two
// scripts for what it fetches later, one for networks without WebSocket, one of each for the plain pages. It is a module of its own, so that the server's go.mod stays free of the bundler.
// Run it with `make assets` after a change in static/js, static/css or static/vendor; a test in package static fails
// when dist is older than its sources.
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"js/room.js", "js/more.js", "js/after.js", "js/fallback.js", "js/pages.js", "js/connection.js", "css/room.css", "css/pages.css"},
		EntryNames:        "[name]",
		Outdir:            "dist",
		Bundle:            true,
		Write:             true,
		Format:            api.FormatESModule,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "123"}, {Name: api.EngineFirefox, Version: "121"}, {Name: api.EngineSafari, Version: "17.5"},
		},
	})
	for _, m := range result.Errors {
		return fmt.Errorf("%s: %s", m.Location.File, m.Text)
	}
	return list(root)
}

// list writes dist/SOURCES: the hash of every source and every result, which the test compares.
func list(root string) error {
	var names []string
	for _, pattern := range []string{"js/*.js", "js/*/*.js", "js/*/*/*.js", "css/*.css", "vendor/*.js", "dist/*.js", "dist/*.css"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	var out strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, ".test.js") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(data), filepath.ToSlash(rel))
	}
	return os.WriteFile(filepath.Join(root, "dist", "SOURCES"), []byte(out.String()), 0o644)
}
