//go:build linux

package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/mdlayher/netlink"
)

// transaction collects changes and makes them at once.
type transaction struct {
	kernel *nftables.Conn
}

// room for the longest transaction, which the kernel wants in one piece: some
// ten thousand endpoints.
const room = 32 << 20

func newTransaction() (*transaction, error) {
	kernel, err := nftables.New(nftables.WithSockOptions(
		func(socket *netlink.Conn) error { return socket.SetWriteBuffer(room) },
		func(socket *netlink.Conn) error { return socket.SetReadBuffer(room) },
	))
	return &transaction{kernel}, err
}

func (t *transaction) commit() error { return t.kernel.Flush() }

func (t *transaction) read(text string) error {
	for number, line := range strings.Split(text, "\n") {
		words, err := split(line)
		if err == nil && len(words) > 0 {
			err = t.command(words)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w, in: %s", number+1, err, line)
		}
	}
	return nil
}

// command carries out one line: a verb, what it is for, and the table.
func (t *transaction) command(line words) error {
	verb, object := line.next(), line.next()
	if err := line.expect("ip"); err != nil {
		return err
	}
	c := change{transaction: t, words: line}
	c.table = &nftables.Table{Name: c.words.next(), Family: nftables.TableFamilyIPv4}
	does, known := changes[verb+" "+object]
	if !known {
		return fmt.Errorf("%s %s is not known here", verb, object)
	}
	if object != "table" {
		c.name = c.words.next()
	}
	return does(&c)
}

// change is one command at work.
type change struct {
	*transaction
	words words
	table *nftables.Table
	name  string
}

var changes = map[string]func(*change) error{
	"add table":      func(c *change) error { c.kernel.AddTable(c.table); return nil },
	"delete table":   func(c *change) error { c.kernel.DelTable(c.table); return nil },
	"add chain":      (*change).addChain,
	"flush chain":    func(c *change) error { c.kernel.FlushChain(c.chain()); return nil },
	"delete chain":   func(c *change) error { c.kernel.DelChain(c.chain()); return nil },
	"add rule":       (*change).addRule,
	"add set":        (*change).addSet,
	"flush set":      func(c *change) error { c.kernel.FlushSet(c.set()); return nil },
	"delete set":     func(c *change) error { c.kernel.DelSet(c.set()); return nil },
	"add map":        (*change).addSet,
	"flush map":      func(c *change) error { c.kernel.FlushSet(c.set()); return nil },
	"delete map":     func(c *change) error { c.kernel.DelSet(c.set()); return nil },
	"add element":    (*change).element,
	"delete element": (*change).removeElement,
	"add counter":    func(c *change) error { c.kernel.AddObj(c.counter()); return nil },
	"delete counter": func(c *change) error { c.kernel.DeleteObject(c.counter()); return nil },
}

func (c *change) chain() *nftables.Chain { return &nftables.Chain{Table: c.table, Name: c.name} }
func (c *change) set() *nftables.Set     { return &nftables.Set{Table: c.table, Name: c.name} }
func (c *change) counter() nftables.Obj {
	return &nftables.NamedObj{Table: c.table, Name: c.name, Type: nftables.ObjTypeCounter, Obj: &expr.Counter{}}
}

var hooks = map[string]*nftables.ChainHook{
	"prerouting": nftables.ChainHookPrerouting, "input": nftables.ChainHookInput, "forward": nftables.ChainHookForward,
	"output": nftables.ChainHookOutput, "postrouting": nftables.ChainHookPostrouting,
}

// addChain reads { type filter hook input priority 0 ; comment "…" ; }.
func (c *change) addChain() error {
	chain := c.chain()
	for c.words.peek() != "" {
		switch word := c.words.next(); word {
		case "{", "}", ";":
		case "type":
			chain.Type = nftables.ChainType(c.words.next())
		case "hook":
			if chain.Hooknum = hooks[c.words.peek()]; chain.Hooknum == nil {
				return fmt.Errorf("the hook %q is not known here", c.words.peek())
			}
			c.words.next()
		case "priority":
			priority, err := strconv.ParseInt(c.words.next(), 10, 32)
			if err != nil {
				return err
			}
			chain.Priority = nftables.ChainPriorityRef(nftables.ChainPriority(priority))
		case "comment":
			c.words.next()
		default:
			return fmt.Errorf("%q is not known here of a chain", word)
		}
	}
	c.kernel.AddChain(chain)
	return nil
}

// addSet reads { type ipv4_addr . inet_proto : verdict ; flags … ; timeout 10s ; }.
func (c *change) addSet() error {
	set := c.set()
	for c.words.peek() != "" {
		var err error
		switch word := c.words.next(); word {
		case "{", "}", ";", ",":
		case "type":
			err = c.types(set)
		case "flags":
		case "dynamic":
			set.Dynamic = true
		case "timeout":
			set.HasTimeout = true
			if c.words.peek() != ";" { // how long, not the flag
				set.Timeout, err = time.ParseDuration(c.words.next())
			}
		case "comment":
			set.Comment, err = c.words.text()
		default:
			err = fmt.Errorf("%q is not known here of a set", word)
		}
		if err != nil {
			return err
		}
	}
	if set.KeyType.Name == "" {
		return errors.New("a set needs a type")
	}
	return c.kernel.AddSet(set, nil)
}

func (c *change) types(set *nftables.Set) error {
	parts := 0
	var err error
	if set.KeyType, parts, err = c.words.datatype(); err != nil {
		return err
	}
	set.Concatenation = parts > 1
	if c.words.skip(":") {
		set.IsMap = true
		set.DataType, _, err = c.words.datatype()
	}
	return err
}

// element reads { 198.18.0.1 . tcp . 443 comment "…" : goto chain }.
func (c *change) element() error {
	var element nftables.SetElement
	err := c.words.expect("{")
	if err == nil {
		element.Key, err = c.words.key()
	}
	if err == nil && c.words.skip("comment") {
		element.Comment, err = c.words.text()
	}
	if err == nil && c.words.skip(":") {
		element.VerdictData, err = c.words.verdict()
	}
	if err == nil {
		err = c.words.expect("}")
	}
	if err != nil {
		return err
	}
	return c.kernel.SetAddElements(c.set(), []nftables.SetElement{element})
}

func (c *change) removeElement() error {
	err := c.words.expect("{")
	if err != nil {
		return err
	}
	key, err := c.words.key()
	if err != nil {
		return err
	}
	return c.kernel.SetDeleteElements(c.set(), []nftables.SetElement{{Key: key}})
}

func (c *change) addRule() error {
	r := rule{change: c}
	for c.words.peek() != "" && c.words.peek() != "comment" {
		if err := r.statement(); err != nil {
			return err
		}
	}
	c.kernel.AddRule(&nftables.Rule{Table: c.table, Chain: c.chain(), Exprs: r.steps})
	return nil
}
