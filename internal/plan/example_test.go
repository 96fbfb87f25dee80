/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan_test

import (
	"fmt"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Two bands open at the midnight that ends 1 December in Rome.
func Example() {
	midnight := time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC)
	band := plan.Campaign{
		Name: "born-1946-1950", Opens: midnight, ReadyBefore: 15 * time.Minute, KeepPeak: time.Hour,
		Forecast: demand.Forecast{People: 410_000, FirstHourPercent: 30, FirstMinutePercent: 20},
		Shares:   map[string]int{"web": 62},
	}
	younger := band
	younger.Name, younger.Forecast.People = "born-1951-1955", 220_000
	in := plan.Input{
		StartsPerMinute: 60,
		Campaigns:       []plan.Campaign{band, younger},
		Channels: []plan.Channel{{
			Name: "web", Base: 2, Max: 200, LoadPerReplica: 28_000,
			Session: demand.Session{Length: 5 * time.Minute, Requests: 30},
		}},
	}

	p := plan.Make(in, midnight.Add(-time.Hour), 6)
	web, _ := p.Channel("web")
	fmt.Println(p.Now.Format("15:04"), web.Floor)
	for _, step := range web.Steps {
		fmt.Println(step.At.Format("15:04"), step.Floor)
	}
	launch := web.Launches[0]
	fmt.Printf("%s: ramp from %s, %d by %s, late %v, capped %v\n", launch.Campaign,
		launch.RampStarts.Format("15:04"), launch.Peak, launch.ReadyBy.Format("15:04"), launch.Late, launch.Capped())
	// Output:
	// 22:00 floor 2 = base 2
	// 22:39 floor 8 = born-1946-1950 5 + born-1951-1955 3
	// 22:40 floor 68 = born-1946-1950 44 + born-1951-1955 24
	// 22:41 floor 128 = born-1946-1950 83 + born-1951-1955 45
	// 22:42 floor 158 = born-1946-1950 103 + born-1951-1955 55
	// 00:01 floor 15 = born-1946-1950 10 + born-1951-1955 5
	// 00:05 floor 14 = born-1946-1950 9 + born-1951-1955 5
	// born-1946-1950: ramp from 22:39, 158 by 22:45, late 0s, capped false
}
