package limits

import "net/netip"

// Network returns what an address counts as: an IPv4 address is itself; an IPv6 address stands for its /64, because
// whoever has one address of a /64 has all of them. What is no address counts as itself.
func Network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}
