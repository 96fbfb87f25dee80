/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"fmt"
	"time"
)

// Reach counts the booking pods on which a revision of the catalog is in force. The first
// pod that reads a revision tells the store, and the store binds all others to it.
type Reach struct {
	// Said pods reported a revision; on Hold of them this one or a later one is in force.
	Said, Hold int
	// Mute pods did not report: they did not answer, or run another server.
	Mute int
}

// ReachOf counts the pods from the revision that each reported, 0 for none.
func ReachOf(revision int64, pods []int64) Reach {
	var r Reach
	for _, held := range pods {
		switch {
		case held == 0:
			r.Mute++
		case held >= revision:
			r.Said, r.Hold = r.Said+1, r.Hold+1
		default:
			r.Said++
		}
	}
	return r
}

// Whole reports whether the revision is in force on all pods that answered.
func (r Reach) Whole() bool { return r.Hold == r.Said }

// Words describes the reach; took is the time since the change.
func (r Reach) Words(took time.Duration) string {
	took = took.Truncate(100 * time.Millisecond)
	if r.Said == 0 {
		if r.Mute == 0 {
			return "no booking pod is running"
		}
		return fmt.Sprintf("none of %d booking pods reports its revision", r.Mute)
	}
	words := fmt.Sprintf("in force on %d of %d booking pods, %s after it was written", r.Hold, r.Said, took)
	if r.Mute > 0 {
		words += fmt.Sprintf("; %d did not report", r.Mute)
	}
	if r.Hold == 0 {
		words += "; they take up to 90 seconds to read the catalog, and until the first has, the announced opening stands"
	}
	return words
}
