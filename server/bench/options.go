package bench

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"time"
)

// The bounds of what one run may ask of a machine.
const (
	MaxConnections = 20_000
	MaxRooms       = 1_000
	MaxRate        = 10_000.0 // messages a second in one room
	MaxDuration    = 10 * time.Minute
)

// Options say what to drive and how.
type Options struct {
	Program     string        // the program to start as an own server where Address is empty
	Address     string        // http://host:port or host:port; empty: a temporary server of one's own
	Foreign     bool          // a server that is not on this machine may be loaded
	Connections int           // 1 to MaxConnections
	Rooms       int           // 1 to MaxRooms, and not more than Connections
	Rate        float64       // messages a second in each room; 0: as fast as acks allow
	Duration    time.Duration // of the counted time, 1 s to MaxDuration
	Ramp        int           // up to how many people the ramp goes; 0: no ramp
	Progress    io.Writer     // lines while it runs
}

// Check returns what is wrong with the options, in a sentence.
func (o *Options) Check() error {
	switch {
	case o.Connections < 1 || o.Connections > MaxConnections:
		return fmt.Errorf("--connections is 1 to %d", MaxConnections)
	case o.Rooms < 1 || o.Rooms > MaxRooms || o.Rooms > o.Connections:
		return fmt.Errorf("--rooms is 1 to %d, and not more than --connections", MaxRooms)
	case !(o.Rate >= 0 && o.Rate <= MaxRate):
		return fmt.Errorf("--rate is 0 (as fast as acks allow) to %.0f messages a second in each room", MaxRate)
	case o.Duration < time.Second || o.Duration > MaxDuration:
		return fmt.Errorf("--duration is 1s to %s", MaxDuration)
	case o.Ramp < 0 || o.Ramp > MaxConnections:
		return fmt.Errorf("--ramp is 0 (none) to %d people", MaxConnections)
	}
	if o.Address == "" {
		return nil
	}
	host, err := hostPort(o.Address)
	if err != nil {
		return err
	}
	name, _, _ := net.SplitHostPort(host)
	if ip := net.ParseIP(name); !o.Foreign && name != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not this machine: a load test of somebody else's server is an attack. If it is yours, say --yes-i-own-it", name)
	}
	return nil
}

// hostPort takes host:port out of an address.
func hostPort(address string) (string, error) {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		if u.Scheme != "http" {
			return "", fmt.Errorf("--address: the tool speaks http, not %s; name the server itself and not what stands before it", u.Scheme)
		}
		if u.Port() == "" {
			return net.JoinHostPort(u.Hostname(), "80"), nil
		}
		return u.Host, nil
	}
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return "", fmt.Errorf("--address: %q is not host:port", address)
	}
	return address, nil
}
