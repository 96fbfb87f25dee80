// Package realnode holds the addresses of a real node and the files that its
// programs read.
package realnode

import (
	"errors"
	"net/netip"
)

// reserved is the range that is reserved for tests: no such address exists outside.
var reserved = netip.MustParsePrefix("198.18.0.0/15")

// Network is a cluster's share of the reserved addresses, a /20:
//
//	n.0.0/22  the machine and the node    n.4.0/22  Services    n.8.0/21  pods
//
// The first part is larger than two need: whoever plays many clients may give the
// machine's interface more addresses of it, and pods see them.
type Network struct {
	Range    netip.Prefix `json:"range"`
	Machine  netip.Addr   `json:"machine"` // what the machine is called by the node and its pods
	Node     netip.Addr   `json:"node"`
	Services netip.Prefix `json:"services"`
	Pods     netip.Prefix `json:"pods"`
}

const shareBits, linkBits, serviceBits, podBits = 20, 22, 22, 21

// ErrFull means all shares are in use.
var ErrFull = errors.New("every share of 198.18.0.0/15 is in use on this machine")

// Free returns the first share that contains no address in use and overlaps no share in use.
func Free(used []netip.Prefix) (Network, error) {
	for base := reserved.Addr(); reserved.Contains(base); base = offset(base, 16) {
		share := netip.PrefixFrom(base, shareBits)
		if overlaps(share, used) {
			continue
		}
		return Network{
			Range:    share,
			Machine:  base.Next(),
			Node:     base.Next().Next(),
			Services: netip.PrefixFrom(offset(base, 4), serviceBits),
			Pods:     netip.PrefixFrom(offset(base, 8), podBits),
		}, nil
	}
	return Network{}, ErrFull
}

// offset adds blocks of 256 addresses.
func offset(address netip.Addr, blocks int) netip.Addr {
	bytes := address.As4()
	n := int(bytes[1])<<8 + int(bytes[2]) + blocks
	bytes[1], bytes[2] = byte(n>>8), byte(n)
	return netip.AddrFrom4(bytes)
}

func overlaps(share netip.Prefix, used []netip.Prefix) bool {
	for _, other := range used {
		if share.Overlaps(other) {
			return true
		}
	}
	return false
}

// API returns the address of the Service "kubernetes": the first one.
func (n Network) API() netip.Addr { return n.Services.Addr().Next() }

// DNS returns the address of the Service that resolves names for pods.
func (n Network) DNS() netip.Addr {
	bytes := n.Services.Addr().As4()
	bytes[3] = 10
	return netip.AddrFrom4(bytes)
}

// Link returns an address with the range that machine and node share.
func (Network) Link(address netip.Addr) string {
	return netip.PrefixFrom(address, linkBits).String()
}
