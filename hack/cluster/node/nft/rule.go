//go:build linux

package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// rule is a rule as the kernel knows it: steps that load registers of 4 bytes,
// compare them, and do something.
type rule struct {
	*change
	steps []expr.Any
}

// register is the n-th register of 4 bytes.
func register(n int) uint32 { return unix.NFT_REG32_00 + uint32(n) }

func (r *rule) do(steps ...expr.Any) { r.steps = append(r.steps, steps...) }

var verdicts = map[string]expr.VerdictKind{
	"accept": expr.VerdictAccept, "drop": expr.VerdictDrop, "return": expr.VerdictReturn,
	"jump": expr.VerdictJump, "goto": expr.VerdictGoto,
}

// verdict reads drop, or goto and the name of a chain.
func (w *words) verdict() (*expr.Verdict, error) {
	word := w.next()
	kind, known := verdicts[word]
	if !known {
		return nil, fmt.Errorf("%q should be a verdict", word)
	}
	verdict := &expr.Verdict{Kind: kind}
	if word == "jump" || word == "goto" {
		verdict.Chain = w.next()
	}
	return verdict, nil
}

var statements = map[string]func(*rule) error{
	"ct":         (*rule).connection,
	"mark":       (*rule).mark,
	"fib":        (*rule).route,
	"numgen":     (*rule).random,
	"dnat":       (*rule).translate,
	"masquerade": (*rule).masquerade,
	"update":     (*rule).remember,
	"counter":    (*rule).count,
}

// statement reads the next part of a rule: a condition or something to do.
func (r *rule) statement() error {
	word := r.words.peek()
	if _, isVerdict := verdicts[word]; isVerdict {
		verdict, err := r.words.verdict()
		r.do(verdict)
		return err
	}
	if word == "reject" {
		r.words.next()
		const portUnreachable = 3
		r.do(&expr.Reject{Type: unix.NFT_REJECT_ICMP_UNREACH, Code: portUnreachable})
		return nil
	}
	if does, known := statements[word]; known {
		r.words.next()
		return does(r)
	}
	return r.match()
}

// connection reads ct state new, or ct status dnat.
func (r *rule) connection() error {
	const translated = 1 << 5 // IPS_DST_NAT
	switch {
	case r.words.skip("state", "new"):
		r.anyOf(&expr.Ct{Register: register(0), Key: expr.CtKeySTATE}, expr.CtStateBitNEW)
	case r.words.skip("status", "dnat"):
		r.anyOf(&expr.Ct{Register: register(0), Key: expr.CtKeySTATUS}, translated)
	default:
		return fmt.Errorf("ct %s is not known here", strings.Join(r.words, " "))
	}
	return nil
}

// anyOf goes on if any of the bits is set in what load puts into the first register.
func (r *rule) anyOf(load expr.Any, bits uint32) {
	r.do(load, bitwise(bits, 0), &expr.Cmp{Op: expr.CmpOpNeq, Register: register(0), Data: make([]byte, 4)})
}

// bitwise changes the first register: (it & mask) ^ xor.
func bitwise(mask, xor uint32) expr.Any {
	return &expr.Bitwise{
		SourceRegister: register(0), DestRegister: register(0), Len: 4,
		Mask: binaryutil.NativeEndian.PutUint32(mask), Xor: binaryutil.NativeEndian.PutUint32(xor),
	}
}

// mark reads mark and 0x4000 != 0, or mark set mark or 0x4000.
func (r *rule) mark() error {
	load := &expr.Meta{Key: expr.MetaKeyMARK, Register: register(0)}
	if r.words.skip("and") {
		bits, err := r.words.number()
		if err != nil {
			return err
		}
		r.anyOf(load, bits)
		return r.words.expect("!=", "0")
	}
	if err := r.words.expect("set", "mark"); err != nil {
		return err
	}
	operation := r.words.next()
	bits, err := r.words.number()
	if err != nil {
		return err
	}
	change, known := map[string]expr.Any{"or": bitwise(^bits, bits), "xor": bitwise(^uint32(0), bits), "and": bitwise(bits, 0)}[operation]
	if !known {
		return fmt.Errorf("mark set mark %s is not known here", operation)
	}
	r.do(load, change, &expr.Meta{Key: expr.MetaKeyMARK, SourceRegister: true, Register: register(0)})
	return nil
}

// route reads fib saddr type local.
func (r *rule) route() error {
	look := &expr.Fib{Register: register(0), ResultADDRTYPE: true}
	switch which := r.words.next(); which {
	case "saddr":
		look.FlagSADDR = true
	case "daddr":
		look.FlagDADDR = true
	default:
		return fmt.Errorf("fib %s is not known here", which)
	}
	r.do(look, &expr.Cmp{Register: register(0), Data: binaryutil.NativeEndian.PutUint32(unix.RTN_LOCAL)})
	return r.words.expect("type", "local")
}

func (r *rule) masquerade() error {
	r.do(&expr.Masq{FullyRandom: r.words.skip("fully-random")})
	return nil
}

// count reads counter name "…".
func (r *rule) count() error {
	err := r.words.expect("name")
	if err != nil {
		return err
	}
	name, err := r.words.text()
	r.do(&expr.Objref{Type: int(nftables.ObjTypeCounter), Name: name})
	return err
}

// remember reads update @set { ip saddr }.
func (r *rule) remember() error {
	set := r.words.next()
	err := r.words.expect("{", "ip", "saddr", "}")
	r.do(source(0), &expr.Dynset{SrcRegKey: register(0), SetName: strings.TrimPrefix(set, "@"), Operation: unix.NFT_DYNSET_OP_UPDATE})
	return err
}

// translate reads dnat to 198.19.0.7:80, or dnat ip addr . port to numgen random mod 2 map { … }.
func (r *rule) translate() error {
	change := &expr.NAT{Type: expr.NATTypeDestNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: register(0), RegProtoMin: register(1)}
	if r.words.skip("ip", "addr", ".", "port", "to", "numgen") {
		if err := r.random(); err != nil {
			return err
		}
		r.do(change)
		return nil
	}
	if err := r.words.expect("to"); err != nil {
		return err
	}
	target, err := netip.ParseAddrPort(r.words.next())
	if err != nil {
		return err
	}
	r.do(&expr.Immediate{Register: register(0), Data: target.Addr().AsSlice()},
		&expr.Immediate{Register: register(1), Data: binary.BigEndian.AppendUint16(nil, target.Port())}, change)
	return nil
}

// random reads random mod 2 vmap { 0 : goto a, 1 : goto b }, or a map of
// addresses and ports, which ends up in the first two registers.
func (r *rule) random() error {
	if err := r.words.expect("random", "mod"); err != nil {
		return err
	}
	modulus, err := r.words.number()
	if err != nil {
		return err
	}
	set := &nftables.Set{
		Table: r.table, Anonymous: true, Constant: true, IsMap: true,
		KeyType: nftables.TypeInteger, DataType: nftables.TypeVerdict,
	}
	kind := r.words.next()
	if kind == "map" {
		set.DataType = nftables.MustConcatSetType(nftables.TypeIPAddr, nftables.TypeInetService)
	} else if kind != "vmap" {
		return fmt.Errorf("%q should be map or vmap", kind)
	}
	elements, err := r.choices(kind)
	if err != nil {
		return err
	}
	if err := r.kernel.AddSet(set, elements); err != nil {
		return err
	}
	look := &expr.Lookup{SourceRegister: register(0), IsDestRegSet: true, SetName: set.Name, SetID: set.ID}
	if kind == "map" {
		look.DestRegister = register(0)
	}
	r.do(&expr.Numgen{Register: register(0), Modulus: modulus, Type: unix.NFT_NG_RANDOM}, look)
	return nil
}

// choices reads { 0 : goto a, 1 : goto b }, or addresses and ports instead.
func (r *rule) choices(kind string) ([]nftables.SetElement, error) {
	var elements []nftables.SetElement
	if err := r.words.expect("{"); err != nil {
		return nil, err
	}
	for !r.words.skip("}") {
		number, err := r.words.number()
		if err != nil {
			return nil, err
		}
		element := nftables.SetElement{Key: binaryutil.NativeEndian.PutUint32(number)}
		if err = r.words.expect(":"); err == nil && kind == "map" {
			element.Val, err = r.words.key()
		} else if err == nil {
			element.VerdictData, err = r.words.verdict()
		}
		if err != nil {
			return nil, err
		}
		elements = append(elements, element)
		r.words.skip(",")
	}
	return elements, nil
}
