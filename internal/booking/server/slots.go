/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/civil"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/internal/opening"
)

// The slots that are listed: so many at most, of so many days where no end is said.
const (
	mostSlots = 500
	slotDays  = 7
)

// freeSlots answers with the slots of one hub that have places left.
func (s *Server) freeSlots(r *http.Request) (reply, error) {
	in, err := s.current()
	if err != nil {
		return reply{}, err
	}
	window, err := s.window(in, r)
	if err != nil {
		return reply{}, err
	}
	found, err := s.Clerk.Free(r.Context(), window)
	if err != nil {
		return reply{}, err
	}
	list := make([]fhir.Slot, 0, len(found))
	for _, slot := range found {
		list = append(list, in.directory.Slot(slot))
	}
	return reply{resource: fhir.Searchset(list)}, nil
}

// window reads which slots are asked for: of a schedule, and from one start to another.
func (s *Server) window(in *listing, r *http.Request) (booking.Window, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // part of it would be passed over
		return booking.Window{}, &fhir.Error{Code: fhir.Malformed, Expression: "Slot", Wrong: "is asked for by no query", Right: "write name=value&name=value, with anything else than letters, digits and dashes as %XX"}
	}
	name := strings.TrimPrefix(query.Get("schedule"), "Schedule/")
	if len(query["schedule"]) != 1 {
		return booking.Window{}, &fhir.Error{Code: fhir.Missing, Expression: "schedule", Wrong: "is not there, or not once", Right: "write Schedule/HUB, one of those that are listed"}
	}
	if _, known := in.Hub(name); !known {
		return booking.Window{}, &fhir.Error{Code: fhir.WrongValue, Expression: "schedule", Wrong: "is none", Right: "write Schedule/HUB, one of those that are listed"}
	}
	w := booking.Window{Hub: name, From: s.Binding.Now(), Limit: mostSlots}
	starts := query["start"]
	if len(starts) > 2 {
		return w, wrongStart
	}
	for _, text := range starts {
		if err := in.bound(&w, text); err != nil {
			return w, err
		}
	}
	if w.To.IsZero() {
		w.To = w.From.AddDate(0, 0, slotDays)
	}
	return w, nil
}

var wrongStart = &fhir.Error{
	Code: fhir.WrongValue, Expression: "start", Wrong: "is no day and no instant, or there too often",
	Right: "write a day such as 2026-12-02, or ge or lt and a day or an instant such as 2026-12-02T08:00:00+01:00",
}

// bound narrows a window by one search parameter, as FHIR writes them.
func (l *listing) bound(w *booking.Window, text string) error {
	prefix := ""
	for _, known := range []string{"eq", "ge", "gt", "le", "lt"} {
		if strings.HasPrefix(text, known) {
			prefix, text = known, text[len(known):]
		}
	}
	from, to, err := l.span(text)
	if err != nil {
		return wrongStart
	}
	switch prefix {
	case "ge":
		to = time.Time{}
	case "gt":
		from, to = to, time.Time{}
	case "le":
		from = time.Time{}
	case "lt":
		from, to = time.Time{}, from
	}
	if from.After(w.From) {
		w.From = from
	}
	if !to.IsZero() && (w.To.IsZero() || to.Before(w.To)) {
		w.To = to
	}
	return nil
}

// span gives the time that a day takes in the platform's zone, or an instant's second.
func (l *listing) span(text string) (from, to time.Time, err error) {
	if strings.Contains(text, "T") {
		// Where nobody wrote it as %2B, a plus has become a space.
		from, err = time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+"))
		return from, from.Add(time.Second), err
	}
	day, err := civil.Parse(text)
	if err != nil {
		return from, to, err
	}
	of := func(clock string) (time.Time, error) {
		return opening.Civil{Date: day.String(), Time: clock, Zone: l.Zone.String()}.Instant()
	}
	if from, err = of("00:00"); err != nil {
		return from, to, err
	}
	to, err = of("24:00")
	return from, to, err
}
