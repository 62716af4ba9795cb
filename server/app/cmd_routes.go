package app

import (
	"context"
	"encoding/json"

	"parley/handlers"
)

// runRoutes prints what the server answers, so that a test from outside can tell whether it has looked at every route.
func runRoutes(_ context.Context, inv *invocation) error {
	enc := json.NewEncoder(inv.stdout)
	for _, r := range handlers.Routes() {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
