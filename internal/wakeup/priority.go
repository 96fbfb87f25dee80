/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package wakeup

import "time"

// grades of priority by how far away an opening is, before or behind. They are
// few, since every priority is a label of the queue's metrics. The first is
// where only minutes are left to mend anything; the third holds the longest
// ramps; on the last day the plan is what everybody looks at.
var grades = []struct {
	within   time.Duration
	priority int
}{
	{15 * time.Minute, 400},
	{time.Hour, 300},
	{6 * time.Hour, 200},
	{24 * time.Hour, 100},
}

// Priority returns the priority of an object whose opening is at opens; 0 if that is
// far away.
func Priority(now, opens time.Time) int {
	distance := opens.Sub(now).Abs()
	for _, grade := range grades {
		if distance <= grade.within {
			return grade.priority
		}
	}
	return 0
}
