//go:build node

package main

import (
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// traces is what a node could leave on a machine, in words.
type traces map[string]bool

// lookForTraces writes down all that a node might change.
func lookForTraces(t *testing.T) traces {
	t.Helper()
	seen := traces{}
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		seen["interface "+i.Name] = true
	}
	// Where each line of a table of routes counts who uses it, which changes.
	for table, counts := range map[string]int{"/proc/net/route": 4, "/proc/net/ipv6_route": 6} {
		for _, line := range lines(table) {
			if fields := strings.Fields(line); len(fields) > counts+2 {
				seen[fmt.Sprint(table, fields[:counts], fields[counts+2:])] = true
			}
		}
	}
	for _, line := range lines("/proc/self/mountinfo") {
		fields := strings.Fields(line)
		seen["mount "+strings.Join(fields[3:], " ")] = true // without numbers that count up
	}
	_ = filepath.WalkDir("/sys/fs/cgroup", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.Contains(path, "mezzanotte") {
			seen["control group "+path] = true
		}
		return nil
	})
	for _, folder := range []string{"/", "/etc", "/opt", "/run", "/usr/libexec", "/var/lib", "/var/log", "/var/run"} {
		entries, _ := os.ReadDir(folder)
		for _, entry := range entries {
			seen["file "+filepath.Join(folder, entry.Name())] = true
		}
	}
	for _, setting := range settings {
		seen[fmt.Sprintf("%s is %v", setting, lines(setting))] = true
	}
	maps.Copy(seen, processTraces())
	return seen
}

// settings of the whole machine that kubelets and networks like to change.
var settings = []string{
	"/proc/sys/vm/overcommit_memory", "/proc/sys/vm/panic_on_oom", "/proc/sys/kernel/panic",
	"/proc/sys/kernel/panic_on_oops", "/proc/sys/kernel/keys/root_maxkeys", "/proc/sys/kernel/keys/root_maxbytes",
	"/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv4/conf/all/forwarding", "/proc/sys/net/netfilter/nf_conntrack_max",
}

// processTraces are processes that a node and its pods consist of; a namespace
// goes with its last one, unless it is mounted somewhere. What is dead and only
// waits for its parent does not count.
func processTraces() traces {
	seen := traces{}
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		command, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		for _, part := range []string{"/mezzanotte/node/", "containerd", "kubelet", "kube-proxy", "/pause", "/greeter"} {
			if strings.Contains(string(command), part) {
				seen[fmt.Sprintf("process %s %q", filepath.Base(folder), command)] = true
			}
		}
	}
	return seen
}

func lines(path string) []string {
	content, _ := os.ReadFile(path)
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

// expectNoneAdded compares with what there was before. Others may be at work on
// the machine: what they leave for a moment is given time to go. Own is the name of
// the interface that should be gone.
func expectNoneAdded(t *testing.T, before traces, own string) {
	t.Helper()
	var added, gone []string
	for range 50 {
		added, gone = nil, nil
		after := lookForTraces(t)
		for trace := range after {
			if !before[trace] {
				added = append(added, trace)
			}
		}
		for trace := range before {
			if !after[trace] && !strings.HasPrefix(trace, "process") {
				gone = append(gone, trace)
			}
		}
		if len(added)+len(gone) == 0 {
			t.Logf("%d traces before, %d after", len(before), len(after))
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	slices.Sort(added)
	foreign := func(trace string) bool {
		return strings.HasPrefix(trace, "interface mezza") && trace != "interface "+own
	}
	if i := slices.IndexFunc(added, foreign); i >= 0 {
		t.Fatalf("somebody else started a real node meanwhile (%s), whose traces cannot be told from these: run this alone", added[i])
	}
	t.Errorf("it left %d traces:\n%s\nand %d are gone:\n%s", len(added), strings.Join(added, "\n"), len(gone), strings.Join(gone, "\n"))
}
