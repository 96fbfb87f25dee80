//go:build linux

package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
)

// source loads the address that a packet comes from.
func source(into int) expr.Any {
	return &expr.Payload{Base: expr.PayloadBaseNetworkHeader, Offset: 12, Len: 4, DestRegister: register(into)}
}

func destination(into int) expr.Any {
	return &expr.Payload{Base: expr.PayloadBaseNetworkHeader, Offset: 16, Len: 4, DestRegister: register(into)}
}

// field reads the name of something in a packet and loads it.
func (r *rule) field(into int) error {
	switch {
	case r.words.skip("ip", "saddr"):
		r.do(source(into))
	case r.words.skip("ip", "daddr"):
		r.do(destination(into))
	case r.words.skip("meta", "l4proto"):
		r.do(&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: register(into)})
	case r.words.skip("th", "dport"):
		r.do(&expr.Payload{Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2, DestRegister: register(into)})
	default:
		return fmt.Errorf("%q is not known here", strings.Join(r.words, " "))
	}
	return nil
}

// match reads fields joined by dots, and what they have to be.
func (r *rule) match() error {
	fields := 0
	for more := true; more; more = r.words.skip(".") {
		if err := r.field(fields); err != nil {
			return err
		}
		fields++
	}
	if r.words.skip("vmap") {
		r.do(&expr.Lookup{SourceRegister: register(0), IsDestRegSet: true, SetName: r.setName()})
		return nil
	}
	not := r.words.skip("!=")
	switch {
	case strings.HasPrefix(r.words.peek(), "@"):
		r.do(&expr.Lookup{SourceRegister: register(0), SetName: r.setName(), Invert: not})
		return nil
	case fields > 1:
		return fmt.Errorf("%q should be a set", r.words.peek())
	case r.words.skip("{"):
		return r.oneOf(not)
	}
	return r.compare(r.words.next(), not)
}

func (r *rule) setName() string { return strings.TrimPrefix(r.words.next(), "@") }

// compare goes on if the first register is the value, or is in the range.
func (r *rule) compare(word string, not bool) error {
	operation := expr.CmpOpEq
	if not {
		operation = expr.CmpOpNeq
	}
	if prefix, err := netip.ParsePrefix(word); err == nil && prefix.Addr().Is4() {
		mask := bytes.Repeat([]byte{0xff}, 4)
		for bit := prefix.Bits(); bit < 32; bit++ {
			mask[bit/8] &^= 0x80 >> (bit % 8)
		}
		r.do(&expr.Bitwise{SourceRegister: register(0), DestRegister: register(0), Len: 4, Mask: mask, Xor: make([]byte, 4)},
			&expr.Cmp{Op: operation, Register: register(0), Data: prefix.Masked().Addr().AsSlice()})
		return nil
	}
	data, err := value(word)
	r.do(&expr.Cmp{Op: operation, Register: register(0), Data: data})
	return err
}

// oneOf reads addresses and ranges up to a closing brace.
func (r *rule) oneOf(not bool) error {
	var words []string
	for !r.words.skip("}") {
		if r.words.peek() == "" {
			return fmt.Errorf("a list does not end")
		}
		words = append(words, r.words.next())
		r.words.skip(",")
	}
	if len(words) == 1 {
		return r.compare(words[0], not)
	}
	elements, err := intervals(words)
	if err != nil {
		return err
	}
	set := &nftables.Set{Table: r.table, Anonymous: true, Constant: true, Interval: true, KeyType: nftables.TypeIPAddr}
	if err := r.kernel.AddSet(set, elements); err != nil {
		return err
	}
	r.do(&expr.Lookup{SourceRegister: register(0), SetName: set.Name, SetID: set.ID, Invert: not})
	return nil
}

// intervals are the ranges as the kernel takes them: in order, none inside
// another, each with its first address and the first one behind it.
func intervals(words []string) ([]nftables.SetElement, error) {
	var prefixes []netip.Prefix
	for _, word := range words {
		prefix, err := netip.ParsePrefix(word)
		if err != nil {
			prefix, err = netip.ParsePrefix(word + "/32")
		}
		if err != nil || !prefix.Addr().Is4() {
			return nil, fmt.Errorf("%q should be an IPv4 address or a range", word)
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	slices.SortFunc(prefixes, netip.Prefix.Compare)
	var elements []nftables.SetElement
	var last netip.Prefix
	for _, prefix := range prefixes {
		if last.IsValid() && last.Overlaps(prefix) { // then it is inside the last one
			continue
		}
		last = prefix
		elements = append(elements, nftables.SetElement{Key: prefix.Addr().AsSlice()})
		if end := behind(prefix); end.IsValid() {
			elements = append(elements, nftables.SetElement{Key: end.AsSlice(), IntervalEnd: true})
		}
	}
	return elements, nil
}

// behind is the first address that is not in the range any more; none behind
// the last of all.
func behind(prefix netip.Prefix) netip.Addr {
	last := prefix.Addr().As4()
	for bit := prefix.Bits(); bit < 32; bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	next := netip.AddrFrom4(last).Next()
	if !next.Is4() {
		return netip.Addr{}
	}
	return next
}
