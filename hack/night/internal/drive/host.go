/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import "github.com/prometheus/procfs"

// host measures stolen time: while the host of a virtual machine gives processor time
// to others, the machine is slow.
type host struct {
	before *procfs.CPUStat
}

// stolen returns the percentage of stolen time since the last call. It returns nil at
// the first call, and if /proc does not have it.
func (h *host) stolen() *float64 {
	proc, err := procfs.NewDefaultFS()
	if err != nil {
		return nil
	}
	stat, err := proc.Stat()
	if err != nil {
		return nil
	}
	before, now := h.before, stat.CPUTotal
	h.before = &now
	if before == nil {
		return nil
	}
	passed := all(now) - all(*before)
	if passed <= 0 {
		return nil
	}
	percent := 100 * (now.Steal - before.Steal) / passed
	return &percent
}

// all seconds of all processors; those of guests are in User and Nice already.
func all(s procfs.CPUStat) float64 {
	return s.User + s.Nice + s.System + s.Idle + s.Iowait + s.IRQ + s.SoftIRQ + s.Steal
}
