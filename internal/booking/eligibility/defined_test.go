/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eligibility

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// Decisions follow the definitions, whatever the order of the catalog, and nobody who may
// book has to wait.
func TestDecideIsAsDefined(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	outcomes := map[Outcome]int{}
	for range 20_000 {
		w := randomWorld(random)
		r := rules(t, w.campaigns...)
		got := r.Decide(w.asked, w.now)
		outcomes[got.Outcome]++
		if !w.right(got) {
			t.Fatalf("%+v\nasked for %v, born %s, at %s: %+v", w.campaigns, w.asked, w.asked.Born, w.now, got)
		}
		random.Shuffle(len(w.campaigns), func(i, j int) { w.campaigns[i], w.campaigns[j] = w.campaigns[j], w.campaigns[i] })
		if diff := cmp.Diff(got, rules(t, w.campaigns...).Decide(w.asked, w.now)); diff != "" {
			t.Fatalf("in another order (-first +second):\n%s", diff)
		}
	}
	for _, outcome := range []Outcome{Eligible, NotYetOpen, YourBandOpens, YourBandIsOpen, Paused, Closed, NotEligible, UnknownService} {
		if outcomes[outcome] < 50 {
			t.Errorf("%s came %d times: the test says little of it", outcome, outcomes[outcome])
		}
	}
}

// world is a catalog and a request, with the definitions of the package comment
// written as sentences about any and none.
type world struct {
	campaigns []catalog.Campaign
	asked     Request
	now       time.Time
}

func randomWorld(random *rand.Rand) world {
	w := world{now: opens.Add(time.Duration(random.IntN(9)-4) * time.Hour)}
	for i := range random.IntN(6) {
		w.campaigns = append(w.campaigns, randomCampaign(fmt.Sprintf("campaign-%d", i), random))
	}
	w.asked = Request{Service: "Vaccination", Born: civil.Date(1940, 1, 1).Add(random.IntN(20 * 365))}
	if random.IntN(2) == 0 && len(w.campaigns) > 0 {
		w.asked.Service, w.asked.Campaign = "", w.campaigns[random.IntN(len(w.campaigns))].Name
	}
	return w
}

func randomCampaign(name string, random *rand.Rand) catalog.Campaign {
	b := makeCampaign(name).Opens(opens.Add(time.Duration(random.IntN(9)-4) * time.Hour))
	if random.IntN(4) > 0 {
		from := civil.Date(1940, 1, 1).Add(random.IntN(15 * 365))
		b = b.Born(from.String(), from.Add(random.IntN(10*365)).String())
	}
	if random.IntN(3) == 0 {
		b = b.Closes(b.c.OpensAt.Add(time.Duration(1+random.IntN(4)) * time.Hour))
	}
	if random.IntN(4) == 0 {
		b = b.Paused("Snow.")
	}
	if random.IntN(4) == 0 {
		b = b.For("Test")
	}
	return b.Obj()
}

func (w world) opened(c catalog.Campaign) bool { return !c.OpensAt.After(w.now) }
func (w world) closed(c catalog.Campaign) bool { return c.ClosesAt != nil && !c.ClosesAt.After(w.now) }
func (w world) lives(c catalog.Campaign) bool  { return !w.closed(c) }
func (w world) open(c catalog.Campaign) bool {
	return w.opened(c) && !w.closed(c) && c.Paused == ""
}
func (w world) opens(c catalog.Campaign) bool { return !w.opened(c) && c.Paused == "" }

func (w world) fits(c catalog.Campaign) bool {
	born := w.asked.Born.String()
	return c.AgeBand == nil || c.AgeBand.BornFrom <= born && born <= c.AgeBand.BornTo
}

// named returns a campaign, and whether there is one.
func (w world) named(name string) (catalog.Campaign, bool) {
	i := slices.IndexFunc(w.campaigns, func(c catalog.Campaign) bool { return c.Name == name })
	if i < 0 {
		return catalog.Campaign{}, false
	}
	return w.campaigns[i], true
}

func (w world) service() string {
	if c, named := w.named(w.asked.Campaign); named {
		return c.Service
	}
	return w.asked.Service
}

// any reports whether something holds for any campaign of the service.
func (w world) any(holds func(catalog.Campaign) bool) bool {
	return slices.ContainsFunc(w.campaigns, func(c catalog.Campaign) bool { return c.Service == w.service() && holds(c) })
}

// anyFits does the same among the campaigns that fit.
func (w world) anyFits(holds func(catalog.Campaign) bool) bool {
	return w.any(func(c catalog.Campaign) bool { return w.fits(c) && holds(c) })
}

func anything(catalog.Campaign) bool { return true }

// right reports whether a decision is the one that is defined.
func (w world) right(got Decision) bool {
	in, decided := w.named(got.Campaign)
	asked, named := w.named(w.asked.Campaign)
	switch {
	case !decided:
		return map[Outcome]bool{
			NotEligible:    w.any(anything) && !w.anyFits(anything),
			UnknownService: !w.any(anything),
		}[got.Outcome]
	case !w.fits(in) || in.Service != w.service():
		return false
	case named && w.fits(asked):
		return in.Name == asked.Name && w.standing(in)[got.Outcome]
	case named:
		return w.ofOthers(in)[got.Outcome]
	}
	return w.ofService(in)[got.Outcome]
}

// standing returns the allowed outcomes of a campaign for people it includes.
func (w world) standing(c catalog.Campaign) map[Outcome]bool {
	return map[Outcome]bool{
		Eligible:   w.open(c),
		NotYetOpen: w.opens(c),
		Paused:     c.Paused != "" && w.lives(c),
		Closed:     w.closed(c),
	}
}

// ofService returns the allowed decisions for a request for a service.
func (w world) ofService(c catalog.Campaign) map[Outcome]bool {
	best := w.soonest(c)
	return map[Outcome]bool{
		Eligible:      w.open(c) && best,
		NotYetOpen:    w.opens(c) && best && !w.any(w.open),
		YourBandOpens: w.opens(c) && best && w.any(w.open),
		Paused:        c.Paused != "" && w.lives(c) && best,
		Closed:        w.closed(c) && best,
	}
}

// ofOthers returns the allowed decisions for a request for a campaign for others.
func (w world) ofOthers(c catalog.Campaign) map[Outcome]bool {
	best := w.soonest(c)
	return map[Outcome]bool{
		YourBandIsOpen: w.open(c) && best,
		YourBandOpens:  w.opens(c) && best,
		Paused:         c.Paused != "" && w.lives(c) && best,
		Closed:         w.closed(c) && best,
	}
}

// soonest reports whether none that fits lets people book sooner than c.
func (w world) soonest(c catalog.Campaign) bool {
	earlier := func(o catalog.Campaign) bool {
		return o.OpensAt.Before(c.OpensAt) || o.OpensAt.Equal(c.OpensAt) && o.Name < c.Name
	}
	switch {
	case w.open(c):
		return !w.anyFits(func(o catalog.Campaign) bool { return w.open(o) && earlier(o) })
	case w.opens(c):
		return !w.anyFits(func(o catalog.Campaign) bool { return w.open(o) || w.opens(o) && earlier(o) })
	case w.lives(c):
		return !w.anyFits(func(o catalog.Campaign) bool { return w.open(o) || w.opens(o) || w.lives(o) && earlier(o) })
	}
	return !w.anyFits(func(o catalog.Campaign) bool {
		return w.lives(o) || o.ClosesAt.After(*c.ClosesAt) || o.ClosesAt.Equal(*c.ClosesAt) && o.Name < c.Name
	})
}
