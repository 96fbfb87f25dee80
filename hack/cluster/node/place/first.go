//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/mezzanotte/mezzanotte/hack/cluster/node/orphans"
)

// hidden lists the machine's folders that the node replaces by its own: a node's
// programs write into them whatever their configuration says.
var hidden = []string{"/run", "/var/lib", "/var/log"}

// settings of the whole machine that a kubelet insists on changing. It sees files
// that already hold these values.
var settings = map[string]string{
	"/proc/sys/vm/overcommit_memory":      "1",
	"/proc/sys/vm/panic_on_oom":           "0",
	"/proc/sys/kernel/panic":              "10",
	"/proc/sys/kernel/panic_on_oops":      "1",
	"/proc/sys/kernel/keys/root_maxkeys":  "1000000",
	"/proc/sys/kernel/keys/root_maxbytes": "25000000",
}

// network holds the place's network settings: it forwards packets for pods, and has
// IPv4 only.
var network = map[string]string{
	"/proc/sys/net/ipv4/ip_forward":            "1",
	"/proc/sys/net/ipv6/conf/all/disable_ipv6": "1",
}

// first runs the first process of a place: it mounts the place's folders, reports that,
// and then collects orphans until it is killed.
func first(args []string) error {
	told, answer := os.NewFile(3, "told"), os.NewFile(4, "answer")
	if _, err := told.Read(make([]byte, 1)); err != nil {
		return fmt.Errorf("waiting for the network: %w", err)
	}
	if err := furnish(args[0]); err != nil {
		return err
	}
	for path, value := range network {
		if err := os.WriteFile(path, []byte(value), 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if _, err := answer.Write([]byte{1}); err != nil {
		return err
	}
	if err := errors.Join(told.Close(), answer.Close()); err != nil {
		return err
	}
	orphans.Collect()
	return nil
}

func furnish(dir string) error {
	executable, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	kept, err := open(filepath.Dir(executable), filepath.Dir(dir))
	if err != nil {
		return err
	}
	// Mounts do not propagate between the machine and the place. Inside the place they
	// do, since pods may ask for it.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("parting the mounts from the machine's: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return err
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	for _, folder := range hidden {
		if err := replace(folder, dir); err != nil {
			return fmt.Errorf("replacing %s: %w", folder, err)
		}
	}
	if err := pretend(); err != nil {
		return fmt.Errorf("hiding the machine's settings: %w", err)
	}
	return show(kept)
}

// replace mounts a folder of the node over the machine's; /run in memory.
func replace(folder, dir string) error {
	if folder == "/run" {
		return unix.Mount("run", folder, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755")
	}
	own := filepath.Join(dir, filepath.Base(folder))
	if err := os.MkdirAll(own, 0o755); err != nil {
		return err
	}
	return unix.Mount(own, folder, "", unix.MS_BIND, "")
}

func pretend() error {
	for path, content := range settings {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			continue
		}
		own := filepath.Join("/run", "settings", strings.ReplaceAll(path[1:], "/", "-"))
		if err := os.MkdirAll(filepath.Dir(own), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(own, []byte(content+"\n"), 0o600); err != nil {
			return err
		}
		if err := unix.Mount(own, path, "", unix.MS_BIND, ""); err != nil {
			return err
		}
	}
	return nil
}

// open opens folders that the replaced ones may hide: the cluster's own and that
// of the programs lie below somebody's home, which may be anywhere.
func open(paths ...string) (map[string]*os.File, error) {
	opened := map[string]*os.File{}
	for _, path := range paths {
		folder, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		opened[path] = folder
	}
	return opened, nil
}

func show(folders map[string]*os.File) error {
	for path, folder := range folders {
		for _, above := range hidden {
			if !strings.HasPrefix(path, above+"/") {
				continue
			}
			if err := os.MkdirAll(path, 0o755); err != nil {
				return err
			}
			if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()), path, "", unix.MS_BIND, ""); err != nil {
				return fmt.Errorf("showing %s: %w", path, err)
			}
		}
		if err := folder.Close(); err != nil {
			return err
		}
	}
	return nil
}
