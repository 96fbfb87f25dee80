/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Private are networks that contain proxies but no citizens: private and shared ones, this
// machine, and those for benchmarks, which test clusters use for pods.
var Private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("::1/128"),
	netip.MustParsePrefix("fc00::/7"),
}

// network is the length of a subscriber's IPv6 prefix.
const network = 64

// proxies are the networks whose X-Forwarded-For is trusted.
type proxies []netip.Prefix

// wait counts a request of an address; if it exceeds the rate, wait returns how long to wait.
func (s *Server) wait(r *http.Request) time.Duration {
	from := s.proxies.client(r)
	if !from.IsValid() {
		return 0
	}
	return s.addresses.Take(from, s.Clock())
}

// Client returns the address of a client by which requests are limited. trusted are the
// networks of proxies; nil: [Private]. It returns none if all addresses are proxies.
func Client(r *http.Request, trusted []netip.Prefix) netip.Prefix {
	if trusted == nil {
		trusted = Private
	}
	return proxies(trusted).client(r)
}

// client returns the address of the client: the peer or, if that is a proxy, the last in
// X-Forwarded-For that is not. The client may have made up those before it. It returns none
// if all are proxies.
func (p proxies) client(r *http.Request) netip.Prefix {
	peer, ok := addressOf(r.RemoteAddr)
	if !ok || !p.trust(peer) {
		return subscriber(peer)
	}
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(forwarded) {
		address, ok := addressOf(strings.TrimSpace(text))
		if !ok {
			return netip.Prefix{}
		}
		if !p.trust(address) {
			return subscriber(address)
		}
	}
	return netip.Prefix{}
}

func (p proxies) trust(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(a) })
}

// addressOf reads an address with or without a port.
func addressOf(text string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.Unmap().WithZone(""), true
}

// subscriber returns what one subscriber has: an IPv4 address or an IPv6 network.
func subscriber(a netip.Addr) netip.Prefix {
	if !a.IsValid() {
		return netip.Prefix{}
	}
	bits := network
	if a.Is4() {
		bits = a.BitLen()
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
