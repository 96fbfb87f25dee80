package realnode

import (
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestSharesAreApart(t *testing.T) {
	var used []netip.Prefix
	for i := 0; ; i++ {
		network, err := Free(used)
		if errors.Is(err, ErrFull) {
			if i != 32 {
				t.Errorf("there were %d shares, want 32", i)
			}
			return
		}
		if err != nil || !reserved.Overlaps(network.Range) || network.Range.Bits() < reserved.Bits() {
			t.Fatalf("share %d is %v, %v", i, network.Range, err)
		}
		for _, other := range used {
			if network.Range.Overlaps(other) {
				t.Errorf("%v overlaps %v", network.Range, other)
			}
		}
		used = append(used, network.Range)
		expectInside(t, network)
	}
}

// expectInside checks that a share is divided without overlaps.
func expectInside(t *testing.T, n Network) {
	t.Helper()
	link := netip.MustParsePrefix(n.Link(n.Machine)).Masked()
	if !link.Contains(n.Node) || n.Machine == n.Node {
		t.Errorf("machine %v and node %v do not share %v", n.Machine, n.Node, link)
	}
	parts := []netip.Prefix{link, n.Services, n.Pods}
	for i, part := range parts {
		if !n.Range.Contains(part.Addr()) || part.Bits() < n.Range.Bits() || part != part.Masked() {
			t.Errorf("%v is not a range inside %v", part, n.Range)
		}
		for _, other := range parts[i+1:] {
			if part.Overlaps(other) {
				t.Errorf("%v overlaps %v", part, other)
			}
		}
	}
	if !n.Services.Contains(n.API()) || !n.Services.Contains(n.DNS()) {
		t.Errorf("the Services %v and %v are not in %v", n.API(), n.DNS(), n.Services)
	}
}

func TestSharesInUseAreLeftAlone(t *testing.T) {
	network, err := Free([]netip.Prefix{netip.MustParsePrefix("198.18.0.0/16"), netip.MustParsePrefix("198.19.0.4/30")})
	if err != nil || network.Range.String() != "198.19.16.0/20" || network.Pods.String() != "198.19.24.0/21" {
		t.Errorf("the first free share is %+v, %v", network, err)
	}
}

func TestFiles(t *testing.T) {
	network, err := Free(nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := Description{Network: network, Folder: "/f", Programs: "/p", Group: "mezzanotte-1", DNSPort: 15353, LimitOOM: true}.Files()
	if err != nil {
		t.Fatal(err)
	}
	contains := map[string]string{
		"containerd.toml": "restrict_oom_score_adj = true",
		"kubelet.yaml":    "failCgroupV1: false",
		"kube-proxy.yaml": "clusterCIDR: 198.18.0.0/20",
		"Corefile":        "198.18.0.1 host.mezzanotte.internal",
		"objects.yaml":    "clusterIP: 198.18.4.10",
		"resolv.conf":     "#",
		"pods.conflist":   "198.18.8.0/21",
	}
	for name, want := range contains {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s does not say %q:\n%s", name, want, files[name])
		}
	}
	if len(files) != len(contains) {
		t.Errorf("there are %d files, want %d", len(files), len(contains))
	}
	if !json.Valid([]byte(files["pods.conflist"])) {
		t.Error("the network's description is no JSON")
	}
	for name, text := range files {
		if strings.Contains(text, "no value") || strings.Contains(text, "0.0.0.0:") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
