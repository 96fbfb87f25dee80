/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

const (
	// mostBlocked is the acceptable share, per mille, of callers who find every line busy.
	mostBlocked = 10
	// mostFigure is the largest number that the API accepts.
	mostFigure = 2_000_000_000
)

// busiest returns the launch with the largest load that is not over, the earlier one
// of equals, or false. It changes only with the declared objects and at ends for
// which the plan wakes the controller.
func busiest(launches []plan.Launch, now time.Time) (plan.Launch, bool) {
	var most plan.Launch
	for _, launch := range launches {
		if !now.Before(launch.Ends) {
			continue
		}
		if launch.Load > most.Load || launch.Load == most.Load && launch.Opens.Before(most.Opens) {
			most = launch
		}
	}
	return most, most.Load > 0
}

// Staffing compares a call centre's roster with the calls forecast for the busiest
// launch at now. It returns the zero value if there is no launch.
func Staffing(centre v1alpha1.CallCentreSpec, launches []plan.Launch, now time.Time) v1alpha1.CallCentreStatus {
	launch, found := busiest(launches, now)
	if !found {
		return v1alpha1.CallCentreStatus{}
	}
	calls := demand.Calls{
		MilliErlangs: launch.Load,
		HandleTime:   seconds(centre.AverageHandleTimeSeconds),
		Patience:     seconds(centre.PatienceSeconds),
	}
	goal := demand.Goal{Percent: int(centre.ServiceLevel.Percent), Within: seconds(centre.ServiceLevel.WithinSeconds)}
	today := calls.With(demand.Roster{Agents: int(centre.Agents), Lines: int(centre.Lines)}, goal.Within).Figures()
	needed := calls.RosterFor(goal, mostBlocked)
	level := int32(today.ServiceLevelPerMille / 10)
	return v1alpha1.CallCentreStatus{
		OpensAt:             &metav1.Time{Time: launch.Opens},
		OfferedErlangs:      inRange((launch.Load + 999) / 1000),
		ServiceLevelPercent: &level,
		AgentsNeeded:        inRange(int64(needed.Agents)),
		LinesNeeded:         inRange(int64(needed.Lines)),
	}
}

// JudgeStaffing returns the condition StaffingSufficient for the figures of a roster.
func JudgeStaffing(centre v1alpha1.CallCentreSpec, is v1alpha1.CallCentreStatus, zone *time.Location) condition.Verdict {
	goal := centre.ServiceLevel
	met := *is.ServiceLevelPercent >= goal.Percent
	message := fmt.Sprintf("at the opening of %s, %s agents on %s lines answer %d %% of %s Erlangs within %s s; ",
		is.OpensAt.In(zone).Format("2006-01-02 15:04 MST"), figure.Grouped(int64(centre.Agents)), figure.Grouped(int64(centre.Lines)),
		*is.ServiceLevelPercent, figure.Grouped(int64(is.OfferedErlangs)), figure.Grouped(int64(goal.WithinSeconds)))
	if met && centre.Lines >= is.LinesNeeded {
		return condition.True(v1alpha1.ReasonRosterSufficient, message+fmt.Sprintf("the target is %d %%", goal.Percent))
	}
	message += fmt.Sprintf("to reach %d %% with at most %d %% blocked, it needs %s agents and %s lines",
		goal.Percent, mostBlocked/10, figure.Grouped(int64(is.AgentsNeeded)), figure.Grouped(int64(is.LinesNeeded)))
	if !met && (centre.Agents < is.AgentsNeeded || centre.Lines >= is.LinesNeeded) {
		return condition.False(v1alpha1.ReasonRosterTooSmall, message)
	}
	return condition.False(v1alpha1.ReasonLinesTooFew, message)
}

// inRange limits x to the range that the API accepts.
func inRange(x int64) int32 { return int32(min(max(x, 1), mostFigure)) }

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }
