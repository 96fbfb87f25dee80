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

// People who wait for an opening are admitted automatically, each at a random moment, evenly
// over the half minute in which the plan expects them (package demand). A page counts whole
// seconds, so it waits at least one and may be one late.
const (
	AdmitWithin = 30 * time.Second
	AdmitSpread = AdmitWithin - 2*time.Second
)

// Campaigns returns the campaigns that are in a state now, in order of their openings.
func Campaigns(in *binding.Snapshot, now time.Time, state eligibility.Outcome) []catalog.Campaign {
	var out []catalog.Campaign
	for _, c := range in.Catalog.Campaigns {
		if eligibility.StateOf(c, now) == state {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b catalog.Campaign) int {
		return cmp.Or(a.OpensAt.Compare(b.OpensAt), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// NextOpening returns the next opening of a service ("": of any) in words, or "" if none was
// announced.
func (s Scene) NextOpening(service string) string {
	for _, c := range Campaigns(s.In, s.Now, eligibility.NotYetOpen) {
		if service == "" || c.Service == service {
			return s.Words.Say("next", s.Words.Campaign(c), s.Words.When(c.OpensAt, s.In.Zone))
		}
	}
	return ""
}
