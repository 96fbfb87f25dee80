// Package process starts programs that outlive their starter, and later stops
// them, and only them: a process is known by its number and by the moment it
// began, since numbers are used again.
package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// ID is one process, for good.
type ID struct {
	PID   int    `json:"pid"`
	Began string `json:"began"` // opaque: what the system says of its start
}

// Command is a program to start.
type Command struct {
	Program string
	Args    []string
	Dir     string
	Log     string // what it prints is appended here
}

// Start runs a command in a session of its own, so that Ctrl-C in the caller's
// terminal and the caller's end leave it alone. The channel closes when it ends
// while the caller still runs.
func Start(c Command) (ID, <-chan struct{}, error) {
	log, err := os.OpenFile(c.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return ID{}, nil, err
	}
	defer func() { _ = log.Close() }()
	command := exec.Command(c.Program, c.Args...)
	command.Dir = c.Dir
	command.Env = environment()
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return ID{}, nil, fmt.Errorf("starting %s: %w", c.Program, err)
	}
	began, _, err := observe(command.Process.Pid) // before Wait: an unreaped process is still there to look at
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // how it ended is in its log
		close(ended)
	}()
	return ID{PID: command.Process.Pid, Began: began}, ended, err
}

// environment returns the caller's environment without the variables that change how
// servers talk.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
		if strings.HasPrefix(name, "KUBE") || strings.HasPrefix(name, "ETCD_") || strings.HasPrefix(name, "KWOK_") ||
			strings.HasSuffix(name, "_PROXY") || name == "GODEBUG" || name == "GOMAXPROCS" {
			continue
		}
		kept = append(kept, variable)
	}
	return kept
}

// Runs reports whether this process still runs, not another one with its number.
func (id ID) Runs() bool {
	if id.PID <= 0 {
		return false
	}
	began, alive, err := observe(id.PID)
	return err == nil && alive && began == id.Began
}

// Signal sends a signal, unless the process is gone.
func (id ID) Signal(signal syscall.Signal) error {
	if !id.Runs() {
		return nil
	}
	err := syscall.Kill(id.PID, signal)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// WaitGone waits until the process is gone and reports whether it is.
func (id ID) WaitGone(patience time.Duration) bool {
	deadline := time.Now().Add(patience)
	for id.Runs() {
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
	return true
}

// Find looks for processes whose program lies in one of the folders and one of
// whose arguments holds the text.
func Find(folders []string, text string) ([]ID, error) {
	all, err := commands()
	var found []ID
	for pid, command := range all {
		holds := func(argument string) bool { return strings.Contains(argument, text) }
		if !slices.Contains(folders, filepath.Dir(command[0])) || !slices.ContainsFunc(command[1:], holds) {
			continue
		}
		if began, alive, err := observe(pid); err == nil && alive {
			found = append(found, ID{PID: pid, Began: began})
		}
	}
	return found, err
}
