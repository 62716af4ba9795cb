package app

import "context"

func runServe(ctx context.Context, inv *invocation) error {
	paceCollector()
	return Serve(ctx, inv.cfg, inv.log, inv.stdout)
}
