/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package target checks where a crowd may go: to this machine and, with a flag, to networks
// for tests. A crowd anywhere else would be an attack, so there is no way to send one.
// Addresses are checked when the flags are read and again when a connection is made, in
// case a name points elsewhere by then.
package target

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Allowed lists the networks that a crowd may go to.
type Allowed []netip.Prefix

// Loopback is this machine.
var Loopback = Allowed{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// TestNetworks are private networks besides, and those kept for benchmarks.
var TestNetworks = append(slices.Clone(Loopback),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("198.18.0.0/15"),
)

// Check returns an error if an address is not allowed.
func (a Allowed) Check(address netip.Addr) error {
	address = address.Unmap()
	if slices.ContainsFunc(a, func(network netip.Prefix) bool { return network.Contains(address) }) {
		return nil
	}
	if (len(a) == len(Loopback)) && TestNetworks.Check(address) == nil {
		return fmt.Errorf("%s is not on this machine: add --test-network if it is a test server of yours", address)
	}
	return fmt.Errorf("%s is neither on this machine nor in a network for tests (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 198.18.0.0/15): a crowd cannot go there", address)
}

// Control refuses connections to addresses that are not allowed, whatever their name. It is
// the Control of a net.Dialer.
func (a Allowed) Control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return a.Check(to.Addr())
}

// Resolver finds the addresses of a name.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// CheckURL returns an error unless all addresses of a URL are allowed.
func (a Allowed) CheckURL(ctx context.Context, names Resolver, u *url.URL) error {
	addresses, err := names.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return fmt.Errorf("find %s: %w", u.Hostname(), err)
	}
	if len(addresses) == 0 {
		return fmt.Errorf("find %s: it has no address", u.Hostname())
	}
	for _, address := range addresses {
		if err := a.Check(address); err != nil {
			return fmt.Errorf("%s: %w", u.Host, err)
		}
	}
	return nil
}

// Dialer connects to allowed addresses only.
func (a Allowed) Dialer() *net.Dialer { return &net.Dialer{Control: a.Control} }

// Channel is a way to book.
type Channel struct {
	Name string
	// Servers are its processes. A person uses one, and another if it fails.
	Servers []*url.URL
	Percent float64 // of all people
}

const channelForm = "write NAME=URL[,URL…]:PERCENT%, such as web=http://127.0.0.1:8081:62%"

// ParseChannel parses the value of a --channel flag.
func ParseChannel(text string) (Channel, error) {
	name, rest, named := strings.Cut(text, "=")
	colon := strings.LastIndexByte(rest, ':')
	share, percent := strings.CutSuffix(rest[colon+1:], "%")
	if !named || name == "" || colon < 0 || !percent {
		return Channel{}, fmt.Errorf("channel %q: %s", text, channelForm)
	}
	c := Channel{Name: name}
	var err error
	if c.Percent, err = strconv.ParseFloat(share, 64); err != nil || !(c.Percent > 0 && c.Percent <= 100) {
		return Channel{}, fmt.Errorf("channel %s: %s %% is no share: write more than 0 and at most 100", name, share)
	}
	for server := range strings.SplitSeq(rest[:colon], ",") {
		u, err := parseServer(server)
		if err != nil {
			return Channel{}, fmt.Errorf("channel %s: %w", name, err)
		}
		c.Servers = append(c.Servers, u)
	}
	return c, nil
}

func parseServer(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q is no URL: %s", text, channelForm)
	case u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q is no base URL: %s", text, channelForm)
	case u.Port() == "":
		return nil, fmt.Errorf("%q names no port: %s", text, channelForm)
	}
	return u, nil
}
