//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
)

// written is a line of every kind that kube-proxy of v1.37 writes.
const written = "testdata/kube-proxy.nft"

func TestWhatKubeProxyWritesIsUnderstood(t *testing.T) {
	text, err := os.Open(written)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = text.Close() }()
	if err := run([]string{"--check", "-f", "-"}, text, &bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}

// The kernel is the judge of what was understood. It is asked in a network of the
// test's own, which only root may make; elsewhere reading has to do.
func TestTheKernelTakesIt(t *testing.T) {
	const inside = "MEZZANOTTE_NFT_TEST"
	switch {
	case os.Getenv(inside) != "":
		testKernel(t)
	case os.Geteuid() != 0:
		t.Log("only root can ask the kernel")
	default:
		again := exec.Command("/proc/self/exe", "-test.run=^TestTheKernelTakesIt$")
		again.Env = append(os.Environ(), inside+"=1")
		again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
		if output, err := again.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
	}
}

func testKernel(t *testing.T) {
	text, err := os.ReadFile(written)
	if err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"-f", "-"}, bytes.NewReader(text), &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	kernel, err := nftables.New()
	if err != nil {
		t.Fatal(err)
	}
	table := &nftables.Table{Name: "kube-proxy", Family: nftables.TableFamilyIPv4}
	rules, err := kernel.GetRules(table, &nftables.Chain{Table: table, Name: "service-A"})
	if err != nil || len(rules) != 1 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	if nat, ok := rules[0].Exprs[len(rules[0].Exprs)-1].(*expr.NAT); !ok || nat.Type != expr.NATTypeDestNAT {
		t.Errorf("the rule ends with %#v", rules[0].Exprs[len(rules[0].Exprs)-1])
	}
	set, err := kernel.GetSetByName(table, "service-ips")
	if err != nil {
		t.Fatal(err)
	}
	elements, err := kernel.GetSetElements(set)
	if want := "\xc6\x12\x04\x02\x06\x00\x00\x00\x01\xbb\x00\x00"; err != nil || len(elements) != 1 || string(elements[0].Key) != want {
		t.Errorf("elements %+v, %v: there should be 198.18.4.2 . tcp . 443; another one was deleted again", elements, err)
	}
	testAllOrNothing(t, kernel, table)
}

// testAllOrNothing: what fails at its end leaves no trace of its beginning.
func testAllOrNothing(t *testing.T, kernel *nftables.Conn, table *nftables.Table) {
	half := "add chain ip kube-proxy half\nadd rule ip kube-proxy half jump nowhere\n"
	if err := run([]string{"-f", "-"}, strings.NewReader(half), &bytes.Buffer{}); err == nil {
		t.Error("a jump to nowhere was taken")
	}
	if chain, err := kernel.ListChain(table, "half"); err == nil {
		t.Errorf("half of it is in force: %+v", chain)
	}
}

func TestWhatIsNotUnderstoodIsRefused(t *testing.T) {
	tests := map[string]string{
		"another family":    "add table ip6 kube-proxy",
		"another verb":      "rename chain ip kube-proxy a b",
		"an unknown match":  "add rule ip kube-proxy a tcp flags syn drop",
		"an unknown field":  "add rule ip kube-proxy a ip ttl 3 drop",
		"a wrong address":   "add rule ip kube-proxy a ip daddr 198.18.0.300 drop",
		"an unknown type":   "add set ip kube-proxy a { type ether_addr ; }",
		"no type":           "add set ip kube-proxy a { flags dynamic ; }",
		"an unknown flag":   "add set ip kube-proxy a { type ipv4_addr ; flags interval ; }",
		"an open list":      "add rule ip kube-proxy a ip saddr { 10.0.0.0/8, 10.1.0.0/16",
		"an open text":      `add rule ip kube-proxy a drop comment "open`,
		"a wrong target":    "add rule ip kube-proxy a dnat to 198.18.0.1",
		"an unknown hook":   "add chain ip kube-proxy a { type filter hook ingress priority 0 ; }",
		"a wrong element":   "add element ip kube-proxy a { 198.18.0.1 . tcp . https : drop }",
		"a wrong verdict":   "add element ip kube-proxy a { 198.18.0.1 : queue }",
		"an unknown number": "add rule ip kube-proxy a mark and many != 0",
	}
	for name, line := range tests {
		t.Run(name, func(t *testing.T) {
			err := run([]string{"--check", "-f", "-"}, strings.NewReader(line+"\n"), &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), "line 1") {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	text, err := os.ReadFile(written)
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		transaction, err := newTransaction()
		if err != nil {
			t.Fatal(err)
		}
		_ = transaction.read(text) // whatever it is, it is read to its end
	})
}

func TestIntervalsAreInOrderAndApart(t *testing.T) {
	elements, err := intervals([]string{"192.168.0.0/16", "10.1.0.0/16", "10.0.0.0/8", "255.255.255.255"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, element := range elements {
		word := "from"
		if element.IntervalEnd {
			word = "to"
		}
		got = append(got, word, string(element.Key))
	}
	want := []string{"from", "\x0a\x00\x00\x00", "to", "\x0b\x00\x00\x00", "from", "\xc0\xa8\x00\x00", "to", "\xc0\xa9\x00\x00", "from", "\xff\xff\xff\xff"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
