/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"cmp"
	"slices"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/binding"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// People who wait at an opening are let in automatically, each at a random moment: evenly,
// over the half minute in which the plan expects them (package demand). A page counts
// whole seconds, so it may be one late, and waits one at least.
const (
	AdmitWithin = 30 * time.Second
	AdmitSpread = AdmitWithin - 2*time.Second
)

// standing is how a campaign is, to those whom it is for.
func standing(c catalog.Campaign, now time.Time) eligibility.Outcome {
	switch {
	case c.ClosesAt != nil && !now.Before(*c.ClosesAt):
		return eligibility.Closed
	case c.Paused != "":
		return eligibility.Paused
	case now.Before(c.OpensAt):
		return eligibility.NotYetOpen
	}
	return eligibility.Eligible
}

// Campaigns returns those that stand so now, the one that opens first before others.
func Campaigns(in *binding.Snapshot, now time.Time, which eligibility.Outcome) []catalog.Campaign {
	var out []catalog.Campaign
	for _, c := range in.Catalog.Campaigns {
		if standing(c, now) == which {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b catalog.Campaign) int {
		return cmp.Or(a.OpensAt.Compare(b.OpensAt), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// NextOpening says when somebody may book next, in a service or, where it is "", in
// any; "" where no opening was announced.
func (s Scene) NextOpening(service string) string {
	for _, c := range Campaigns(s.In, s.Now, eligibility.NotYetOpen) {
		if service == "" || c.Service == service {
			return s.Words.Say("next", s.Words.Campaign(c), s.Words.When(c.OpensAt, s.In.Zone))
		}
	}
	return ""
}
