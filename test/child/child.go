/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package child runs a program as a child of this process.
//
// A terminal's Ctrl-C does not reach the child: whoever started it ends it. On
// Linux the kernel can also end it when this process dies, even by SIGKILL.
package child

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Process is a program that was started. The zero value is one that was not.
type Process struct {
	// Log is the path of its output.
	Log string
	// Exited is closed once the process has ended; Err is then its error.
	Exited chan struct{}
	Err    error

	command *exec.Cmd
}

// Start starts a command and appends its output to a log. On Linux the kernel
// sends it the signal orphaned, unless that is 0, when this process dies.
func Start(command *exec.Cmd, log string, orphaned syscall.Signal) (*Process, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // the process has its own handle
	command.Stdout, command.Stderr = file, file
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Setpgid = true
	setOrphaned(command.SysProcAttr, orphaned)
	p := &Process{Log: log, Exited: make(chan struct{}), command: command}
	started := make(chan error)
	go func() {
		// The kernel sends the signal when the thread ends that made the child, so
		// that thread does nothing else until the child has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			p.Err = command.Wait()
			close(p.Exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// PID returns the process's number, or 0 if it was never started.
func (p *Process) PID() int {
	if p.command == nil {
		return 0
	}
	return p.command.Process.Pid
}

func (p *Process) name() string { return filepath.Base(p.command.Path) }

// Signal sends a signal, unless the process has ended.
func (p *Process) Signal(signal os.Signal) error {
	if err := p.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal %s: %w", p.name(), err)
	}
	return nil
}

// Grace is the time in which a process must end, the same as a pod's.
const Grace = 30 * time.Second

// Stop asks the process to end, as Kubernetes does, and kills it after [Grace].
func (p *Process) Stop() error {
	if err := p.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.Exited:
		return nil
	case <-time.After(Grace):
		return errors.Join(fmt.Errorf("%s did not end within %s, so it was killed", p.name(), Grace), p.Kill())
	}
}

// StopAll stops several processes at the same time.
func StopAll(all ...*Process) error {
	errs := make(chan error)
	for _, p := range all {
		go func() { errs <- p.Stop() }()
	}
	var joined error
	for range all {
		joined = errors.Join(joined, <-errs)
	}
	return joined
}

// Kill ends the process at once.
func (p *Process) Kill() error {
	if err := p.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.Exited
	return nil
}

// LastWords returns the last lines of the log.
func (p *Process) LastWords(lines int) string { return LastLines(p.Log, lines) }

// LastLines returns the last lines of a file.
func LastLines(path string, lines int) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
