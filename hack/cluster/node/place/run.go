//go:build linux

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// run starts a program in a place. The program ends when this one does.
func run(args []string) error {
	flags := flag.NewFlagSet("place run", flag.ExitOnError)
	dir := flags.String("dir", "", "the `folder` that the place was made with")
	group := flags.String("cgroup", "", "control `group` of the place")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("name a program")
	}
	if err := join(*group); err != nil {
		return err
	}
	pid, err := os.ReadFile(filepath.Join(*dir, pidFile))
	if err != nil {
		return fmt.Errorf("there is no place: %w", err)
	}
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	told := make(chan os.Signal, 8)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	// A program inherits the namespaces of the thread that starts it, and dies
	// with it: this thread does nothing else.
	runtime.LockOSThread()
	if err := enter(strings.TrimSpace(string(pid))); err != nil {
		return err
	}
	alive, life, err := os.Pipe()
	if err != nil {
		return err
	}
	program := exec.Command(executable, append([]string{"start"}, flags.Args()...)...)
	program.Env = append(os.Environ(),
		"PATH="+filepath.Dir(executable)+":"+os.Getenv("PATH")+":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	program.Stdin, program.Stdout, program.Stderr = os.Stdin, os.Stdout, os.Stderr
	program.ExtraFiles = []*os.File{alive}
	if err := program.Start(); err != nil {
		return err
	}
	defer func() { _ = life.Close() }() // not before the program has ended
	go func() {
		for received := range told {
			_ = program.Process.Signal(received)
		}
	}()
	return program.Wait()
}

// enter moves this thread, and what it starts, into the namespaces of a process.
func enter(pid string) error {
	// A thread that shares its working directory with others may not change
	// what it sees of the file system.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return err
	}
	kinds := []struct {
		name string
		flag int
	}{
		{"ipc", unix.CLONE_NEWIPC}, {"net", unix.CLONE_NEWNET}, {"pid", unix.CLONE_NEWPID},
		{"mnt", unix.CLONE_NEWNS}, // the last one, as it hides /proc
	}
	for _, kind := range kinds {
		space, err := os.Open(filepath.Join("/proc", pid, "ns", kind.name))
		if err != nil {
			return fmt.Errorf("the place has ended: %w", err)
		}
		err = unix.Setns(int(space.Fd()), kind.flag)
		if err = errors.Join(err, space.Close()); err != nil {
			return fmt.Errorf("entering the place's %s namespace: %w", kind.name, err)
		}
	}
	return nil
}

// start becomes a program that dies with its parent. Go's Pdeathsig does not work
// across PID namespaces, where the parent has no number; the pipe is closed if the
// parent has died already.
func start(args []string) error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return err
	}
	const alive = 3
	if err := unix.SetNonblock(alive, true); err != nil {
		return err
	}
	if _, err := unix.Read(alive, make([]byte, 1)); !errors.Is(err, unix.EAGAIN) {
		return errors.New("its parent has ended")
	}
	if err := unix.Close(alive); err != nil {
		return err
	}
	path, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	return unix.Exec(path, args, os.Environ())
}
