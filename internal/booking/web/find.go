/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// findData holds the values of the template.
type findData struct {
	Campaigns []page.Choice // none for a single campaign, or to move a booking
	Only      string        // the single campaign, in words
	Areas     []page.Area
	Place     string
	Day, Min  string
	Now       []page.Line // the places of the booking to move
}

// findPath returns the page that asks where, and from which day.
func (j journey) findPath() string {
	if j.Moving {
		return "/move"
	}
	return "/find"
}

// showFind asks where, and from which day. It starts a new journey if a booking was made or
// was to be moved: the next one may be for another person.
func (p *Pages) showFind(v *visit) (result, error) {
	if len(page.Campaigns(v.in, v.now, eligibility.Eligible)) == 0 {
		return result{to: "/"}, nil
	}
	if v.journey.Booking != nil {
		v.journey = journey{}
	}
	return p.findResult(v), nil
}

// showMove asks where to, and from which day.
func (p *Pages) showMove(v *visit) (result, error) {
	if _, ok := v.journey.reference(); !ok || !v.journey.Moving {
		return result{to: "/booking"}, nil
	}
	return p.findResult(v), nil
}

func (p *Pages) findResult(v *visit) result {
	j := v.journey.carried()
	what := p.findView(v)
	what.journey = &j
	return result{view: what, private: v.journey.Person != nil}
}

// findView returns the form, filled from the journey.
func (p *Pages) findView(v *visit) *view {
	j := v.journey
	data := findData{Place: j.Place, Day: j.From, Min: v.in.Rules.Today(v.now).String()}
	if data.Day == "" {
		data.Day = data.Min
	}
	open := page.Campaigns(v.in, v.now, eligibility.Eligible)
	title := "find.title"
	switch {
	case j.Moving:
		title, open = "move.title", nil
		if c, known := v.in.Campaign(j.Campaign); known {
			open = []catalog.Campaign{c}
		}
		data.Now = v.scene().Lines(j.Booking.Spots)
	case len(open) == 1:
		data.Only = v.words.Campaign(open[0])
	default:
		for _, c := range open {
			data.Campaigns = append(data.Campaigns, page.Choice{Value: c.Name, Text: v.words.Campaign(c), Chosen: c.Name == j.Campaign})
		}
	}
	data.Areas = page.Areas(v.in, open, j.Hub)
	return &view{template: "find", title: title, data: data}
}

// find reads the form, and goes on to the places.
func (p *Pages) find(v *visit) (result, error) {
	j, problems := readFind(v)
	if len(problems) > 0 {
		v.journey = j
		return v.wrong(p.findView(v), problems), nil
	}
	return result{to: "/places", keep: &j}, nil
}

// readFind reads the form.
func readFind(v *visit) (journey, page.Problems) {
	j := v.journey
	j.Chosen, j.Offers = nil, nil
	var problems page.Problems
	wrong := func(name, key string) { problems = append(problems, page.Problem{Field: name, Text: v.words.Say(key)}) }
	if !j.Moving {
		j.Campaign = chosenCampaign(v)
		if j.Campaign == "" {
			wrong("campaign", "problem.campaign")
		}
	}
	j.From = page.Field(v.form, "day") // shown again if it is wrong
	if day, key := page.ReadFirstDay(v.form, v.in.Rules.Today(v.now)); key != "" {
		wrong("day", key)
	} else {
		j.From = day.String()
	}
	j.Place, j.Hub = page.Field(v.form, "place"), page.Field(v.form, "hub")
	j.Hubs, j.Near = nil, nil
	hubs := v.in.HubsOf(j.Campaign)
	switch {
	case j.Hub != "":
		j.Hubs = []string{j.Hub}
		if !slices.ContainsFunc(hubs, func(h catalog.Hub) bool { return h.Name == j.Hub }) && j.Campaign != "" {
			wrong("hub", "problem.hub")
		}
	case j.Place != "" && j.Campaign != "":
		if j.Hubs, j.Near = page.Whereabouts(hubs, j.Place); j.Hubs == nil && j.Near == nil {
			wrong("place", "problem.place")
		}
	}
	return j, problems
}

// chosenCampaign returns the chosen campaign, or the only one; "" for none.
func chosenCampaign(v *visit) string {
	open := page.Campaigns(v.in, v.now, eligibility.Eligible)
	if len(open) == 1 {
		return open[0].Name
	}
	name := page.Field(v.form, "campaign")
	if _, known := v.in.Campaign(name); !known {
		return ""
	}
	return name
}
