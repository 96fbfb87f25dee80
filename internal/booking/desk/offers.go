/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"slices"

	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/eligibility"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
)

// shownOffers is the maximum number of sets of places on a page: they fit on one screen.
const shownOffers = 6

// offersData holds the values of the templates of a search: its fields, and the places
// that it found.
type offersData struct {
	Sets     []page.Offered
	Services []page.Choice // none for a single service
	Service  string        // in words
	Areas    []page.Area
	Place    string
	Day, Min string
	Why      string // why there are no places
}

// readSeek reads the fields of a search, if the form has them.
func (v *visit) readSeek() (problems page.Problems) {
	s := &v.call.Seek
	today := v.in.Rules.Today(v.now)
	s.From = today.String()
	if !v.form.Has("day") {
		return nil
	}
	*s = seek{Service: page.Field(v.form, "service"), Place: page.Field(v.form, "place"), Hub: page.Field(v.form, "hub"), From: s.From}
	day, wrong := page.ReadFirstDay(v.form, today)
	if wrong != "" {
		return page.Problems{{Field: "day", Text: v.words.Say(wrong)}}
	}
	s.From = day.String()
	return nil
}

// offers looks for places of one of the services. It adds the problems of the search's fields
// to the result.
func (d *Desk) offers(v *visit, services []string, out *result) *offersData {
	id, born := v.call.person()
	asked := clerk.Search{Service: v.call.Seek.Service, Person: id, Born: born}
	asked.Campaign = v.in.Rules.Decide(eligibility.Request{Service: asked.Service, Identifier: id, Born: born}, v.now).Campaign
	data := v.sought(asked.Campaign)
	if len(services) > 1 {
		for _, s := range services {
			data.Services = append(data.Services, page.Choice{Value: s, Text: v.words.Service(s), Chosen: s == v.call.Seek.Service})
		}
	}
	d.find(v, asked, data, out)
	return data
}

// sought returns the fields of a search among the hubs of a campaign.
func (v *visit) sought(campaign string) *offersData {
	s := v.call.Seek
	c, _ := v.in.Campaign(campaign) // an unknown one has no hubs
	return &offersData{
		Service: v.words.Service(s.Service), Areas: page.Areas(v.in, []catalog.Campaign{c}, s.Hub), Place: s.Place,
		Day: s.From, Min: v.in.Rules.Today(v.now).String(),
	}
}

// find looks for places of the named campaign.
func (d *Desk) find(v *visit, asked clerk.Search, data *offersData, out *result) {
	s := v.call.Seek
	v.call.Offers = nil
	from, _ := civil.Parse(s.From) // readSeek has checked it
	asked.Days, asked.Offers = dose.Days{From: from}, shownOffers
	if wrong := v.nearby(&asked); wrong != "" {
		out.problems = append(out.problems, page.Problem{Field: wrong, Text: v.words.Say("problem." + wrong)})
		return
	}
	_, found, err := d.Clerk.Find(v.request.Context(), asked)
	if err != nil {
		why := d.explain(v, err, asked.Campaign)
		data.Why, out.after, out.status = why.Text, why.After, max(out.status, why.Status)
		return
	}
	if len(found) == 0 {
		data.Why = v.words.Say("desk.offers.none")
	}
	for _, o := range found {
		v.call.Offers = append(v.call.Offers, page.SpotsOfOffer(o))
	}
	data.Sets = v.scene("").Offers(v.call.Offers, true)
}

// nearby adds the hub or the place to a search. It returns the name of the field that matches
// no hub of the campaign, or "".
func (v *visit) nearby(asked *clerk.Search) (wrong string) {
	s, hubs := v.call.Seek, v.in.HubsOf(asked.Campaign)
	switch {
	case s.Hub != "":
		if !slices.ContainsFunc(hubs, func(h catalog.Hub) bool { return h.Name == s.Hub }) {
			return "hub"
		}
		asked.Hubs = []string{s.Hub}
	case s.Place != "":
		if asked.Hubs, asked.Near = page.Whereabouts(hubs, s.Place); asked.Hubs == nil && asked.Near == nil {
			return "place"
		}
	}
	return ""
}

// scene returns what the words about a campaign depend on.
func (v *visit) scene(campaign string) page.Scene {
	return page.Scene{Context: v.request.Context(), Words: v.words, In: v.in, Now: v.now, Campaign: campaign}
}

func (v *visit) lines(spots []page.Spot) []page.Line { return v.scene("").Lines(spots) }

// explain returns an error in words, and reports it to the server.
func (d *Desk) explain(v *visit, err error, campaign string) page.Refusal {
	v.why = err
	return d.explainer.Explain(v.scene(campaign), err)
}

// unable returns a page that explains an error.
func (d *Desk) unable(v *visit, err error, campaign string) result {
	why := d.explain(v, err, campaign)
	return result{template: "message", title: why.Title, status: why.Status, after: why.After, data: why.Text}
}
