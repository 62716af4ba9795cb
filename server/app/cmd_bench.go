package app

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"time"

	"parley/server/bench"
)

// benchFlags are the flags of `parley bench`.
func benchFlags() []commandFlag {
	return []commandFlag{
		{"address", "HOST:PORT", "Server to load; it must let the tool sign up. Default: a temporary one of its own."},
		{"yes-i-own-it", "", "Load a server that is not on this machine."},
		{"connections", "number", "Connections. Default: 500."},
		{"rooms", "number", "Rooms that they are spread over. Default: 10."},
		{"rate", "number", "Messages a second in each room; 0: as fast as acks allow. Default: 5."},
		{"duration", "time", "How long that load is measured. Default: 5s."},
		{"ramp", "number", "Up to how many people to go in search of the machine's limit; 0: do not. Default: 16000."},
		{"json", "", "Print the figures as one line of JSON."},
		{"seed-messages", "number", "Instead fill the data folder, which must have no database, with this many messages, and measure reading them."},
	}
}

func runBench(ctx context.Context, inv *invocation) error {
	if n, ok := inv.flags["seed-messages"]; ok {
		return runSeed(ctx, inv, n)
	}
	o := bench.Options{
		Address: inv.flags["address"], Progress: inv.stderr,
		Connections: 500, Rooms: 10, Rate: 5, Duration: 5 * time.Second, Ramp: 16000,
	}
	_, o.Foreign = inv.flags["yes-i-own-it"]
	var err error
	if o.Program, err = os.Executable(); err != nil {
		return err
	}
	for name, into := range map[string]*int{"connections": &o.Connections, "rooms": &o.Rooms, "ramp": &o.Ramp} {
		if text, ok := inv.flags[name]; ok {
			if *into, err = strconv.Atoi(text); err != nil {
				return usagef("--%s: %q is not a number", name, text)
			}
		}
	}
	if text, ok := inv.flags["rate"]; ok {
		if o.Rate, err = strconv.ParseFloat(text, 64); err != nil {
			return usagef("--rate: %q is not a number", text)
		}
	}
	if text, ok := inv.flags["duration"]; ok {
		if o.Duration, err = time.ParseDuration(text); err != nil {
			return usagef("--duration: %q is not a time such as 10s", text)
		}
	}
	if err := o.Check(); err != nil {
		return usageError{err}
	}
	report, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	return inv.figures(&report)
}

func runSeed(ctx context.Context, inv *invocation, text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > bench.MaxSeed {
		return usagef("--seed-messages: %q is not a number from 1 to %d", text, bench.MaxSeed)
	}
	seeded, err := bench.FillFolder(ctx, bench.Seed{Dir: inv.cfg.Data, Messages: n, Progress: inv.stderr})
	if err != nil {
		return inUse(inv.cfg, err)
	}
	return inv.figures(&seeded)
}

// figures prints a report in the form that was asked for.
func (inv *invocation) figures(report interface{ Text(io.Writer) error }) error {
	if _, ok := inv.flags["json"]; ok {
		return json.NewEncoder(inv.stdout).Encode(report)
	}
	return report.Text(inv.stdout)
}
