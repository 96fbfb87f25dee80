package cluster

import (
	"fmt"
	"strconv"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/simulation"
)

// Addresses inside the cluster, all from 198.18.0.0/15, which is reserved for
// tests: nothing outside is hidden by them. Nodes have 198.18.128.0/18.
const (
	serviceRange = "198.18.0.0/17"
	podRange     = "198.19.0.0/16"
	apiService   = "198.18.0.1" // the first of the service range: the Service "kubernetes"
	// The API server listens on loopback, which it refuses to advertise; nobody
	// is told this address, as nothing reconciles endpoints.
	advertised = "198.18.255.1"
)

const loopback = "127.0.0.1"

// Names of the components, in the order of their start.
const (
	etcd              = "etcd"
	apiServer         = "kube-apiserver"
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
	kwok              = "kwok"
)

// portCount is the number of ports that a cluster takes: one each, and etcd's for peers.
const portCount = 6

// components returns the servers of a cluster with all their arguments.
func (c Cluster) components(ports []int, audit bool) []Component {
	return []Component{
		c.etcd(ports[0], ports[5]),
		c.apiServer(ports[1], ports[0], audit),
		c.controllerManager(ports[2]),
		c.scheduler(ports[3]),
		c.kwok(ports[4]),
	}
}

func (c Cluster) etcd(port, peerPort int) Component {
	clients, peers := url("https", port), url("http", peerPort)
	return Component{Name: etcd, Port: port, Health: clients + "/health", Args: []string{
		"--name=" + c.Name,
		"--data-dir=" + c.file("etcd"),
		"--unsafe-no-fsync", // the data need not survive the machine
		"--listen-client-urls=" + clients,
		"--advertise-client-urls=" + clients,
		"--listen-peer-urls=" + peers,
		"--initial-advertise-peer-urls=" + peers,
		"--initial-cluster=" + c.Name + "=" + peers,
		"--client-cert-auth",
		"--trusted-ca-file=" + c.certificate("etcd-ca.crt"),
		"--cert-file=" + c.certificate("etcd.crt"),
		"--key-file=" + c.certificate("etcd.key"),
		"--quota-backend-bytes=4294967296",
		"--auto-compaction-retention=5m",
		"--log-level=warn",
	}}
}

func (c Cluster) apiServer(port, etcdPort int, audit bool) Component {
	args := []string{
		"--bind-address=" + loopback,
		"--secure-port=" + strconv.Itoa(port),
		"--advertise-address=" + advertised,
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=" + serviceRange,
		"--etcd-servers=" + url("https", etcdPort),
		"--etcd-cafile=" + c.certificate("etcd-ca.crt"),
		"--etcd-certfile=" + c.certificate("etcd.crt"),
		"--etcd-keyfile=" + c.certificate("etcd.key"),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged",
		// Without it, a server that is shutting down keeps its watches alive for a
		// minute but takes no new connection: half an outage.
		"--shutdown-watch-termination-grace-period=1s",
		"--client-ca-file=" + c.certificate("ca.crt"),
		"--tls-cert-file=" + c.certificate("server.crt"),
		"--tls-private-key-file=" + c.certificate("server.key"),
		"--kubelet-client-certificate=" + c.certificate("kubelet-client.crt"),
		"--kubelet-client-key=" + c.certificate("kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP,Hostname",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + c.certificate("service-account.key"),
		"--service-account-signing-key-file=" + c.certificate("service-account.key"),
		"--requestheader-client-ca-file=" + c.certificate("aggregation-ca.crt"),
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + c.certificate("aggregation.crt"),
		"--proxy-client-key-file=" + c.certificate("aggregation.key"),
	}
	if audit {
		args = append(args,
			"--audit-policy-file="+c.file("audit-policy.yaml"),
			"--audit-log-path="+c.Log("audit"),
			"--audit-log-maxsize=500", // MB; then a second file begins
			"--audit-log-maxbackup=1",
		)
	}
	return Component{Name: apiServer, Port: port, Health: url("https", port) + "/readyz", Args: args}
}

func (c Cluster) controllerManager(port int) Component {
	args := c.client(controllerManager, port)
	return Component{Name: controllerManager, Port: port, Health: url("https", port) + "/healthz", Args: append(args,
		"--use-service-account-credentials", // each controller under its own name, with its own rights
		"--service-account-private-key-file="+c.certificate("service-account.key"),
		"--root-ca-file="+c.certificate("ca.crt"),
		"--cluster-signing-cert-file="+c.certificate("ca.crt"),
		"--cluster-signing-key-file="+c.certificate("ca.key"),
		"--flex-volume-plugin-dir="+c.file("volume-plugins"),
	)}
}

func (c Cluster) scheduler(port int) Component {
	return Component{Name: scheduler, Port: port, Health: url("https", port) + "/readyz", Args: c.client(scheduler, port)}
}

// client returns the arguments that the scheduler and the controllers share.
func (c Cluster) client(name string, port int) []string {
	return append(c.delegating(name, port),
		"--client-ca-file="+c.certificate("ca.crt"),
		"--leader-elect=false", // there is only one, and it need not wait
		// The defaults of 20 and 50 requests a second alone would add seconds to
		// the start, and hold back hundreds of pods that start at once.
		"--kube-api-qps=200",
		"--kube-api-burst=400",
	)
}

// delegating returns the arguments of a server that asks the API server to authenticate
// and authorize its clients.
func (c Cluster) delegating(name string, port int) []string {
	kubeconfig := c.file(name + ".kubeconfig")
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=" + loopback,
		"--secure-port=" + strconv.Itoa(port),
		"--tls-cert-file=" + c.certificate("server.crt"),
		"--tls-private-key-file=" + c.certificate("server.key"),
	}
}

func (c Cluster) kwok(port int) Component {
	return Component{Name: kwok, Port: port, Health: url("http", port) + "/healthz", Args: []string{
		"--kubeconfig=" + c.file("kwok.kubeconfig"),
		"--config=" + c.file("stages.yaml"),
		"--manage-nodes-with-annotation-selector=" + simulation.Selector,
		"--cidr=" + podRange,
		"--node-lease-duration-seconds=40",
		"--server-address=" + fmt.Sprintf("%s:%d", loopback, port),
	}}
}

func url(scheme string, port int) string {
	return fmt.Sprintf("%s://%s:%d", scheme, loopback, port)
}
