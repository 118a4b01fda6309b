// Package web holds what the web chat and the staff's pages do alike: it tells whom a request is from, gives the files that pages
// load, and writes streams that last longer than the server's time-outs.
//
// It imports the standard library only.
//
// Guarantees: a header of a proxy is believed only if a proxy of ours wrote it, and whoever does not read a stream holds it for
// no longer than one write may take.
package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Address is the network that a request is counted for: an IPv4 address, or an IPv6 network, of which every home has one; "" if
// there is none. With trustProxy the last X-Forwarded-For is our own proxy's word.
func Address(r *http.Request, trustProxy bool) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if trustProxy {
		if last := lastHop(r.Header.Values("X-Forwarded-For")); last != "" {
			host = last
		}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		ip = netip.PrefixFrom(ip, 64).Masked().Addr()
	}
	return ip.String()
}

// Secure tells whether the browser speaks https. With trustProxy the last X-Forwarded-Proto is our own proxy's word.
func Secure(r *http.Request, trustProxy bool) bool {
	return r.TLS != nil || trustProxy && lastHop(r.Header.Values("X-Forwarded-Proto")) == "https"
}

// lastHop returns the last entry of a header that every proxy adds to.
func lastHop(values []string) string {
	if len(values) == 0 {
		return ""
	}
	entries := strings.Split(values[len(values)-1], ",")
	return strings.TrimSpace(entries[len(entries)-1])
}
