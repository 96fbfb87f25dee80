/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"fmt"
	"time"
)

// Reach is on how many booking pods a revision of the catalog is in force. The first
// pod that reads it tells the store, and the store holds all others to it.
type Reach struct {
	// Said is how many pods said which revision is in force on them, Hold on how many
	// of those it is this one or a later one.
	Said, Hold int
	// Mute pods did not say: they did not answer, or run a server of another kind.
	Mute int
}

// ReachOf counts the pods on which a revision is in force. There is one number for
// each pod, 0 where it did not say.
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

// Whole is that no pod says it were not in force there.
func (r Reach) Whole() bool { return r.Hold == r.Said }

// Words say it; took is how long ago it was written.
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
