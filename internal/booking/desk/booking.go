/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/page"
)

// readContact reads the caller's contact.
func (v *visit) readContact() page.Problems {
	contact, problems := v.words.ReadContact(v.form)
	contact.Language = cmp.Or(contact.Language, v.call.Contact.Language)
	v.call.Contact = contact
	return problems
}

// choose reads the chosen offer, by default the first.
func (v *visit) choose() bool {
	text := v.form.Get("offer")
	if text == "" {
		text = "0"
	}
	i, ok := page.ReadOffer(text, len(v.call.Offers))
	if ok {
		v.call.Chosen = v.call.Offers[i]
	}
	return ok
}

// take holds places for a caller, or books them at once.
func (d *Desk) take(v *visit) result {
	verb, do := "hold", d.Clerk.Hold
	if v.form.Get("do") == "book" {
		verb, do = "book", d.Clerk.Book
	}
	problems := v.readContact()
	if !v.choose() {
		problems = append(problems, page.Problem{Field: "offer", Text: v.words.Say("problem.offer")})
	}
	if len(problems) > 0 {
		v.logAccess(verb, "invalid", "")
		return d.callerPage(v, "", result{problems: problems, status: http.StatusUnprocessableEntity})
	}
	b, err := do(v.request.Context(), v.takeRequest(verb))
	v.logResult(verb, numberOf(b), err)
	if err != nil {
		why := d.explain(v, err, "")
		return d.callerPage(v, "", result{alert: why.Text, status: why.Status, after: why.After})
	}
	v.call = v.call.about(b, v.now)
	note := "desk.note.held"
	if b.State == booking.Booked {
		note = "desk.note.booked"
	}
	return d.bookingPage(v, result{note: v.words.Say(note)})
}

// bookingData holds the values of the template of a booking.
type bookingData struct {
	Number, Code, What, How string // What: the service; How: the state
	Lines                   []page.Line
	Held                    *heldData // nil if it is not held
	Changeable              bool      // it may be moved and cancelled
	Contact                 contactData
}

// heldData is the time that a hold has left.
type heldData struct {
	Seconds     int64
	Left, Until string
	Extendable  bool
}

// bookingPage shows the booking of the call.
func (d *Desk) bookingPage(v *visit, out result) result {
	b := v.call.Booking
	left := b.Left(v.now)
	if b.State == booking.Held && left <= 0 {
		b.State = booking.Lapsed
	}
	data := bookingData{
		Number: b.Number, Code: v.call.Code, What: v.words.Service(b.Service), How: v.words.Say("state." + string(b.State)), Lines: v.lines(b.Spots),
		Changeable: b.State == booking.Booked && len(b.Spots) > 0 && b.Spots[0].At().After(v.now), Contact: d.contact(v.call.Contact),
	}
	if b.State == booking.Held {
		data.Held = &heldData{
			Seconds: int64(left / time.Second), Left: v.words.Length(left), Extendable: !b.Extended,
			Until: time.Unix(b.Expires, 0).In(v.in.Zone).Format("15:04"),
		}
	}
	out.template, out.title, out.data, out.call = "booking", "desk.booking.title."+string(b.State), data, &v.call
	return out
}

// show opens one of the caller's bookings.
func (d *Desk) show(v *visit) result {
	i, err := strconv.Atoi(v.form.Get("booking"))
	if err == nil && i >= 0 && i < len(v.call.Bookings) {
		v.call.Booking = v.call.Bookings[i]
	}
	return d.fresh(v, "look-up", result{})
}

// fresh reads the booking again and shows it. verb is for the access log; "" if it has the
// line already.
func (d *Desk) fresh(v *visit, verb string, out result) result {
	ref, ok := v.call.reference()
	if !ok {
		return result{to: v.to("/")}
	}
	b, err := d.Clerk.Look(v.request.Context(), ref)
	if verb != "" {
		v.logResult(verb, v.call.Booking.Number, err)
	}
	if err != nil && out.alert == "" {
		return d.unable(v, err, "")
	}
	if err == nil {
		v.call = v.call.about(b, v.now)
	}
	return d.bookingPage(v, out)
}

// change is a verb on a booking.
type change struct {
	verb string
	note string // key of the text that confirms it
	do   func(booking.Reference, booking.By) (booking.Booking, error)
}

// change applies a change to the booking of the call.
func (d *Desk) change(v *visit, c change) result {
	ref, ok := v.call.reference()
	if !ok {
		return result{to: v.to("/")}
	}
	b, err := c.do(ref, v.by(c.verb))
	v.logResult(c.verb, v.call.Booking.Number, err)
	if err != nil {
		why := d.explain(v, err, v.call.Booking.Campaign)
		return d.fresh(v, "", result{alert: why.Text, status: why.Status, after: why.After})
	}
	v.call = v.call.about(b, v.now)
	return d.bookingPage(v, result{note: v.words.Say(c.note)})
}

// confirm books a hold.
func (d *Desk) confirm(v *visit) result {
	if problems := v.readContact(); len(problems) > 0 && v.call.Booking != nil {
		v.logAccess("confirm", "invalid", v.call.Booking.Number)
		return d.bookingPage(v, result{problems: problems, status: http.StatusUnprocessableEntity})
	}
	return d.change(v, change{"confirm", "desk.note.booked", func(ref booking.Reference, by booking.By) (booking.Booking, error) {
		return d.Clerk.Confirm(v.request.Context(), ref, v.call.Contact, by)
	}})
}

// extend extends a hold, once.
func (d *Desk) extend(v *visit) result {
	return d.change(v, change{"extend", "desk.note.extended", func(ref booking.Reference, by booking.By) (booking.Booking, error) {
		return d.Clerk.Extend(v.request.Context(), ref, by)
	}})
}

// giveUp gives up a hold.
func (d *Desk) giveUp(v *visit) result {
	return d.change(v, change{"give-up", "desk.note.given_up", func(ref booking.Reference, by booking.By) (booking.Booking, error) {
		return d.Clerk.Cancel(v.request.Context(), ref, by)
	}})
}

// askCancel asks for confirmation before a booking is cancelled.
func (d *Desk) askCancel(v *visit) result {
	if _, ok := v.call.reference(); !ok {
		return result{to: v.to("/")}
	}
	out := d.bookingPage(v, result{})
	out.template, out.title = "cancel", "cancel.title"
	return out
}

// cancel gives up all places of a booking.
func (d *Desk) cancel(v *visit) result {
	return d.change(v, change{"cancel", "note.cancelled", func(ref booking.Reference, by booking.By) (booking.Booking, error) {
		return d.Clerk.Cancel(v.request.Context(), ref, by)
	}})
}

// moveData holds the values of the template of a move.
type moveData struct {
	Number string
	Now    []page.Line
	Offers *offersData
}

// askMove shows other places for a booking.
func (d *Desk) askMove(v *visit) result {
	if _, ok := v.call.reference(); !ok {
		return result{to: v.to("/")}
	}
	problems := v.readSeek()
	v.logAccess("look-up", "done", v.call.Booking.Number)
	return d.movePage(v, result{problems: problems})
}

func (d *Desk) movePage(v *visit, out result) result {
	b := v.call.Booking
	v.call.Seek.Service = b.Service
	data := moveData{Number: b.Number, Now: v.lines(b.Spots), Offers: v.sought(b.Campaign)}
	d.find(v, clerk.Search{Campaign: b.Campaign, Moving: true}, data.Offers, &out)
	out.template, out.title, out.data, out.call = "move", "move.title", data, &v.call
	return out
}

// move gives a booking the chosen places.
func (d *Desk) move(v *visit) result {
	ref, ok := v.call.reference()
	switch {
	case !ok:
		return result{to: v.to("/")}
	case !v.choose():
		v.logAccess("move", "invalid", v.call.Booking.Number)
		return d.movePage(v, result{problems: page.Problems{{Field: "offer", Text: v.words.Say("problem.offer")}}, status: http.StatusUnprocessableEntity})
	}
	b, err := d.Clerk.Move(v.request.Context(), ref, page.Places(v.call.Chosen), v.by("move"))
	v.logResult("move", v.call.Booking.Number, err)
	if err != nil {
		why := d.explain(v, err, v.call.Booking.Campaign)
		if why.Elsewhere() || why.Again {
			return d.movePage(v, result{alert: why.Text, status: why.Status, after: why.After})
		}
		return d.fresh(v, "", result{alert: why.Text, status: why.Status, after: why.After})
	}
	v.call = v.call.about(b, v.now)
	return d.bookingPage(v, result{note: v.words.Say("note.moved")})
}
