/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package staffing holds a call centre's roster against the calls that are forecast.
package staffing

import (
	"fmt"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/demand"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

const (
	// mostBlocked is how many of a thousand callers may find every line taken.
	mostBlocked = 10
	// mostFigure is the largest number that the API takes.
	mostFigure = 2_000_000_000
)

// busiest of the launches that lie ahead or whose window lasts, the earlier one
// of equals; false if there is none. It changes only at ends that the plan wakes
// up for, and with what is declared.
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

// Of holds a roster against the busiest of the launches at now; the zero value if
// there is none.
func Of(desk v1alpha1.CallCentreSpec, launches []plan.Launch, now time.Time) v1alpha1.CallCentreStatus {
	launch, found := busiest(launches, now)
	if !found {
		return v1alpha1.CallCentreStatus{}
	}
	calls := demand.Calls{
		MilliErlangs: launch.Load,
		HandleTime:   seconds(desk.AverageHandleTimeSeconds),
		Patience:     seconds(desk.PatienceSeconds),
	}
	goal := demand.Goal{Percent: int(desk.ServiceLevel.Percent), Within: seconds(desk.ServiceLevel.WithinSeconds)}
	today := calls.With(demand.Roster{Agents: int(desk.Agents), Lines: int(desk.Lines)}, goal.Within).Figures()
	needed := calls.RosterFor(goal, mostBlocked)
	level := int32(today.ServiceLevelPerMille / 10)
	return v1alpha1.CallCentreStatus{
		OpensAt:             &metav1.Time{Time: launch.Opens},
		OfferedErlangs:      figure((launch.Load + 999) / 1000),
		ServiceLevelPercent: &level,
		AgentsNeeded:        figure(int64(needed.Agents)),
		LinesNeeded:         figure(int64(needed.Lines)),
	}
}

// Verdict is what the figures say of a roster, and in words, with the time in a zone.
func Verdict(desk v1alpha1.CallCentreSpec, is v1alpha1.CallCentreStatus, zone *time.Location) (status metav1.ConditionStatus, reason, message string) {
	goal := desk.ServiceLevel
	met := *is.ServiceLevelPercent >= goal.Percent
	message = fmt.Sprintf("at the opening of %s, %s agents on %s lines answer %d %% of %s Erlangs within %s s; ",
		is.OpensAt.In(zone).Format("2006-01-02 15:04 MST"), grouped(desk.Agents), grouped(desk.Lines),
		*is.ServiceLevelPercent, grouped(is.OfferedErlangs), grouped(goal.WithinSeconds))
	if met && desk.Lines >= is.LinesNeeded {
		return metav1.ConditionTrue, v1alpha1.ReasonRosterSufficient, message + fmt.Sprintf("%d %% is asked for", goal.Percent)
	}
	message += fmt.Sprintf("%d %%, with %d %% blocked at most, needs %s agents and %s lines",
		goal.Percent, mostBlocked/10, grouped(is.AgentsNeeded), grouped(is.LinesNeeded))
	if !met && (desk.Agents < is.AgentsNeeded || desk.Lines >= is.LinesNeeded) {
		return metav1.ConditionFalse, v1alpha1.ReasonRosterTooSmall, message
	}
	return metav1.ConditionFalse, v1alpha1.ReasonLinesTooFew, message
}

// figure is x within what the API takes.
func figure(x int64) int32 { return int32(min(max(x, 1), mostFigure)) }

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }

// grouped is a number that is not negative, in groups of three digits: 2,134.
func grouped(n int32) string {
	text := strconv.Itoa(int(n))
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
