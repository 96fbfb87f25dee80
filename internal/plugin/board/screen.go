/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package board

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// Screen has everything that a board shows of one platform at one time.
type Screen struct {
	Place Place
	// Index counts from 1 to Of, the number of platforms; 0 if there are none.
	Index, Of int
	// Day and Clock are the local time of the platform.
	Day, Clock string
	Opening    Opening
	Verdict    Verdict
	Channels   []Channel
	Campaigns  []Campaign
	Events     []Event
	// Notes are warnings and remarks, the gravest first.
	Notes []Note
}

// Opening is the opening that the board is about.
type Opening struct {
	Campaigns []string
	// Words name the time unambiguously.
	Words string
	// Label and Figures are the countdown: "opens in", "28:53".
	Label, Figures string
}

// Campaign is one row of the list of campaigns.
type Campaign struct {
	Name, Opens, Feasible, Prescaled, Open, Supply string
	// Focus reports that the campaign opens at the board's opening.
	Focus bool
}

// Note is a warning or a remark. Bad ones may cost the night.
type Note struct {
	Text string
	Bad  bool
}

// Look returns the screen of a platform at now, or one that says that there is no such
// platform.
func Look(scene Scene, at Place, now time.Time) Screen {
	places := scene.Places()
	out := Screen{Place: at, Index: slices.Index(places, at) + 1, Of: len(places)}
	s, found := scene.view(at, now)
	local := now.In(s.zone)
	out.Day, out.Clock = opening.DayWords(local, s.zone), opening.Clock(local, s.zone)
	out.Notes = s.notes()
	if !found {
		out.Verdict = Verdict{Word: Unknown, Why: noPlatform(scene)}
		return out
	}
	f := s.focus()
	out.Opening = s.opening(f)
	out.Channels = s.rows(f)
	out.Verdict = s.overall(f, out.Channels)
	if !scene.Away.IsZero() {
		for i, row := range out.Channels {
			out.Channels[i].Verdict = Verdict{Word: Unknown, Why: fmt.Sprintf("was %s: %s", row.Verdict.Word, row.Verdict.Why)}
		}
	}
	out.Campaigns = s.campaignRows(f)
	for _, e := range s.events {
		out.Events = append(out.Events, s.event(e))
	}
	return out
}

func noPlatform(scene Scene) string {
	switch {
	case scene.Pending && scene.Away.IsZero():
		return "reading the cluster …"
	case scene.Hidden[Platforms] != "":
		return scene.Hidden[Platforms]
	case !scene.Away.IsZero():
		return "no data yet"
	}
	return "there is no BookingPlatform here: give its namespace with -n, or -A for all"
}

// opening describes the focus.
func (s view) opening(f focus) Opening {
	if f.none() {
		return Opening{Words: "no opening is ahead"}
	}
	out := Opening{Words: f.campaigns[0].Status.OpensAtLocal}
	for _, c := range f.campaigns {
		out.Campaigns = append(out.Campaigns, c.Name)
	}
	ahead, opened, paused := f.opensAt.Sub(s.now), f.openedAt(), f.paused() != ""
	switch {
	case ahead > 0 && paused:
		out.Label, out.Figures = "held; would open in", figures(ahead+time.Second-1)
	case ahead > 0:
		out.Label, out.Figures = "opens in", figures(ahead+time.Second-1) // 00:00 is the opening itself
	case paused && opened.IsZero():
		out.Label, out.Figures = "held; should have opened before", figures(-ahead)
	case paused:
		out.Label, out.Figures = "no new bookings; opened before", figures(s.now.Sub(opened))
	case opened.IsZero():
		out.Label, out.Figures = "open for", figures(-ahead)
	default:
		out.Label, out.Figures = "open for", figures(s.now.Sub(opened))
	}
	return out
}

// figures formats a time span as a clock does; the last day in hours, minutes and seconds.
func figures(d time.Duration) string {
	seconds := max(0, int64(d/time.Second))
	days, hours, minutes := seconds/86400, seconds/3600%24, seconds/60%60
	switch {
	case days > 0:
		return fmt.Sprintf("%dd %02d:%02d", days, hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%d:%02d:%02d", hours, minutes, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", minutes, seconds%60)
}

// campaignRows has the campaigns of the focus, then future ones, then the others.
func (s view) campaignRows(f focus) []Campaign {
	rank := func(c *v1alpha1.Campaign) int {
		switch {
		case slices.Contains(f.campaigns, c):
			return 0
		case c.Status.OpensAt == nil || c.Status.OpensAt.After(s.now):
			return 1
		}
		return 2
	}
	sorted := slices.SortedStableFunc(slices.Values(s.campaigns), func(a, b *v1alpha1.Campaign) int {
		order := timeOf(a.Status.OpensAt).Compare(timeOf(b.Status.OpensAt))
		if rank(a) == 2 {
			order = -order
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), order)
	})
	var rows []Campaign
	for _, c := range sorted {
		row := Campaign{Name: c.Name, Opens: "not resolved", Focus: slices.Contains(f.campaigns, c)}
		if at := c.Status.OpensAt; at != nil {
			row.Opens = at.In(s.zone).Format("2 Jan 15:04")
		}
		row.Feasible = answer(c, v1alpha1.ConditionFeasible)
		row.Prescaled = answer(c, v1alpha1.ConditionPrescaled)
		row.Open = answer(c, v1alpha1.ConditionOpen)
		row.Supply = answer(c, v1alpha1.ConditionSupplySufficient)
		rows = append(rows, row)
	}
	return rows
}

// answer shortens a condition to a word or two, and gives the reason unless it is True.
func answer(c *v1alpha1.Campaign, kind string) string {
	condition := conditionOf(c.Status.Conditions, kind)
	switch condition.Status {
	case metav1.ConditionTrue:
		return "yes"
	case metav1.ConditionFalse:
		return "no, " + condition.Reason
	case metav1.ConditionUnknown:
		return "?, " + condition.Reason
	}
	return "-"
}

func timeOf(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}

// Sentence is the screen in one line, without what changes with the clock alone.
func (s Screen) Sentence() string {
	words := []string{string(s.Verdict.Word)}
	if s.Verdict.Word != Ramping || s.Verdict.But { // else the channels say it all
		words[0] += ": " + s.Verdict.Why
	}
	for _, row := range s.Channels {
		if row.Cap == 0 {
			continue // it cannot be seen, or does not exist: the word says so
		}
		words = append(words, fmt.Sprintf("%s floor %d, %d of %d Ready", row.Name, row.Floor, row.Ready, row.Desired))
	}
	for _, n := range s.Notes {
		if n.Bad {
			words = append(words, n.Text)
		}
	}
	return clean(strings.Join(words, "   "))
}
