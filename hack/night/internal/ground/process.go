/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package ground

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// KillPods ends the processes of pods of the real node without a word, as a node that
// runs out of memory would. They are found by their control groups, which have the
// pods' names in them.
func (g *Ground) KillPods(uids []string) error {
	if !g.Real {
		return errors.New("nothing runs in pods of simulated nodes")
	}
	paths, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		return err
	}
	killed := map[string]bool{}
	for _, path := range paths {
		groups, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		command, err := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err != nil || bytes.Contains(command, []byte("pause")) {
			continue
		}
		for _, uid := range uids {
			if !strings.Contains(string(groups), "pod"+uid) {
				continue
			}
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				return err
			}
			if err := syscall.Kill(pid, syscall.SIGKILL); err == nil {
				killed[uid] = true
			}
		}
	}
	if len(killed) < len(uids) {
		return fmt.Errorf("of %d pods only %d had a process to kill", len(uids), len(killed))
	}
	return nil
}
