package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// addressKey is where observe leaves the client's address in echo's context.
const addressKey = "address"

// address returns the address that the request comes from, as far as it can be believed.
func address(c echo.Context) string {
	a, _ := c.Get(addressKey).(string)
	return a
}

// clientAddress is the peer's address, unless the peer is a trusted proxy: then it is the last one in X-Forwarded-For
// that is not a trusted proxy too. What stands further left, the client may have written itself.
func clientAddress(r *http.Request, trusted []netip.Prefix) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	last := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values(echo.HeaderXForwardedFor), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !trusts(trusted, last) {
			break
		}
		next, err := parseHop(strings.TrimSpace(hop))
		if err != nil {
			break // the proxy wrote what nobody can read: its own address is the last that is known
		}
		last = next
	}
	return last.String()
}

// parseHop reads an address with or without a port.
func parseHop(s string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		var withPort netip.AddrPort
		if withPort, err = netip.ParseAddrPort(s); err != nil {
			return netip.Addr{}, err
		}
		addr = withPort.Addr()
	}
	return addr.Unmap().WithZone(""), nil
}

func trusts(trusted []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}

// fromHere reports whether a program on this machine asks, and no proxy on it that passes on what others ask: a proxy says
// so, or names the host that its asker named. Nor does a page whose name was made to lead here name this machine.
func fromHere(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !namesThisMachine(r.Host) {
		return false
	}
	for _, passedOn := range []string{echo.HeaderXForwardedFor, "X-Forwarded-Host", "Forwarded", "Via", echo.HeaderXRealIP} {
		if r.Header.Get(passedOn) != "" {
			return false
		}
	}
	return true
}

func namesThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// fromTrustedProxy reports whether the peer itself is one whose X-Forwarded headers are believed.
func fromTrustedProxy(r *http.Request, trusted []netip.Prefix) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && trusts(trusted, peer.Addr().Unmap().WithZone(""))
}
