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

// doneData holds the values of the template.
type doneData struct {
	Number  string
	Code    page.QR
	Doses   []page.Line
	Several bool
	What    string
	Note    string
	Email   string // where the confirmation goes; "" if none is sent
}

// showDone shows the booking, for people to print.
func (p *Pages) showDone(v *visit) (result, error) {
	b := v.journey.Booking
	if b == nil || b.State != booking.Booked {
		return result{to: "/manage"}, nil
	}
	code, err := page.NewQR(b.Number)
	if err != nil {
		return result{}, err
	}
	data := doneData{Number: b.Number, Code: code, Doses: v.scene().Lines(b.Spots), Several: len(b.Spots) > 1, What: v.words.Service(b.Service)}
	title := "done.title"
	if v.journey.Note == "note.moved" {
		title = "done.title.moved"
	}
	if p.Mail && v.journey.Person != nil {
		data.Email = v.journey.Person.Email
	}
	j := v.journey.carried()
	return result{private: true, view: &view{template: "done", title: title, journey: &j, data: data}}, nil
}

// calendar answers with the appointments as a file.
func (p *Pages) calendar(v *visit) (result, error) {
	b := v.journey.Booking
	if b == nil || b.State != booking.Booked {
		return v.message(http.StatusNotFound, "nowhere"), nil
	}
	return result{file: &download{
		name: v.words.Say("calendar.file"), kind: "text/calendar; charset=utf-8", text: v.calendar(b).String(),
	}}, nil
}

// end deletes this browser's cookie.
func (p *Pages) end(*visit) (result, error) { return result{to: "/", forget: true}, nil }
