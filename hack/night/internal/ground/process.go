/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package ground

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/prometheus/procfs"
)

// KillPods kills the processes of pods of the real node without notice, as a node that
// runs out of memory does. It finds them by their control groups, whose names contain
// the pods' UIDs.
func (g *Ground) KillPods(uids []string) error {
	if !g.Real {
		return errors.New("nothing runs in pods of simulated nodes")
	}
	processes, err := procfs.AllProcs()
	if err != nil {
		return err
	}
	killed := map[string]bool{}
	for _, process := range processes {
		groups, groupsErr := process.Cgroups()
		command, err := process.CmdLine()
		if groupsErr != nil || err != nil || strings.Contains(strings.Join(command, " "), "pause") {
			continue // it has ended, or only holds a pod's namespaces
		}
		for _, uid := range uids {
			inside := func(group procfs.Cgroup) bool { return strings.Contains(group.Path, "pod"+uid) }
			if slices.ContainsFunc(groups, inside) && syscall.Kill(process.PID, syscall.SIGKILL) == nil {
				killed[uid] = true
			}
		}
	}
	if len(killed) < len(uids) {
		return fmt.Errorf("of %d pods only %d had a process to kill", len(uids), len(killed))
	}
	return nil
}
