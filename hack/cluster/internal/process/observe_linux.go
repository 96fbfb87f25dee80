package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// bootID is different after each boot: process times count from the boot.
var bootID = sync.OnceValue(func() string {
	content, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(content))
})

// observe returns when a process began, and whether it is alive. A zombie is not.
func observe(pid int) (began string, alive bool, err error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	state, ticks, err := parseStat(string(content))
	if err != nil {
		return "", false, err
	}
	return bootID() + "/" + ticks, state != "Z" && state != "X", nil
}

// commands returns the command lines of all processes that can be read, split into
// arguments.
func commands() (map[int][]string, error) {
	folders, err := filepath.Glob("/proc/[0-9]*")
	all := map[int][]string{}
	for _, folder := range folders {
		pid, err := strconv.Atoi(filepath.Base(folder))
		content, readErr := os.ReadFile(filepath.Join(folder, "cmdline"))
		if err == nil && readErr == nil { // else it has ended meanwhile
			all[pid] = strings.Split(string(content), "\x00")
		}
	}
	return all, err
}

// parseStat picks fields 3 and 22 of proc(5)'s stat. The second field, a name in
// parentheses, may itself hold spaces and parentheses.
func parseStat(stat string) (state, startTime string, err error) {
	end := strings.LastIndex(stat, ")")
	fields := strings.Fields(stat[end+1:])
	if end < 0 || len(fields) < 20 {
		return "", "", fmt.Errorf("cannot read the process status %q", stat)
	}
	return fields[0], fields[19], nil
}
