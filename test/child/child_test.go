/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func start(t *testing.T, script string) *Process {
	t.Helper()
	p, err := Start(exec.Command("/bin/sh", "-c", script), filepath.Join(t.TempDir(), "log"), syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Kill(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestStop(t *testing.T) {
	p, other := start(t, "exec sleep 60"), start(t, "exec sleep 60")
	if group, err := syscall.Getpgid(p.PID()); err != nil || group != p.PID() {
		t.Errorf("its group is %d, %v: Ctrl-C in this terminal would reach it", group, err)
	}
	if err := StopAll(p, other); err != nil {
		t.Error(err)
	}
	if p.Err == nil || !strings.Contains(p.Err.Error(), "terminated") {
		t.Errorf("it ended with %v", p.Err)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("to stop it once more: %v", err)
	}
}

func TestLog(t *testing.T) {
	p := start(t, "echo one; echo two >&2; echo three")
	<-p.Exited
	if got := p.LastWords(2); got != "two\nthree" || p.Err != nil {
		t.Errorf("its last words are %q, %v", got, p.Err)
	}
	if got := LastLines(p.Log+".none", 2); !strings.Contains(got, "no such file") {
		t.Errorf("of no log they are %q", got)
	}
}

func TestNotStarted(t *testing.T) {
	if pid := new(Process).PID(); pid != 0 {
		t.Errorf("what was never started has the number %d", pid)
	}
	if _, err := Start(exec.Command("/no/such/program"), filepath.Join(t.TempDir(), "log"), 0); err == nil {
		t.Error("there is no such program")
	}
	if _, err := Start(exec.Command("/bin/sh"), filepath.Join(t.TempDir(), "no", "log"), 0); err == nil {
		t.Error("there is no such folder")
	}
}
