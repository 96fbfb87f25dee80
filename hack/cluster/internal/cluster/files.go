package cluster

import (
	"os"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/certificate"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/simulation"
)

// auditPolicy logs who did what when, once per request and without contents.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

const administrators = "system:masters"

// writeFiles makes everything that the components read.
func (c Cluster) writeFiles(state *State) error {
	for _, dir := range []string{c.Dir, c.file("certificates"), c.file("etcd"), c.file("logs")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	if err := c.writeCertificates(state); err != nil {
		return err
	}
	if err := c.writeKubeconfigs(state); err != nil {
		return err
	}
	if err := os.WriteFile(c.file("audit-policy.yaml"), []byte(auditPolicy), 0o600); err != nil {
		return err
	}
	if state.Real != nil {
		return c.writeRealFiles(state)
	}
	stages, err := simulation.Stages(state.Pace)
	if err != nil {
		return err
	}
	return os.WriteFile(c.file("stages.yaml"), []byte(stages), 0o600)
}

// writeCertificates makes three authorities, so that a client of the API server
// is nobody to etcd and cannot pass for the aggregating server.
func (c Cluster) writeCertificates(state *State) error {
	hosts := []string{
		"localhost", loopback, "kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc.cluster.local",
	}
	var more []certificate.Leaf
	if state.Real == nil {
		hosts = append(hosts, apiService)
	} else {
		network := state.Real.Network
		hosts = append(hosts, network.Machine.String(), network.API().String(), metricsServer+".kube-system.svc")
		more = realLeaves(network)
	}
	leaves := map[string][]certificate.Leaf{
		"ca": append([]certificate.Leaf{
			{File: "server", Name: "kubernetes", Hosts: hosts},
			{File: "admin", Name: "kubernetes-admin", Groups: []string{administrators}},
			{File: "kubelet-client", Name: "kube-apiserver-kubelet-client", Groups: []string{administrators}},
			{File: controllerManager, Name: "system:kube-controller-manager"},
			{File: scheduler, Name: "system:kube-scheduler"},
			// It plays every kubelet at once, which no built-in role covers.
			{File: kwok, Name: "system:kwok", Groups: []string{administrators}},
		}, more...),
		"etcd-ca":        {{File: "etcd", Name: "etcd", Hosts: []string{"localhost", loopback}}},
		"aggregation-ca": {{File: "aggregation", Name: "front-proxy-client"}},
	}
	for name, signed := range leaves {
		authority, err := certificate.NewAuthority(c.file("certificates"), name)
		if err != nil {
			return err
		}
		for _, leaf := range signed {
			if err := authority.Issue(leaf); err != nil {
				return err
			}
		}
	}
	_, err := certificate.NewKey(c.certificate("service-account.key"))
	return err
}

func (c Cluster) writeKubeconfigs(state *State) error {
	server, err := state.Component(apiServer)
	if err != nil {
		return err
	}
	users := []string{"admin", controllerManager, scheduler, kwok}
	if state.Real != nil {
		users = []string{"admin", controllerManager, scheduler, kubelet, kubeProxy, coreDNS, metricsServer}
	}
	name := "mezzanotte-" + c.Name
	if c.Name == DefaultName {
		name = DefaultName
	}
	for _, user := range users {
		config := certificate.Kubeconfig{Cluster: name, Server: base(*server), Authority: "ca", User: user}
		if err := config.Write(c.file(user+".kubeconfig"), c.file("certificates")); err != nil {
			return err
		}
	}
	return nil
}
