//go:build linux

package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// groups is the folder of Linux's control groups: one hierarchy or, in version 1, one
// for each kind.
const groups = "/sys/fs/cgroup"

// hierarchies returns the roots of all hierarchies.
func hierarchies() []string {
	if _, err := os.Stat(filepath.Join(groups, "cgroup.procs")); err == nil {
		return []string{groups}
	}
	found, _ := filepath.Glob(filepath.Join(groups, "*", "cgroup.procs"))
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

// members is the group of the node's own processes, below the place's. It serves to
// find them again, so one hierarchy is enough.
const members = "node"

// weights give the place as much of a busy machine as ten busy threads outside get. By
// default it would get as much as one, with all its pods: the machine's other programs
// would limit a pod, not its own limits.
var weights = map[string]string{
	"cpu.shares": "10240", // of control groups' first version
	"cpu.weight": "1000",
}

// join makes the place's groups, in all hierarchies, and puts this process, and
// what it starts, among the members.
func join(group string) error {
	var errs []error
	joined := false
	for _, root := range hierarchies() {
		if err := os.MkdirAll(filepath.Join(root, group), 0o755); err != nil {
			return fmt.Errorf("making a control group: %w", err)
		}
		if err := weigh(filepath.Join(root, group)); err != nil {
			return err
		}
		if joined || filepath.Base(root) == "cpuset" { // which takes nobody until it is set up
			continue
		}
		own := filepath.Join(root, group, members)
		err := os.MkdirAll(own, 0o755)
		if err == nil {
			err = os.WriteFile(filepath.Join(own, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0o600)
		}
		joined = err == nil
		errs = append(errs, err)
	}
	if !joined {
		return fmt.Errorf("joining a control group: %w", errors.Join(errs...))
	}
	return nil
}

func weigh(folder string) error {
	for file, weight := range weights {
		path := filepath.Join(folder, file)
		if _, err := os.Stat(path); err != nil { // of another kind, or version
			continue
		}
		if err := os.WriteFile(path, []byte(weight), 0o600); err != nil {
			return fmt.Errorf("weighing a control group: %w", err)
		}
	}
	return nil
}

// clearAway ends the processes that are still in the place's groups, and removes the
// groups and the cable. It can be repeated.
func clearAway(args []string) error {
	flags := flag.NewFlagSet("place clear", flag.ExitOnError)
	group := flags.String("cgroup", "", "control `group` of the place")
	name := flags.String("interface", "", "`name` of the interface on the machine")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *group == "" || strings.ContainsAny(*group, "/.") {
		return fmt.Errorf("%q is no name of a control group", *group)
	}
	var errs []error
	for _, root := range hierarchies() {
		errs = append(errs, removeGroup(filepath.Join(root, *group)))
	}
	return errors.Join(append(errs, pull(*name))...)
}

func removeGroup(top string) error {
	const patience = 20 * time.Second
	deadline := time.Now().Add(patience)
	for {
		folders := below(top)
		if len(folders) == 0 {
			return nil
		}
		for _, folder := range folders {
			end(folder)
			_ = os.Remove(folder)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the control group %s cannot be removed: somebody is still in it", top)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// below returns a folder and all folders below it, the deepest first.
func below(top string) []string {
	var folders []string
	_ = filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		return nil
	})
	slices.Reverse(folders)
	return folders
}

func end(folder string) {
	content, _ := os.ReadFile(filepath.Join(folder, "cgroup.procs"))
	for _, line := range strings.Fields(string(content)) {
		if pid, err := strconv.Atoi(line); err == nil && pid > 0 {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	}
}
