package app

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"parley/server/config"
)

// toHTTPS leads from plain http to the same page over https. It names the domain that the settings name, else the host
// that was asked for; where the settings name several, one of them that was asked for.
func toHTTPS(cfg config.Config, tls net.Addr) http.Handler {
	_, port, _ := net.SplitHostPort(tls.String())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			// What it carries has crossed the net in the clear. Taking it on would hide that.
			http.Error(w, "Use https.", http.StatusForbidden)
			return
		}
		host := secureHost(cfg, r.Host, port)
		if host == "" {
			http.Error(w, "There is no such host here.", http.StatusMisdirectedRequest)
			return
		}
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})
}

func secureHost(cfg config.Config, asked, port string) string {
	name, _, err := net.SplitHostPort(asked)
	if err != nil {
		name = strings.Trim(asked, "[]")
	}
	name = strings.ToLower(name)
	switch {
	case len(cfg.TLSDomains) > 0 && !slices.Contains(cfg.TLSDomains, name):
		return ""
	case len(cfg.TLSDomains) <= 1 && cfg.URL != "":
		return strings.TrimPrefix(cfg.URL, "https://")
	case name == "" || strings.ContainsAny(name, "/\\@?# "):
		return ""
	case port == "443" && strings.Contains(name, ":"):
		return "[" + name + "]"
	case port == "443":
		return name
	}
	return net.JoinHostPort(name, port)
}
