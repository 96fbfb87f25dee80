/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

var midnight = time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC)

// roster has the given agents and lines: 210 s for a call, 120 s of patience, 80 % within 20 s.
func roster(agents, lines int32) v1alpha1.CallCentreSpec {
	return v1alpha1.CallCentreSpec{
		Agents: agents, Lines: lines, AverageHandleTimeSeconds: 210, PatienceSeconds: 120,
		ServiceLevel: v1alpha1.ServiceLevel{Percent: 80, WithinSeconds: 20},
	}
}

// launchAt opens at an instant with a load in thousandths of an Erlang and lasts a day.
func launchAt(opens time.Time, load int64) plan.Launch {
	return plan.Launch{Opens: opens, Load: load, Ends: opens.Add(24 * time.Hour)}
}

func TestBusiest(t *testing.T) {
	day := 24 * time.Hour
	small, large, equal := launchAt(midnight, 10), launchAt(midnight.Add(2*day), 20), launchAt(midnight.Add(4*day), 20)
	tests := map[string]struct {
		launches  []plan.Launch
		now       time.Time
		want      plan.Launch
		wantFound bool
	}{
		"no launch":                       {now: midnight},
		"one without calls":               {launches: []plan.Launch{launchAt(midnight, 0)}, now: midnight},
		"the busiest, not the next":       {[]plan.Launch{small, large}, midnight.Add(-day), large, true},
		"the earlier of equals":           {[]plan.Launch{equal, large}, midnight.Add(-day), large, true},
		"one under way":                   {[]plan.Launch{large, small}, midnight.Add(3*day - 1), large, true},
		"one that is over counts no more": {[]plan.Launch{large, small, equal}, midnight.Add(3 * day), equal, true},
		"all are over":                    {launches: []plan.Launch{small, large}, now: midnight.Add(3 * day)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, found := busiest(test.launches, test.now)
			if diff := cmp.Diff(test.want, got); diff != "" || found != test.wantFound {
				t.Errorf("found %t, want %t\n%s", found, test.wantFound, diff)
			}
		})
	}
}

func TestStaffing(t *testing.T) {
	level := func(percent int32) *int32 { return &percent }
	opens := &metav1.Time{Time: midnight}
	tests := map[string]struct {
		centre      v1alpha1.CallCentreSpec
		load        int64
		want        v1alpha1.CallCentreStatus
		wantStatus  metav1.ConditionStatus
		wantReason  string
		wantMessage string
	}{
		"a crowd": {
			roster(80, 200), 2_133_001,
			v1alpha1.CallCentreStatus{OpensAt: opens, OfferedErlangs: 2134, ServiceLevelPercent: level(0), AgentsNeeded: 1880, LinesNeeded: 2160}, metav1.ConditionFalse, v1alpha1.ReasonRosterTooSmall,
			"80 agents on 200 lines answer 0 % of 2,134 Erlangs within 20 s; to reach 80 % with at most 1 % blocked, it needs 1,880 agents and 2,160 lines",
		},
		"five agents more are needed": {
			roster(80, 200), 87_500,
			v1alpha1.CallCentreStatus{OpensAt: opens, OfferedErlangs: 88, ServiceLevelPercent: level(66), AgentsNeeded: 85, LinesNeeded: 104}, metav1.ConditionFalse, v1alpha1.ReasonRosterTooSmall,
			"80 agents on 200 lines answer 66 % of 88 Erlangs within 20 s; to reach 80 % with at most 1 % blocked, it needs 85 agents and 104 lines",
		},
		"enough": {
			roster(85, 104), 87_500,
			v1alpha1.CallCentreStatus{OpensAt: opens, OfferedErlangs: 88, ServiceLevelPercent: level(80), AgentsNeeded: 85, LinesNeeded: 104}, metav1.ConditionTrue, v1alpha1.ReasonRosterSufficient,
			"85 agents on 104 lines answer 80 % of 88 Erlangs within 20 s; the target is 80 %",
		},
		"agents enough, a line short": {
			roster(90, 103), 87_500,
			v1alpha1.CallCentreStatus{OpensAt: opens, OfferedErlangs: 88, ServiceLevelPercent: level(91), AgentsNeeded: 85, LinesNeeded: 104}, metav1.ConditionFalse, v1alpha1.ReasonLinesTooFew,
			"90 agents on 103 lines answer 91 % of 88 Erlangs within 20 s; to reach 80 % with at most 1 % blocked, it needs 85 agents and 104 lines",
		},
		"few agents and few lines": {
			roster(60, 60), 87_500,
			v1alpha1.CallCentreStatus{OpensAt: opens, OfferedErlangs: 88, ServiceLevelPercent: level(66), AgentsNeeded: 85, LinesNeeded: 104}, metav1.ConditionFalse, v1alpha1.ReasonRosterTooSmall,
			"60 agents on 60 lines answer 66 % of 88 Erlangs within 20 s; to reach 80 % with at most 1 % blocked, it needs 85 agents and 104 lines",
		},
		"next to no calls": {
			roster(1, 1), 1,
			v1alpha1.CallCentreStatus{OpensAt: opens, OfferedErlangs: 1, ServiceLevelPercent: level(99), AgentsNeeded: 1, LinesNeeded: 1}, metav1.ConditionTrue, v1alpha1.ReasonRosterSufficient,
			"1 agents on 1 lines answer 99 % of 1 Erlangs within 20 s; the target is 80 %",
		},
		"more calls than there are people": {
			roster(100_000, 200_000), 1 << 48,
			v1alpha1.CallCentreStatus{OpensAt: opens, OfferedErlangs: 2_000_000_000, ServiceLevelPercent: level(0), AgentsNeeded: 879_609_302, LinesNeeded: 1_088_516_611}, metav1.ConditionFalse, v1alpha1.ReasonRosterTooSmall,
			"100,000 agents on 200,000 lines answer 0 % of 2,000,000,000 Erlangs within 20 s; to reach 80 % with at most 1 % blocked, it needs 879,609,302 agents and 1,088,516,611 lines",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Staffing(test.centre, []plan.Launch{launchAt(midnight, test.load)}, midnight)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("figures (-want +got):\n%s", diff)
			}
			want := condition.Verdict{Status: test.wantStatus, Reason: test.wantReason, Message: "at the opening of 2026-12-01 23:00 UTC, " + test.wantMessage}
			if diff := cmp.Diff(want, JudgeStaffing(test.centre, got, time.UTC)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStaffingWithoutLaunch(t *testing.T) {
	if got := Staffing(roster(80, 200), nil, midnight); got != (v1alpha1.CallCentreStatus{}) {
		t.Errorf("figures of no launch: %+v", got)
	}
}
