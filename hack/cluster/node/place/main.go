//go:build linux

// Command place makes the Linux namespaces in which a real node runs: for processes,
// mounts and network.
//
//	the machine                     the place
//	198.18.n.1  ─── virtual cable ─── 198.18.n.2   containerd, kubelet, kube-proxy, pods
//
// Whatever the node does happens inside, so that the kernel itself clears it all
// away when the place's first process ends: processes, mounts, interfaces and
// rules. That process ends with the one that holds it, even when that is killed.
// What remains, control groups, is removed by their name.
package main

import (
	"fmt"
	"os"
)

const usage = `place hold   make a place, and keep it until told to end
place run    run a program in a place
place clear  remove what a place that ended left behind
`

var commands = map[string]func([]string) error{
	"hold":  hold,
	"first": first, // hold itself starts it
	"run":   run,
	"start": start, // run itself starts it
	"clear": clearAway,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "place %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
