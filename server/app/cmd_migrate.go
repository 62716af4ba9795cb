package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"parley/server/config"
	"parley/server/store"
)

// runMigrate opens the store, which migrates, and closes it again.
func runMigrate(ctx context.Context, inv *invocation) error {
	return withStore(ctx, inv, func(*store.Store) error {
		schema, err := store.Schema()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(inv.stdout, "%s is at schema %d\n", filepath.Join(inv.cfg.Data, store.FileName), schema)
		return err
	})
}

// withStore runs do on the data folder for a command that must have it to
// itself: two writers would number messages twice.
func withStore(ctx context.Context, inv *invocation, do func(*store.Store) error) error {
	st, err := store.Open(ctx, store.Options{Dir: inv.cfg.Data, Log: inv.log})
	if err != nil {
		return inUse(inv.cfg, err)
	}
	return errors.Join(do(st), st.Close())
}

// inUse turns a locked data folder into advice.
func inUse(cfg config.Config, err error) error {
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("a server is running on the data folder %s: stop it first, or use the browser", cfg.Data)
	}
	return err
}
