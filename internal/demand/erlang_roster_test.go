/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package demand

import (
	"testing"
	"time"
)

func TestRosterFor(t *testing.T) {
	calls := hourly(600, 210*time.Second)
	large := Calls{MilliErlangs: 2_134_000, HandleTime: 2 * time.Hour, Patience: time.Second}
	tests := map[string]struct {
		calls Calls
		goal  Goal
		want  Roster
	}{
		"no calls need nobody":               {goal: goal80in20},
		"as in the table":                    {calls, goal80in20, Roster{Agents: 40, Lines: 47}},
		"callers who give up make room":      {calls.withPatience(2 * time.Minute), goal80in20, Roster{Agents: 36, Lines: 47}},
		"never fewer lines than agents":      {calls, Goal{Percent: 99, Within: 20 * time.Second}, Roster{Agents: 48, Lines: 48}},
		"those who wait hold lines, as well": {calls.withPatience(2 * time.Minute), Goal{Percent: 99, Within: 5 * time.Minute}, Roster{Agents: 44, Lines: 49}},
		"a large one":                        {large, Goal{Percent: 99, Within: 20 * time.Second}, Roster{Agents: 2161, Lines: 2161}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.calls.RosterFor(test.goal, 10); got != test.want {
				t.Errorf("RosterFor = %+v, want %+v", got, test.want)
			}
		})
	}
}
