//go:build linux

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// pidFile holds the number of the place's first process, as the machine counts.
const pidFile = "first.pid"

func hold(args []string) error {
	flags := flag.NewFlagSet("place hold", flag.ExitOnError)
	dir := flags.String("dir", "", "what the node keeps on disk goes here")
	group := flags.String("cgroup", "", "control `group` of the place")
	health := flags.String("health", "", "`address` that answers when the place is ready")
	var wire cable
	wire.flags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	// The first process dies with the thread that started it.
	runtime.LockOSThread()
	if err := join(*group); err != nil {
		return err
	}
	started, err := startFirst(*dir)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	if err := wire.lay(started.process.Process.Pid); err != nil {
		return errors.Join(fmt.Errorf("laying the cable: %w", err), started.process.Process.Kill())
	}
	if err := started.open(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(*dir, pidFile), []byte(strconv.Itoa(started.process.Process.Pid)), 0o600); err != nil {
		return err
	}
	go func() { ended <- started.process.Wait() }()
	server := &http.Server{Addr: *health, ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(ready)}
	go func() { _ = server.ListenAndServe() }()
	select {
	case <-ctx.Done():
		return errors.Join(started.process.Process.Kill(), <-ended)
	case err := <-ended:
		return fmt.Errorf("the first process ended: %w", err)
	}
}

func ready(answer http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(answer, "ok") }

// opening is the first process while it waits for its network.
type opening struct {
	process   *exec.Cmd
	tell, ask *os.File
}

func startFirst(dir string) (*opening, error) {
	told, tell, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ask, answer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	process := exec.Command("/proc/self/exe", "first", dir)
	process.Stdout, process.Stderr = os.Stdout, os.Stderr
	process.ExtraFiles = []*os.File{told, answer}
	process.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("making namespaces (is this root, and may it?): %w", err)
	}
	return &opening{process, tell, ask}, errors.Join(told.Close(), answer.Close())
}

// open lets the first process continue, and waits until the place is furnished.
func (o *opening) open() error {
	if _, err := o.tell.Write([]byte{1}); err != nil {
		return err
	}
	if _, err := o.ask.Read(make([]byte, 1)); err != nil {
		return fmt.Errorf("the place did not open: %w", errors.Join(err, o.process.Process.Kill()))
	}
	return errors.Join(o.tell.Close(), o.ask.Close())
}
