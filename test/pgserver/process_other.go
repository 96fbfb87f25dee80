//go:build !linux

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pgserver

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// children of a process.
func children(parent int) ([]int, error) {
	out, err := exec.Command("pgrep", "-P", strconv.Itoa(parent)).Output()
	var none *exec.ExitError
	if errors.As(err, &none) && none.ExitCode() == 1 {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find PostgreSQL's processes: %w", err)
	}
	var found []int
	for _, line := range strings.Fields(string(out)) {
		pid, err := strconv.Atoi(line)
		if err != nil {
			return nil, fmt.Errorf("find PostgreSQL's processes: %w", err)
		}
		found = append(found, pid)
	}
	return found, nil
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
