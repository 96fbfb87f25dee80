/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
)

// tree is a process and its children, by the process's number.
type tree int

// tick is the unit of /proc/PID/stat on every Linux there is.
const tick = 10 * time.Millisecond

// cpu is the processor time of the process and its children, those that have ended
// among them. Where there is no /proc, it is 0.
func (t tree) cpu() (time.Duration, error) {
	stat, err := readStat(int(t))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	sum := own(stat) + time.Duration(stat.CUTime+stat.CSTime)*tick
	all, err := procfs.AllProcs()
	if err != nil {
		return 0, err
	}
	for _, proc := range all {
		// One that ends meanwhile is not counted: there are few.
		child, err := proc.Stat()
		if err != nil || child.PPID != int(t) {
			continue
		}
		if exact, err := proc.Schedstat(); err == nil { // of one thread, to the nanosecond
			sum += time.Duration(exact.RunningNanoseconds)
		} else {
			sum += own(child)
		}
	}
	return sum, nil
}

func readStat(pid int) (procfs.ProcStat, error) {
	proc, err := procfs.NewProc(pid)
	if err != nil {
		return procfs.ProcStat{}, err
	}
	return proc.Stat()
}

// own is a process's processor time without that of its children.
func own(stat procfs.ProcStat) time.Duration { return time.Duration(stat.UTime+stat.STime) * tick }

// ownCPU is the processor time of one process. Where there is no /proc, it is 0.
func ownCPU(pid int) (time.Duration, error) {
	stat, err := readStat(pid)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	return own(stat), err
}

// ourCPU is the processor time of this process.
func ourCPU() (time.Duration, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, err
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}

// loadAverage is the last minute's, or empty where there is no /proc.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
