/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"net/http"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// manageData holds the values of the template.
type manageData struct{ Number, Code string }

// showManage asks for a booking's number and its person.
func (p *Pages) showManage(v *visit) (result, error) {
	j := journey{}.carried()
	what := p.manageView(v)
	what.journey = &j
	return result{view: what}, nil
}

func (p *Pages) manageView(v *visit) *view {
	return &view{template: "manage", title: "manage.title", data: manageData{Number: page.Field(v.form, "number"), Code: page.Field(v.form, "identifier")}}
}

// manage looks a booking up.
func (p *Pages) manage(v *visit) (result, error) {
	ref, problems := v.words.ReadReference(v.form, "number", "identifier")
	if len(problems) > 0 {
		return v.wrong(p.manageView(v), problems), nil
	}
	b, err := p.Clerk.Look(v.context(), ref)
	if err != nil {
		why := p.explain(v, err)
		if why.Outcome == booking.NotFound {
			out := v.wrong(p.manageView(v), page.Problems{{Field: "number", Text: why.Text}})
			out.status = why.Status
			return out, nil
		}
		what := p.manageView(v)
		what.alert, what.journey = why.Text, &v.journey
		return result{status: why.Status, view: what, private: true}.later(why.After), nil
	}
	j := journey{Person: &person{Code: ref.Identifier.Reveal(), Language: v.words.Tag()}, Booking: page.Show(b, v.now), Campaign: b.Campaign}
	if b.State == booking.Held {
		return result{to: "/hold", keep: &j}, nil
	}
	return result{to: "/booking", keep: &j}, nil
}

// bookingData holds the values of the template.
type bookingData struct {
	Number, What, Note string
	State              booking.State
	StateText          string
	Doses              []page.Line
	Live               bool // may be moved or cancelled
}

func (v *visit) bookingData() bookingData {
	b := v.journey.Booking
	data := bookingData{
		Number: b.Number, What: v.words.Service(b.Service), State: b.State, StateText: v.words.Say("state." + string(b.State)),
		Doses: v.scene().Lines(b.Spots), Live: b.State == booking.Booked && len(b.Spots) > 0 && b.Spots[0].At().After(v.now),
	}
	if v.journey.Note != "" {
		data.Note = v.words.Say(v.journey.Note)
	}
	return data
}

// showBooking shows a booking, with forms to move and cancel it.
func (p *Pages) showBooking(v *visit) (result, error) {
	if _, ok := v.journey.reference(); !ok {
		return result{to: "/manage"}, nil
	}
	moving := v.journey.Moving
	v.journey.Moving = false
	v.journey = v.journey.carried()
	out := p.bookingResult(v, "", http.StatusOK)
	if moving { // they came back without moving it
		out = out.keeping(v.journey)
	}
	return out, nil
}

func (p *Pages) bookingResult(v *visit, alert string, status int) result {
	return result{status: status, private: true, view: &view{
		template: "booking", title: "booking.title", alert: alert, journey: &v.journey, data: v.bookingData(),
	}}
}

// startMove begins to look for other places for a booking.
func (p *Pages) startMove(v *visit) (result, error) {
	if _, ok := v.journey.reference(); !ok {
		return result{to: "/manage"}, nil
	}
	j := journey{Person: v.journey.Person, Booking: v.journey.Booking, Campaign: v.journey.Booking.Campaign, Moving: true}
	return result{to: "/move", keep: &j}, nil
}

// showCancel asks for confirmation before a booking is cancelled.
func (p *Pages) showCancel(v *visit) (result, error) {
	if _, ok := v.journey.reference(); !ok {
		return result{to: "/manage"}, nil
	}
	v.journey = v.journey.carried()
	return p.cancelResult(v, "", http.StatusOK), nil
}

func (p *Pages) cancelResult(v *visit, alert string, status int) result {
	return result{status: status, private: true, view: &view{
		template: "cancel", title: "cancel.title", alert: alert, journey: &v.journey, data: v.bookingData(),
	}}
}

// cancel gives up all places of a booking.
func (p *Pages) cancel(v *visit) (result, error) {
	ref, ok := v.journey.reference()
	if !ok {
		return result{to: "/manage"}, nil
	}
	b, err := p.Clerk.Cancel(v.context(), ref, v.journey.by("cancel"))
	if err != nil {
		why := p.explain(v, err)
		if why.Again {
			return p.cancelResult(v, why.Text, why.Status).later(why.After), nil
		}
		return p.bookingResult(v, why.Text, why.Status), nil
	}
	j := v.journey
	j.Moving, j.Chosen, j.Note = false, nil, "note.cancelled"
	j.Booking = page.Show(b, v.now)
	return result{to: "/booking", keep: &j}, nil
}
