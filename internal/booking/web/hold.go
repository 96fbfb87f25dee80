/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package web

import (
	"net/http"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// holdData holds the values of the template.
type holdData struct {
	Doses        []page.Line
	Seconds      int64  // left
	Left         string // in words
	Until        string
	Warn         bool // the hold ends soon; a script replaces this
	Extendable   bool
	Email, Phone string
}

// warnAt is the time left at which people are warned.
const warnAt = 2 * time.Minute

// showHold shows what is held, for how long.
func (p *Pages) showHold(v *visit) (result, error) {
	b := v.journey.Booking
	switch {
	case b == nil || v.journey.Person == nil:
		return result{to: "/find"}, nil
	case b.State == booking.Booked:
		return result{to: "/done"}, nil
	case b.Left(v.now) <= 0:
		return p.lapsed(v), nil
	}
	v.journey = v.journey.carried()
	note := v.journey.Note
	if note != "" {
		note = v.words.Say(note)
	}
	return p.holdResult(v, note, http.StatusOK), nil
}

// holdResult returns the page of a hold, with an alert.
func (p *Pages) holdResult(v *visit, alert string, status int) result {
	b, person := v.journey.Booking, v.journey.Person
	left := b.Left(v.now)
	data := holdData{
		Doses: v.scene().Lines(b.Spots), Seconds: int64(left / time.Second), Left: v.words.Length(left),
		Until: time.Unix(b.Expires, 0).In(v.in.Zone).Format("15:04"), Warn: left <= warnAt,
		Extendable: !b.Extended, Email: person.Email, Phone: person.Phone,
	}
	return result{status: status, private: true, view: &view{template: "hold", title: "hold.title", alert: alert, journey: &v.journey, data: data}}
}

// lapsed returns the page of a hold that has expired.
func (p *Pages) lapsed(v *visit) result {
	j := v.journey
	j.Booking, j.Chosen = nil, nil
	return v.notice(notice{
		status: http.StatusGone, title: "lapsed.title", text: v.words.Say("lapsed.text"),
		links: []link{v.link("/places", "link.places"), v.link("/", "link.start")},
	}).keeping(j)
}

// confirm books what is held.
func (p *Pages) confirm(v *visit) (result, error) {
	ref, ok := v.journey.reference()
	if !ok {
		return result{to: "/find"}, nil
	}
	b, err := p.Clerk.Confirm(v.context(), ref, v.journey.Person.contact(), v.journey.by("confirm"))
	if err != nil {
		return p.unconfirmed(v, p.explain(v, err)), nil
	}
	if b.State != booking.Booked { // it was confirmed before, and something else since
		j := v.journey
		j.Booking = page.Show(b, v.now)
		return result{to: "/booking", keep: &j}, nil
	}
	return p.changed(v, b, "note.booked"), nil
}

// unconfirmed shows why a hold was not confirmed: on its own page if a retry may help.
func (p *Pages) unconfirmed(v *visit, why page.Refusal) result {
	switch {
	case why.Outcome == booking.Expired:
		return p.lapsed(v)
	case why.Again || why.Outcome == booking.Paused:
		return p.holdResult(v, why.Text, why.Status).later(why.After)
	}
	return v.refused(why)
}

// extend makes a hold last longer, once.
func (p *Pages) extend(v *visit) (result, error) {
	ref, ok := v.journey.reference()
	if !ok {
		return result{to: "/find"}, nil
	}
	b, err := p.Clerk.Extend(v.context(), ref, v.journey.by("extend"))
	if err != nil {
		why := p.explain(v, err)
		switch {
		case why.Outcome == booking.ExtendedOnce:
			v.journey.Booking.Extended = true
			return p.holdResult(v, why.Text, why.Status).keeping(v.journey), nil
		case why.Outcome == booking.Expired:
			return p.lapsed(v), nil
		case why.Again:
			return p.holdResult(v, why.Text, why.Status).later(why.After), nil
		}
		return v.refused(why), nil
	}
	j := v.journey
	j.Booking, j.Note = page.Show(b, v.now), "note.extended"
	return result{to: "/hold", keep: &j}, nil
}

// giveUp gives up a hold.
func (p *Pages) giveUp(v *visit) (result, error) {
	ref, ok := v.journey.reference()
	if !ok {
		return result{to: "/find", forget: true}, nil
	}
	if _, err := p.Clerk.Cancel(v.context(), ref, v.journey.by("give-up")); err != nil {
		if why := p.explain(v, err); why.Again {
			return p.holdResult(v, why.Text, why.Status).later(why.After), nil
		}
	}
	return result{to: "/", forget: true}, nil // after any other refusal nothing is held
}
