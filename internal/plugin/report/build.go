/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package report

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// Build returns the report of some platforms at now. If a campaign's status does not know
// its opening, Build treats it as announced at now, as the operator will.
func Build(sets []declared.Set, now time.Time) Report {
	r := Report{Now: now.UTC(), Platforms: []Platform{}}
	named := map[string]int{}
	for _, set := range sets {
		named[set.Platform.Name]++
	}
	for _, set := range sets {
		p := platform(set, now)
		if named[p.Name] > 1 {
			p.Name = set.Platform.Namespace + "/" + p.Name
		}
		r.Platforms = append(r.Platforms, p)
	}
	return r
}

func platform(set declared.Set, now time.Time) Platform {
	zone := set.Zone()
	out := Platform{Name: set.Platform.Name, Zone: zone, Campaigns: []Campaign{}, Channels: []Channel{}}
	set = announced(set, now)
	made := set.Plan(now, plan.All)
	launches, bases := map[string][]plan.Launch{}, map[string]int{}
	for _, c := range set.Input(now).Channels {
		bases[c.Name] = c.Base
	}
	for _, c := range made.Channels {
		launches[c.Name] = c.Launches
		one := channel(c, bases[c.Name], now)
		one.Staffing = roster(set, c, now)
		out.Channels = append(out.Channels, one)
	}
	for i := range set.Campaigns {
		out.Campaigns = append(out.Campaigns, campaign(set, &set.Campaigns[i], launches, now))
	}
	slices.SortFunc(out.Campaigns, func(a, b Campaign) int {
		return cmp.Or(a.OpensAt.Compare(b.OpensAt), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// announced returns the set with every opening recorded in its campaign's status.
func announced(set declared.Set, now time.Time) declared.Set {
	campaigns := make([]v1alpha1.Campaign, len(set.Campaigns))
	for i := range set.Campaigns {
		set.Campaigns[i].DeepCopyInto(&campaigns[i])
		status := &campaigns[i].Status
		if resolved, err := declared.Resolve(&campaigns[i], set.Platform); err == nil {
			status.Announced = declared.Announce(status.Announced, resolved, now)
		}
	}
	set.Campaigns = campaigns
	return set
}

func campaign(set declared.Set, c *v1alpha1.Campaign, launches map[string][]plan.Launch, now time.Time) Campaign {
	out := Campaign{Name: c.Name, Paused: c.Spec.Pause.Reason}
	_, invalid := declared.Resolve(c, set.Platform)
	of, err := feasibility.NewCase(set, c, launches, now)
	if err != nil {
		out.Invalid = feasibility.Wrong(invalid, nil)
		out.Message = feasibility.WithoutOpening().Message + ": " + out.Invalid
		return out
	}
	if invalid != nil {
		out.Invalid = feasibility.Wrong(invalid, &of.Opening)
	}
	verdict := of.Verdict()
	if verdict.Status != metav1.ConditionUnknown {
		feasible := verdict.Status == metav1.ConditionTrue
		out.Feasible = &feasible
	}
	out.Message = verdict.Message
	_, supply := feasibility.Supply(set, c)
	out.Supply = supply.Message
	out.OpensAt, out.OpensAtLocal = of.Opening.OpensAt.UTC(), of.Opening.Words
	out.ReadyBy, out.KeepUntil = of.ReadyBy.UTC(), of.KeepUntil.UTC()
	out.Over = !now.Before(of.KeepUntil)
	out.AlsoAt = alsoAt(c.Name, of.Opening.OpensAt, launches)
	return out
}

// alsoAt returns the other times at which the plan has a campaign open.
func alsoAt(name string, opens time.Time, launches map[string][]plan.Launch) []time.Time {
	var others []time.Time
	for _, of := range launches {
		for _, launch := range of {
			if launch.Campaign == name && !launch.Opens.Equal(opens) {
				others = append(others, launch.Opens.UTC())
			}
		}
	}
	slices.SortFunc(others, time.Time.Compare)
	return slices.CompactFunc(others, time.Time.Equal)
}

// channel returns the report of one channel.
func channel(c plan.ChannelPlan, base int, now time.Time) Channel {
	out := Channel{Name: c.Name, Base: base, Launches: slices.Clone(c.Launches), Cap: capAtPeak(c, now)}
	slices.SortStableFunc(out.Launches, func(a, b plan.Launch) int { return a.Opens.Compare(b.Opens) })
	out.Steps = append(out.Steps, step(now, c.Floor))
	for _, s := range c.Steps {
		out.Steps = append(out.Steps, step(s.At, s.Floor))
	}
	for _, s := range out.Steps {
		out.Peak = max(out.Peak, s.Floor)
	}
	return out
}

// roster compares the agents and lines of a call centre with its busiest opening.
func roster(set declared.Set, c plan.ChannelPlan, now time.Time) string {
	declared, ok := set.Channel(c.Name)
	if !ok || !kind.HasAgents(declared) {
		return ""
	}
	figures := feasibility.Staffing(declared.Spec.CallCentre, c.Launches, now)
	if figures.OpensAt == nil {
		return ""
	}
	staffing := feasibility.JudgeStaffing(declared.Spec.CallCentre, figures, set.Zone())
	if staffing.Status == metav1.ConditionTrue {
		return "the roster is sufficient: " + staffing.Message
	}
	return "THE ROSTER IS TOO SMALL: " + staffing.Message
}

func step(at time.Time, floor plan.Floor) Step {
	return Step{At: at.UTC(), Floor: floor.Replicas, Reason: floor.String(), Wanted: floor.Wanted, Parts: floor.Parts}
}

// capAtPeak returns the cap at the highest future peak, or the one now.
func capAtPeak(c plan.ChannelPlan, now time.Time) int {
	highest, found := c.Cap, -1
	for _, launch := range c.Launches {
		if launch.Peak > found && launch.Ends.After(now) {
			highest, found = launch.Cap, launch.Peak
		}
	}
	return highest
}
