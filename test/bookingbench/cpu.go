/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
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
	sum := stat.own + stat.buried
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, path := range paths {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return 0, err
		}
		// One that ends meanwhile is not counted: there are few.
		child, err := readStat(pid)
		if err != nil || child.parent != int(t) {
			continue
		}
		if exact, err := scheduled(pid); err == nil {
			child.own = exact
		}
		sum += child.own
	}
	return sum, nil
}

// stat is what /proc says of a process.
type stat struct {
	parent      int
	own, buried time.Duration // processor time; of children that have ended
}

func readStat(pid int) (s stat, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, err
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name before it may have anything in it
	fields := strings.Fields(rest)
	var ticks [4]int64 // own user, own system, children's user, children's system
	if len(fields) < 15 {
		return s, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	if s.parent, err = strconv.Atoi(fields[1]); err != nil {
		return s, err
	}
	for i := range ticks {
		if ticks[i], err = strconv.ParseInt(fields[11+i], 10, 64); err != nil {
			return s, err
		}
	}
	s.own, s.buried = time.Duration(ticks[0]+ticks[1])*tick, time.Duration(ticks[2]+ticks[3])*tick
	return s, nil
}

// scheduled is the processor time of a process of one thread, to the nanosecond.
func scheduled(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), " ")
	nanoseconds, err := strconv.ParseInt(first, 10, 64)
	return time.Duration(nanoseconds), err
}

// ourCPU is the processor time of this process.
func ourCPU() (time.Duration, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, err
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}

// loadAverage is that of the last minute, or nothing where it is not told.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
