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

// The limits of a list of slots: the number of slots, and the days if the request has no end.
const (
	mostSlots = 500
	slotDays  = 7
)

// freeSlots answers with the slots of a hub that have free places.
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

// window reads the schedule and the range of starts of a query for slots.
func (s *Server) window(in *listing, r *http.Request) (booking.Window, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // url.Values would drop a part
		return booking.Window{}, &fhir.Error{Code: booking.CodeMalformed, Expression: "Slot", Wrong: "has a query that cannot be read", Right: "write name=value&name=value, with all characters but letters, digits and dashes as %XX"}
	}
	name := strings.TrimPrefix(query.Get("schedule"), "Schedule/")
	if len(query["schedule"]) != 1 {
		return booking.Window{}, &fhir.Error{Code: booking.CodeMissing, Expression: "schedule", Wrong: "is missing or repeated", Right: "write Schedule/HUB, one of the listed schedules"}
	}
	if _, known := in.Hub(name); !known {
		return booking.Window{}, &fhir.Error{Code: booking.CodeWrongValue, Expression: "schedule", Wrong: "is unknown", Right: "write Schedule/HUB, one of the listed schedules"}
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
	Code: booking.CodeWrongValue, Expression: "start", Wrong: "is not a day or an instant, or is repeated too often",
	Right: "write a day such as 2026-12-02, or ge or lt and a day or an instant such as 2026-12-02T08:00:00+01:00",
}

// bound narrows a window by one search parameter of FHIR.
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

// span returns the start and the end of a day in the platform's zone, or of an instant's
// second.
func (l *listing) span(text string) (from, to time.Time, err error) {
	if strings.Contains(text, "T") {
		// A plus that was not written as %2B has become a space.
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
