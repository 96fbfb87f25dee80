/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package condition

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Launching is the state behind the condition Launching of platforms, campaigns
// and channels. It is a condition because admission rules cannot read a clock:
// config/protection refuses to delete an object while it is True.
//
//	ramp starts        ready by      opens            closes, or a day later
//	────┼──────────────────┼───────────┼─────────────────────────┼────▶
//	    └──────────────── in the launch ─────────────────────────┘
//
// Without a ramp the launch begins when the channel must be Ready.
type Launching struct {
	// Launches in progress, one for each campaign, sorted by name.
	Launches []Launch
	// Next is when Launches changes, or the zero time.
	Next time.Time
}

// Launch of one campaign, on all the channels that were looked at.
type Launch struct {
	Campaign string
	// Until is its end; the year 10001 while it is paused.
	Until time.Time
}

// LaunchingAt returns the state at now of the given launches: a channel's, a campaign's or
// a platform's.
func LaunchingAt(now time.Time, launches []plan.Launch) Launching {
	var s Launching
	until := map[string]time.Time{}
	for _, l := range launches {
		begins := l.Begins()
		switch {
		case !begins.Before(l.Ends) || !now.Before(l.Ends):
			continue // closed before it was to be Ready, or over
		case now.Before(begins):
			s.Next = opening.Earliest(s.Next, begins)
			continue
		}
		s.Next = opening.Earliest(s.Next, l.Ends)
		if l.Ends.After(until[l.Campaign]) {
			until[l.Campaign] = l.Ends
		}
	}
	for campaign, ends := range until {
		s.Launches = append(s.Launches, Launch{campaign, ends})
	}
	slices.SortFunc(s.Launches, func(a, b Launch) int { return cmp.Compare(a.Campaign, b.Campaign) })
	return s
}

// LaunchesOf returns one campaign's launches on all channels.
func LaunchesOf(campaign string, channels map[string][]plan.Launch) []plan.Launch {
	return slices.DeleteFunc(AllLaunches(channels), func(l plan.Launch) bool { return l.Campaign != campaign })
}

// AllLaunches returns the launches of all channels as one list.
func AllLaunches(channels map[string][]plan.Launch) []plan.Launch {
	var all []plan.Launch
	for _, launches := range channels {
		all = append(all, launches...)
	}
	return all
}

// Write sets the condition; its message gives times in the zone.
func (s Launching) Write(w Writer, zone *time.Location) {
	if len(s.Launches) == 0 {
		w.Set(v1alpha1.ConditionLaunching, False(v1alpha1.ReasonNoLaunch, "no campaign is being launched"))
		return
	}
	words := make([]string, 0, len(s.Launches))
	for _, l := range s.Launches {
		words = append(words, l.words(zone))
	}
	w.Set(v1alpha1.ConditionLaunching, True(v1alpha1.ReasonInLaunch, strings.Join(words, "; ")))
}

func (l Launch) words(zone *time.Location) string {
	if l.Until.Year() > 9999 {
		return fmt.Sprintf("Campaign %s is being launched, for as long as it is paused", l.Campaign)
	}
	return fmt.Sprintf("Campaign %s is being launched until %s", l.Campaign, l.Until.In(zone).Format("2006-01-02 15:04:05 MST"))
}
