/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"testing"
	"time"
)

// TestProperty14_TheCostOfAPlan bounds what a plan allocates.
func TestProperty14_TheCostOfAPlan(t *testing.T) {
	large, shared, small := season(20, 40), season(20, 40), season(3, 2)
	shared.Connections = 1_000
	dayBefore, inTheRamp := romanMidnight.Add(-24*time.Hour), romanMidnight.Add(-18*time.Minute)
	tests := map[string]struct {
		most float64
		make func()
	}{
		"20 channels × 40 campaigns, the day before": {400, func() { Make(large, dayBefore, 20) }},
		"20 channels × 40 campaigns, in the ramp":    {400, func() { Make(large, inTheRamp, 20) }},
		"one of 20 channels":                         {40, func() { ForChannel(large, "channel-07", inTheRamp, 20) }},
		"the launches on three of 20 channels":       {50, func() { Launches(large, "channel-05", "channel-06", "channel-07") }},
		"one of 20 that share a store":               {200, func() { ForChannel(shared, "channel-07", inTheRamp, 20) }},
		"all of 20 that share a store":               {500, func() { Make(shared, inTheRamp, 20) }},
		"3 channels × 2 campaigns, the day before":   {60, func() { Make(small, dayBefore, 20) }},
		"3 channels × 2 campaigns, every step":       {60, func() { Make(small, dayBefore, All) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := testing.AllocsPerRun(5, test.make); got > test.most {
				t.Errorf("%v allocations, want %v at most", got, test.most)
			}
		})
	}
}

// Longer ramps, longer peaks and more minutes on the way down allocate nothing more.
func TestProperty14_NothingIsAllocatedPerMinute(t *testing.T) {
	cost := func(change func(in *Input)) float64 {
		in := season(20, 40)
		change(&in)
		return testing.AllocsPerRun(5, func() { Make(in, romanMidnight.Add(-24*time.Hour), 1) })
	}
	usual := cost(func(*Input) {})
	for name, change := range map[string]func(in *Input){
		"ramps of three hours": func(in *Input) { in.StartsPerMinute = 20 },
		"peaks of ten hours": func(in *Input) {
			for i := range in.Campaigns {
				in.Campaigns[i].KeepPeak = 10 * time.Hour
			}
		},
		"every channel let go gently": func(in *Input) {
			for i := range in.Channels {
				in.Channels[i].Gentle = true
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cost(change); got > usual+20 { // one for each channel
				t.Errorf("%v allocations, %v usually", got, usual)
			}
		})
	}
}
