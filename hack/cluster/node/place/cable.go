//go:build linux

package main

import (
	"errors"
	"flag"
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// cable joins the machine and the place. Its end on the machine is the only
// interface there; the range behind it leads into the place. Nothing else of the
// machine's network changes: pods reach the machine and, as the place has no
// default route, nothing beyond.
type cable struct {
	name            string // of the machine's end
	outside, inside string // addresses with their common range
	reach           string // nodes, services and pods
}

func (c *cable) flags(flags *flag.FlagSet) {
	flags.StringVar(&c.name, "interface", "", "`name` of the interface on the machine")
	flags.StringVar(&c.outside, "outside", "", "`address` of the machine, with its range")
	flags.StringVar(&c.inside, "inside", "", "`address` of the node, with the same range")
	flags.StringVar(&c.reach, "reach", "", "`range` that lies behind the node")
}

// lay makes the cable, with its far end in the namespace of a process.
func (c *cable) lay(pid int) error {
	space, err := netns.GetFromPid(pid)
	if err != nil {
		return err
	}
	defer func() { _ = space.Close() }()
	if err := netlink.LinkAdd(&netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: c.name}, PeerName: "eth0", PeerNamespace: netlink.NsFd(space),
	}); err != nil {
		return err
	}
	here, err := netlink.NewHandle()
	if err != nil {
		return err
	}
	defer here.Close()
	there, err := netlink.NewHandleAt(space)
	if err != nil {
		return err
	}
	defer there.Close()
	machine, err := connect(here, c.name, c.outside)
	if err != nil {
		return err
	}
	if _, err := connect(there, "eth0", c.inside); err != nil {
		return err
	}
	if _, err := connect(there, "lo", ""); err != nil {
		return err
	}
	_, reach, err := net.ParseCIDR(c.reach)
	if err != nil {
		return err
	}
	return here.RouteAdd(&netlink.Route{LinkIndex: machine.Attrs().Index, Dst: reach, Gw: address(c.inside)})
}

// connect gives an interface its address, if any, and switches it on.
func connect(handle *netlink.Handle, name, with string) (netlink.Link, error) {
	link, err := handle.LinkByName(name)
	if err != nil {
		return nil, err
	}
	if with != "" {
		parsed, err := netlink.ParseAddr(with)
		if err != nil {
			return nil, err
		}
		if err := handle.AddrAdd(link, parsed); err != nil {
			return nil, fmt.Errorf("giving %s the address %s: %w", name, with, err)
		}
	}
	return link, handle.LinkSetUp(link)
}

func address(with string) net.IP {
	ip, _, _ := net.ParseCIDR(with)
	return ip
}

// pull removes the cable, if it is there. The kernel would, but later.
func pull(name string) error {
	link, err := netlink.LinkByName(name)
	if errors.As(err, &netlink.LinkNotFoundError{}) {
		return nil
	}
	if err != nil {
		return err
	}
	err = netlink.LinkDel(link)
	if _, gone := netlink.LinkByName(name); errors.As(gone, &netlink.LinkNotFoundError{}) {
		return nil // it was just about to go
	}
	return err
}
