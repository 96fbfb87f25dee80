/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// orphanage makes this test binary start a child, say its number, and die.
const orphanage = "MEZZANOTTE_TEST_ORPHANAGE"

func TestOrphan(t *testing.T) {
	if log := os.Getenv(orphanage); log != "" {
		p, err := Start(exec.Command("sleep", "60"), log, syscall.SIGTERM)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString(strconv.Itoa(p.PID()) + "\n")
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	command := exec.Command(os.Args[0], "-test.run", "^TestOrphan$")
	command.Env = append(os.Environ(), orphanage+"="+filepath.Join(t.TempDir(), "log"))
	out, _ := command.Output() // it kills itself
	line, _, _ := strings.Cut(string(out), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatalf("it says %q", out)
	}
	for deadline := time.Now().Add(10 * time.Second); runs(pid); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the orphan still runs")
		}
	}
}

// runs reports whether a process has not ended, whether or not anybody waited for it.
func runs(pid int) bool {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	return err == nil && !strings.Contains(string(status), "State:\tZ")
}
