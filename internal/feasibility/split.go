/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feasibility

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/figure"
	"github.com/mezzanotte/mezzanotte/internal/kind"
	"github.com/mezzanotte/mezzanotte/internal/plan"
)

const (
	// mostParts limits a split: a month of nights.
	mostParts = 30
	// mostTries limits how many numbers of parts are tried.
	mostTries = 4
	// partsNamed limits how many parts a message names.
	partsNamed = 6
)

// Part is one opening of a split band.
type Part struct {
	// AgeBand is empty if the campaign is open to everyone.
	AgeBand v1alpha1.AgeBand
	People  int64
	Opening v1alpha1.CivilTime
}

// String names the people and the night: "born 1946-01-01 to 1948-06-30 (205,000
// people) on 2026-12-01 at 24:00".
func (p Part) String() string {
	who := fmt.Sprintf("%s people", figure.Grouped(p.People))
	if p.AgeBand != (v1alpha1.AgeBand{}) {
		who = fmt.Sprintf("born %s to %s (%s)", p.AgeBand.BornFrom, p.AgeBand.BornTo, who)
	}
	return fmt.Sprintf("%s on %s at %s", who, p.Opening.Date, p.Opening.Time)
}

// Split splits the campaign's band into the fewest openings, one a night, such that no
// peak of theirs is cut, and no more peaks of other campaigns than now. The first
// opening is tonight or, if other campaigns leave no room then, tomorrow. It returns
// none if a month of nights is not enough. It assumes that birth dates are spread
// evenly.
func (c *Case) Split() []Part {
	cut := c.cutOthers(c.Set)
	for _, later := range []int{0, 1} {
		least := c.leastParts(later)
		for n := least; least > 0 && n <= min(mostParts, least+mostTries); n++ {
			if parts := c.parts(n, later); c.fit(parts, cut) {
				return parts
			}
		}
	}
	return nil
}

// leastParts estimates from the loads the fewest parts that could fit; 0 if none can: a
// roster does not get smaller over more nights, and the other campaigns alone may be
// too much.
func (c *Case) leastParts(later int) int {
	least := 2 - later
	for _, l := range c.Launches {
		if !l.Planned || !l.Capped() {
			continue
		}
		if channel, ok := c.Set.Channel(l.Channel); !ok || kind.HasAgents(channel) {
			return 0
		}
		own := l.Load * int64(l.Share) / int64(max(1, l.Peak))
		room := own - l.Missing
		if later > 0 {
			room = l.Load - l.Missing
		}
		if room <= 0 {
			return 0
		}
		least = max(least, int((own+room-1)/room))
	}
	return least
}

// parts splits the campaign into n openings on consecutive nights, the first of them
// `later` nights from now, older people first. It returns none if the band has too few
// days or people.
func (c *Case) parts(n, later int) []Part {
	spec := c.Campaign.Spec
	first, err := time.Parse(time.DateOnly, string(c.Opening.Opening.Date))
	from, days, banded := birthDays(spec.AgeBand)
	if people := spec.Forecast.EligiblePeople; err != nil || banded && days < n || people < int64(n) {
		return nil
	}
	var parts []Part
	for i := range n {
		part := Part{Opening: c.Opening.Opening}
		part.Opening.Date = v1alpha1.Date(first.AddDate(0, 0, i+later).Format(time.DateOnly))
		part.People = spec.Forecast.EligiblePeople*int64(i+1)/int64(n) - spec.Forecast.EligiblePeople*int64(i)/int64(n)
		if banded {
			part.AgeBand = v1alpha1.AgeBand{
				BornFrom: v1alpha1.Date(from.AddDate(0, 0, days*i/n).Format(time.DateOnly)),
				BornTo:   v1alpha1.Date(from.AddDate(0, 0, days*(i+1)/n-1).Format(time.DateOnly)),
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// birthDays returns the first day of a band and its length in days.
func birthDays(band v1alpha1.AgeBand) (from time.Time, days int, ok bool) {
	from, errFrom := time.Parse(time.DateOnly, string(band.BornFrom))
	to, errTo := time.Parse(time.DateOnly, string(band.BornTo))
	if errFrom != nil || errTo != nil || to.Before(from) {
		return time.Time{}, 0, false
	}
	return from, int(to.Sub(from)/(24*time.Hour)) + 1, true
}

// with returns the set with the parts in place of the campaign; false if one of them
// could not open.
func (c *Case) with(parts []Part) (declared.Set, bool) {
	set := c.Set
	set.Campaigns = slices.DeleteFunc(slices.Clone(set.Campaigns), func(other v1alpha1.Campaign) bool { return other.Name == c.Campaign.Name })
	for i, part := range parts {
		one := v1alpha1.Campaign{ObjectMeta: metav1.ObjectMeta{Name: partName(c.Campaign, i), Namespace: c.Campaign.Namespace}, Spec: *c.Campaign.Spec.DeepCopy()}
		one.Spec.AgeBand, one.Spec.Opening, one.Spec.Forecast.EligiblePeople = part.AgeBand, part.Opening, part.People
		if _, err := declared.Resolve(&one, set.Platform); err != nil {
			return declared.Set{}, false
		}
		set.Campaigns = append(set.Campaigns, one)
	}
	return set, len(parts) > 0
}

// partName returns a name that no campaign can have.
func partName(c *v1alpha1.Campaign, i int) string { return fmt.Sprintf("%s/%d", c.Name, i) }

// fit reports whether no part is cut, and no more peaks of other campaigns than before.
func (c *Case) fit(parts []Part, cut int) bool {
	set, ok := c.with(parts)
	if !ok {
		return false
	}
	names := map[string]bool{}
	for i := range parts {
		names[partName(c.Campaign, i)] = true
	}
	for _, launches := range plan.Launches(set.Input(c.Now), c.channels()...) {
		for _, l := range launches {
			if names[l.Campaign] && l.Capped() {
				return false
			}
		}
	}
	return c.cutOthers(set) <= cut
}

// cutOthers counts the launches of other campaigns that are cut on this one's channels.
func (c *Case) cutOthers(set declared.Set) int {
	cut := 0
	for _, launches := range plan.Launches(set.Input(c.Now), c.channels()...) {
		for _, l := range launches {
			if l.Capped() && l.Campaign != c.Campaign.Name && !strings.HasPrefix(l.Campaign, c.Campaign.Name+"/") {
				cut++
			}
		}
	}
	return cut
}

func (c *Case) channels() []string {
	var names []string
	for _, l := range c.Launches {
		names = append(names, l.Channel)
	}
	return names
}

// splitting describes the split that fits, or that none does.
func (c *Case) splitting() string {
	parts := c.Split()
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("or open it on %s at %s, where it fits", parts[0].Opening.Date, parts[0].Opening.Time)
	}
	words := make([]string, 0, partsNamed+1)
	for i, part := range parts {
		if i == partsNamed && len(parts) > partsNamed+1 {
			words = append(words, fmt.Sprintf("and so on every night until %s", parts[len(parts)-1].Opening.Date))
			break
		}
		words = append(words, part.String())
	}
	text := fmt.Sprintf("or split the band into %d openings that fit: %s", len(parts), strings.Join(words, ", "))
	if later := c.parts(1, 1); c.fit(later, c.cutOthers(c.Set)) {
		text += fmt.Sprintf(", or open all of it on %s at %s, where it fits", later[0].Opening.Date, later[0].Opening.Time)
	}
	return text
}
