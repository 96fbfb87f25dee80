/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"context"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/dose"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// shownOffers is the number of sets of places to choose from.
const shownOffers = 8

// placesData holds the values of the template.
type placesData struct {
	Offers []page.Offered
	Moving bool
	Next   string // the next opening, if no place is left
}

// showPlaces shows free places.
func (p *Pages) showPlaces(v *visit) (result, error) {
	if v.journey.Campaign == "" || v.journey.From == "" {
		return result{to: v.journey.findPath()}, nil
	}
	return p.offer(v, "", 0), nil
}

// offer looks for places and shows them, below an alert.
func (p *Pages) offer(v *visit, alert string, status int) result {
	j := v.journey
	from, _ := civil.Parse(j.From) // it was read before
	_, offers, err := p.Clerk.Find(v.context(), clerk.Search{Campaign: j.Campaign, Hubs: j.Hubs, Near: j.Near, Days: dose.Days{From: from}, Offers: shownOffers, Moving: j.Moving})
	if err != nil {
		why := p.explain(v, err)
		return v.refused(why, v.link("/places", "link.again"), v.link("/", "link.start")).later(why.After)
	}
	data := placesData{Moving: j.Moving}
	j.Offers = nil
	for _, o := range offers {
		j.Offers = append(j.Offers, page.SpotsOfOffer(o))
	}
	data.Offers = v.scene().Offers(j.Offers, false)
	title := "places.title"
	if len(offers) == 0 {
		title = "places.title.none"
		if c, known := v.in.Campaign(j.Campaign); known {
			data.Next = v.scene().NextOpening(c.Service)
		}
	}
	j = j.carried()
	return result{status: status, private: true, view: &view{template: "places", title: title, alert: alert, journey: &j, data: data}}
}

// context returns the context for requests to the clerk.
func (v *visit) context() context.Context { return v.request.Context() }

// choose reads which offer was chosen, and holds it at once if the person is known.
func (p *Pages) choose(v *visit) (result, error) {
	offers := v.journey.Offers
	i, ok := page.ReadOffer(v.form.Get("offer"), len(offers))
	if !ok {
		return p.chooseAgain(v), nil
	}
	v.journey.Chosen = offers[i]
	switch {
	case v.journey.Moving:
		return p.move(v)
	case v.journey.Person != nil:
		return p.hold(v)
	}
	return result{to: "/person", keep: &v.journey}, nil
}

// chooseAgain shows the same offers after none was chosen.
func (p *Pages) chooseAgain(v *visit) result {
	data := placesData{Moving: v.journey.Moving, Offers: v.scene().Offers(v.journey.Offers, false)}
	return v.wrong(&view{template: "places", title: "places.title", data: data}, page.Problems{{Field: "offer", Text: v.words.Say("problem.offer")}})
}

// move gives a booking the chosen places.
func (p *Pages) move(v *visit) (result, error) {
	ref, ok := v.journey.reference()
	if !ok {
		return result{to: "/manage"}, nil
	}
	b, err := p.Clerk.Move(v.context(), ref, page.Places(v.journey.Chosen), v.journey.by("move"))
	if err != nil {
		return p.unmoved(v, p.explain(v, err)), nil
	}
	return p.changed(v, b, "note.moved"), nil
}

// unmoved shows why a booking was not moved, on the page on which people can go on.
func (p *Pages) unmoved(v *visit, why page.Refusal) result {
	if why.Elsewhere() {
		return p.offer(v, why.Text, why.Status)
	}
	if why.Again {
		out := p.chooseAgain(v)
		out.view.problems, out.view.alert, out.status = nil, why.Text, why.Status
		return out.later(why.After)
	}
	return v.refused(why, v.link("/booking", "link.booking"), v.link("/", "link.start"))
}

// changed goes on to a booking that was made or moved.
func (p *Pages) changed(v *visit, b booking.Booking, note string) result {
	j := journey{Person: v.journey.Person, Booking: page.Show(b, v.now), Campaign: b.Campaign, Note: note}
	return result{to: "/done", keep: &j}
}
