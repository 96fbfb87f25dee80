/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package launching says whether an object is in a launch: the condition Launching,
// for platforms, campaigns and channels alike. It is a condition because admission
// rules cannot read a clock: config/protection refuses to delete what is in one.
//
//	ramp starts        ready by      opens            closes, or a day later
//	────┼──────────────────┼───────────┼─────────────────────────┼────▶
//	    └──────────────── in the launch ─────────────────────────┘
//
// Without a ramp it begins when the channel is to be Ready.
package launching

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// State is what is being launched at one instant.
type State struct {
	// Launches that now lies in, one for each campaign, by name.
	Launches []Launch
	// Next is when that changes, or the zero time.
	Next time.Time
}

// Launch of one campaign, on all the channels that were looked at.
type Launch struct {
	Campaign string
	// Until is its last instant; the year 10001 while a pause lasts.
	Until time.Time
}

// At looks at some launches: a channel's own, one campaign's, or all of a platform.
func At(now time.Time, launches []plan.Launch) State {
	var s State
	until := map[string]time.Time{}
	for _, l := range launches {
		begins := l.Begins()
		switch {
		case !begins.Before(l.Ends) || !now.Before(l.Ends):
			continue // closed before it was to be Ready, or over
		case now.Before(begins):
			s.Next = earlier(s.Next, begins)
			continue
		}
		s.Next = earlier(s.Next, l.Ends)
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

// Of are the launches of one campaign among those of all channels, and All are
// those of every campaign.
func Of(campaign string, channels map[string][]plan.Launch) []plan.Launch {
	return slices.DeleteFunc(All(channels), func(l plan.Launch) bool { return l.Campaign != campaign })
}

// All are the launches of all channels.
func All(channels map[string][]plan.Launch) []plan.Launch {
	var all []plan.Launch
	for _, launches := range channels {
		all = append(all, launches...)
	}
	return all
}

// Write the condition, with times in a zone.
func (s State) Write(w condition.Writer, zone *time.Location) {
	if len(s.Launches) == 0 {
		w.False(v1alpha1.ConditionLaunching, v1alpha1.ReasonNoLaunch, "no campaign is being launched")
		return
	}
	words := make([]string, 0, len(s.Launches))
	for _, l := range s.Launches {
		words = append(words, l.words(zone))
	}
	w.True(v1alpha1.ConditionLaunching, v1alpha1.ReasonInLaunch, strings.Join(words, "; "))
}

func (l Launch) words(zone *time.Location) string {
	if l.Until.Year() > 9999 {
		return fmt.Sprintf("Campaign %s is being launched, for as long as it is paused", l.Campaign)
	}
	return fmt.Sprintf("Campaign %s is being launched until %s", l.Campaign, l.Until.In(zone).Format("2006-01-02 15:04:05 MST"))
}

// earlier is the earlier of two instants, where the zero time means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
