/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package supply

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// Input of one platform's forecast. The order of its lists does not matter.
type Input struct {
	// Zone of the platform, by whose calendar hubs are open.
	Zone      *time.Location
	Hubs      []Hub
	Campaigns []Campaign
}

// Hub is a place that offers appointments.
type Hub struct {
	Name  string
	Hours schedule.Hub
}

// Campaign is a group of people who book from one instant on.
type Campaign struct {
	Name string
	// Opens is the instant from which they book. A closing ends bookings, not the
	// appointments that were booked, so none is asked for.
	Opens time.Time
	// Eligible people, of whom UptakePercent book.
	Eligible      int64
	UptakePercent int
	Doses         Doses
	// Hubs at which they may be served, by name.
	Hubs []string
}

// Doses of one person, all or none.
type Doses struct {
	Count int
	// MinDays and MaxDays lie between a dose and the next.
	MinDays, MaxDays int
}

// Outcome is the expected result of one campaign.
type Outcome struct {
	Campaign string
	// Expected is the number of appointments that its people need; Served is the number
	// of them that exist within the window.
	Expected, Served int64
	// ServedBy is the day of the last of these, YYYY-MM-DD; "" if there is none.
	ServedBy string
	// Unserved people find no appointments.
	Unserved int64
}

// People returns the number of people who are expected to book.
func (c Campaign) People() int64 {
	return (c.Eligible*int64(c.UptakePercent) + 99) / 100
}

const (
	// horizon is the time from its opening that a campaign looks ahead, and that an
	// earlier campaign is remembered.
	horizon   = 365 * 24 * time.Hour
	mostDoses = 4
)

// until returns the end of the campaign's window.
func (c Campaign) until() time.Time { return c.Opens.Add(horizon) }

// upTo returns a campaign and those that open before it, in the order in which they
// take, with every number limited so that nothing overflows.
func (in Input) upTo(campaign string) (Input, error) {
	out := Input{Zone: in.Zone, Hubs: slices.Clone(in.Hubs)}
	if out.Zone == nil {
		out.Zone = time.UTC
	}
	slices.SortStableFunc(out.Hubs, func(a, b Hub) int { return orInWords(cmp.Compare(a.Name, b.Name), a, b) })
	for _, c := range in.Campaigns {
		out.Campaigns = append(out.Campaigns, c.sound())
	}
	slices.SortStableFunc(out.Campaigns, func(a, b Campaign) int {
		return orInWords(cmp.Or(a.Opens.Compare(b.Opens), cmp.Compare(a.Name, b.Name)), a, b)
	})
	last := slices.IndexFunc(out.Campaigns, func(c Campaign) bool { return c.Name == campaign })
	if last < 0 {
		return Input{}, fmt.Errorf("there is no campaign %q", campaign)
	}
	subject := out.Campaigns[last]
	out.Campaigns = slices.DeleteFunc(out.Campaigns[:last+1], func(c Campaign) bool {
		return c.Opens.Before(subject.Opens.Add(-horizon))
	})
	return out, nil
}

// sound returns the campaign with its numbers within the API's limits.
func (c Campaign) sound() Campaign {
	const mostPeople, longestInterval = 2_000_000_000, 730
	c.Opens = c.Opens.UTC()
	c.Eligible = clamp(c.Eligible, 0, mostPeople)
	c.UptakePercent = clamp(c.UptakePercent, 0, 100)
	c.Doses.Count = clamp(c.Doses.Count, 1, mostDoses)
	c.Doses.MinDays = clamp(c.Doses.MinDays, 1, longestInterval)
	c.Doses.MaxDays = clamp(c.Doses.MaxDays, c.Doses.MinDays, longestInterval)
	c.Hubs = slices.Compact(slices.Sorted(slices.Values(c.Hubs)))
	return c
}

// orInWords orders even two things that should not both exist.
func orInWords(order int, a, b any) int {
	if order != 0 {
		return order
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

func clamp[T cmp.Ordered](x, least, most T) T { return min(max(x, least), most) }
