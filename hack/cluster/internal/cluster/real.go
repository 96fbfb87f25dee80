package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/certificate"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/realnode"
)

// Components that only a cluster with a real node has.
const (
	place         = "place"
	containerd    = "containerd"
	coreDNS       = "coredns"
	metricsServer = "metrics-server"
	kubelet       = "kubelet"
	kubeProxy     = "kube-proxy"
)

// realPortCount is the number of ports that a real node takes besides: the place, DNS and its
// health, metrics.
const realPortCount = 4

// Real is the record of a real node. Its names derive from the cluster's folder, so
// that two clusters never share one.
type Real struct {
	Network   realnode.Network `json:"network"`
	Programs  string           `json:"programs"`  // the folder with the node's programs
	Interface string           `json:"interface"` // on the machine
	Group     string           `json:"group"`     // control group
	DNSPort   int              `json:"dnsPort"`
}

func (c Cluster) newReal(programs string) (*Real, error) {
	used, err := usedAddresses()
	if err != nil {
		return nil, err
	}
	network, err := realnode.Free(used)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(c.Dir))
	id := hex.EncodeToString(sum[:])[:10]
	return &Real{Network: network, Programs: programs, Interface: "mezza" + id, Group: "mezzanotte-" + id}, nil
}

// usedAddresses returns those of the machine's interfaces and of recorded clusters.
func usedAddresses() ([]netip.Prefix, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var used []netip.Prefix
	for _, address := range addresses {
		if prefix, err := netip.ParsePrefix(address.String()); err == nil {
			used = append(used, prefix.Masked())
		}
	}
	clusters, err := All()
	for _, other := range clusters {
		if state, err := other.Load(); err == nil && state.Real != nil {
			used = append(used, state.Real.Network.Range)
		}
	}
	return used, err
}

// realComponents returns the servers of a cluster with a real node. The API server
// listens where the node can reach it, on an interface that leads nowhere else.
func (c Cluster) realComponents(real *Real, ports []int, audit bool) []Component {
	own := ports[portCount:]
	real.DNSPort = own[1]
	server := c.apiServer(ports[1], ports[0], audit)
	machine := real.Network.Machine.String()
	server.Health = fmt.Sprintf("https://%s:%d/readyz", machine, server.Port)
	server.Args = instead(server.Args, map[string]string{
		"bind-address":             machine,
		"advertise-address":        machine,
		"endpoint-reconciler-type": "lease",
		"service-cluster-ip-range": real.Network.Services.String(),
	})
	server.Args = append(server.Args, "--kubelet-certificate-authority="+c.certificate("ca.crt"))
	return []Component{
		c.place(real, own[0]),
		c.etcd(ports[0], ports[5]),
		server,
		c.controllerManager(ports[2]),
		c.scheduler(ports[3]),
		c.inside(real, Component{Name: containerd, Port: 1338, Health: "/v1/metrics", Args: []string{
			"--config=" + c.file("node", "containerd.toml"),
		}}),
		{
			Name: coreDNS, Program: realProgram(real, "dns"), Port: real.DNSPort, Health: url("http", own[2]) + "/ready",
			Args: []string{"-conf=" + c.file("node", "Corefile")},
		},
		c.metricsServer(real, own[3]),
		c.inside(real, Component{Name: kubelet, Port: 10248, Health: "/healthz", Args: []string{
			"--config=" + c.file("node", "kubelet.yaml"), "--kubeconfig=" + c.file(kubelet+".kubeconfig"),
			"--hostname-override=" + realnode.NodeName, "--node-ip=" + real.Network.Node.String(),
			"--node-labels=topology.kubernetes.io/zone=zone-a,node.kubernetes.io/instance-type=real",
		}}),
		c.inside(real, Component{Name: kubeProxy, Port: 10256, Health: "/livez", Args: []string{
			"--config=" + c.file("node", "kube-proxy.yaml"),
		}}),
	}
}

func realProgram(real *Real, name string) string { return real.Programs + "/" + name }

// instead gives flags other values.
func instead(args []string, values map[string]string) []string {
	changed := make([]string, len(args))
	for i, arg := range args {
		changed[i] = arg
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if value, found := values[name]; found {
			changed[i] = "--" + name + "=" + value
		}
	}
	return changed
}

func (c Cluster) place(real *Real, port int) Component {
	network := real.Network
	return Component{
		Name: place, Program: realProgram(real, place), Port: port, Health: url("http", port) + "/",
		Args: []string{
			"hold", "--dir=" + c.file("node"), "--cgroup=" + real.Group, "--interface=" + real.Interface,
			"--outside=" + network.Link(network.Machine), "--inside=" + network.Link(network.Node),
			"--reach=" + network.Range.String(), "--health=" + net.JoinHostPort(loopback, strconv.Itoa(port)),
		},
	}
}

// enter returns the arguments that start a program inside the place.
func (c Cluster) enter(real *Real, program string, args ...string) []string {
	return append([]string{
		"run", "--dir=" + c.file("node"), "--cgroup=" + real.Group, "--", realProgram(real, program),
	}, args...)
}

// inside puts a component into the place, where its port and the path of its
// health belong to the node's address.
func (c Cluster) inside(real *Real, component Component) Component {
	component.Program = realProgram(real, place)
	component.Health = fmt.Sprintf("http://%s:%d%s", real.Network.Node, component.Port, component.Health)
	component.Args = c.enter(real, component.Name, component.Args...)
	return component
}

func (c Cluster) metricsServer(real *Real, port int) Component {
	return Component{
		Name: metricsServer, Program: realProgram(real, metricsServer), Port: port,
		// Ready would be when it has asked the node twice, half a minute later.
		Health: url("https", port) + "/livez",
		Args: append(c.delegating(metricsServer, port),
			"--kubelet-certificate-authority="+c.certificate("ca.crt"),
			"--kubelet-preferred-address-types=InternalIP",
			"--metric-resolution=10s", // as often as it can be
			"--kubelet-request-timeout=9s",
		),
	}
}

// realLeaves returns the certificates of a real node's servers.
func realLeaves(network realnode.Network) []certificate.Leaf {
	return []certificate.Leaf{
		{
			File: kubelet, Name: "system:node:" + realnode.NodeName, Groups: []string{"system:nodes"},
			Hosts: []string{realnode.NodeName, network.Node.String()},
		},
		{File: kubeProxy, Name: "system:kube-proxy"},
		{File: coreDNS, Name: "system:coredns"},
		{File: metricsServer, Name: "system:metrics-server"},
	}
}
