/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import "github.com/prometheus/procfs"

// children of a process.
func children(parent int) ([]int, error) {
	all, err := procfs.AllProcs()
	if err != nil {
		return nil, err
	}
	var found []int
	for _, proc := range all {
		if stat, err := proc.Stat(); err == nil && stat.PPID == parent { // else it has ended
			found = append(found, proc.PID)
		}
	}
	return found, nil
}

// alive reports whether a process can still do something: a zombie cannot.
func alive(pid int) bool {
	proc, err := procfs.NewProc(pid)
	if err != nil {
		return false
	}
	stat, err := proc.Stat()
	return err == nil && stat.State != "Z" && stat.State != "X"
}
