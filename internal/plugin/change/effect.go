/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package change

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/condition"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/feasibility"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

// soon is the time before an opening in which pods may get a change too late: a mounted
// catalog takes up to 90 s to reach them.
const soon = 3 * time.Minute

// Effect describes in lines what the change does to the opening, to each channel's floor
// and to feasibility.
func (c *Change) Effect() []string {
	platform := c.Set.Platform
	lines := []string{fmt.Sprintf("%s campaign %s of platform %s/%s", c.Verb, c.Before.Name, platform.Namespace, platform.Name), ""}
	lines = append(lines, c.openings()...)
	if c.Reason != "" {
		lines = append(lines, "  reason   "+c.Reason)
	}
	after := c.Set.Replace(c.After)
	was, is := c.Set.Plan(c.Now, plan.All), after.Plan(c.Now, plan.All)
	lines = append(lines, "", "the plan")
	lines = append(lines, c.floors(was, is)...)
	lines = append(lines, "", "feasible afterwards")
	lines = append(lines, c.verdicts(after, was, is)...)
	if warnings := c.warnings(); len(warnings) > 0 {
		lines = append(append(lines, ""), warnings...)
	}
	return lines
}

// openings shows the opening before and after.
func (c *Change) openings() []string {
	when := fmt.Sprintf("%s (%s)", c.From.Words, opening.Remaining(c.Left()))
	switch opened := c.opened(); {
	case c.Verb == Postpone:
		later := strings.TrimPrefix(opening.Remaining(c.To.OpensAt.Sub(c.From.OpensAt)), "in ")
		return []string{"  opening  " + when, "  becomes  " + c.To.Words, fmt.Sprintf("           %s later, %s from now",
			later, strings.TrimPrefix(opening.Remaining(c.To.OpensAt.Sub(c.Now)), "in "))}
	case c.Verb == Pause && opened:
		return []string{"  opened   " + when, "  becomes  no new bookings are taken until it is resumed; bookings made stay"}
	case c.Verb == Pause:
		return []string{"  opening  " + when, "  becomes  held: nobody can book until it is resumed, not even at the opening"}
	case c.Before.Status.OpenedAt != nil:
		return []string{"  opened   " + when, "  becomes  new bookings are taken again, at once"}
	case c.Left() <= 0:
		return []string{"  opening  " + when, "  becomes  open, at once"}
	}
	return []string{"  opening  " + when, "  becomes  opens as announced"}
}

// floors shows each channel before and after.
func (c *Change) floors(was, is plan.Plan) []string {
	var table strings.Builder
	out := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "  CHANNEL\t\tRAMP STARTS\tREADY BY\tLAST STEP")
	channels, same := 0, true
	for _, after := range is.Channels {
		before, _ := was.Channel(after.Name)
		old, older := launchOf(before, c.Before.Name, c.From.OpensAt)
		now, newer := launchOf(after, c.Before.Name, c.To.OpensAt)
		if !older && !newer {
			continue
		}
		channels++
		first, second := c.row(old, before), c.row(now, after)
		if first == second && before.Floor.Replicas == after.Floor.Replicas {
			fmt.Fprintf(out, "  %s\tas before\t%s\n", after.Name, first)
			continue
		}
		same = false
		fmt.Fprintf(out, "  %s\tbefore\t%s\n  \tafter\t%s\n", after.Name, first, second)
		if stays, still := launchOf(after, c.Before.Name, c.From.OpensAt); still && !c.To.OpensAt.Equal(c.From.OpensAt) {
			fmt.Fprintf(out, "  \tstays\t%s\n", c.row(stays, plan.ChannelPlan{}))
		}
		if b, a := before.Floor.Replicas, after.Floor.Replicas; a != b {
			fmt.Fprintf(out, "  \tnow\tthe floor goes from %d to %d\n", b, a)
		}
	}
	if channels == 0 {
		return []string{"  no floor changes: without spec.forecast no capacity is planned for it"}
	}
	_ = out.Flush() // into memory
	lines := trimmed(table.String())
	return append(lines, c.remarks(same, strings.Contains(table.String(), "  stays"))...)
}

// remarks explains why floors stay.
func (c *Change) remarks(same, stays bool) []string {
	switch {
	case same:
		return []string{"  no floor changes: capacity stays, because people come anyway"}
	case stays && c.Left() <= 0:
		return []string{"  capacity also stays at the old opening, for people who come at that time; it is released as they leave"}
	case stays:
		return []string{"  the opening was less than a day away, so some people will still come at the old time: capacity also stays there"}
	case c.Verb == Pause:
		return []string{"  capacity stays during the pause: people who cannot book now come back when it ends"}
	}
	return nil
}

// row shows the start of a channel's ramp, its peak and its last step.
func (c *Change) row(l plan.Launch, p plan.ChannelPlan) string {
	ramp, last := "none needed", "-"
	if !l.RampStarts.IsZero() {
		ramp = c.clock(l.RampStarts)
	}
	if len(p.Steps) > 0 {
		step := p.Steps[len(p.Steps)-1]
		last = fmt.Sprintf("%d from %s", step.Floor.Replicas, c.clock(step.At))
	}
	return fmt.Sprintf("%s\t%d by %s\t%s", ramp, l.Peak, c.clock(l.ReadyBy), last)
}

func trimmed(table string) []string {
	lines := strings.Split(strings.TrimRight(table, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// clock formats a time in the opening's zone, with its day.
func (c *Change) clock(at time.Time) string {
	zone, err := opening.Zone(string(c.From.Opening.TimeZone))
	if err != nil {
		zone = time.UTC
	}
	return at.In(zone).Format("Mon 2 Jan 15:04 ") + zoneWord(at, zone)
}

// zoneWord returns the zone's abbreviation at a time, as the board writes it.
func zoneWord(at time.Time, zone *time.Location) string {
	_, word, _ := strings.Cut(opening.Clock(at, zone), " ")
	return word
}

func launchOf(p plan.ChannelPlan, campaign string, opens time.Time) (plan.Launch, bool) {
	for _, l := range p.Launches {
		if l.Campaign == campaign && l.Opens.Equal(opens) {
			return l, true
		}
	}
	return plan.Launch{}, false
}

// verdicts shows the feasibility of the campaign, and of others whose feasibility changes.
func (c *Change) verdicts(after declared.Set, was, is plan.Plan) []string {
	var lines []string
	for i := range after.Campaigns {
		campaign := &after.Campaigns[i]
		now := verdictOf(after, campaign, is, c.Now)
		if campaign.Name == c.After.Name {
			lines = slices.Insert(lines, 0, fmt.Sprintf("  %s: %s", campaign.Name, said(now)))
			continue
		}
		before := verdictOf(c.Set, campaign, was, c.Now)
		if before.Status != now.Status {
			lines = append(lines, fmt.Sprintf("  %s: %s (before: %s)", campaign.Name, said(now), answer(before.Status)))
		}
	}
	return lines
}

func verdictOf(set declared.Set, campaign *v1alpha1.Campaign, p plan.Plan, now time.Time) condition.Verdict {
	launches := map[string][]plan.Launch{}
	for _, channel := range p.Channels {
		launches[channel.Name] = channel.Launches
	}
	one, err := feasibility.NewCase(set, campaign, launches, now)
	if err != nil {
		return feasibility.WithoutOpening()
	}
	return one.Verdict()
}

func said(v condition.Verdict) string { return answer(v.Status) + ", " + v.Message }

func answer(status metav1.ConditionStatus) string {
	switch status {
	case metav1.ConditionTrue:
		return "yes"
	case metav1.ConditionFalse:
		return "no"
	case metav1.ConditionUnknown:
	}
	return "unknown"
}

// warnings lists what may go wrong with the change itself.
func (c *Change) warnings() []string {
	var all []string
	if left := c.Left(); left < soon && left > 0 && c.Verb != Resume {
		all = append(all, fmt.Sprintf("warning: the opening is %s. A catalog takes up to 90 seconds to reach the booking pods. "+
			"Until the first of them has it, the announced opening stands.", opening.Remaining(left)))
	}
	owners, err := c.Owners()
	switch {
	case err != nil:
		all = append(all, fmt.Sprintf("warning: cannot read who else writes spec.%s: %v", c.field(), err))
	case len(owners) > 0:
		all = append(all, fmt.Sprintf("warning: spec.%s is written by %s, which would revert it: change it there, too.", c.field(), strings.Join(owners, ", ")))
	}
	return all
}
