package simulation

import (
	"fmt"
	"runtime"
)

// Selector selects the nodes that kwok plays, so that real ones can exist beside them.
const Selector = "kwok.x-k8s.io/node=fake"

const (
	selectorName, selectorValue = "kwok.x-k8s.io/node", "fake"
	// MostNodes is the number of nodes that can have an address of their own.
	MostNodes = 5000
)

// NodeName returns the name of the i-th node, from 0.
func NodeName(i int) string { return fmt.Sprintf("node-%03d", i+1) }

// Node returns the i-th node as JSON for the API server: big enough for a whole region's
// pods, in one of three zones.
func Node(i int, version string) map[string]any {
	room := map[string]string{
		"cpu": "64", "memory": "256Gi", "pods": "1000", "ephemeral-storage": "1Ti",
	}
	return map[string]any{
		"apiVersion": "v1",
		"kind":       "Node",
		"metadata": map[string]any{
			"name":        NodeName(i),
			"annotations": map[string]string{selectorName: selectorValue},
			"labels": map[string]string{
				"kubernetes.io/hostname":           NodeName(i),
				"kubernetes.io/os":                 "linux",
				"kubernetes.io/arch":               runtime.GOARCH,
				"node.kubernetes.io/instance-type": "simulated",
				"topology.kubernetes.io/region":    "simulated",
				"topology.kubernetes.io/zone":      fmt.Sprintf("zone-%c", 'a'+i%3),
			},
		},
		"status": map[string]any{
			"capacity":    room,
			"allocatable": room,
			"addresses": []map[string]string{
				{"type": "InternalIP", "address": nodeAddress(i)},
				{"type": "Hostname", "address": NodeName(i)},
			},
			"nodeInfo": map[string]string{
				"architecture": runtime.GOARCH, "operatingSystem": "linux",
				"kubeletVersion": version, "kubeProxyVersion": "",
				"osImage": "simulated by kwok", "containerRuntimeVersion": "kwok://simulated",
				"kernelVersion": "", "bootID": "", "machineID": "", "systemUUID": "",
			},
		},
	}
}

// nodeAddress counts through 198.18.128.0/18, a range reserved for tests: no
// such address exists outside.
func nodeAddress(i int) string {
	n := i + 1
	return fmt.Sprintf("198.18.%d.%d", 128+n/256, n%256)
}
