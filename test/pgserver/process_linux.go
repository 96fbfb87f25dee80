/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// attributes make a postmaster somebody else's, keep a terminal's Ctrl-C from it, and
// stop it when we end, even if we are killed.
func attributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential, Setpgid: true, Pdeathsig: syscall.SIGINT}
}

// children of a process.
func children(parent int) ([]int, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	var found []int
	for _, path := range paths {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return nil, err
		}
		if _, of := state(pid); of == parent {
			found = append(found, pid)
		}
	}
	return found, nil
}

// alive reports whether a process still runs. A zombie does not.
func alive(pid int) bool {
	letter, _ := state(pid)
	return letter != "" && letter != "Z" && letter != "X"
}

// state is a process's one-letter state and its parent, as proc(5) says: they follow
// the name, which is in brackets and may hold anything.
func state(pid int) (letter string, parent int) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return "", 0 // it has ended
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 2 {
		return "", 0
	}
	parent, err = strconv.Atoi(string(fields[1]))
	if err != nil {
		return "", 0
	}
	return string(fields[0]), parent
}
